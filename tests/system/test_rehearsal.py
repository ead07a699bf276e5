"""The whole program as a person meets it: a real window on a real display, a real mouse, real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
STATES = ("not-armed", "sign-in", "armed", "holding", "not-clear", "clear", "not-confirmed", "clear-again")


@pytest.mark.skipif(sys.platform != "linux", reason="the mouse is moved by xdotool")
def test_two_presses_of_the_real_button_end_clear_and_every_state_is_pictured(tmp_path: Path) -> None:
    assert os.environ.get("DISPLAY"), "there is no display to show a window on: run the tests by packaging/dev.py"
    told = subprocess.run(
        [sys.executable, "packaging/rehearsal.py", "--pictures", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    verdicts = [line for line in told.stdout.splitlines() if line.startswith("CLEAR, ")]
    assert len(verdicts) == 2
    assert "let go early: nothing was sent" in told.stdout
    pictures = {state: QImage(str(tmp_path / f"{state}.png")) for state in STATES}
    for state, picture in pictures.items():
        assert not picture.isNull(), state
        assert len({picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, 400, 7)}) > 20, state
    assert pictures["clear"] != pictures["not-clear"]
