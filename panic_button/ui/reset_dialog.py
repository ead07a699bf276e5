"""The reset: ends a lockout, deliberately and with a reason.

Rule: it sends nothing, and it never stands in the way of the fire button.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from panic_button.core.snapshot import AccountSnapshot
from panic_button.ui.hold_button import HoldButton
from panic_button.ui.lockout_words import reset_words
from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.theme import Appearance
from panic_button.ui.told import heading, told

WIDTH = 400
HOLD_S = 1.0
FIELD = 30
LONGEST_REASON = 200


class ResetDialog(SizedDialog):
    """Emits `reset_wanted` with the labels of the accounts and the reason, which is never empty."""

    reset_wanted = Signal(object, str)

    def __init__(self, appearance: Appearance, reasons: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__("Reset the lockout", WIDTH, parent)
        self._accounts: tuple[str, ...] = ()
        self.about = told()
        field = QLineEdit()
        field.setPlaceholderText("Why it may end, in a few words")
        field.setMaxLength(LONGEST_REASON)
        field.installEventFilter(self)
        self.reason = QComboBox()
        self.reason.setEditable(True)
        self.reason.setMinimumHeight(FIELD)
        self.reason.setLineEdit(field)
        self.reason.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reason.addItems(list(reasons))
        self.reason.setCurrentIndex(-1)
        self.reason.setAccessibleName("Reason for the reset")
        self.button = HoldButton(appearance, "Hold to end the lockout", hold_s=HOLD_S)
        self.button.setEnabled(False)
        self._lay_out()
        self.reason.editTextChanged.connect(self.on_reason_edited)
        self.button.fired.connect(self.on_fired)
        self.reason.setFocus()

    def show_lockouts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Say what the reset is for; closes the dialog once no account is locked out any more."""
        lockouts = {one.account.label: one.lockout for one in accounts if one.lockout is not None}
        self._accounts = tuple(lockouts)
        if not lockouts:
            self.reject()
            return
        self.about.setText(reset_words(self._accounts, sum(lockout.caught for lockout in lockouts.values())))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Enter in the field goes on to the button: it must not close the dialog, and it can't be a hold.
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            self.button.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def on_reason_edited(self) -> None:
        self.button.setEnabled(bool(self._reason))

    @Slot()
    def on_fired(self) -> None:
        if self._reason:
            self.reset_wanted.emit(self._accounts, self._reason)
            self.accept()

    @property
    def _reason(self) -> str:
        return self.reason.currentText().strip()

    def _lay_out(self) -> None:
        column = self.column
        column.addWidget(heading("Reset the lockout", 17))
        column.addWidget(self.about)
        column.addSpacing(2)
        name = told("Reason", kind="quiet")
        name.setBuddy(self.reason)
        column.addWidget(name)
        column.addWidget(self.reason)
        column.addSpacing(2)
        column.addWidget(told("Nothing is sent. From then on new orders stay open."))
        column.addWidget(self.button)
        cancel = QPushButton("Keep the lockout")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        column.addLayout(row)
