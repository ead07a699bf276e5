"""Journals as the tests use them: facts of every kind, a journal that is written and closed, and tampering by hand."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from panic_button.core.errors import JournalError
from panic_button.core.evidence import (
    Answered,
    Asked,
    EvidenceLost,
    Fact,
    HowEnded,
    Listed,
    LockoutCaught,
    LockoutReset,
    LockoutStarted,
    OrdersBefore,
    Outcomes,
    Pressed,
    PressedAgain,
    ProgramStarted,
    RunEnded,
    SettingsChanged,
    SignedIn,
    SignedOut,
    SignInRefused,
    VerdictSaid,
)
from panic_button.core.model import Counts, OpenOrder, OrderResult, Outcome, Route, Trigger, Verdict
from panic_button.storage.journal import SqliteJournal, SqliteJournalReader

MOMENT = datetime(2026, 11, 22, 14, 3, 22, 257000, tzinfo=UTC)


def every_fact(text: str) -> tuple[Fact, ...]:
    """A fact of each kind, with this text wherever a text can be."""
    order = OpenOrder(
        order_id=text, description=text, odds=Decimal(-110), bet=Decimal(100), user_reference=text, game_id=text
    )
    return (
        ProgramStarted(version=text, user=text, machine=text),
        pressed(),
        OrdersBefore(orders=(order,)),
        PressedAgain(),
        Asked(route=Route.HTTPS, what=text, attempt=1),
        Answered(route=Route.SOCKET, what=text, took_ms=41.5, size=9, sha256=text, failure=text),
        Listed(open=2, unreadable=1),
        VerdictSaid(verdict=Verdict.NOT_CLEAR, after_ms=250.0),
        Outcomes(orders=(result(text),)),
        ended(),
        LockoutStarted(since=MOMENT),
        LockoutCaught(order_id=text, user_reference=text, description=text),
        LockoutReset(reason=text),
        SignedIn(username=text, how=text),
        SignInRefused(words=text),
        SignedOut(),
        SettingsChanged(changes={text: text}),
        EvidenceLost(entries=3, words=text),
    )


def pressed(at: datetime = MOMENT, trigger: Trigger = Trigger.BUTTON) -> Pressed:
    return Pressed(trigger=trigger, pressed_at=at, open_orders=37, at_risk=Decimal("1250.50"), lockout=False)


def result(text: str = "65b0", outcome: Outcome = Outcome.CANCELLED) -> OrderResult:
    return OrderResult(
        order_id=text, outcome=outcome, description=text, odds=Decimal(-110), cancelled=Decimal("100.00"),
        reason=text, user_reference=text, game_id=text,
    )  # fmt: skip


def ended(verdict: Verdict = Verdict.CLEAR, how: HowEnded = HowEnded.CLEAR, cancelled: int = 35) -> RunEnded:
    return RunEnded(
        verdict=verdict, how=how, counts=Counts(cancelled=cancelled), withdrawn=Decimal("12430.00"),
        matched_before=Decimal("155.00"),
    )  # fmt: skip


@contextlib.contextmanager
def writing(
    path: Path, *, clean: Callable[[str], str] = str, on_trouble: Callable[[str], None] = lambda _: None
) -> Iterator[SqliteJournal]:
    """A journal that has everything on the disk in the end."""
    journal = SqliteJournal(path, clean=clean, on_trouble=on_trouble)
    try:
        yield journal
    finally:
        assert journal.close(10), journal.trouble


def written(path: Path, count: int = 6) -> Path:
    """A closed journal of so many entries."""
    with writing(path) as journal:
        for number in range(count):
            journal.record(SignInRefused(words=f"number {number + 1}"), account="desk-1")
    return path


def is_kept(path: Path, run: str, *, at_least: int) -> bool:
    """Whether so many entries of this run can be read now; none of a journal that is not made yet."""
    with contextlib.suppress(JournalError):
        return len(SqliteJournalReader(path).entries(run)) >= at_least
    return False


def by_hand(path: Path, *statements: str) -> None:
    """What somebody does with SQLite's own shell, with the triggers dropped first."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0
