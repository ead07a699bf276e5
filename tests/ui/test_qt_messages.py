"""What Qt says is in the log at its own level, and a mistake in the dialog that tells of mistakes is one line more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import qCritical, qDebug, qWarning
from pytestqt.qtbot import QtBot

from panic_button.core.snapshot import Snapshot
from panic_button.storage.crashes import mistakes_caught
from panic_button.ui import crash_dialog
from panic_button.ui.crash_dialog import CrashDialog
from panic_button.ui.main_window import MainWindow
from panic_button.ui.qt_messages import qt_messages_logged
from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]


@pytest.fixture
def mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dialog that tells of mistakes can't be made."""

    def fail(*_: object) -> str:
        raise KeyError("in the dialog")

    monkeypatch.setattr(crash_dialog, "crash_words", fail)


def test_what_qt_says_is_logged_and_no_warning_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with qt_messages_logged():
        qDebug("fine")
        qWarning("harmless 100%")
        qCritical("worse")
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert told == [
        (logging.DEBUG, "default: fine"),
        (logging.WARNING, "default: harmless 100%"),
        (logging.ERROR, "default: worse"),
    ]
    qDebug("somebody else hears this")
    assert len(caplog.records) == 3


@pytest.mark.usefixtures("mistaken")
def test_a_mistake_in_the_telling_of_mistakes_ends_in_the_log(
    desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = show(make_engine(desk.not_clear()), now=desk.at(3))
    told: list[str] = []
    window.crashed.connect(told.append)
    with mistakes_caught(lambda: None) as mistakes:
        mistakes.tell = partial(window.crashed.emit, "/desk/logs")
        logging.getLogger("panic_button").critical("the first")
        assert "in the dialog" not in caplog.text, "it is not told in the midst of the mistake"
        qtbot.waitUntil(lambda: caplog.text.count("KeyError: 'in the dialog'") == 2)
        qtbot.wait(50)  # nothing comes of it any more
    assert len(told) == 2
    assert window.findChildren(CrashDialog) == []
    assert window.fire_button.isEnabled()
