"""Tells why there is no window: a program that was started by a double click has no terminal to tell it on."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox


def why_not(words: str) -> QMessageBox:
    """A sentence to be read. Nothing else of the program is running."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Panic Button", words)
    box.setInformativeText("Nothing was sent, and no order was touched.")
    return box
