"""A journal's file, opened to be written to: private, set aside when damaged, never overwritten.

Every trouble leaves here as a JournalError whose text is for a person.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from panic_button.core.errors import JournalError, SettingsError
from panic_button.storage.journal import chain
from panic_button.storage.paths import HOME_VARIABLE, private_folder

BUSY_S: Final = 5.0

_log = logging.getLogger(__name__)

_BESIDE = ("-wal", "-shm", "")  # the database last: one without its log beside it would lose what only that holds
_NO_ACCESS = (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class _DamagedError(sqlite3.DatabaseError):
    """What is in the file is not a journal, or not the one that was written."""


class JournalFile:
    """One file and what is added to it. It is opened when first needed, and again after any trouble.

    `first_words(text)` gives the entry that a new journal begins with after a damaged one was set aside.
    """

    def __init__(self, path: Path, first_words: Callable[[str], chain.Columns]) -> None:
        self._path = path
        self._first_words = first_words
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)

    def append(self, entries: Sequence[chain.Columns]) -> None:
        """Bring entries to the disk, all or none; JournalError says why not."""
        try:
            with _troubles(self._path):
                try:
                    chain.append(self._opened(), entries)
                except sqlite3.DatabaseError as exc:
                    if not _is_damage(exc):
                        raise
                    chain.append(self._begun_anew(), entries)
        except JournalError:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and _identity(self._path) != self._identity:
            self.close()  # another process set it aside, or a person moved it away
        if self._connection is None:
            private_folder(self._path.parent)
            _make_private(self._path)
            self._identity = _identity(self._path)
            _look_at(self._path)
            self._connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
            _make_ready(self._connection)
        return self._connection

    def _begun_anew(self) -> sqlite3.Connection:
        """A new journal in the place of a damaged one."""
        self.close()
        if _identity(self._path) != self._identity:
            return self._opened()
        aside = _set_aside(self._path)
        words = f"The journal before this one was damaged. It was set aside as {aside.name} and is not written to."
        _log.error("%s", words)
        connection = self._opened()
        chain.append(connection, [self._first_words(words)])
        return connection


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, not even by being closed."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
    connection.text_factory = chain.text
    return connection


def _look_at(path: Path) -> None:
    """Refuse a file that must be left as it is, before anything could change it."""
    with contextlib.closing(read_only(path)) as connection:
        try:
            found = chain.version(connection)
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK:
                return  # a crash cut a transaction in two: whoever opens it to write undoes that first
            raise
        if found > chain.VERSION:
            raise JournalError(
                f"Evidence is not being kept: {path} was written by a newer Panic Button and is left as it is. "
                "Cancelling works as before. Start the newer one, or choose another place with --home or "
                f"{HOME_VARIABLE}."
            )
        if not chain.may_go_on(connection):
            raise _DamagedError


def _make_ready(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS leaves the disk's own cache out of the other
    connection.execute("PRAGMA journal_mode = WAL")
    chain.prepare(connection)


def _make_private(path: Path) -> None:
    """Before SQLite opens it: the files that SQLite puts beside it get its mode."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _identity(path: Path) -> tuple[int, int]:
    """Which file has this name now; of no file, none that any has."""
    with contextlib.suppress(FileNotFoundError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return 0, 0


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    for ending in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def _is_damage(exc: Exception) -> bool:
    return isinstance(exc, _DamagedError) or _code(exc) in _DAMAGED


def _code(exc: Exception) -> int:
    """SQLite's primary result code."""
    return getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


@contextlib.contextmanager
def _troubles(path: Path) -> Iterator[None]:
    """Turn what the disk and SQLite raise into the sentence that a person reads."""
    try:
        yield
    except SettingsError as exc:
        raise JournalError(f"Evidence is not being kept. {exc} Cancelling works as before.") from exc
    except (sqlite3.Error, OSError) as exc:
        why, now = _why(exc, path)
        raise JournalError(f"Evidence is not being kept: {why}. Cancelling works as before. {now}") from exc


def _why(exc: sqlite3.Error | OSError, path: Path) -> tuple[str, str]:
    """What happened, and what to do now."""
    match _code(exc):
        case sqlite3.SQLITE_FULL:
            return f"the disk that holds {path} is full", "Free some space: what happens meanwhile is then written."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"another program holds {path}", "End that program: what happens meanwhile is then written."
        case code if code in _NO_ACCESS or isinstance(exc, PermissionError):
            return f"{path} can't be written to", "Give yourself access to it and to its folder."
        case _ if _is_damage(exc):
            return f"{path} was damaged again as it was begun anew", "Look after that disk."
    what = exc.strerror if isinstance(exc, OSError) else str(exc)
    return f"{path} can't be written to ({what})", "Look after that disk, or choose another place with --home."
