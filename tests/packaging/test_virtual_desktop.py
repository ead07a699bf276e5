import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def desktop(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("virtual_desktop")


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_screen_is_told_by_its_name_or_by_the_system(
    desktop: ModuleType, environment: Mapping[str, str], platform: str, *, expected: bool
) -> None:
    assert desktop.has_screen(environment, platform=platform) is expected


def test_nothing_inside_reaches_the_persons_own_desktop_or_files(desktop: ModuleType, tmp_path: Path) -> None:
    own = {
        "PATH": "/bin",
        "WAYLAND_DISPLAY": "wayland-0",
        "XDG_CURRENT_DESKTOP": "KDE",
        "XDG_CONFIG_HOME": "/home/me/.config",
        "QT_SCALE_FACTOR": "2",
    }
    inside = desktop.private(own, tmp_path)
    assert inside["PATH"] == "/bin"
    assert not inside.keys() & {"WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "QT_SCALE_FACTOR"}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        assert Path(inside[name]).parent == tmp_path
    if os.name == "posix":
        assert Path(inside["XDG_RUNTIME_DIR"]).stat().st_mode & 0o777 == 0o700


def test_a_missing_program_is_named(desktop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "Xvfb" else f"/usr/bin/{name}")
    with pytest.raises(desktop.Stopped, match="no Xvfb"), desktop.virtual_desktop({}):
        pass


needs_xvfb = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("openbox") and shutil.which("xprop")), reason="no Xvfb, openbox or xprop"
)


def answers(environment: Mapping[str, str]) -> bool:
    """Whether the display holds a window manager."""
    asked = subprocess.run(
        [shutil.which("xprop") or "xprop", "-root", "_NET_SUPPORTING_WM_CHECK"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return asked.returncode == 0 and "window id" in asked.stdout


@needs_xvfb
def test_a_virtual_desktop_is_managed_while_it_lives_and_gone_afterwards(desktop: ModuleType) -> None:
    with desktop.virtual_desktop(os.environ) as inside:
        assert answers(inside)
    assert not answers(inside)
    assert not Path(inside["XDG_RUNTIME_DIR"]).exists()


@needs_xvfb
def test_a_virtual_desktop_ends_with_an_error_inside(desktop: ModuleType) -> None:
    with pytest.raises(KeyboardInterrupt), desktop.virtual_desktop(os.environ) as inside:
        raise KeyboardInterrupt
    assert not answers(inside)


@needs_xvfb
def test_two_virtual_desktops_do_not_meet(desktop: ModuleType) -> None:
    with desktop.virtual_desktop(os.environ) as one, desktop.virtual_desktop(os.environ) as other:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            assert one[name] != other[name]
