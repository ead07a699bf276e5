"""The lockout: its words, its box, and the reset, which is deliberate and sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from panic_button.core.model import Account, Trigger
from panic_button.core.preferences import Guard, Preferences, Theme
from panic_button.core.snapshot import Snapshot
from panic_button.ui.main_window import MainWindow
from panic_button.ui.reset_dialog import WIDTH, ResetDialog
from panic_button.ui.theme import Appearance
from panic_button.ui.values import FaceKind, View
from panic_button.ui.view import view_of
from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]
HOLD_MS = 1_000
PATIENCE_MS = 3_000


def seen(snapshot: Snapshot, desk: Desk) -> View:
    return view_of(snapshot, Preferences(), desk.at(3))


def box_of(view: View) -> str:
    assert view.lockout is not None
    return "".join(span.text for span in view.lockout.line)


class TestWords:
    @pytest.mark.parametrize(
        ("placers", "words"),
        [
            ((), "none so far."),
            ((("mm-nba-", 1),), "1 so far, from mm-nba-."),
            ((("mm-nba-", 3),), "3 so far, all from mm-nba-."),
            ((("", 3),), "3 so far, all without a reference."),
            ((("mm-nba-", 14), ("", 2)), "14 from mm-nba-, 2 without a reference since 14:03:23 UTC."),
            ((("mm-nba-", 14), ("maker-", 2)), "14 from mm-nba-, 2 from maker- since 14:03:23 UTC."),
            ((("a-", 9), ("b-", 4), ("c-", 2), ("others", 5)), "9 from a-, 4 from b-, 7 from others since"),
        ],
    )
    def test_it_says_how_many_were_cancelled_and_who_placed_them(
        self, desk: Desk, placers: tuple[tuple[str, int], ...], words: str
    ) -> None:
        text = box_of(seen(desk.locked(desk.watching(), *placers), desk))
        assert text.startswith(f"Lockout. New orders are cancelled as they appear: {words}")

    def test_it_says_that_it_is_no_block(self, desk: Desk) -> None:
        text = box_of(seen(desk.locked(desk.watching()), desk))
        assert text.endswith("It is this program watching, not a block on the exchange.")

    def test_a_reference_without_an_end_is_cut(self, desk: Desk) -> None:
        text = box_of(seen(desk.locked(desk.watching(), ("x" * 500, 2)), desk))
        assert f"{'x' * 28}…." in text

    def test_one_bot_on_several_accounts_is_counted_as_one(self, desk: Desk) -> None:
        one = desk.locked(desk.watching(), ("mm-", 2)).accounts[0]
        other = replace(desk.locked(desk.watching(), ("mm-", 3)).accounts[0], account=Account(label="desk-2"))
        assert "5 so far, all from mm-." in box_of(seen(desk.of(one, other), desk))

    def test_an_account_that_is_not_locked_out_is_left_out_by_name(self, desk: Desk) -> None:
        locked = desk.locked(desk.watching()).accounts[0]
        free = replace(desk.watching().accounts[0], account=Account(label="desk-2"))
        assert box_of(seen(desk.of(locked, free), desk)).startswith("Lockout of desk-1.")

    def test_without_a_lockout_there_is_no_box(self, desk: Desk) -> None:
        assert seen(desk.watching(), desk).lockout is None

    @pytest.mark.parametrize(
        ("state", "chip"),
        [("watching", "LOCKOUT ON"), ("armed", "LOCKOUT ON"), ("not_clear", "NOT CLEAR"), ("unconfirmed", "NO ANSWER")],
    )
    def test_the_chip_is_the_lockouts_but_over_a_run_that_is_not_clear(self, desk: Desk, state: str, chip: str) -> None:
        assert seen(desk.locked(getattr(desk, state)()), desk).health.chip.text == chip

    def test_firing_is_never_locked(self, desk: Desk) -> None:
        face = seen(desk.locked(desk.watching()), desk).face
        assert face.kind is FaceKind.CLEAR
        assert face.enabled


class TestBox:
    def test_it_stands_under_the_button_with_its_reset(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.locked(desk.watching(), ("mm-", 3))), now=desk.at(3))
        box = window.findChild(QLabel, "lockout")
        assert isinstance(box, QLabel)
        assert box.isVisible()
        assert window._left.reset.isVisible()
        assert not window._left.second.isVisible()

    def test_a_reference_is_text_and_never_markup(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.locked(desk.watching(), ("<img src=x>", 3))), now=desk.at(3))
        box = window.findChild(QLabel, "lockout")
        assert isinstance(box, QLabel)
        assert "<img" not in box.text()
        assert "<img src=x>" in box.accessibleName()

    def test_it_goes_with_the_lockout(self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
        engine = make_engine(desk.locked(desk.watching()))
        window = show(engine, now=desk.at(3))
        engine.say(desk.watching())
        qtbot.waitUntil(lambda: not window._left.reset.isVisible())

    @pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
    def test_the_smallest_window_keeps_button_and_reset_in_sight(
        self, desk: Desk, make_engine: MakeEngine, show: Show, theme: Theme
    ) -> None:
        preferences = Preferences(guard=Guard(hold_s=0.4), theme=theme, lockout=True)
        window = show(make_engine(desk.locked(desk.not_clear(), ("mm-", 9))), preferences=preferences, now=desk.at(3))
        window.resize(720, 520)
        QApplication.processEvents()
        button, reset = window.fire_button, window._left.reset
        assert button.scale() > 0.71
        assert not button.visibleRegion().isEmpty()
        assert reset.visibleRegion().boundingRect() == reset.rect()


class TestReset:
    @pytest.fixture
    def dialog(self, qtbot: QtBot, desk: Desk, appearance: Appearance) -> ResetDialog:
        dialog = ResetDialog(appearance, ("Feed is back", "Test"))
        qtbot.addWidget(dialog)
        dialog.show_lockouts(desk.locked(desk.watching(), ("mm-", 3)).accounts)
        dialog.show()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        return dialog

    def test_it_names_the_account_and_says_what_a_lockout_is(self, dialog: ResetDialog) -> None:
        assert dialog.about.text() == (
            "The lockout of desk-1 is on. 3 new orders cancelled so far. "
            "It is this program watching, not a block on the exchange."
        )

    def test_without_a_reason_there_is_nothing_to_hold(self, dialog: ResetDialog) -> None:
        assert not dialog.button.isEnabled()
        dialog.reason.setEditText("   ")
        assert not dialog.button.isEnabled()

    def test_a_whole_hold_resets_with_the_reason(self, dialog: ResetDialog, qtbot: QtBot) -> None:
        QTest.keyClicks(dialog.reason, " Feed is fine ")
        dialog.button.setFocus()
        with qtbot.waitSignal(dialog.reset_wanted, timeout=PATIENCE_MS) as wanted:
            QTest.keyPress(dialog.button, Qt.Key.Key_Space)
        assert wanted.args == [("desk-1",), "Feed is fine"]
        assert not dialog.isVisible()

    def test_a_short_press_resets_nothing(self, dialog: ResetDialog) -> None:
        told: list[object] = []
        dialog.reset_wanted.connect(lambda *args: told.append(args))
        dialog.reason.setCurrentIndex(0)
        QTest.mousePress(dialog.button, Qt.MouseButton.LeftButton)
        QTest.mouseRelease(dialog.button, Qt.MouseButton.LeftButton)
        assert not dialog.button.holding
        assert told == []

    def test_a_reason_that_is_taken_away_ends_the_hold(self, dialog: ResetDialog) -> None:
        dialog.reason.setCurrentIndex(1)
        QTest.mousePress(dialog.button, Qt.MouseButton.LeftButton)
        dialog.reason.setEditText("")
        assert not dialog.button.holding

    def test_enter_in_the_reason_goes_on_to_the_button(self, dialog: ResetDialog) -> None:
        QTest.keyClicks(dialog.reason, "Feed is fine")
        field = dialog.reason.lineEdit()
        assert field is not None
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert dialog.focusWidget() is dialog.button

    def test_it_goes_when_the_lockout_has_gone(self, dialog: ResetDialog, desk: Desk) -> None:
        dialog.show_lockouts(desk.watching().accounts)
        assert not dialog.isVisible()

    def test_it_is_as_tall_as_its_words_and_never_wider(self, dialog: ResetDialog, desk: Desk, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: dialog.height() == dialog.column.totalHeightForWidth(WIDTH))
        before = dialog.height()
        one = desk.locked(desk.watching()).accounts[0]
        many = [replace(one, account=Account(label=f"a desk with a long name {number}")) for number in range(12)]
        dialog.show_lockouts(tuple(many))
        qtbot.waitUntil(lambda: dialog.height() > before)
        assert dialog.about.height() >= dialog.about.heightForWidth(dialog.about.width())
        assert dialog.width() == WIDTH

    def test_the_window_resets_at_the_engine_and_keeps_the_reason(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        engine = make_engine(desk.locked(desk.watching()))
        window = show(engine, now=desk.at(3))
        window._left.reset.click()
        (dialog,) = window.findChildren(ResetDialog)
        assert QApplication.activeModalWidget() is None
        dialog.reason.setEditText("Feed is back")
        dialog.button.on_clicked_by_tool()
        dialog.button.on_clicked_by_tool()
        assert engine.resets == [("desk-1", "Feed is back")]
        assert engine.kept[-1].reset_reasons == ("Feed is back",)
        assert engine.fired == []
        qtbot.waitUntil(lambda: not window.findChildren(ResetDialog))

    def test_the_button_fires_while_the_dialog_is_open(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        engine = make_engine(desk.locked(desk.not_clear()))
        window = show(engine, now=desk.at(3))
        window._left.reset.click()
        QTest.mousePress(window.fire_button, Qt.MouseButton.LeftButton, pos=window.fire_button.rect().center())
        assert engine.fired == [Trigger.BUTTON]
        window.findChildren(ResetDialog)[0].reject()
