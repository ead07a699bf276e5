"""The labels that dialogs and panels are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from panic_button.ui.fonts import Weight, font


def heading(text: str, pixels: float = 13) -> QLabel:
    label = QLabel(text)
    label.setFont(font(pixels, Weight.Bold))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def told(text: str = "", *, kind: str | None = None, pixels: float = 13) -> QLabel:
    """A sentence that wraps. `kind` names its colour in the style sheet: "quiet", "trouble", or none."""
    label = QLabel(text)
    label.setFont(font(pixels))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if kind is not None:
        label.setProperty(kind, True)  # noqa: FBT003 - Qt's own signature
    return label


def tell(label: QLabel, text: str) -> None:
    """Show a sentence, or no label at all."""
    if text != label.text():
        label.setText(text)
    label.setVisible(bool(text))
