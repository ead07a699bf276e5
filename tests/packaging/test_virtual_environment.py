import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Environment = Any  # its class is loaded by its path


@pytest.fixture
def module(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("virtual_environment")


@pytest.fixture
def environment(module: ModuleType, tmp_path: Path) -> Environment:
    """A virtual environment that is not there yet."""
    return module.VirtualEnvironment(tmp_path / ".venv")


def make(environment: Environment, stamp: str | None) -> None:
    python = Path(environment.program("python"))
    python.parent.mkdir(parents=True)
    python.touch()
    if stamp is not None:
        environment.stamp.write_text(stamp, encoding="ascii")


def test_from_nothing_everything_is_left_to_do(module: ModuleType, environment: Environment) -> None:
    titles = [step.title for step in environment.steps(module.RUN)]
    assert len(titles) == 3
    assert titles[0].startswith("virtual environment")


def test_a_second_start_does_nothing(module: ModuleType, environment: Environment) -> None:
    make(environment, module.fingerprint(module.RUN))
    assert environment.steps(module.RUN) == []


def test_the_tests_environment_will_do_to_run(module: ModuleType, environment: Environment) -> None:
    make(environment, module.fingerprint(module.TEST))
    assert environment.steps(module.RUN) == []


def test_an_environment_made_to_run_is_kept_and_added_to_for_the_tests(
    module: ModuleType, environment: Environment
) -> None:
    make(environment, module.fingerprint(module.RUN))
    titles = [step.title for step in environment.steps(module.TEST)]
    assert len(titles) == 2
    assert "test.txt" in titles[0]


@pytest.mark.parametrize("stamp", [None, "", "made of other locks"])
def test_an_interrupted_or_outdated_environment_is_made_anew(
    module: ModuleType, environment: Environment, stamp: str | None
) -> None:
    make(environment, stamp)
    assert environment.steps(module.RUN)[0].title.startswith("virtual environment")


def test_an_environment_whose_python_is_gone_is_made_anew(module: ModuleType, environment: Environment) -> None:
    make(environment, module.fingerprint(module.RUN))
    Path(environment.program("python")).unlink()
    assert len(environment.steps(module.RUN)) == 3


def test_the_stamp_is_gone_while_packages_are_being_installed_and_back_when_all_is_done(
    module: ModuleType, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(environment, module.fingerprint(module.RUN))
    stamped: list[bool] = []
    monkeypatch.setattr(module, "quietly", lambda *_, **__: stamped.append(environment.stamp.exists()))
    for step in environment.steps(module.TEST):
        step.action()
    assert stamped == [False, False]
    assert environment.holds(module.TEST)


def test_the_fingerprint_follows_locks_python_and_place(module: ModuleType, tmp_path: Path) -> None:
    def fingerprint(text: str, *, python: str = "3.12", root: Path = tmp_path) -> str:
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        return str(module.fingerprint(("a.txt",), folder=tmp_path, python=python, root=root))

    first = fingerprint("x==1")
    assert fingerprint("x==1") == first
    assert fingerprint("x==2") != first
    assert fingerprint("x==1", python="3.13") != first
    assert fingerprint("x==1", root=tmp_path / "moved") != first


def test_an_environment_is_not_removed_by_a_python_that_runs_from_it(
    module: ModuleType, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(environment, "made of other locks")
    monkeypatch.setattr("sys.prefix", str(environment.folder))
    with pytest.raises(module.Stopped, match="deactivate"):
        environment.make()
    assert environment.stamp.exists()


def pins(module: ModuleType, lock: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[\w.]+", (module.LOCKS / lock).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_tests_lock_holds_every_pin_of_the_others(module: ModuleType) -> None:
    for lock in module.RUN:
        assert pins(module, lock)
        assert pins(module, lock) <= pins(module, "test.txt")


def test_locks_name_hashes_and_no_address(module: ModuleType) -> None:
    for lock in (*module.RUN, *module.TEST):
        text = (module.LOCKS / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
