"""The program as its own process, on a real display: it starts, tells what it can't do, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="keys are pressed by xdotool")

LIMIT_S = 20.0


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "panic_button", *arguments]
    environ = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def xdotool(*words: str) -> str:
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, check=False).stdout


def eventually(what: Callable[[], str]) -> str:
    end = time.monotonic() + LIMIT_S
    while not (value := what()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)  # xdotool has no signal to wait for
    return value


def window_of(process: subprocess.Popen[str]) -> str:
    """The id of the window that this process shows."""
    search = ("search", "--onlyvisible", "--pid", str(process.pid), "--name", "Panic Button")
    return eventually(lambda: xdotool(*search)).split()[-1]


def test_the_window_opens_on_the_practice_exchange_and_closes_without_a_word(tmp_path: Path) -> None:
    with program("--home", str(tmp_path / "desk"), "--practice") as process:
        window = window_of(process)
        assert xdotool("getwindowname", window).strip() == "Panic Button"
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "alt+F4"], check=True)
        _, told = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, told) == (0, "")
    assert not (tmp_path / "desk" / "settings.json").exists()


def test_settings_that_can_not_be_understood_are_told_in_a_window_and_left_alone(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"gaurd": {}}')
    tmp_path.chmod(0o700)
    with program("--home", str(tmp_path)) as process:
        window = window_of(process)
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "Return"], check=True)
        _, told = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 4
    assert "`gaurd` is no setting" in told
    assert settings.read_text() == '{"gaurd": {}}'
