"""What a person changes in the program's own window ends in its settings and in its journal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from panic_button.core.evidence import SettingsChanged
from panic_button.core.preferences import Theme
from panic_button.storage import settings
from panic_button.storage.journal import SqliteJournalReader, entry_of

CHOOSES_AND_CLOSES = """
import pathlib, sys
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from panic_button.app import run_window
from panic_button.core.preferences import Theme
from panic_button.storage.paths import Home
from panic_button.ui.main_window import MainWindow

def choose_and_close(window):
    window.on_preferences_chosen(replace(window._preferences, theme=Theme.DARK))
    window.close()

def show(window, shown=MainWindow.show):
    window.painted.connect(lambda: QTimer.singleShot(0, lambda: choose_and_close(window)))
    shown(window)

MainWindow.show = show
sys.exit(run_window(Home.under(pathlib.Path(sys.argv[1])), practice=True))
"""


def test_a_theme_that_is_chosen_is_kept_and_told_once(tmp_path: Path) -> None:
    home = tmp_path / "desk"
    ended = subprocess.run(
        [sys.executable, "-c", CHOOSES_AND_CLOSES, str(home)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert settings.load(home / "settings.json").theme is Theme.DARK
    facts = [entry_of(row).fact for row in SqliteJournalReader(home / "practice-journal.sqlite3").rows()]
    assert [fact for fact in facts if isinstance(fact, SettingsChanged)] == [SettingsChanged(changes={"theme": "dark"})]
