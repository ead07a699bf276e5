"""The settings: the guard and how the window looks. Small, and at once: there is nothing to confirm.

Rule: it keeps nothing. It says what was chosen, and whoever listens applies and stores it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from panic_button.core.preferences import Guard, GuardKind, Theme
from panic_button.ui.fonts import Weight, font

SHORTEST_TENTHS = 4
LONGEST_TENTHS = 15
THEME_WORDS = {Theme.SYSTEM: "As the system", Theme.DARK: "Dark", Theme.LIGHT: "Light"}


class SettingsDialog(QDialog):
    """Emits `guard_chosen` with a Guard and `theme_chosen` with a Theme."""

    guard_chosen = Signal(object)
    theme_chosen = Signal(object)

    def __init__(self, guard: Guard, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.hold = QRadioButton("Press and hold")
        self.two_step = QRadioButton("Two clicks, the second within 2 s")
        kinds = QButtonGroup(self)
        for choice in (self.hold, self.two_step):
            kinds.addButton(choice)
        (self.hold if guard.kind is GuardKind.HOLD else self.two_step).setChecked(True)
        self.length = QSlider(Qt.Orientation.Horizontal)
        self.length.setRange(SHORTEST_TENTHS, LONGEST_TENTHS)
        self.length.setPageStep(1)
        self.length.setValue(round(guard.hold_s * 10))
        self.length.setAccessibleName("Length of the hold in tenths of a second")
        self.value = QLabel()
        self.value.setFont(font(13, Weight.DemiBold, tabular=True))
        self.themes = {look: QRadioButton(words) for look, words in THEME_WORDS.items()}
        looks = QButtonGroup(self)
        for look, button in self.themes.items():
            looks.addButton(button)
            button.setChecked(look is theme)
        self._lay_out()
        self._show_length()
        kinds.buttonClicked.connect(self.on_guard_edited)
        self.length.valueChanged.connect(self.on_guard_edited)
        looks.buttonClicked.connect(self.on_theme_edited)

    @property
    def guard(self) -> Guard:
        kind = GuardKind.HOLD if self.hold.isChecked() else GuardKind.TWO_STEP
        return Guard(kind=kind, hold_s=self.length.value() / 10)

    @Slot()
    def on_guard_edited(self) -> None:
        self._show_length()
        self.guard_chosen.emit(self.guard)

    @Slot()
    def on_theme_edited(self) -> None:
        self.theme_chosen.emit(next(theme for theme, button in self.themes.items() if button.isChecked()))

    def _show_length(self) -> None:
        self.length.setEnabled(self.hold.isChecked())
        self.value.setText(f"{self.guard.hold_s:.1f} s")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 20)
        column.setSpacing(9)
        column.addWidget(_heading("Guard of the button"))
        column.addWidget(self.hold)
        length = QHBoxLayout()
        length.setContentsMargins(24, 0, 0, 0)
        length.addWidget(self.length, 1)
        length.addWidget(self.value)
        column.addLayout(length)
        column.addWidget(self.two_step)
        note = QLabel("While a cancel is running, every press fires at once.")
        note.setProperty("quiet", True)  # noqa: FBT003 - Qt's own signature
        column.addWidget(note)
        column.addSpacing(10)
        column.addWidget(_heading("Appearance"))
        for button in self.themes.values():
            column.addWidget(button)
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(font(13, Weight.Bold))
    return label
