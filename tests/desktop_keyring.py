"""A keyring of the tests' own: a real gnome-keyring on a real D-Bus in a private folder.

Nothing here reaches the keyring of the person who runs the tests. There is no prompter on this bus, so that an unlock
prompt ends as if a person had declined it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
_PATIENCE_S = 10


@pytest.fixture
def desktop_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A desktop whose keyring is "gone" until this is called with "unlocked" or "locked"."""
    missing = [program for program in ("dbus-daemon", "gnome-keyring-daemon") if shutil.which(program) is None]
    if missing and sys.platform == "linux" and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}; the keyring must be tested here")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with contextlib.ExitStack() as desktop:
        # Not tmp_path: the path of a Unix socket may have 107 characters.
        folder = Path(desktop.enter_context(tempfile.TemporaryDirectory(prefix="keyring-")))
        environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        environ["DBUS_SESSION_BUS_ADDRESS"] = desktop.enter_context(_bus(folder, environ))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environ["DBUS_SESSION_BUS_ADDRESS"])
        daemon = desktop.enter_context(contextlib.ExitStack())

        def turn(state: str) -> None:
            daemon.close()
            if state != "gone":
                daemon.enter_context(_gnome_keyring(environ, unlocked=state == "unlocked"))

        yield turn


@contextlib.contextmanager
def _bus(folder: Path, environ: dict[str, str]) -> Iterator[str]:
    config = folder / "bus.conf"
    config.write_text(_BUS.format(socket=folder / "bus"), encoding="utf-8")
    command = ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}", "--print-address=1"]
    with _running(command, environ, b"") as bus:
        assert bus.stdout is not None
        yield bus.stdout.readline().decode().strip()


@contextlib.contextmanager
def _gnome_keyring(environ: dict[str, str], *, unlocked: bool) -> Iterator[None]:
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
    with _running([*command, "--unlock"] if unlocked else command, environ, b"the desktop's password") as daemon:
        start = time.monotonic()
        while not _stands(unlocked=unlocked):
            assert daemon.poll() is None, "gnome-keyring-daemon ended at once"
            assert time.monotonic() < start + _PATIENCE_S, "gnome-keyring-daemon did not come up"
            time.sleep(0.01)
        yield


@contextlib.contextmanager
def _running(command: list[str], environ: dict[str, str], password: bytes) -> Iterator[subprocess.Popen[bytes]]:
    program = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert program.stdin is not None
        program.stdin.write(password)
        program.stdin.close()
        yield program
    finally:
        program.terminate()
        try:
            program.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        if program.stdout is not None:
            program.stdout.close()


def _stands(*, unlocked: bool) -> bool:
    """Whether the default collection is loaded: the daemon answers to its name some time before."""
    import secretstorage  # noqa: PLC0415 - on Linux alone

    with contextlib.closing(secretstorage.dbus_init()) as connection:
        try:
            return secretstorage.get_collection_by_alias(connection, "default").is_locked() != unlocked
        except secretstorage.SecretStorageException:
            return False
