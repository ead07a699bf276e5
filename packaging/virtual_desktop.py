"""A desktop for a machine that has none: Xvfb, the window manager openbox, a private session bus, private folders.

Everything it starts ends with it, whatever happens inside. A person's own desktop, keyring and files stay untouched.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from steps import Stopped

_READY_WITHIN = 30.0  # seconds; each of the three takes well under one
_END_WITHIN = 5.0
# What ties a program to the desktop of the person who started it, or makes its pictures differ from machine to machine.
_PERSONAL = ("DESKTOP_SESSION", "SESSION_MANAGER", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CURRENT_DESKTOP")


def has_screen(environment: Mapping[str, str], *, platform: str = sys.platform) -> bool:
    """Windows and macOS always have one; elsewhere an X or Wayland display is named."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def private(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment without the person's desktop, and with folders of its own (the runtime one 0700, as Qt wants)."""
    kept = {name: value for name, value in environment.items() if name not in _PERSONAL and not name.startswith("QT_")}
    folders = {f"XDG_{name}": folder / name for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME")}
    folders["XDG_RUNTIME_DIR"] = folder / "runtime"
    for path in folders.values():
        path.mkdir(mode=0o700)
    return {
        **kept,
        **{name: str(path) for name, path in folders.items()},
        "LC_ALL": "C.UTF-8",  # Qt warns of a locale that is not UTF-8
        "QT_QPA_PLATFORM": "xcb",
        "XDG_SESSION_TYPE": "x11",
    }


@contextmanager
def virtual_desktop(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Gives the environment in which programs find the desktop."""
    lacking = [name for name in ("Xvfb", "openbox", "dbus-daemon") if not shutil.which(name)]
    if lacking:
        raise Stopped(f"There is no {' and no '.join(lacking)} for a virtual screen. Install them, then start again.")
    # A short name: the path of a socket inside may not exceed 108 bytes.
    with tempfile.TemporaryDirectory(prefix="pb-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        inside = private(environment, folder)
        with ExitStack() as companions:

            def start(*command: str) -> str:
                return companions.enter_context(_companion(command, inside, folder))

            screen = ("-screen", "0", "1920x1080x24", "-dpi", "96", "-noreset", "-nolisten", "tcp")
            inside["DISPLAY"] = ":" + start("Xvfb", "-displayfd", "1", *screen)
            bus = start("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
            inside["DBUS_SESSION_BUS_ADDRESS"] = bus
            start("openbox", "--sm-disable", "--startup", "echo ready")
            yield inside


@contextmanager
def _companion(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """A program that lives as long as the block; gives the line by which it says that it is ready.

    It is in a session of its own: Ctrl+C is meant for the program in the foreground, which still needs its screen.
    """
    answer, log = folder / f"{command[0]}.out", folder / f"{command[0]}.log"
    with answer.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
    try:
        yield _ready(process, answer, log)
    finally:
        _end(process)


def _ready(process: subprocess.Popen[bytes], answer: Path, log: Path) -> str:
    give_up = time.monotonic() + _READY_WITHIN
    while not (line := answer.read_text(encoding="utf-8")).endswith("\n"):
        if process.poll() is not None or time.monotonic() > give_up:
            raise Stopped(f"{log.stem} did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.02)
    return line.strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program, then whatever it started and left (a bus starts services)."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, how)
            process.wait(_END_WITHIN)
