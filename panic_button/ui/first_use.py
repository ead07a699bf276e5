"""The question of the first use: shall a press lock out? Asked once, in the window's own time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from panic_button.ui.lockout_words import NO_BLOCK
from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.told import heading, told

WIDTH = 430


class FirstUseDialog(SizedDialog):
    """Emits `lockout_chosen` or `cancel_chosen`. Closing it decides nothing."""

    lockout_chosen = Signal()
    cancel_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Shall a press lock out?", WIDTH, parent)
        # Whoever is about to press goes on to press: the keys stay with the button.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.lock_out = _answer("Lock out")
        self.only_cancel = _answer("Only cancel")
        self._lay_out()
        self.lock_out.clicked.connect(self.on_lock_out)
        self.only_cancel.clicked.connect(self.on_only_cancel)

    @Slot()
    def on_lock_out(self) -> None:
        self.lockout_chosen.emit()
        self.accept()

    @Slot()
    def on_only_cancel(self) -> None:
        self.cancel_chosen.emit()
        self.accept()

    def _lay_out(self) -> None:
        column = self.column
        column.addWidget(heading("Shall a press lock out?", 17))
        column.addWidget(told("A press cancels every open order. What of those that a bot places after it?"))
        column.addSpacing(6)
        column.addWidget(self.lock_out)
        column.addWidget(
            told(f"Whatever opens is cancelled as it appears, until you end it with a reset. {NO_BLOCK}", kind="quiet")
        )
        column.addSpacing(6)
        column.addWidget(self.only_cancel)
        column.addWidget(
            told(
                "Orders that come late are cancelled for some seconds. What opens after that stays open.", kind="quiet"
            )
        )
        column.addSpacing(6)
        column.addWidget(told("Until you answer, presses lock out. Settings can change it at any time.", kind="quiet"))


def _answer(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    return button
