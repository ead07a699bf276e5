"""The sign-in dialog: hands a username and a password to the engine, and shows what came of it.

Rule: it never blocks and never keeps the password: the field is emptied the moment it is sent.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from panic_button.core.ports import Engine
from panic_button.core.snapshot import AccountSnapshot, Keep, SignIn
from panic_button.ui.fonts import Weight, font
from panic_button.ui.health import exchange_name
from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.told import heading, tell, told

WIDTH = 420
KEEP_WORDS = {
    Keep.PASSWORD: "Keep the password in this computer's keyring,\nso that a refused sign-in is renewed by itself",
    Keep.TOKEN: "Keep only the session token",
    Keep.NOTHING: "Keep nothing: this session only",
}


class SignInDialog(SizedDialog):
    """Signs one account in. It closes by itself once the exchange has accepted."""

    def __init__(self, engine: Engine, account: AccountSnapshot, parent: QWidget | None = None) -> None:
        super().__init__(f"Sign in · {account.account.label}", WIDTH, parent)
        self._engine = engine
        self.label = account.account.label
        self.username = QLineEdit(account.account.username)
        self.username.setAccessibleName("Username")
        self.password = QLineEdit()
        self.password.setAccessibleName("Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.trouble = told(kind="trouble")
        self.keyring_trouble = told(kind="trouble")
        self.progress = told(kind="quiet")
        self.submit = QPushButton("Sign in")
        self.submit.setDefault(True)
        self.submit.setFont(font(13, Weight.DemiBold))
        self.keeps = QButtonGroup(self)
        self._lay_out(exchange_name(account.account))
        self.submit.clicked.connect(self.on_submit)
        self.username.textChanged.connect(self.on_edited)
        self.password.textChanged.connect(self.on_edited)
        self._working = False
        self.show_account(account)
        (self.password if self.username.text() else self.username).setFocus()

    @property
    def keep(self) -> Keep:
        return tuple(KEEP_WORDS)[self.keeps.checkedId()]

    def show_account(self, account: AccountSnapshot) -> None:
        """Show where the sign-in stands; closes the dialog once it is done."""
        if account.sign_in is SignIn.SIGNED_IN:
            self.accept()
            return
        self._working = account.sign_in is SignIn.WORKING
        tell(self.progress, "Asking the exchange…" if self._working else "")
        tell(self.trouble, "" if self._working else account.sign_in_trouble)
        tell(self.keyring_trouble, account.keyring_trouble)
        self._enable()

    @Slot()
    def on_submit(self) -> None:
        username, password = self.username.text().strip(), self.password.text()
        if self._working or not username or not password:
            return
        self.password.clear()
        self._working = True
        tell(self.progress, "Asking the exchange…")
        tell(self.trouble, "")
        self._enable()
        self._engine.sign_in(self.label, username=username, password=password, keep=self.keep)

    @Slot()
    def on_edited(self) -> None:
        self._enable()

    def done(self, result: int) -> None:
        self.password.clear()
        super().done(result)

    def _enable(self) -> None:
        for part in (self.username, self.password, *self.keeps.buttons()):
            part.setEnabled(not self._working)
        self.submit.setEnabled(not self._working and bool(self.username.text().strip() and self.password.text()))

    def _lay_out(self, exchange: str) -> None:
        column = self.column
        column.addWidget(heading(f"Sign in to {exchange}", 17))
        column.addSpacing(6)
        for text, field in (("Username", self.username), ("Password", self.password)):
            name = told(text, kind="quiet")
            name.setBuddy(field)
            column.addWidget(name)
            column.addWidget(field)
        column.addSpacing(6)
        for number, words in enumerate(KEEP_WORDS.values()):
            choice = QRadioButton(words)
            choice.setChecked(number == 0)
            self.keeps.addButton(choice, number)
            column.addWidget(choice)
        column.addSpacing(4)
        for label in (self.progress, self.trouble, self.keyring_trouble):
            column.addWidget(label)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.submit)
        column.addLayout(row)
