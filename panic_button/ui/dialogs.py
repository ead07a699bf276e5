"""The dialogs of the window: each open at most once, beside the button, and made when it is wanted.

Rule: never modal, so that the button can be pressed whatever is open; and none is imported before it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from panic_button.core.ports import Engine
from panic_button.core.preferences import Preferences
from panic_button.core.snapshot import AccountSnapshot, SignIn, Snapshot
from panic_button.ui.theme import Appearance

if TYPE_CHECKING:
    from panic_button.ui.crash_dialog import CrashDialog
    from panic_button.ui.first_use import FirstUseDialog
    from panic_button.ui.leave_dialog import LeaveDialog
    from panic_button.ui.reset_dialog import ResetDialog
    from panic_button.ui.settings_dialog import SettingsDialog
    from panic_button.ui.sign_in import SignInDialog

BESIDE_THE_BUTTON = QPoint(330, 130)
KEPT_REASONS = 5

_Dialog = TypeVar("_Dialog", bound=QDialog)


class Once(Generic[_Dialog]):
    """The place of a dialog that is open at most once."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.dialog: _Dialog | None = None

    def open(self, make: Callable[[], _Dialog]) -> _Dialog:
        """The dialog, made if there is none, in front."""
        if self.dialog is None:
            self.dialog = make()
            self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.dialog.finished.connect(self._on_finished)
            self.dialog.move(self._window.mapToGlobal(BESIDE_THE_BUTTON))
        self.dialog.show()
        if not self.dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating):
            self.dialog.raise_()
            self.dialog.activateWindow()
        return self.dialog

    def _on_finished(self, _result: int) -> None:
        self.dialog = None


class Dialogs(QObject):
    """Opens dialogs, keeps them up to date, and acts on their answers.

    Emits `chosen` with Preferences, and `left` when the person wants the window closed all the same.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, window: QWidget, engine: Engine, appearance: Appearance, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._engine = engine
        self._appearance = appearance
        self._preferences = preferences
        self._asked_first = False
        self._sign_in: Once[SignInDialog] = Once(window)
        self._settings: Once[SettingsDialog] = Once(window)
        self._reset: Once[ResetDialog] = Once(window)
        self._first_use: Once[FirstUseDialog] = Once(window)
        self._leave: Once[LeaveDialog] = Once(window)
        self._crash: Once[CrashDialog] = Once(window)

    def show_preferences(self, preferences: Preferences) -> None:
        self._preferences = preferences
        if self._settings.dialog is not None:
            self._settings.dialog.show_preferences(preferences)

    def show_snapshot(self, snapshot: Snapshot, leaving: tuple[str, ...]) -> None:
        """Bring what is open up to date, and ask what is to be asked once somebody has signed in."""
        for account in snapshot.accounts:
            if self._sign_in.dialog is not None and self._sign_in.dialog.label == account.account.label:
                self._sign_in.dialog.show_account(account)
        if self._reset.dialog is not None:
            self._reset.dialog.show_lockouts(snapshot.accounts)
        if self._leave.dialog is not None:
            self._leave.dialog.show_words(leaving)
        signed_in = any(one.sign_in is SignIn.SIGNED_IN for one in snapshot.accounts)
        if signed_in and self._preferences.lockout is None and not self._asked_first:
            self._asked_first = True
            self._first_use.open(self._made_first_use)

    def open_sign_in(self, account: AccountSnapshot) -> None:
        from panic_button.ui.sign_in import SignInDialog  # noqa: PLC0415 - see the rule

        self._sign_in.open(lambda: SignInDialog(self._engine, account, self._window))

    def open_settings(self) -> None:
        self._settings.open(self._made_settings)

    def open_reset(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        self._reset.open(self._made_reset).show_lockouts(accounts)

    def ask_to_leave(self, leaving: tuple[str, ...]) -> None:
        self._leave.open(self._made_leave).show_words(leaving)

    def tell_crash(self, words: str) -> None:
        """One at a time: the first mistake tells more than those that follow from it."""
        from panic_button.ui.crash_dialog import CrashDialog  # noqa: PLC0415 - see the rule

        self._crash.open(lambda: CrashDialog(words, self._window))

    @Slot(object)
    def on_chosen(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self.chosen.emit(preferences)

    @Slot()
    def on_lockout_chosen(self) -> None:
        self.on_chosen(replace(self._preferences, lockout=True))

    @Slot()
    def on_cancel_chosen(self) -> None:
        self.on_chosen(replace(self._preferences, lockout=False))

    @Slot(object, str)
    def on_reset_wanted(self, labels: tuple[str, ...], reason: str) -> None:
        for label in labels:
            self._engine.reset(label, reason)
        others = [kept for kept in self._preferences.reset_reasons if kept != reason]
        self.on_chosen(replace(self._preferences, reset_reasons=(reason, *others)[:KEPT_REASONS]))

    def _made_settings(self) -> SettingsDialog:
        from panic_button.ui.settings_dialog import SettingsDialog  # noqa: PLC0415 - see the rule

        dialog = SettingsDialog(self._preferences, self._window)
        dialog.chosen.connect(self.on_chosen)
        return dialog

    def _made_first_use(self) -> FirstUseDialog:
        from panic_button.ui.first_use import FirstUseDialog  # noqa: PLC0415 - see the rule

        dialog = FirstUseDialog(self._window)
        dialog.lockout_chosen.connect(self.on_lockout_chosen)
        dialog.cancel_chosen.connect(self.on_cancel_chosen)
        return dialog

    def _made_reset(self) -> ResetDialog:
        from panic_button.ui.reset_dialog import ResetDialog  # noqa: PLC0415 - see the rule

        dialog = ResetDialog(self._appearance, self._preferences.reset_reasons, self._window)
        dialog.reset_wanted.connect(self.on_reset_wanted)
        return dialog

    def _made_leave(self) -> LeaveDialog:
        from panic_button.ui.leave_dialog import LeaveDialog  # noqa: PLC0415 - see the rule

        dialog = LeaveDialog(self._window)
        dialog.accepted.connect(self.left)
        return dialog
