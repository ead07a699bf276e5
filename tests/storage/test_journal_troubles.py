"""A full disk, no access, a damaged or a newer file: who records never notices, a person is told, nothing is lost."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from panic_button.core.errors import JournalError
from panic_button.core.evidence import SignedOut, SignInRefused
from panic_button.storage.journal import SqliteJournal, SqliteJournalReader, writer
from panic_button.storage.journal.chain import Columns
from panic_button.storage.journal.file import JournalFile
from tests.storage.journals import is_kept, writing, written
from tests.waiting import wait_until

AS_BEFORE = "Cancelling works as before."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 0.01)


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "desk" / "journal.sqlite3"


class Told:
    """What `on_trouble` was handed."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, words: str) -> None:
        self.words.append(words)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = sys.platform == "linux" and not mount("-t", "tmpfs", "-o", "size=600k,mode=0700", "none", str(folder))
    if not mounted:
        pytest.skip("only Linux's root can mount a small disk; the full disk is tested by a limit as well")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode


def test_a_full_disk_is_told_and_what_happened_meanwhile_is_written_once_there_is_space(small_disk: Path) -> None:
    told = Told()
    filler = small_disk / "filler"
    with writing(small_disk / "journal.sqlite3", on_trouble=told) as journal:
        journal.record(SignedOut(), run="r1")
        wait_until(lambda: is_kept(small_disk / "journal.sqlite3", "r1", at_least=1))
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        for _ in range(60):
            journal.record(SignInRefused(words="x" * 1_000), run="r1")
        wait_until(lambda: journal.trouble)
        assert "is full. " + AS_BEFORE in journal.trouble
        filler.unlink()
        wait_until(lambda: is_kept(small_disk / "journal.sqlite3", "r1", at_least=61))
    assert SqliteJournalReader(small_disk / "journal.sqlite3").check().good == 61
    assert (len(told.words), told.words[-1]) == (2, "")


