"""The table of entries, and the chain through it: no entry can be changed, removed or moved without being seen.

An entry's hash is the SHA-256, in hex, of the hash before it (GENESIS before the first) followed by the JSON array
[seq, at, mono_ns, run, account, kind, fact] without spaces, in UTF-8; `fact` is a string in it, as it stands in the
table. Triggers refuse what the chain would show. Whoever removes the newest entries leaves a chain that holds: only a
newest hash that was noted elsewhere tells.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

VERSION: Final = 1
GENESIS: Final = "0" * 64

_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS entries (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        mono_ns INTEGER NOT NULL,
        run TEXT,
        account TEXT,
        kind TEXT NOT NULL,
        fact TEXT NOT NULL,
        hash TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS entries_by_run ON entries (run, kind)",
    "CREATE INDEX IF NOT EXISTS presses ON entries (run) WHERE kind = 'pressed'",
    """CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'the journal keeps its entries'); END""",
    """CREATE TRIGGER IF NOT EXISTS entries_stay_as_they_are BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'the journal keeps its entries as they are'); END""",
    # INSERT OR REPLACE would delete without asking the trigger above.
    """CREATE TRIGGER IF NOT EXISTS entries_follow BEFORE INSERT ON entries
        WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
        BEGIN SELECT RAISE(ABORT, 'the journal is added to at its end'); END""",
)
_ROWS: Final = "SELECT seq, at, mono_ns, run, account, kind, fact, hash FROM entries"


class Columns(Struct, frozen=True):
    """One entry as the table keeps it, without its place in the chain."""

    at: str
    mono_ns: int
    run: str | None
    account: str | None
    kind: str
    fact: str


class Row(Struct, frozen=True):
    """One entry in its place."""

    seq: int
    columns: Columns
    hash: str


class Broken(Struct, frozen=True, kw_only=True):
    """The first link that does not hold."""

    seq: int
    wrong: str


class Checked(Struct, frozen=True, kw_only=True):
    """What a walk along the chain came to. `newest` is the hash of the last entry that is good."""

    good: int
    newest: str
    broken: Broken | None = None


def prepare(connection: sqlite3.Connection) -> None:
    """Make the table where it is missing, and put triggers back that were dropped."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA:
        connection.execute(statement)
    if version(connection) != VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def text(raw: bytes) -> str:
    """A connection's `text_factory`: what was made no UTF-8 by somebody's change is still read, and seen."""
    return raw.decode("utf-8", "backslashreplace")


def version(connection: sqlite3.Connection) -> int:
    """0 where nothing was made yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def append(connection: sqlite3.Connection, entries: Iterable[Columns]) -> None:
    """Add entries at the end, all or none. Processes that do so at once share one chain."""
    connection.execute("BEGIN IMMEDIATE")
    newest = connection.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
    seq, hashed = newest or (0, GENESIS)
    for entry in entries:
        seq += 1
        hashed = _link(hashed, seq, entry)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *astuple(entry), hashed))
    connection.execute("COMMIT")


def rows(connection: sqlite3.Connection, where: str = "", *values: object) -> Iterator[Row]:
    """Entries in order, one at a time; those alone that a WHERE clause names."""
    if _is_empty(connection):
        return  # somebody is just making it
    for seq, *columns, hashed in connection.execute(f"{_ROWS} {where} ORDER BY seq", values):
        yield Row(seq, Columns(*columns), hashed)


def may_go_on(connection: sqlite3.Connection) -> bool:
    """Whether this is a journal whose last link holds, or nothing at all yet."""
    if version(connection) == 0:
        return _is_empty(connection)
    last = list(rows(connection, "WHERE seq > (SELECT max(seq) - 2 FROM entries)"))
    if not last:
        return True
    before = last[-2].hash if len(last) > 1 else GENESIS
    return last[-1].hash == _link(before, last[-1].seq, last[-1].columns)


def check(connection: sqlite3.Connection) -> Checked:
    """Walk along the whole chain to its end, or to the first link that does not hold."""
    good, newest = 0, GENESIS
    for row in rows(connection):
        seq = good + 1
        if row.hash != _link(newest, seq, row.columns) or row.seq != seq:
            return Checked(good=good, newest=newest, broken=Broken(seq=seq, wrong=_wrong(connection, row, seq, newest)))
        good, newest = seq, row.hash
    return Checked(good=good, newest=newest)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return version(connection) == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone()


def _wrong(connection: sqlite3.Connection, found: Row, seq: int, before: str) -> str:
    if any(row.hash == _link(before, seq, row.columns) for row in rows(connection, "WHERE seq > ?", seq)):
        return "out of order: the entry that was written here stands further on"
    if found.seq != seq:
        return f"missing: the next entry that is there is {found.seq}"
    return "changed after it was written, or put in the place of another"


def _link(before: str, seq: int, columns: Columns) -> str:
    return hashlib.sha256(f"{before}".encode() + msgspec.json.encode((seq, *astuple(columns)))).hexdigest()
