"""Runs the window, or a bare one to compare with, up to its first paint, tells the moment and ends at once.

A program: `first_paint.py app FOLDER` or `first_paint.py bare`. One line on standard output: the moment on
`time.perf_counter`, which all processes of a machine share, and which of the slow libraries were imported by then.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

SLOW = ("httpx", "websockets", "keyring", "ssl", "panic_button.practice")


class FirstPaint(QObject):
    """Ends the process when a window has been painted for the first time."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
            imported = [name for name in SLOW if name in sys.modules]
            QTimer.singleShot(
                0, lambda: tell_and_end(imported)
            )  # a paint goes through all widgets before the next turn
        return super().eventFilter(watched, event)


def tell_and_end(imported: list[str]) -> None:
    print(repr(time.perf_counter()), *imported, flush=True)
    os._exit(0)


def watched_exec(application: QApplication | None = None) -> int:
    """In place of QApplication.exec: nothing is painted before the event loop runs."""
    running = application or QApplication.instance()
    if running is None:
        raise RuntimeError("there is no application")
    watch = FirstPaint(running)
    running.installEventFilter(watch)
    return _exec()


def bare() -> None:
    application = QApplication([])
    window = QWidget()
    QVBoxLayout(window).addWidget(QLabel("bare"))
    window.resize(920, 640)
    window.show()
    watched_exec(application)


_exec = QApplication.exec

if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        QApplication.exec = watched_exec  # type: ignore[method-assign]
        sys.argv = ["panic-button", "--home", sys.argv[2]]
        sys.path[0] = str(Path.cwd())
        runpy.run_module("panic_button", run_name="__main__")