FULL_DISK = """
import pathlib, resource, sys, time
from panic_button.core.evidence import SignInRefused
from panic_button.storage.journal import SqliteJournal, writer
writer.RETRY_S = 0.01
journal = SqliteJournal(pathlib.Path(sys.argv[1]), clean=str, on_trouble=lambda words: print(bool(words), flush=True))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
def record():
    for _ in range(100): journal.record(SignInRefused(words="x" * 1_000), run="r1")
def until(condition):
    while not condition(): time.sleep(0.005)
record()
until(lambda: not journal._waiting)
limit(4096)
record()
until(lambda: journal.trouble)
assert "can't be written to" in journal.trouble and "Cancelling works as before." in journal.trouble
limit(hard)
until(lambda: not journal.trouble)
sys.exit(0 if journal.close(10) else 1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a process's files")
def test_a_file_that_can_grow_no_more_is_told_and_healed_from_and_the_chain_holds(path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["True", "False"])
    assert SqliteJournalReader(path).check().good == 200


def test_a_file_system_that_is_read_only_is_told_and_healed_from(small_disk: Path) -> None:
    path = written(small_disk / "journal.sqlite3")
    assert mount("-o", "remount,ro", str(small_disk)) == 0
    with writing(path) as journal:
        journal.record(SignedOut())
        wait_until(lambda: journal.trouble)
        assert AS_BEFORE in journal.trouble
        assert mount("-o", "remount,rw", str(small_disk)) == 0
        wait_until(lambda: not journal.trouble)
    assert SqliteJournalReader(path).check().good == 7


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the system's root may write anywhere")
def test_a_folder_without_access_is_told(path: Path) -> None:
    path.parent.mkdir(mode=0o500)
    journal = SqliteJournal(path, clean=str, on_trouble=lambda _: None)
    wait_until(lambda: "Give yourself access" in journal.trouble)
    assert not journal.close(10)


def test_a_folder_that_can_not_be_had_is_told_and_what_waits_is_written_once_it_can(path: Path) -> None:
    path.parent.touch()
    told = Told()
    with writing(path, on_trouble=told) as journal:
        for _ in range(10):
            journal.record(SignedOut())
        wait_until(lambda: journal.trouble)
        assert journal.trouble.startswith("Evidence is not being kept. The folder ")
        assert journal.trouble.endswith(AS_BEFORE)
        path.parent.unlink()
        wait_until(lambda: not journal.trouble)
    assert SqliteJournalReader(path).check().good == 10
    assert (len(told.words), told.words[-1]) == (2, ""), "told once when it began and once when it was over"


def test_what_was_refused_once_is_written_in_the_order_in_which_it_happened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded, refused = threading.Event(), threading.Event()
    append = JournalFile.append

    def refuse_once(file: JournalFile, entries: Sequence[Columns]) -> None:
        recorded.wait(10)
        if entries and not refused.is_set():
            refused.set()
            raise JournalError("refused")
        append(file, entries)

    monkeypatch.setattr(JournalFile, "append", refuse_once)
    facts = [SignInRefused(words=f"number {number}") for number in range(120)]
    with writing(path) as journal:
        for fact in facts:
            journal.record(fact, run="r1")
        recorded.set()
        wait_until(lambda: is_kept(path, "r1", at_least=120))
    assert refused.is_set()
    assert [entry.fact for entry in SqliteJournalReader(path).entries("r1")] == facts


def test_a_close_while_nothing_can_be_written_ends_within_its_limit_and_says_so(path: Path) -> None:
    path.parent.touch()
    journal = SqliteJournal(path, clean=str, on_trouble=lambda _: None)
    journal.record(SignedOut())
    assert not journal.close(10)
    assert not [thread for thread in threading.enumerate() if thread.name == "journal"]


def test_a_close_is_worth_one_more_try(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 60)
    path.parent.touch()
    with writing(path) as journal:
        wait_until(lambda: journal.trouble)
        journal.record(SignedOut())
        path.parent.unlink()
    assert SqliteJournalReader(path).check().good == 1


def test_too_much_to_remember_lets_the_oldest_go_and_the_journal_says_how_many(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 50)
    path.parent.touch()
    with writing(path) as journal:
        wait_until(lambda: journal.trouble)
        for number in range(80):
            journal.record(SignInRefused(words=f"number {number}"), run="r1")
        path.parent.unlink()
        wait_until(lambda: not journal.trouble)
        journal.record(SignedOut(), run="r1")
    first, *_ = SqliteJournalReader(path).rows()
    entries = SqliteJournalReader(path).entries("r1")
    assert first.columns.kind == "evidence_lost"
    assert '"entries":30' in first.columns.fact
    assert "The oldest 30 entries were let go" in first.columns.fact
    assert [entry.fact for entry in entries[:-1]] == [SignInRefused(words=f"number {n}") for n in range(30, 80)]


def test_a_newer_journal_is_told_and_not_touched(path: Path) -> None:
    written(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    journal = SqliteJournal(path, clean=str, on_trouble=lambda _: None)
    journal.record(SignedOut())
    wait_until(lambda: "written by a newer Panic Button and is left as it is. " + AS_BEFORE in journal.trouble)
    assert not journal.close(10)
    assert path.read_bytes() == before


def test_a_file_that_another_program_holds_is_told_and_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panic_button.storage.journal.file.BUSY_S", 0.01)
    written(path)
    with writing(path) as journal, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        journal.record(SignedOut())
        wait_until(lambda: "another program holds" in journal.trouble)
        other.execute("ROLLBACK")
        wait_until(lambda: not journal.trouble)
    assert SqliteJournalReader(path).check().good == 7


def test_a_transaction_that_fails_half_way_leaves_nothing_behind(path: Path) -> None:
    written(path)
    file = JournalFile(path, lambda words: Columns("", 0, None, None, "", words))
    good = Columns("", 0, None, None, "", "")
    impossible = Columns("", 0, None, None, "", None)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="Evidence is not being kept"):
        file.append([good, impossible])
    file.append([good])
    file.close()
    assert SqliteJournalReader(path).check().good == 7
