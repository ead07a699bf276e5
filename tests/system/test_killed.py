"""`kill -9` in the middle of a run, and a disk that keeps nothing: the press goes out, and is picked up and settled."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from panic_button.core.errors import JournalError
from panic_button.core.evidence import HowEnded, OrdersBefore, Pressed, RunEnded, UnfinishedRun
from panic_button.core.model import ZERO, OpenOrder, Trigger, Verdict
from panic_button.engine.session import RESUMES_WITHIN
from panic_button.practice import Hang, PracticeExchange
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.lockouts import LockoutFiles
from tests.engine.desk import account_on, cancels
from tests.storage.journals import is_kept, writing
from tests.system.desk_process import DeskProcess, desk_process
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such kill")

_RANDOM = random.Random(914)
# Seconds from the press on the disk to the kill, each with or without a lockout.
MOMENTS = [
    (0.0, True),
    (_RANDOM.uniform(0.01, 0.2), False),
    (_RANDOM.uniform(0.2, 0.6), True),
    (_RANDOM.uniform(0.6, 1.2), False),
    (_RANDOM.uniform(1.2, 2.0), True),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(stat.S_IRWXU)
    return tmp_path


@pytest.fixture
def exchange() -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7) as exchange:
        yield exchange


def desk(exchange: PracticeExchange, home: Path) -> contextlib.AbstractContextManager[DeskProcess]:
    return desk_process(home, account_on(exchange), exchange.token)


def ends(home: Path, run: str) -> list[RunEnded]:
    entries = SqliteJournalReader(home / "journal.sqlite3").entries(run)
    return [entry.fact for entry in entries if isinstance(entry.fact, RunEnded)]


def unfinished(home: Path) -> tuple[UnfinishedRun, ...]:
    return SqliteJournalReader(home / "journal.sqlite3").unfinished()


def holds(home: Path) -> bool:
    return SqliteJournalReader(home / "journal.sqlite3").check().broken is None


def stall(exchange: PracticeExchange) -> None:
    """No cancel of any kind is taken up."""
    exchange.faults.add(Hang(), on="cancels")
    exchange.faults.add(Hang(), on="messages")


@pytest.mark.parametrize(("moment", "locked"), MOMENTS)
def test_a_run_that_was_killed_goes_on_where_it_was_and_is_settled(
    exchange: PracticeExchange, home: Path, moment: float, *, locked: bool
) -> None:
    stall(exchange)
    with desk(exchange, home) as first, desk(exchange, home) as second:
        if locked:
            first.say("lock out")
        first.begin()
        first.until(lambda told: told.armed)
        run = first.fire()
        wait_until(lambda: is_kept(home / "journal.sqlite3", run, at_least=2))
        if locked:
            wait_until(lambda: LockoutFiles(home / "run").load("desk-1"))
        time.sleep(moment)
        first.kill()
        assert exchange.book.open_count() == 12
        assert ends(home, run) == []
        exchange.faults.clear()

        second.begin()
        told = second.clear()
        assert (told.run, told.resumed, told.locked_out) == (run, True, locked)
        assert exchange.book.open_count() == 0
        assert len(told.outcomes) == 12
        if locked:
            exchange.makers.start_placing(every_s=0.0, count=1)
            second.until(lambda told: told.caught == 1)
            wait_until(lambda: exchange.book.open_count() == 0)
            second.until(lambda told: told.verdict is Verdict.CLEAR and len(told.outcomes) == 13)
        second.quit()
    assert [end.verdict for end in ends(home, run)] == [Verdict.CLEAR]
    assert unfinished(home) == ()
    assert holds(home)


def test_killed_in_the_very_moment_of_the_press_it_is_picked_up_or_shows_what_is_open(
    exchange: PracticeExchange, home: Path
) -> None:
    stall(exchange)
    with desk(exchange, home) as first, desk(exchange, home) as second:
        first.begin()
        first.until(lambda told: told.armed)
        first.say("fire")
        first.kill()
        exchange.faults.clear()
        cut_off = unfinished(home)
        second.begin()
        told = second.clear() if cut_off else second.until(lambda told: told.armed)
        assert [told.run] == ([one.run for one in cut_off] or [""])
        assert (exchange.book.open_count() == 0) is bool(cut_off)
        second.quit()
    assert holds(home)


def test_killed_twice_it_is_still_one_run_with_one_end(exchange: PracticeExchange, home: Path) -> None:
    stall(exchange)
    with desk(exchange, home) as first, desk(exchange, home) as second, desk(exchange, home) as third:
        first.begin()
        first.until(lambda told: told.armed)
        run = first.fire()
        wait_until(lambda: is_kept(home / "journal.sqlite3", run, at_least=2))
        first.kill()
        second.begin()
        assert second.until(lambda told: told.run).run == run
        second.kill()
        exchange.faults.clear()
        third.begin()
        assert third.clear().run == run
        third.quit()
    assert [end.verdict for end in ends(home, run)] == [Verdict.CLEAR]
    assert exchange.book.open_count() == 0
    assert holds(home)


def press_of_long_ago(exchange: PracticeExchange, home: Path) -> str:
    """A press of eleven minutes ago that the journal knows no end of."""
    run, orders = "01JDLONGAGO", exchange.book.open_orders()
    pressed_at = datetime.now(UTC) - RESUMES_WITHIN - timedelta(minutes=1)
    press = Pressed(trigger=Trigger.BUTTON, pressed_at=pressed_at, open_orders=len(orders), at_risk=ZERO, lockout=False)
    known = tuple(OpenOrder(order_id=order.id, bet=order.bet, filled=order.filled) for order in orders)
    with writing(home / "journal.sqlite3") as journal:
        for fact in (press, OrdersBefore(orders=known)):
            journal.record(fact, run=run, account="desk-1")
    return run


@pytest.mark.parametrize("gone", [True, False])
def test_a_press_of_long_ago_is_only_asked_about(exchange: PracticeExchange, home: Path, *, gone: bool) -> None:
    run = press_of_long_ago(exchange, home)
    if gone:
        exchange.book.cancel([order.id for order in exchange.book.open_orders()], lambda _order: None)
        exchange.makers.start_placing(every_s=0.0, count=3)
        wait_until(lambda: exchange.book.open_count() == 3)
    before = exchange.book.open_count()
    with desk(exchange, home) as after:
        after.begin()
        told = after.until(lambda told: told.settled and not told.running)
        wait_until(lambda: ends(home, run))
        after.quit()
    assert (told.run, told.resumed) == (run, True)
    assert told.verdict is (Verdict.CLEAR if gone else Verdict.NOT_CLEAR)
    (end,) = ends(home, run)
    assert (end.verdict, end.how) == (told.verdict, HowEnded.SETTLED_AFTER_A_RESTART)
    assert end.counts.still_open == (0 if gone else 12)
    assert end.counts.cancelled + end.counts.part_filled_then_cancelled == (12 if gone else 0)
    assert cancels(exchange) == []
    assert exchange.book.open_count() == before
    assert holds(home)


@pytest.fixture
def read_only_home(tmp_path: Path) -> Iterator[Path]:
    """A home in which nothing can be written, whoever asks."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    if os.geteuid() != 0:
        yield home
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=600k,mode=0700", "none", str(home)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("the system's root may write anywhere, and mounts nothing here")
    try:
        yield home
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_where_nothing_can_be_written_a_press_goes_out_and_comes_to_clear(
    exchange: PracticeExchange, read_only_home: Path
) -> None:
    with desk(exchange, read_only_home) as desk_there:
        desk_there.say("lock out")
        desk_there.begin()
        desk_there.until(lambda told: told.armed)
        desk_there.fire()
        told = desk_there.until(lambda told: told.verdict is Verdict.CLEAR and told.evidence_trouble)
        assert told.locked_out
        assert "Cancelling works as before." in told.evidence_trouble
        desk_there.quit()
    assert exchange.book.open_count() == 0
    with pytest.raises(JournalError):
        unfinished(read_only_home)


def test_a_journal_that_becomes_full_at_the_press_holds_nothing_up(exchange: PracticeExchange, home: Path) -> None:
    with desk(exchange, home) as desk_there:
        desk_there.begin()
        desk_there.until(lambda told: told.armed)
        desk_there.say("let no file grow")
        desk_there.fire()
        told = desk_there.until(lambda told: told.verdict is Verdict.CLEAR and told.evidence_trouble)
        assert "Cancelling works as before." in told.evidence_trouble
        desk_there.quit()
    assert exchange.book.open_count() == 0
    assert holds(home)
