"""The settings: the guard, what follows a press, whom to call, and how the window looks. There is nothing to confirm.

Rule: it keeps nothing. It says what was chosen, and whoever listens applies and stores it.
"""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QWidget,
)

from panic_button.core.preferences import Guard, GuardKind, Preferences, Theme
from panic_button.ui.fonts import Weight, font
from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.told import heading, told

SHORTEST_TENTHS = 4
LONGEST_TENTHS = 15
LONGEST_TELEPHONE = 64
WIDTH = 400
THEME_WORDS = {Theme.SYSTEM: "As the system", Theme.DARK: "Dark", Theme.LIGHT: "Light"}


class SettingsDialog(SizedDialog):
    """Emits `chosen` with the whole of the Preferences at every change."""

    chosen = Signal(object)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("Settings", WIDTH, parent)
        self._preferences = preferences
        guard = preferences.guard
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
        self.lockout = QCheckBox("Lock out: cancel what opens, until a reset")
        self.lockout.setChecked(preferences.locks_out)
        self.telephone = QLineEdit(preferences.telephone)
        self.telephone.setMaxLength(LONGEST_TELEPHONE)
        self.telephone.setPlaceholderText("Of the exchange's desk")
        self.telephone.setAccessibleName("Telephone of the exchange's desk")
        self.themes = {look: QRadioButton(words) for look, words in THEME_WORDS.items()}
        looks = QButtonGroup(self)
        for look, button in self.themes.items():
            looks.addButton(button)
            button.setChecked(look is preferences.theme)
        self._lay_out()
        self._show_length()
        kinds.buttonClicked.connect(self.on_edited)
        self.length.valueChanged.connect(self.on_edited)
        self.lockout.clicked.connect(self.on_lockout_edited)
        self.telephone.textEdited.connect(self.on_edited)
        looks.buttonClicked.connect(self.on_edited)

    @property
    def guard(self) -> Guard:
        kind = GuardKind.HOLD if self.hold.isChecked() else GuardKind.TWO_STEP
        return Guard(kind=kind, hold_s=self.length.value() / 10)

    def show_preferences(self, preferences: Preferences) -> None:
        """Something was answered elsewhere: the question of the first use, or a reset with a new reason."""
        self._preferences = preferences
        self.lockout.setChecked(preferences.locks_out)

    @Slot()
    def on_edited(self) -> None:
        self._show_length()
        self._choose(
            replace(
                self._preferences,
                guard=self.guard,
                theme=next(theme for theme, button in self.themes.items() if button.isChecked()),
                telephone=self.telephone.text().strip(),
            )
        )

    @Slot(bool)
    def on_lockout_edited(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._choose(replace(self._preferences, lockout=on))

    def _choose(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self.chosen.emit(preferences)

    def _show_length(self) -> None:
        self.length.setEnabled(self.hold.isChecked())
        self.value.setText(f"{self.guard.hold_s:.1f} s")

    def _lay_out(self) -> None:
        column = self.column
        column.addWidget(heading("Guard of the button"))
        column.addWidget(self.hold)
        length = QHBoxLayout()
        length.setContentsMargins(24, 0, 0, 0)
        length.addWidget(self.length, 1)
        length.addWidget(self.value)
        column.addLayout(length)
        column.addWidget(self.two_step)
        column.addWidget(told("While a cancel is running, every press fires at once.", kind="quiet"))
        column.addSpacing(8)
        column.addWidget(heading("After a press"))
        column.addWidget(self.lockout)
        column.addWidget(told("It is for the next press. A lockout that is on ends by its reset.", kind="quiet"))
        column.addSpacing(8)
        column.addWidget(heading("Help by hand"))
        row = QHBoxLayout()
        name = QLabel("Telephone")
        name.setBuddy(self.telephone)
        row.addWidget(name)
        row.addWidget(self.telephone, 1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(heading("Appearance"))
        looks = QHBoxLayout()
        looks.setSpacing(18)
        for button in self.themes.values():
            looks.addWidget(button)
        looks.addStretch(1)
        column.addLayout(looks)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
