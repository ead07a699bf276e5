"""What the journal keeps, that it stays as it is, and that no trouble with it reaches who records."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from panic_button.core.evidence import EvidenceLost, Outcomes, Pressed, SignedOut, SignInRefused
from panic_button.core.model import OrderResult
from panic_button.storage.journal import SqliteJournal, SqliteJournalReader
from panic_button.storage.journal.chain import Columns
from panic_button.storage.journal.file import JournalFile
from panic_button.storage.logs import Redactor
from tests.storage.journals import every_fact, is_kept, result, writing, written
from tests.waiting import wait_until

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by access lists")


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "desk" / "journal.sqlite3"


def test_every_kind_of_fact_is_read_back_as_it_was_recorded(path: Path) -> None:
    facts = every_fact("a \"text\" with 'quotes', \n, \0, \u00e9 and \U0001f3b2")
    with writing(path) as journal:
        for fact in facts:
            journal.record(fact, run="r1", account="desk-1")
    entries = SqliteJournalReader(path).entries("r1")
    assert [entry.fact for entry in entries] == list(facts)
    assert [entry.seq for entry in entries] == list(range(1, len(facts) + 1))
    assert {(entry.run, entry.account) for entry in entries} == {("r1", "desk-1")}


def test_an_entry_is_stamped_when_it_is_recorded_in_utc_and_by_the_monotonic_clock(path: Path) -> None:
    before = datetime.now(UTC)
    with writing(path) as journal:
        journal.record(SignedOut(), run="r1")
        journal.record(SignedOut(), run="r1")
    first, second = SqliteJournalReader(path).entries("r1")
    assert before <= first.at <= second.at <= datetime.now(UTC)
    assert first.at.utcoffset() == timedelta(0)
    assert 0 < second.mono_ns - first.mono_ns < 10**10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET account = 'other' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 6",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT seq, at, 0, run, account, kind, fact, hash FROM entries WHERE seq = 3",
        "INSERT INTO entries SELECT 8, at, 0, run, account, kind, fact, hash FROM entries WHERE seq = 3",
    ],
)
def test_triggers_refuse_every_change_and_every_gap(path: Path, statement: str) -> None:
    written(path)
    with (
        contextlib.closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="the journal"),
    ):
        connection.execute(statement)
    assert SqliteJournalReader(path).check().good == 6


def test_triggers_that_were_dropped_are_back_after_the_next_start(path: Path) -> None:
    written(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entries_stay")
    written(path, 1)
    with contextlib.closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM entries")


def test_every_commit_is_brought_to_the_disk_before_it_counts(path: Path) -> None:
    file = JournalFile(path, lambda _: Columns("", 0, None, None, "", ""))
    file.append([])
    assert file._connection is not None
    told = [file._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    file.close()
    assert told == ["wal", 2]


@posix
def test_its_files_are_their_users_alone(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o644)
    with writing(path) as journal:
        journal.record(SignedOut())
        wait_until(lambda: path.with_name("journal.sqlite3-wal").exists())
        wait_until(lambda: path.with_name("journal.sqlite3-shm").exists())
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert (stat.S_IMODE(path.parent.stat().st_mode), modes) == (0o700, {0o600})


def test_20000_orders_are_kept_in_entries_of_500_and_read_back_in_order(path: Path) -> None:
    orders = [result(f"order {number}") for number in range(20_000)]
    with writing(path) as journal:
        for start in range(0, len(orders), 500):
            journal.record(Outcomes(orders=tuple(orders[start : start + 500])), run="r1")
    entries = SqliteJournalReader(path).entries("r1")
    kept: list[OrderResult] = []
    for entry in entries:
        assert isinstance(entry.fact, Outcomes)
        kept += entry.fact.orders
    assert (len(entries), kept) == (40, orders)


def test_whoever_records_does_not_wait_for_another_that_holds_the_file(path: Path) -> None:
    written(path)
    journal = SqliteJournal(path, clean=str, on_trouble=lambda _: None)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(1_000):
            journal.record(SignedOut())
        assert other.execute("SELECT count(*) FROM entries").fetchone() == (6,)
        other.execute("ROLLBACK")
    assert journal.close(10)
    assert SqliteJournalReader(path).check().good == 1_006


def test_a_reader_sees_what_is_written_while_it_is_written(path: Path) -> None:
    with writing(path) as journal:
        for count in range(1, 20):
            journal.record(SignedOut(), run="r1")
            wait_until(partial(is_kept, path, "r1", at_least=count))


def test_many_threads_record_and_nothing_is_lost(path: Path) -> None:
    with writing(path) as journal:

        def record() -> None:
            for _ in range(200):
                journal.record(SignedOut(), run="r1")

        threads = [threading.Thread(target=record) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(SqliteJournalReader(path).entries("r1")) == 1_600


TOKEN = "0123456789abcdef" * 16
SECRETS = [TOKEN, "short-token", 'pä"ss\twörd 🎲', 'it\'s "quoted" \\ and\tspaced', "a+b/c=d &e", "pressed\n"]


def spellings(secret: str) -> set[bytes]:
    texts = {
        secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret), quote(secret, safe=""), quote_plus(secret),
    }  # fmt: skip
    return {text.encode() for text in texts} | {secret.encode("utf-16-le")}


def test_no_secret_reaches_any_file_by_any_text_of_any_fact(path: Path) -> None:
    redactor = Redactor()
    with writing(path, clean=redactor.clean) as journal:
        for secret in SECRETS:
            redactor.hide(secret)
            for text in (secret, f"before {secret} after", json.dumps({"password": secret}), quote(secret)):
                for fact in every_fact(text):
                    journal.record(fact, run=text, account=text)
        journal.record(SignedOut(), run="the last")
        wait_until(lambda: is_kept(path, "the last", at_least=1), "the last entry")
        files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    files["closed"] = path.read_bytes()
    assert {"journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm"} <= files.keys()
    assert b"[secure]" in files["closed"]
    leaks = [(name, secret) for secret in SECRETS for name, data in files.items()
             for spelling in spellings(secret) if spelling in data]  # fmt: skip
    assert leaks == []


def test_a_secret_that_is_one_of_our_own_words_makes_nothing_unreadable(path: Path) -> None:
    redactor = Redactor()
    redactor.hide("button")
    with writing(path, clean=redactor.clean) as journal:
        for fact in every_fact("button"):
            journal.record(fact, run="r1")
    press = SqliteJournalReader(path).entries("r1")[1].fact
    assert isinstance(press, Pressed)
    assert press.trigger == "button"


def test_text_that_no_file_can_hold_is_kept_readable(path: Path) -> None:
    with writing(path) as journal:
        journal.record(SignInRefused(words="half \ud83c of one"), run="r1")
    (entry,) = SqliteJournalReader(path).entries("r1")
    assert entry.fact == SignInRefused(words="half \\ud83c of one")


def test_a_fact_that_can_not_be_written_is_named_and_keeps_no_other_from_it(path: Path) -> None:
    with writing(path) as journal:
        journal.record(SignInRefused(words=object()), run="r1")  # type: ignore[arg-type]
        journal.record(SignedOut(), run="r1")
    named, other = SqliteJournalReader(path).entries("r1")
    assert named.fact == EvidenceLost(entries=1, words="SignInRefused could not be written: TypeError")
    assert other.fact == SignedOut()
