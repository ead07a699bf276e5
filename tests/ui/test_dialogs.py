"""Sign-in and settings: non-modal, plain about trouble, and forgetful about passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from panic_button.core.preferences import Guard, GuardKind, Preferences, Theme
from panic_button.core.snapshot import AccountSnapshot, Keep, SignIn, Snapshot
from panic_button.ui.settings_dialog import SettingsDialog
from panic_button.ui.sign_in import SignInDialog

if TYPE_CHECKING:
    from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]


@pytest.fixture
def signed_out(desk: Desk) -> AccountSnapshot:
    return msgspec.structs.replace(desk.armed().accounts[0], sign_in=SignIn.SIGNED_OUT)


class TestSignIn:
    @pytest.fixture
    def dialog(self, qtbot: QtBot, make_engine: MakeEngine, signed_out: AccountSnapshot) -> SignInDialog:
        dialog = SignInDialog(make_engine(Snapshot()), signed_out)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    def test_it_sends_what_was_typed_and_forgets_the_password(self, dialog: SignInDialog) -> None:
        assert dialog.username.text() == "trader"
        QTest.keyClicks(dialog.password, "hunter2")
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        assert dialog._engine.sign_ins == [("desk-1", "trader", "hunter2", Keep.PASSWORD)]  # type: ignore[attr-defined]
        assert dialog.password.text() == ""
        assert not dialog.submit.isEnabled()

    def test_the_password_is_not_readable(self, dialog: SignInDialog) -> None:
        assert dialog.password.echoMode() is QLineEdit.EchoMode.Password

    @pytest.mark.parametrize(("number", "keep"), list(enumerate([Keep.PASSWORD, Keep.TOKEN, Keep.NOTHING])))
    def test_what_is_kept_is_chosen(self, dialog: SignInDialog, number: int, keep: Keep) -> None:
        dialog.keeps.button(number).click()
        assert dialog.keep is keep

    def test_nothing_is_sent_without_a_password(self, dialog: SignInDialog) -> None:
        assert not dialog.submit.isEnabled()
        dialog.on_submit()
        assert dialog._engine.sign_ins == []  # type: ignore[attr-defined]

    def test_it_waits_while_the_engine_works(self, dialog: SignInDialog, signed_out: AccountSnapshot) -> None:
        dialog.show_account(msgspec.structs.replace(signed_out, sign_in=SignIn.WORKING))
        assert not dialog.password.isEnabled()
        assert dialog.progress.text() == "Asking the exchange…"

    def test_a_refusal_is_told_and_can_be_mended(self, dialog: SignInDialog, signed_out: AccountSnapshot) -> None:
        dialog.show_account(msgspec.structs.replace(signed_out, sign_in=SignIn.WORKING))
        refused = msgspec.structs.replace(
            signed_out, sign_in=SignIn.REFUSED, sign_in_trouble="The exchange does not know this password."
        )
        dialog.show_account(refused)
        assert dialog.trouble.text() == "The exchange does not know this password."
        assert dialog.trouble.isVisible()
        assert dialog.password.isEnabled()

    def test_keyring_trouble_is_told(self, dialog: SignInDialog, signed_out: AccountSnapshot) -> None:
        dialog.show_account(msgspec.structs.replace(signed_out, keyring_trouble="The keyring is locked."))
        assert dialog.keyring_trouble.isVisible()

    def test_it_closes_once_the_exchange_has_accepted(self, dialog: SignInDialog, desk: Desk) -> None:
        dialog.show_account(desk.armed().accounts[0])
        assert not dialog.isVisible()

    def test_cancelling_forgets_the_password(self, dialog: SignInDialog) -> None:
        QTest.keyClicks(dialog.password, "hunter2")
        dialog.reject()
        assert dialog.password.text() == ""


class TestSettings:
    @pytest.fixture
    def dialog(self, qtbot: QtBot) -> SettingsDialog:
        dialog = SettingsDialog(Preferences(guard=Guard(hold_s=0.6), telephone="+1 555 0100"))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    def test_it_shows_what_is_set(self, dialog: SettingsDialog) -> None:
        assert dialog.hold.isChecked()
        assert dialog.value.text() == "0.6 s"
        assert dialog.themes[Theme.SYSTEM].isChecked()
        assert dialog.lockout.isChecked()
        assert dialog.telephone.text() == "+1 555 0100"

    def test_the_length_of_the_hold_is_told_at_once(self, dialog: SettingsDialog, qtbot: QtBot) -> None:
        with qtbot.waitSignal(dialog.chosen) as chosen:
            dialog.length.setValue(15)
        assert chosen.args == [Preferences(guard=Guard(hold_s=1.5), telephone="+1 555 0100")]
        assert dialog.value.text() == "1.5 s"

    def test_the_length_stays_in_its_bounds(self, dialog: SettingsDialog) -> None:
        dialog.length.setValue(99)
        assert dialog.guard.hold_s == 1.5
        dialog.length.setValue(0)
        assert dialog.guard.hold_s == 0.4

    def test_two_clicks_have_no_length(self, dialog: SettingsDialog, qtbot: QtBot) -> None:
        with qtbot.waitSignal(dialog.chosen) as chosen:
            dialog.two_step.click()
        assert chosen.args is not None
        assert chosen.args[0].guard.kind is GuardKind.TWO_STEP
        assert not dialog.length.isEnabled()

    def test_a_theme_is_told_at_once(self, dialog: SettingsDialog, qtbot: QtBot) -> None:
        with qtbot.waitSignal(dialog.chosen) as chosen:
            dialog.themes[Theme.LIGHT].click()
        assert chosen.args is not None
        assert chosen.args[0].theme is Theme.LIGHT

    def test_a_telephone_is_told_as_it_is_typed(self, dialog: SettingsDialog) -> None:
        told: list[Preferences] = []
        dialog.chosen.connect(told.append)
        dialog.telephone.clear()
        QTest.keyClicks(dialog.telephone, " 555 ")
        assert told[-1].telephone == "555"

    def test_the_lockout_is_answered_only_by_its_own_box(self, dialog: SettingsDialog) -> None:
        """Until somebody has answered, the question of the first use is still to be asked."""
        told: list[Preferences] = []
        dialog.chosen.connect(told.append)
        dialog.length.setValue(9)
        dialog.lockout.click()
        dialog.lockout.click()
        assert [one.lockout for one in told] == [None, False, True]
