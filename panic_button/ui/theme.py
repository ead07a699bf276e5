"""The colours by name, dark and light, and the one place that decides which of the two the window wears.

Rule: no colour is written anywhere else. A widget asks `appearance.tokens` each time it paints.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from panic_button.core.preferences import Theme
from panic_button.ui.fonts import font, load_fonts
from panic_button.ui.stylesheet import stylesheet
from panic_button.ui.tokens import DARK, LIGHT, Tokens


class Appearance(QObject):
    """How the window looks now. Emits `changed` when the colours have; follows the system unless told otherwise."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = cast("QApplication", QApplication.instance())
        self._theme = theme
        load_fonts()
        self._app.setFont(font(13))
        self._app.styleHints().colorSchemeChanged.connect(self.on_scheme_changed)
        self.set_theme(theme)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        hints = self._app.styleHints()
        # The title bar is the system's: telling Qt makes it wear the same.
        hints.setColorScheme(_SCHEMES[theme])
        self._wear(_tokens_of(theme, hints.colorScheme()))

    @Slot()
    def on_scheme_changed(self) -> None:
        self._wear(_tokens_of(self._theme, self._app.styleHints().colorScheme()))

    def _wear(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(stylesheet(tokens))
        self.changed.emit()


_SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.DARK: Qt.ColorScheme.Dark,
    Theme.LIGHT: Qt.ColorScheme.Light,
}


def _tokens_of(theme: Theme, scheme: Qt.ColorScheme) -> Tokens:
    """A system that does not say is taken for dark: the window is made for dim trading rooms."""
    if theme is Theme.SYSTEM:
        return LIGHT if scheme is Qt.ColorScheme.Light else DARK
    return LIGHT if theme is Theme.LIGHT else DARK


def palette(tokens: Tokens) -> QPalette:
    """The colours of everything that Fusion paints itself."""
    made = QPalette()
    role = QPalette.ColorRole
    for name, colour in {
        role.Window: tokens.background,
        role.Base: tokens.field,
        role.AlternateBase: tokens.panel,
        role.Button: tokens.button,
        role.WindowText: tokens.text,
        role.Text: tokens.text,
        role.ButtonText: tokens.button_text,
        role.ToolTipBase: tokens.panel,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.dim,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Accent: tokens.blue,
        role.Link: tokens.blue,
    }.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled_text))
    return made
