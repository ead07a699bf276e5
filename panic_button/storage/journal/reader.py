"""The journal's reading end: opened read-only, while others write.

What can't be read is told as a JournalError; nothing here changes a journal.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from panic_button.core.errors import JournalError
from panic_button.core.evidence import (
    Entry,
    Fact,
    OrdersBefore,
    Pressed,
    RunEnded,
    RunSummary,
    UnfinishedRun,
    VerdictSaid,
)
from panic_button.core.model import ZERO, Counts, Verdict, worst
from panic_button.storage.journal import chain
from panic_button.storage.journal.file import read_only

_OF_NEWEST_RUNS = """WHERE kind IN ('pressed', 'verdict_said', 'run_ended') AND run IN (
    SELECT run FROM entries WHERE kind = 'pressed' AND run IS NOT NULL GROUP BY run ORDER BY min(seq) DESC LIMIT ?)"""
_WITHOUT_AN_END = """WHERE kind = 'pressed' AND run IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entries AS ends
    WHERE ends.kind = 'run_ended' AND ends.run = entries.run AND ends.account IS entries.account)"""


class SqliteJournalReader:
    """Fulfils core.ports.JournalReader, and gives what the command line shows and verifies."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        by_run: dict[str, list[Entry]] = {}
        for entry in self._entries(_OF_NEWEST_RUNS, limit):
            by_run.setdefault(entry.run or "", []).append(entry)
        return tuple(_summary(run, entries) for run, entries in reversed(by_run.items()))

    def entries(self, run: str) -> tuple[Entry, ...]:
        return tuple(self._entries("WHERE run = ?", run))

    def rows(self) -> Iterator[chain.Row]:
        """Every entry as it stands in the file, with its hash, one at a time."""
        with _opened(self._path) as connection:
            yield from chain.rows(connection)

    def check(self) -> chain.Checked:
        """Walk along the chain."""
        with _opened(self._path) as connection:
            return chain.check(connection)

    def unfinished(self) -> tuple[UnfinishedRun, ...]:
        return tuple(self._unfinished(entry) for entry in self._entries(_WITHOUT_AN_END))

    def _unfinished(self, press: Entry) -> UnfinishedRun:
        assert isinstance(press.fact, Pressed)  # noqa: S101
        before = self._entries("WHERE run = ? AND account IS ? AND kind = 'orders_before'", press.run, press.account)
        return UnfinishedRun(
            run=press.run or "",
            account=press.account or "",
            trigger=press.fact.trigger,
            pressed_at=press.fact.pressed_at,
            orders=tuple(order for one in before if isinstance(one.fact, OrdersBefore) for order in one.fact.orders),
        )

    def _entries(self, where: str, *values: object) -> list[Entry]:
        with _opened(self._path) as connection:
            return [entry_of(row) for row in chain.rows(connection, where, *values)]


def unfinished(path: Path) -> tuple[UnfinishedRun, ...]:
    """Runs that were pressed and never ended, oldest first; none where there is no journal. It may block.

    The run of a process that is still at work is among them. JournalError where the journal can't be read.
    """
    return SqliteJournalReader(path).unfinished() if path.exists() else ()


def entry_of(row: chain.Row) -> Entry:
    """A row's fact and moment as values. JournalError for one that can't be understood."""
    try:
        return Entry(
            seq=row.seq,
            at=datetime.fromisoformat(row.columns.at),
            mono_ns=row.columns.mono_ns,
            run=row.columns.run,
            account=row.columns.account,
            fact=msgspec.json.decode(row.columns.fact, type=Fact),
        )
    except (msgspec.MsgspecError, ValueError, TypeError) as exc:
        raise JournalError(
            f"Entry {row.seq} of the journal can't be understood: it was changed, or a newer Panic Button wrote it. No "
            "order is touched by that. See what is wrong: panic-button journal verify"
        ) from exc


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise JournalError(f"There is no journal at {path}: no press was ever kept there. Name its place with --home.")
    try:
        with contextlib.closing(read_only(path)) as connection:
            if chain.version(connection) > chain.VERSION:
                raise JournalError(f"{path} was written by a newer Panic Button. Read it with that one.")
            yield connection
    except sqlite3.Error as exc:
        raise JournalError(
            f"The journal {path} can't be read ({exc}). No order is touched by that, and the file is left as it is. "
            "Give yourself access to it; if it is damaged, keep it: it is evidence all the same."
        ) from exc


def _summary(run: str, entries: list[Entry]) -> RunSummary:
    """One line of a run out of its presses, verdicts and ends."""
    presses = {entry.account or "": entry.fact for entry in entries if isinstance(entry.fact, Pressed)}
    said: dict[str, Verdict] = {}
    ends: dict[str, RunEnded] = {}
    for entry in entries:
        if isinstance(entry.fact, VerdictSaid | RunEnded):
            said[entry.account or ""] = entry.fact.verdict
        if isinstance(entry.fact, RunEnded):
            ends[entry.account or ""] = entry.fact
    first = min(presses.values(), key=lambda press: press.pressed_at)
    return RunSummary(
        run=run,
        pressed_at=first.pressed_at,
        trigger=first.trigger,
        accounts=tuple(presses),
        verdict=worst(said.get(account, Verdict.UNCONFIRMED) for account in presses) if said else None,
        ended=presses.keys() <= ends.keys(),
        counts=_sum([end.counts for end in ends.values()]) if ends else None,
        withdrawn=sum((end.withdrawn for end in ends.values()), ZERO),
    )


def _sum(counts: list[Counts]) -> Counts:
    return Counts(**{name: sum(getattr(one, name) for one in counts) for name in Counts.__struct_fields__})
