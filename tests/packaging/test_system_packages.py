from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture
def packages(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("system_packages")


def query(*entries: tuple[str, str, str]) -> str:
    """What dpkg-query answers: name, status, provided names."""
    return "".join("\t".join(entry) + "\n" for entry in entries)


def test_what_dpkg_does_not_know_is_missing(packages: ModuleType) -> None:
    assert packages.missing(["xvfb", "libegl1"], query(("libegl1", "installed", ""))) == ["xvfb"]


def test_a_bare_system_misses_everything(packages: ModuleType) -> None:
    assert packages.missing(packages.QT, "") == sorted(packages.QT)


def test_nothing_is_missing_when_all_is_installed(packages: ModuleType) -> None:
    there = query(*((name, "installed", "") for name in packages.QT))
    assert packages.missing(packages.QT, there) == []


@pytest.mark.parametrize("status", ["config-files", "half-installed", "unpacked", "not-installed"])
def test_a_package_that_is_known_but_not_wholly_there_is_missing(packages: ModuleType, status: str) -> None:
    assert packages.missing(["xvfb"], query(("xvfb", status, ""))) == ["xvfb"]


def test_a_renamed_package_counts_under_the_old_name_it_provides(packages: ModuleType) -> None:
    there = query(("libglib2.0-0t64", "installed", "libglib2.0-0 (= 2.80.0-6), something-else"))
    assert packages.missing(["libglib2.0-0", "something-else"], there) == []


def test_a_name_provided_by_a_removed_package_is_missing(packages: ModuleType) -> None:
    there = query(("libglib2.0-0t64", "config-files", "libglib2.0-0 (= 2.80.0-6)"))
    assert packages.missing(["libglib2.0-0"], there) == ["libglib2.0-0"]


def test_root_installs_directly_and_asks_nothing(packages: ModuleType) -> None:
    update, install = packages.commands(["xvfb"], is_root=True, has_sudo=True)
    assert "sudo" not in update + install
    assert update[-1] == "update"
    assert install[-4:] == ["install", "--yes", "--no-install-recommends", "xvfb"]
    assert "DEBIAN_FRONTEND=noninteractive" in install


def test_everyone_else_goes_through_sudo(packages: ModuleType) -> None:
    for command in packages.commands(["xvfb"], is_root=False, has_sudo=True):
        # sudo drops the environment: the setting has to come after it
        assert command.index("sudo") < command.index("DEBIAN_FRONTEND=noninteractive") < command.index("apt-get")


def test_without_sudo_a_person_is_told_what_root_has_to_run(packages: ModuleType) -> None:
    with pytest.raises(packages.Stopped, match="apt-get install openbox xvfb"):
        packages.commands(["openbox", "xvfb"], is_root=False, has_sudo=False)


def test_a_system_without_apt_is_left_alone(packages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert packages.steps(["xvfb"]) == []


def test_nothing_is_done_when_nothing_is_missing(packages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(packages, "installed", lambda: query(("xvfb", "installed", "")))
    assert packages.steps(["xvfb"]) == []
    (step,) = packages.steps(["xvfb", "openbox"])
    assert "openbox" in step.title
    assert "xvfb" not in step.title


def test_a_python_that_cannot_make_environments_needs_its_own_venv_package(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert packages.venv_package() == ()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr("sys.version_info", type("Version", (), {"major": 3, "minor": 12}))
    assert packages.venv_package() == ("python3.12-venv",)
