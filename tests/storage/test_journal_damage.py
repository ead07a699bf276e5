"""A journal that is damaged: set aside as it was found, never overwritten, and begun anew."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from panic_button.core.evidence import SignedOut
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.journal import file as journal_file
from panic_button.storage.journal.chain import Columns
from panic_button.storage.journal.file import JournalFile
from tests.storage.journals import by_hand, is_kept, writing, written
from tests.waiting import wait_until


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "desk" / "journal.sqlite3"


def no_database(path: Path) -> None:
    path.write_bytes(b"not a database" * 500)


def overwritten_pages(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(8192))


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 5000)


def another_table(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entries (other)")


def newest_entry_changed(path: Path) -> None:
    by_hand(path, "UPDATE entries SET account = 'other' WHERE seq = 6")


DAMAGES = [no_database, overwritten_pages, cut_short, another_table, newest_entry_changed]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_set_aside_as_it_is_and_a_new_chain_says_so_first(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(written(path))
    before = path.read_bytes()
    with writing(path) as journal:
        journal.record(SignedOut(), run="r1")
    (aside,) = path.parent.glob("journal.sqlite3.damaged-*[0-9]Z")
    assert aside.read_bytes() == before
    first, second = SqliteJournalReader(path).rows()
    assert (first.columns.kind, second.columns.kind) == ("evidence_lost", "signed_out")
    assert aside.name in first.columns.fact
    assert SqliteJournalReader(path).check().good == 2
    assert journal.trouble == ""


def test_a_file_that_is_damaged_again_and_again_is_never_overwritten(path: Path) -> None:
    written(path)
    for _ in range(3):
        no_database(path)
        with writing(path):
            pass
    assert len(list(path.parent.glob("journal.sqlite3.damaged-*"))) == 3


def test_what_only_the_write_ahead_log_holds_is_set_aside_with_it(path: Path) -> None:
    written(path)
    path.with_name("journal.sqlite3-wal").write_bytes(b"the log beside it")
    no_database(path)
    with writing(path):
        pass
    (aside,) = path.parent.glob("journal.sqlite3.damaged-*-wal")
    assert aside.read_bytes() == b"the log beside it"


def test_two_that_meet_a_damaged_file_at_once_set_it_aside_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path)
    newest_entry_changed(path)
    look_at = journal_file._look_at

    def another_is_quicker(path: Path) -> None:
        monkeypatch.setattr(journal_file, "_look_at", look_at)
        with writing(path):
            pass
        raise journal_file._DamagedError

    monkeypatch.setattr(journal_file, "_look_at", another_is_quicker)
    file = JournalFile(path, lambda words: Columns("", 0, None, None, "", words))
    file.append([Columns("", 0, None, None, "", "")])
    file.close()
    assert len(list(path.parent.glob("*damaged*Z"))) == 1
    assert SqliteJournalReader(path).check().good == 2


def test_a_file_that_another_process_set_aside_is_not_written_to_any_more(path: Path) -> None:
    with writing(path) as journal:
        journal.record(SignedOut(), run="r1")
        wait_until(lambda: is_kept(path, "r1", at_least=1))
        for ending in ("-wal", "-shm", ""):
            path.with_name(path.name + ending).rename(path.with_name("aside" + ending))
        journal.record(SignedOut(), run="r2")
        wait_until(lambda: is_kept(path, "r2", at_least=1))
    assert SqliteJournalReader(path.with_name("aside")).check().good == 1
    assert SqliteJournalReader(path).check().good == 1


HALF_DONE = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = DELETE")
connection.execute("PRAGMA cache_size = 2")
connection.execute("BEGIN IMMEDIATE")
for number in range(7, 300):
    connection.execute("INSERT INTO entries VALUES (?, '', 0, '', '', '', ?, '')", (number, "x" * 1_000))
os._exit(9)
"""


def test_a_transaction_that_a_crash_cut_in_two_is_undone_and_the_chain_goes_on(path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", HALF_DONE, str(written(path))], check=False)
    assert (ended.returncode, path.with_name("journal.sqlite3-journal").exists()) == (9, True)
    with writing(path) as journal:
        journal.record(SignedOut())
    assert SqliteJournalReader(path).check().good == 7
    assert list(path.parent.glob("*damaged*")) == []
