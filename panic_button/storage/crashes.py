"""What nobody expected: an exception that nobody caught, and a crash of the interpreter. Both end in the log.

Rule: CRITICAL in the log is a mistake of the program's own, on whatever thread, and the person is told of it. Nothing
is printed, for what is printed passes no redactor.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from panic_button.core.errors import SettingsError
from panic_button.storage.paths import LOG_NAME, private_folder

DUMPS_NAME: Final = f"{LOG_NAME}.crashes"
MOST_BYTES: Final = 200_000
# A mistake in painting comes back sixty times a second. Who was told of it once can do without the others.
TOLD_APART_S: Final = 60.0

_TOLD: Final = b"-- The person was told of what stands above. --\n"

_log = logging.getLogger(__name__)


class Mistakes(logging.Handler):
    """Hears all that is logged at WARNING and above: the log begins with it, and a mistake is told.

    `tell` is called on the thread of the mistake, for the same one at most once a minute. It does nothing at first.
    """

    def __init__(self, begin_log: Callable[[], object]) -> None:
        super().__init__(logging.WARNING)
        self._begin_log = begin_log
        self._told_at: dict[tuple[str, int], float] = {}
        self.tell: Callable[[], object] = lambda: None

    def emit(self, record: logging.LogRecord) -> None:
        self._begin_log()  # the handlers that this adds get this very record as well
        if record.levelno < logging.CRITICAL:
            return
        now, where = time.monotonic(), _where(record)
        if now - self._told_at.get(where, float("-inf")) < TOLD_APART_S:
            return
        self._told_at[where] = now
        with contextlib.suppress(RuntimeError):  # the window is gone, and nobody is left to tell
            self.tell()


@contextlib.contextmanager
def mistakes_caught(begin_log: Callable[[], object]) -> Iterator[Mistakes]:
    """Have every exception that nobody catches end in the log, while this lasts."""
    mistakes = Mistakes(begin_log)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    logging.root.addHandler(mistakes)
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread
    sys.unraisablehook = _on_unraisable
    try:
        yield mistakes
    except Exception:
        _log.critical("The program ended with an error that nobody expected", exc_info=True)
        raise
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
        logging.root.removeHandler(mistakes)


@contextlib.contextmanager
def dumps_kept(folder: Path) -> Iterator[str]:
    """Have the interpreter write into a file where every thread was when it crashes, while this lasts.

    Gives what it wrote when the program last ran, once; empty where it did not crash.
    """
    try:
        file = _opened(private_folder(folder) / DUMPS_NAME)
    except (OSError, SettingsError):
        yield ""  # the log can't be had either, and says so
        return
    with file:
        untold = _untold(file)
        faulthandler.enable(file)
        try:
            yield untold
        finally:
            faulthandler.disable()


def _on_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        _log.critical("Nobody caught this", exc_info=(kind, error or kind(), trace))
    else:  # somebody ends the program
        sys.__excepthook__(kind, error or kind(), trace)


def _on_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_type is not SystemExit:  # a thread may end so
        _on_uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _on_unraisable(told: sys.UnraisableHookArgs) -> None:
    """Raised while something was let go of, where nobody can catch it: no work was left undone by it."""
    error = told.exc_value or told.exc_type()
    where = getattr(told.object, "__qualname__", type(told.object).__name__)  # its repr may say anything
    _log.error(
        "%s in %s", told.err_msg or "Exception ignored", where, exc_info=(type(error), error, told.exc_traceback)
    )


def _where(record: logging.LogRecord) -> tuple[str, int]:
    """Where the mistake was made, else where it was told."""
    trace = record.exc_info[2] if record.exc_info else None
    if trace is None:
        return record.pathname, record.lineno
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _opened(path: Path) -> IO[bytes]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    if sys.platform != "win32":
        os.fchmod(handle, 0o600)
    return os.fdopen(handle, "r+b", buffering=0)


def _untold(file: IO[bytes]) -> str:
    """What nobody was told of, marked as told from now on. The oldest goes where the file has become large."""
    written = file.read()
    untold = written.rpartition(_TOLD)[2]
    if len(written) > MOST_BYTES:
        file.truncate(0)
        file.write(written[-MOST_BYTES // 2 :])
    if untold:
        file.write(_TOLD)
    return untold[:MOST_BYTES].decode(errors="replace").strip()
