"""What nobody caught, on whatever thread: it goes to the log, and the person is told.

Rule: nothing is printed, for what is printed passes no redactor.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_log = logging.getLogger(__name__)


def tell_mistakes(tell: Callable[[], object]) -> None:
    """From now on. `tell` is called on the thread of the mistake."""

    def on_mistake(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):  # somebody ends the program
            sys.__excepthook__(kind, error or kind(), trace)
            return
        _log.critical("Nobody caught this", exc_info=(kind, error or kind(), trace))
        with suppress(RuntimeError):  # the window is gone, and nobody is left to tell
            tell()

    sys.excepthook = on_mistake
    threading.excepthook = lambda told: on_mistake(told.exc_type, told.exc_value, told.exc_traceback)
