"""The program's log: a rotating file that no secret reaches and whose failure stops nothing.

Redaction is the last thing done to a line, after message, arguments and traceback have become one text: nothing is
written that has not passed `Redactor.clean`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from panic_button.core.errors import SettingsError
from panic_button.storage.paths import LOG_NAME, private_folder

VEIL: Final = "[secure]"

_LEVELS: Final = (
    ("panic_button", logging.INFO),
    ("httpx", logging.WARNING),  # writes whole addresses at INFO
    ("httpcore", logging.WARNING),  # writes headers at DEBUG
    ("websockets", logging.WARNING),  # writes frames at DEBUG
)
_FILE_BYTES: Final = 1_000_000
_OLD_FILES: Final = 5
_LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s [%(threadName)s] %(message)s"
_MOMENT = "%Y-%m-%dT%H:%M:%S"
_LONG_HEX = re.compile(r"[0-9a-fA-F]{64,}")
# As a header line, a mapping's repr, or the pairs of bytes that httpcore shows.
_AUTHORIZATION = re.compile(r"""(authorization\b['"]?\s*[:=,]\s*b?['"]?)[^'"\r\n]+""", re.IGNORECASE)


class Redactor:
    """Takes secrets out of text: those it was told of, 64 and more hex digits, and Authorization headers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: set[str] = set()
        self._known: re.Pattern[str] | None = None

    def hide(self, secret: str) -> None:
        """From now on, let `secret` through in no spelling. Any thread may call this."""
        if not secret:
            return
        with self._lock:
            self._spellings |= _spellings(secret)
            longest_first = sorted(self._spellings, key=len, reverse=True)
            self._known = re.compile("|".join(map(re.escape, longest_first)))

    def clean(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(VEIL, text)
        text = _AUTHORIZATION.sub(rf"\1{VEIL}", text)
        return _LONG_HEX.sub(VEIL, text)


@contextlib.contextmanager
def logging_to(folder: Path, redactor: Redactor, *, stderr: bool = False) -> Iterator[None]:
    """Log into `folder` while this lasts, and warnings to stderr as well if asked. It never raises.

    The handlers sit on the root logger: a library's warning without one would reach stderr unredacted.
    """
    formatter = _CleanFormatter(redactor)
    handlers = [*_file_handlers(folder), *(_stderr_handlers() if stderr else ())] or [logging.NullHandler()]
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name, _ in _LEVELS]
    for handler in handlers:
        handler.setFormatter(formatter)
        logging.root.addHandler(handler)
    for name, level in _LEVELS:
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
        for handler in handlers:
            logging.root.removeHandler(handler)
            with contextlib.suppress(OSError):  # a full disk was told of when it was met
                handler.close()


class _CleanFormatter(logging.Formatter):
    """Format, then redact. A line that can't be formatted is named instead of lost."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_LINE, _MOMENT)
        self.converter = time.gmtime
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        try:
            text = super().format(record)
        except Exception as exc:  # noqa: BLE001 - a mistake in a log call, or any argument's own __str__
            text = f"{record.levelname} {record.name}: {record.pathname}:{record.lineno} gave {type(exc).__name__}"
        return self._redactor.clean(text)


class _LogFile(RotatingFileHandler):
    """A file for its user alone, made before its first line. Trouble with the disk is told once, and raises nothing."""

    def __init__(self, path: Path) -> None:
        self._told = False
        super().__init__(
            path, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=_open_private)

    def doRollover(self) -> None:  # noqa: N802 - logging's own name
        try:
            super().doRollover()
        except OSError:
            # Another copy of the program holds the file (Windows). Each further try would push an old file out.
            self.maxBytes = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's own signature
        """Say so once. The next line is tried again."""
        if not self._told:
            self._told = True
            _tell(f"The log {self.baseFilename} can't be written", sys.exception())


class _Stderr(logging.StreamHandler[TextIOWrapper]):
    """The terminal, which may have gone away."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Nothing is left to tell it on; logging's own way prints the arguments as they are."""


def _file_handlers(folder: Path) -> Iterator[logging.Handler]:
    try:
        yield _LogFile(private_folder(folder) / LOG_NAME)
    except (OSError, SettingsError) as exc:
        _tell("There is no log", exc)


def _stderr_handlers() -> Iterator[logging.Handler]:
    if sys.stderr is not None:  # a windowed program has none
        handler = _Stderr()
        handler.setLevel(logging.WARNING)
        yield handler


def _tell(what: str, trouble: BaseException | None) -> None:
    why = trouble.strerror if isinstance(trouble, OSError) else trouble
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(
            f"panic-button: {what} ({why}). Cancelling works as before; what happens is not logged. Free some space or "
            "give yourself access to the folder.\n"
        )


def _open_private(path: str, flags: int) -> int:
    handle = os.open(path, flags, 0o600)
    if sys.platform != "win32":
        os.fchmod(handle, 0o600)  # an older file's mode, or what the umask took
    return handle


def _spellings(secret: str) -> set[str]:
    """A secret as it is, in a repr, in JSON and in an address."""
    return {
        secret,
        repr(secret)[1:-1],
        repr(secret.encode(errors="surrogatepass"))[2:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
    }
