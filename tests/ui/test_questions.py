"""The questions that the window asks by itself: at the first use, and before it closes on something that stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from panic_button.core.preferences import Guard, Preferences
from panic_button.core.snapshot import Snapshot
from panic_button.ui.first_use import FirstUseDialog
from panic_button.ui.leave_dialog import LeaveDialog
from panic_button.ui.main_window import MainWindow
from panic_button.ui.settings_dialog import SettingsDialog
from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]
NEW = Preferences(guard=Guard(hold_s=0.4))


class TestFirstUse:
    @pytest.fixture
    def asked(self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> tuple[MainWindow, Any]:
        engine = make_engine(desk.armed())
        window = show(engine, preferences=NEW)
        qtbot.waitUntil(lambda: bool(window.findChildren(FirstUseDialog)))
        return window, engine

    def test_it_is_asked_once_a_sign_in_has_come(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        engine = make_engine(desk.refused())
        window = show(engine, preferences=NEW)
        qtbot.waitUntil(lambda: bool(window.orders._grids))
        assert window.findChildren(FirstUseDialog) == []
        engine.say(desk.armed())
        qtbot.waitUntil(lambda: len(window.findChildren(FirstUseDialog)) == 1)
        assert QApplication.activeModalWidget() is None
        window.findChildren(FirstUseDialog)[0].reject()

    def test_it_is_not_asked_of_somebody_who_has_answered(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        window = show(make_engine(desk.armed()))
        qtbot.waitUntil(lambda: bool(window.orders._grids))
        assert window.findChildren(FirstUseDialog) == []

    @pytest.mark.parametrize(("name", "lockout"), [("lock_out", True), ("only_cancel", False)])
    def test_an_answer_is_kept_and_told_to_the_engine(
        self, asked: tuple[MainWindow, Any], *, name: str, lockout: bool
    ) -> None:
        window, engine = asked
        getattr(window.findChildren(FirstUseDialog)[0], name).click()
        assert engine.kept[-1].lockout is lockout
        # Until then presses did lock out, so only the other answer changes anything.
        assert engine.lockouts == ([] if lockout else [False])

    def test_closing_it_decides_nothing_and_it_is_not_asked_twice(
        self, asked: tuple[MainWindow, Any], desk: Desk, qtbot: QtBot
    ) -> None:
        window, engine = asked
        window.findChildren(FirstUseDialog)[0].close()
        qtbot.waitUntil(lambda: not window.findChildren(FirstUseDialog))
        engine.say(desk.not_clear())
        qtbot.waitUntil(lambda: window._snapshot is engine.snapshot)
        assert window.findChildren(FirstUseDialog) == []
        assert (engine.kept, engine.lockouts) == ([], [])

    def test_the_keys_stay_with_the_button(self, asked: tuple[MainWindow, Any]) -> None:
        window, _ = asked
        dialog = window.findChildren(FirstUseDialog)[0]
        assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        assert window.focusWidget() is window.fire_button
        dialog.reject()

    def test_open_settings_learn_the_answer(self, asked: tuple[MainWindow, Any]) -> None:
        window, engine = asked
        window._top_row.settings.click()
        settings = window.findChildren(SettingsDialog)[0]
        window.findChildren(FirstUseDialog)[0].only_cancel.click()
        assert not settings.lockout.isChecked()
        settings.length.setValue(9)
        assert engine.kept[-1].lockout is False
        settings.reject()


class TestLeaving:
    @pytest.mark.parametrize("state", ["armed", "watching", "refused"])
    def test_it_closes_at_once_where_nothing_stops(
        self, desk: Desk, make_engine: MakeEngine, show: Show, state: str
    ) -> None:
        window = show(make_engine(getattr(desk, state)()), now=desk.at(3))
        assert window.close()
        assert not window.isVisible()

    def test_it_asks_while_a_run_is_not_clear(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.not_clear()), now=desk.at(3))
        assert not window.close()
        assert window.isVisible()
        assert QApplication.activeModalWidget() is None
        (dialog,) = window.findChildren(LeaveDialog)
        assert dialog.words.text().startswith("The cancel of desk-1 is not CLEAR.")
        dialog.stay.click()
        assert window.isVisible()

    def test_it_asks_while_a_lockout_is_on_and_closes_all_the_same(
        self, desk: Desk, make_engine: MakeEngine, show: Show
    ) -> None:
        window = show(make_engine(desk.locked(desk.watching())), now=desk.at(3))
        assert not window.close()
        (dialog,) = window.findChildren(LeaveDialog)
        assert dialog.words.text().startswith("The lockout of desk-1 is on.")
        dialog.leave.click()
        assert not window.isVisible()

    def test_the_safe_answer_is_the_one_that_enter_gives(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.not_clear()), now=desk.at(3))
        window.close()
        (dialog,) = window.findChildren(LeaveDialog)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert window.isVisible()

    def test_there_is_nothing_to_ask_once_it_is_clear(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        engine = make_engine(desk.not_clear())
        window = show(engine, now=desk.at(3))
        window.close()
        engine.say(desk.watching())
        qtbot.waitUntil(lambda: not window.findChildren(LeaveDialog))
        assert window.close()

    def test_asking_twice_opens_one_dialog(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.not_clear()), now=desk.at(3))
        window.close()
        window.close()
        assert len(window.findChildren(LeaveDialog)) == 1
        window.findChildren(LeaveDialog)[0].reject()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
