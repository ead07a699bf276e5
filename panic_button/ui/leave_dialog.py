"""Asks before the window closes on something that stops with it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.told import heading, told

WIDTH = 420


class LeaveDialog(SizedDialog):
    """Accepted: close the window all the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Close Panic Button?", WIDTH, parent)
        self.words = told()
        self.stay = QPushButton("Keep it open")
        self.stay.setDefault(True)
        self.stay.clicked.connect(self.reject)
        self.leave = QPushButton("Close all the same")
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.stay)
        column = self.column
        column.addWidget(heading("Close Panic Button?", 17))
        column.addWidget(self.words)
        column.addLayout(row)

    def show_words(self, leaving: tuple[str, ...]) -> None:
        """Say what would stop. Once nothing would, there is nothing to ask."""
        if not leaving:
            self.reject()
        self.words.setText("\n\n".join(leaving))
