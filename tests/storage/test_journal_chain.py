"""The chain: shared by processes, whole after a kill, and what `check` says of tampering."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from panic_button.core.evidence import SignedOut
from panic_button.storage.journal import Broken, SqliteJournalReader
from panic_button.storage.journal.chain import GENESIS
from tests.storage.journals import by_hand, is_kept, writing, written
from tests.waiting import wait_until

RECORD = """
import pathlib, sys, time
from panic_button.core.evidence import SignInRefused
from panic_button.storage.journal import SqliteJournal
path, run, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
journal = SqliteJournal(path, clean=str, on_trouble=print)
print("ready", flush=True)
sys.stdin.readline()
number = 0
while number < count or count < 0:
    journal.record(SignInRefused(words=f"number {number}"), run=run)
    number += 1
    if number % 10_000 == 0:
        while len(journal._waiting) > 1_000:
            time.sleep(0.001)
sys.exit(0 if journal.close(30) else journal.trouble)
"""


@contextlib.contextmanager
def recording(path: Path, run: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process that records so many entries once it is told to; below 0, it goes on until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", RECORD, str(path), run, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "journal.sqlite3"


def test_two_processes_that_write_at_once_share_one_chain(path: Path) -> None:
    with recording(path, "a", 2_000) as one, recording(path, "b", 2_000) as other:
        go(one)
        go(other)
        assert (one.wait(60), other.wait(60)) == (0, 0)
    reader = SqliteJournalReader(path)
    checked = reader.check()
    assert (checked.good, checked.broken) == (4_000, None)
    runs = [row.columns.run for row in reader.rows()]
    turns = sum(before != after for before, after in itertools.pairwise(runs))
    assert turns > 1, "one of them wrote only after the other had ended: this proves nothing"
    assert len(reader.entries("a")) == 2_000


def test_a_process_that_is_killed_as_it_writes_leaves_a_chain_that_holds_and_is_gone_on_with(path: Path) -> None:
    with recording(path, "a", -1) as process:
        go(process)
        wait_until(lambda: is_kept(path, "a", at_least=500), "500 entries")
    checked = SqliteJournalReader(path).check()
    assert (checked.good >= 500, checked.broken) == (True, None)
    with writing(path) as journal:
        journal.record(SignedOut())
    assert SqliteJournalReader(path).check().good == checked.good + 1
    assert [file.name for file in path.parent.glob("*damaged*")] == []


def test_a_chain_that_holds_is_told_with_its_newest_hash(path: Path) -> None:
    checked = SqliteJournalReader(written(path)).check()
    *_, last = SqliteJournalReader(path).rows()
    assert (checked.good, checked.newest, checked.broken) == (6, last.hash, None)
    assert checked.newest != GENESIS


CHANGED = "changed after it was written, or put in the place of another"
ELSEWHERE = "out of order: the entry that was written here stands further on"


@pytest.mark.parametrize(
    ("statements", "seq", "wrong"),
    [
        (["UPDATE entries SET fact = replace(fact, 'number 3', 'number 4') WHERE seq = 3"], 3, CHANGED),
        (["UPDATE entries SET at = replace(at, 'T', ' ') WHERE seq = 1"], 1, CHANGED),
        (["UPDATE entries SET mono_ns = mono_ns + 1 WHERE seq = 2"], 2, CHANGED),
        (["UPDATE entries SET run = 'r1' WHERE seq = 4"], 4, CHANGED),
        (["UPDATE entries SET account = NULL WHERE seq = 5"], 5, CHANGED),
        (["UPDATE entries SET kind = 'signed_out' WHERE seq = 6"], 6, CHANGED),
        (["UPDATE entries SET hash = upper(hash) WHERE seq = 6"], 6, CHANGED),
        (["UPDATE entries SET fact = x'ff00' WHERE seq = 3"], 3, CHANGED),
        (["UPDATE entries SET fact = CAST(x'ff00' AS TEXT) WHERE seq = 3"], 3, CHANGED),
        (["DELETE FROM entries WHERE seq = 3"], 3, "missing: the next entry that is there is 4"),
        (["DELETE FROM entries WHERE seq < 3"], 1, "missing: the next entry that is there is 3"),
        (["DELETE FROM entries WHERE seq = 3", "UPDATE entries SET seq = seq - 1 WHERE seq > 3"], 3, CHANGED),
        (
            [
                "UPDATE entries SET seq = 99 WHERE seq = 2",
                "UPDATE entries SET seq = 2 WHERE seq = 4",
                "UPDATE entries SET seq = 4 WHERE seq = 99",
            ],
            2,
            ELSEWHERE,
        ),
        (["UPDATE entries SET seq = 99 WHERE seq = 2"], 2, ELSEWHERE),
        (["UPDATE entries SET seq = 7 WHERE seq = 6"], 6, ELSEWHERE),
        (
            ["INSERT INTO entries SELECT 7, at, mono_ns, run, account, kind, fact, hash FROM entries WHERE seq = 6"],
            7,
            CHANGED,
        ),
    ],
)
def test_check_names_the_first_link_that_somebody_broke(
    path: Path, statements: list[str], seq: int, wrong: str
) -> None:
    by_hand(written(path), *statements)
    checked = SqliteJournalReader(path).check()
    assert (checked.good, checked.broken) == (seq - 1, Broken(seq=seq, wrong=wrong))


def test_a_byte_that_changed_on_the_disk_is_found(path: Path) -> None:
    data = written(path).read_bytes()
    path.write_bytes(data.replace(b"number 3", b"number 8"))
    assert SqliteJournalReader(path).check().broken == Broken(seq=3, wrong=CHANGED)
