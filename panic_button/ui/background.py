"""Work that the window's thread must not wait for: done on another, its result told by a signal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QThreadPool, SignalInstance


def in_background(work: Callable[[], object], done: SignalInstance) -> None:
    """Have `work` done on another thread and emit `done` with what it returns. `work` must not raise."""

    def run() -> None:
        result = work()
        with suppress(RuntimeError):  # the window is gone, and nobody is left to tell
            done.emit(result)

    QThreadPool.globalInstance().start(run)
