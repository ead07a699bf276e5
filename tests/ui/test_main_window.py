"""The window as a whole, on an engine that only remembers what it was asked."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

import panic_button.ui
from panic_button.core.model import Trigger
from panic_button.core.ports import JournalReader
from panic_button.core.preferences import Preferences, Theme
from panic_button.core.snapshot import SignIn, Snapshot
from panic_button.ui.main_window import MainWindow
from panic_button.ui.settings_dialog import SettingsDialog
from panic_button.ui.sign_in import SignInDialog
from panic_button.ui.theme import Appearance
from panic_button.ui.values import FaceKind

if TYPE_CHECKING:
    from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]


STATES = ("armed", "practice", "clear", "not_clear", "unconfirmed", "sending", "refused")


def second_button(window: MainWindow) -> QPushButton:
    return window.findChildren(QPushButton)[0]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", [(720, 520), (1400, 900)])
def test_every_state_is_shown(
    desk: Desk, make_engine: MakeEngine, show: Show, state: str, size: tuple[int, int]
) -> None:
    window = show(make_engine(getattr(desk, state)()), now=desk.at(4.2))
    window.resize(*size)
    assert not window.grab().isNull()


def test_a_held_press_reaches_the_engine(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    engine = make_engine(desk.armed())
    window = show(engine)
    QTest.keyPress(window.fire_button, Qt.Key.Key_Space)
    QTest.qWait(600)
    assert engine.fired == [Trigger.BUTTON]


def test_a_press_during_a_run_reaches_the_engine_at_once(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    engine = make_engine(desk.unconfirmed())
    window = show(engine, now=desk.at(4))
    QTest.mousePress(window.fire_button, Qt.MouseButton.LeftButton, pos=window.fire_button.rect().center())
    assert engine.fired == [Trigger.BUTTON]


def test_the_second_button_sends_again(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    engine = make_engine(desk.not_clear())
    window = show(engine, now=desk.at(0.2))
    assert second_button(window).text() == "Retry the 2"
    second_button(window).click()
    assert engine.fired == [Trigger.BUTTON]


def test_a_new_snapshot_is_shown(desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
    engine = make_engine(desk.armed())
    window = show(engine, now=desk.at(1))
    assert window.fire_button.face.kind is FaceKind.ARMED
    engine.say(desk.clear())
    qtbot.waitUntil(lambda: window.fire_button.face.kind is FaceKind.CLEAR)
    assert window.orders.tabs.currentIndex() == 1


def test_ages_grow_while_nothing_is_said(
    desk: Desk, make_engine: MakeEngine, no_journal: Callable[[], JournalReader], qtbot: QtBot
) -> None:
    moments = [desk.at(0.3)]
    window = MainWindow(
        make_engine(desk.sending()),
        Preferences(lockout=True),
        no_journal,
        on_preferences_changed=lambda _: None,
        now=lambda: moments[-1],
    )
    qtbot.addWidget(window)
    assert "Sent, waiting" in window.fire_button.face.small
    moments.append(desk.at(2))
    qtbot.waitUntil(lambda: "Still sending" in window.fire_button.face.small, timeout=1_000)


def test_signing_in_is_offered_and_closes_by_itself(
    desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
) -> None:
    engine = make_engine(desk.refused())
    window = show(engine)
    second_button(window).click()
    dialog = window.findChildren(SignInDialog)[0]
    assert dialog.trouble.text().startswith("The exchange refused the saved sign-in (401)")
    QTest.keyClicks(dialog.password, "hunter2")
    dialog.submit.click()
    assert engine.sign_ins[0][2] == "hunter2"
    engine.say(desk.armed())
    qtbot.waitUntil(lambda: not window.findChildren(SignInDialog))
    assert window.fire_button.isEnabled()


def test_the_account_menu_signs_out(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    engine = make_engine(desk.armed())
    window = show(engine)
    window.on_account_clicked(window.mapToGlobal(window.rect().center()))
    menu = window._account_menu
    assert [action.text() for action in menu.actions()] == ["Sign out"]
    menu.actions()[0].trigger()
    menu.close()
    assert engine.sign_outs == ["desk-1"]


def test_settings_apply_at_once_and_are_handed_on(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    engine = make_engine(desk.armed())
    window = show(engine)
    window._top_row.settings.click()
    dialog = window.findChildren(SettingsDialog)[0]
    dialog.length.setValue(12)
    dialog.themes[Theme.LIGHT].click()
    assert engine.kept[-1].guard.hold_s == 1.2
    assert engine.kept[-1].theme is Theme.LIGHT
    assert window.fire_button.face.small[1] == "Hold 1.2 s"
    window._top_row.settings.click()
    assert len(window.findChildren(SettingsDialog)) == 1
    dialog.accept()


def test_pinning_keeps_the_window_in_its_place(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    window = show(make_engine(desk.armed()))
    place = window.geometry()
    window._top_row.pin.click()
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert window.isVisible()
    assert window.geometry() == place
    window._top_row.pin.click()
    assert not window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert window.isVisible()


def test_keys_go_to_what_matters_first(desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
    engine = make_engine(desk.refused())
    window = show(engine)
    assert window.focusWidget() is second_button(window)
    engine.say(desk.armed())
    qtbot.waitUntil(lambda: window.focusWidget() is window.fire_button)


def test_somebody_who_types_is_not_torn_away(desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
    engine = make_engine(desk.refused())
    window = show(engine)
    window.orders.filter_box.setFocus()
    engine.say(desk.armed())
    qtbot.waitUntil(window.fire_button.isEnabled)
    assert window.focusWidget() is window.orders.filter_box


def test_tab_reaches_everything(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    window = show(make_engine(desk.not_clear()), now=desk.at(0.2))
    window.activateWindow()
    seen = []
    for _ in range(12):
        seen.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    for wanted in (window.fire_button, second_button(window), window.orders.tabs, window.orders.filter_box):
        assert wanted in seen


def test_the_theme_follows_the_choice(qtbot: QtBot, appearance: Appearance) -> None:
    with qtbot.waitSignal(appearance.changed):
        appearance.set_theme(Theme.LIGHT)
    light = appearance.tokens
    appearance.set_theme(Theme.DARK)
    assert appearance.tokens != light


def test_several_accounts_have_a_menu_each(desk: Desk, make_engine: MakeEngine, show: Show) -> None:
    out = msgspec.structs.replace(
        desk.account(account=msgspec.structs.replace(desk.account().account, label="desk-2")),
        sign_in=SignIn.SIGNED_OUT,
    )
    window = show(make_engine(desk.of(desk.account(), out)))
    window.on_account_clicked(window.mapToGlobal(window.rect().center()))
    menu = window._account_menu
    assert [action.text() for action in menu.actions()] == ["Sign out · desk-1", "Sign in… · desk-2"]
    menu.close()


def test_no_dialog_runs_a_loop_of_its_own() -> None:
    """A nested event loop while a cancel is out would hold back everything behind it."""
    for file in sorted(Path(panic_button.ui.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"exec", "exec_", "processEvents"}, f"{file.name}:{node.lineno}"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal: its count says nothing")
def test_void_calls_do_not_use_up_none(qtbot: QtBot) -> None:
    """A binding that drops a reference to None in every void call ends the process after some thousands."""
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("warm")
    before = sys.getrefcount(None)
    for number in range(500):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 100


def test_lost_evidence_marks_the_footer_for_as_long_as_it_lasts(
    desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
) -> None:
    engine = make_engine(msgspec.structs.replace(desk.watching(), evidence_trouble="The disk is full."))
    window = show(engine, now=desk.at(3))
    mark = window._footer._evidence
    assert mark.isVisible()
    assert (mark.text(), mark.toolTip()) == ("NO EVIDENCE IS KEPT", "The disk is full.")
    engine.say(desk.watching())
    qtbot.waitUntil(lambda: not mark.isVisible())
