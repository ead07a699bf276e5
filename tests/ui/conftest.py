"""A desk, an engine and a journal to look at, and a window to look at them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot

from panic_button.core.ports import JournalReader
from panic_button.core.preferences import Preferences, Theme
from panic_button.core.snapshot import (
    Snapshot,
)
from panic_button.ui.main_window import MainWindow
from panic_button.ui.theme import Appearance
from tests.ui.desk import PRESSED, Desk
from tests.ui.stand_ins import ANSWERED, FakeEngine, FakeJournal


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def appearance(qtbot: QtBot) -> Appearance:  # noqa: ARG001 - Qt runs
    return Appearance(Theme.DARK)


@pytest.fixture
def make_engine() -> Callable[[Snapshot], FakeEngine]:
    return FakeEngine


@pytest.fixture
def make_journal() -> type[FakeJournal]:
    return FakeJournal


@pytest.fixture
def no_journal() -> Callable[[], JournalReader]:
    return FakeJournal


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., MainWindow]:
    """Open a window on an engine; `now` is a moment that the test may move on."""

    def show_window(
        engine: FakeEngine,
        *,
        preferences: Preferences = ANSWERED,
        journal: JournalReader | None = None,
        now: datetime = PRESSED,
    ) -> MainWindow:
        window = MainWindow(
            engine,
            preferences,
            lambda: journal or FakeJournal(),
            on_preferences_changed=engine.kept.append,
            now=lambda: now,
        )
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return show_window
