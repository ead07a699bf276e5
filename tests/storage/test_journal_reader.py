"""What is read back: runs on one line each, runs without an end, and sentences where nothing can be read."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from panic_button.core.errors import JournalError
from panic_button.core.evidence import HowEnded, OrdersBefore, RunSummary, UnfinishedRun, VerdictSaid
from panic_button.core.model import Counts, OpenOrder, Trigger, Verdict
from panic_button.storage.journal import SqliteJournalReader, unfinished
from tests.storage.journals import MOMENT, by_hand, ended, pressed, writing, written


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "a folder #1?" / "journal.sqlite3"


def test_a_run_of_several_accounts_is_one_line_with_the_worst_verdict_and_the_sums(path: Path) -> None:
    with writing(path) as journal:
        journal.record(pressed(), run="r1", account="a")
        journal.record(pressed(MOMENT + timedelta(milliseconds=1)), run="r1", account="b")
        journal.record(VerdictSaid(verdict=Verdict.NOT_CLEAR, after_ms=100), run="r1", account="a")
        journal.record(ended(), run="r1", account="a")
        journal.record(ended(Verdict.NOT_CLEAR, HowEnded.STOPPED, cancelled=2), run="r1", account="b")
    assert SqliteJournalReader(path).runs(9) == (
        RunSummary(
            run="r1", pressed_at=MOMENT, trigger=Trigger.BUTTON, accounts=("a", "b"), verdict=Verdict.NOT_CLEAR,
            ended=True, counts=Counts(cancelled=37), withdrawn=Decimal("24860.00"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "verdict"), [([], None), (["a"], Verdict.UNCONFIRMED), (["a", "b"], Verdict.NOT_CLEAR)]
)
def test_a_run_without_an_end_tells_what_was_said_last(path: Path, said: list[str], verdict: Verdict | None) -> None:
    with writing(path) as journal:
        for account in ("a", "b"):
            journal.record(pressed(), run="r1", account=account)
        for account in said:
            journal.record(VerdictSaid(verdict=Verdict.UNCONFIRMED, after_ms=50), run="r1", account=account)
            journal.record(VerdictSaid(verdict=Verdict.NOT_CLEAR, after_ms=100), run="r1", account=account)
    (run,) = SqliteJournalReader(path).runs(9)
    assert (run.verdict, run.ended, run.counts, run.withdrawn) == (verdict, False, None, Decimal(0))


def test_the_newest_runs_come_first_and_no_more_than_asked_for(path: Path) -> None:
    with writing(path) as journal:
        for number in range(5):
            journal.record(pressed(), run=f"r{number}", account="a")
        for number in (1, 0, 4, 3, 2):
            journal.record(ended(), run=f"r{number}", account="a")
    assert [run.run for run in SqliteJournalReader(path).runs(3)] == ["r4", "r3", "r2"]


def test_a_run_that_nobody_recorded_has_no_entries(path: Path) -> None:
    assert SqliteJournalReader(written(path)).entries("r9") == ()


def test_a_run_is_unfinished_account_by_account_and_its_orders_are_joined(path: Path) -> None:
    orders = tuple(OpenOrder(order_id=f"o{number}") for number in range(3))
    with writing(path) as journal:
        journal.record(pressed(), run="r0", account="a")
        journal.record(ended(), run="r0", account="a")
        for account in ("a", "b"):
            journal.record(pressed(trigger=Trigger.COMMAND), run="r1", account=account)
            journal.record(OrdersBefore(orders=orders[:2]), run="r1", account=account)
            journal.record(OrdersBefore(orders=orders[2:]), run="r1", account=account)
        journal.record(ended(), run="r1", account="a")
    left = UnfinishedRun(run="r1", account="b", trigger=Trigger.COMMAND, pressed_at=MOMENT, orders=orders)
    assert unfinished(path) == (left,)
    with writing(path) as journal:
        journal.record(ended(how=HowEnded.SETTLED_AFTER_A_RESTART), run="r1", account="b")
    assert unfinished(path) == ()


def test_where_there_is_no_journal_nothing_is_unfinished_and_nothing_is_made(path: Path) -> None:
    assert unfinished(path) == ()
    with pytest.raises(JournalError, match="There is no journal at"):
        SqliteJournalReader(path).runs(1)
    assert not path.exists()


def test_a_journal_that_is_just_being_made_has_no_entries_yet(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert (SqliteJournalReader(path).runs(9), unfinished(path)) == ((), ())


@pytest.mark.parametrize("table", ["entries (other)", "others (seq)"])
def test_another_programs_database_is_not_taken_for_an_empty_journal(path: Path, table: str) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {table}")
    with pytest.raises(JournalError, match="can't be read"):
        SqliteJournalReader(path).check()


def test_a_file_that_is_no_journal_is_told_and_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, whatever it is called" * 99)
    for read in (SqliteJournalReader(path).check, lambda: unfinished(path)):
        with pytest.raises(JournalError, match=r"can't be read \(file is not a database\)"):
            read()
    assert path.read_bytes().startswith(b"not a database")


def test_a_newer_journal_is_not_guessed_at(path: Path) -> None:
    by_hand(written(path))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(JournalError, match="written by a newer Panic Button"):
        SqliteJournalReader(path).runs(1)


@pytest.mark.parametrize("fact", ["{}", "no json", '{"kind":"of_tomorrow"}'])
def test_an_entry_that_can_not_be_understood_is_named(path: Path, fact: str) -> None:
    with writing(path) as journal:
        journal.record(pressed(), run="r1", account="a")
    by_hand(path, f"UPDATE entries SET fact = '{fact}'")  # noqa: S608
    with pytest.raises(JournalError, match="Entry 1 of the journal can't be understood"):
        SqliteJournalReader(path).entries("r1")
