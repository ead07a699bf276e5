"""Tells why there is no window: a program that was started by a double click has no terminal to tell it on."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QMessageBox


def tell_why(words: str) -> None:
    """Show a sentence until it is read. Nothing else of the program is running."""
    application = QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Critical, "Panic Button", words)
    box.setInformativeText("Nothing was sent, and no order was touched.")
    box.finished.connect(application.quit)
    box.show()
    application.exec()
