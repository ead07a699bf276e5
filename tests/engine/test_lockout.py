"""The lockout: what opens after a press is cancelled again, over every end of the program, until a reset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from panic_button.core.errors import LockoutStoreError
from panic_button.core.evidence import (
    HowEnded,
    LockoutCaught,
    LockoutReset,
    LockoutStarted,
    OrdersBefore,
    Pressed,
    RunEnded,
    UnfinishedRun,
)
from panic_button.core.model import Trigger, Verdict
from panic_button.core.ports import KeptLockout, LockoutStore
from panic_button.engine import lockout_keeper
from panic_button.engine.engine import Engine
from panic_button.engine.facts import utc_now
from panic_button.practice import Hang, PracticeExchange
from panic_button.storage.lockouts import LockoutsInMemory
from tests.engine.desk import Desk, Notes, account_on, cancels, keeping, kept_in_memory
from tests.waiting import wait_until


class Stage:
    """An engine that locks out, its journal and its kept lockouts; it can be ended and started again."""

    def __init__(self, exchange: PracticeExchange, *, lockouts: LockoutStore | None = None) -> None:
        self.exchange = exchange
        self.journal = Notes()
        self.lockouts = lockouts or LockoutsInMemory()
        self.desk = self.start()

    def start(self, *, unfinished: tuple[UnfinishedRun, ...] = ()) -> Desk:
        store = keeping(token=self.exchange.token, password=self.exchange.password)
        open_keeping = kept_in_memory(store, journal=self.journal, lockouts=self.lockouts, unfinished=unfinished)
        engine = Engine((account_on(self.exchange),), open_keeping)
        self.desk = Desk(engine)
        engine.lock_out(on=True)
        engine.start()
        return self.desk

    def end(self) -> None:
        assert self.desk.engine.close(10)

    def place(self) -> None:
        self.exchange.makers.start_placing(every_s=0.0, count=1)


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout_keeper, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def stage(exchange: PracticeExchange) -> Iterator[Stage]:
    stage = Stage(exchange)
    yield stage
    stage.end()


def pressed(stage: Stage) -> str:
    """A press that came to CLEAR with the lockout on. Gives its run."""
    stage.desk.armed()
    stage.desk.fire()
    stage.desk.clear()
    run = stage.desk.account().run
    assert run is not None
    return run.run


def test_after_a_press_whatever_opens_is_cancelled_again_and_told_by_who_placed_it(stage: Stage) -> None:
    run = pressed(stage)
    for caught in (1, 2, 3):
        stage.place()
        told = stage.desk.until(lambda one: one.lockout is not None and one.lockout.caught == caught)  # noqa: B023
        wait_until(lambda: stage.exchange.book.open_count() == 0)
    assert told.lockout is not None
    assert (told.lockout.run, told.lockout.trouble) == (run, "")
    assert sum(placer.caught for placer in told.lockout.placers) == 3
    result = stage.desk.clear()
    assert result.late == 3
    assert [fact.since for fact in stage.journal.facts(LockoutStarted)] == [told.lockout.since]
    assert len(stage.journal.facts(LockoutCaught, run)) == 3


def test_the_lockout_goes_on_when_the_watch_of_a_press_would_be_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panic_button.core.mass_cancel.WATCH", 50.0)
    pressed(stage)
    wait_until(lambda: stage.desk.account().run is not None)
    stage.place()
    stage.desk.until(lambda one: one.lockout is not None and one.lockout.caught == 1)
    wait_until(lambda: stage.exchange.book.open_count() == 0)


def test_it_is_kept_beside_the_first_packet_and_taken_up_after_any_end_of_the_program(stage: Stage) -> None:
    stage.desk.armed()
    held = stage.exchange.faults.add(Hang(), on="cancels")
    stage.desk.fire()
    wait_until(lambda: stage.lockouts.load("desk-1") is not None)
    stage.exchange.faults.lift(held)
    stage.desk.clear()
    stage.end()
    stage.place()
    wait_until(lambda: stage.exchange.book.open_count() == 1)

    desk = stage.start()
    told = desk.until(lambda one: one.lockout is not None and one.run is not None)
    assert told.run is not None
    assert told.run.trigger is Trigger.LOCKOUT
    desk.clear()
    assert stage.exchange.book.open_count() == 0


def test_a_reset_ends_it_sends_nothing_and_keeps_the_reason(stage: Stage) -> None:
    pressed(stage)
    sent = len(cancels(stage.exchange))
    stage.desk.engine.reset("desk-1", "the bot is fixed")
    stage.desk.until(lambda one: one.lockout is None)
    wait_until(lambda: stage.lockouts.load("desk-1") is None)
    assert len(cancels(stage.exchange)) == sent
    assert [fact.reason for fact in stage.journal.facts(LockoutReset)] == ["the bot is fixed"]


def test_a_reset_by_another_process_is_noticed(stage: Stage) -> None:
    pressed(stage)
    wait_until(lambda: stage.lockouts.load("desk-1") is not None)
    stage.lockouts.remove("desk-1")
    stage.desk.until(lambda one: one.lockout is None)


def test_a_press_under_a_lockout_fires_as_ever_and_carries_it_on(stage: Stage) -> None:
    pressed(stage)
    since = stage.desk.until(lambda one: one.lockout is not None).lockout
    assert since is not None
    second = pressed(stage)
    told = stage.desk.until(lambda one: one.lockout is not None and one.lockout.run == second).lockout
    assert told is not None
    assert told.since == since.since


def test_presses_start_none_where_they_shall_not(stage: Stage) -> None:
    stage.desk.engine.lock_out(on=False)
    pressed(stage)
    assert stage.desk.account().lockout is None
    assert stage.lockouts.load("desk-1") is None


class FullDisk(LockoutsInMemory):
    def save(self, label: str, lockout: KeptLockout) -> None:
        del label, lockout
        raise LockoutStoreError("The lockout can't be kept (No space left on device).")


def test_a_lockout_that_cannot_be_kept_is_on_all_the_same_and_says_so(exchange: PracticeExchange) -> None:
    stage = Stage(exchange, lockouts=FullDisk())
    try:
        pressed(stage)
        told = stage.desk.until(lambda one: one.lockout is not None and one.lockout.trouble)
        assert told.lockout is not None
        assert "No space left" in told.lockout.trouble
        stage.place()
        stage.desk.until(lambda one: one.lockout is not None and one.lockout.caught == 1)
        wait_until(lambda: stage.exchange.book.open_count() == 0)
    finally:
        stage.end()


def test_stopping_a_run_ends_its_lockout_too_and_leaves_open_what_is_open(stage: Stage) -> None:
    stage.desk.armed()
    stage.exchange.faults.add(Hang(), on="anyCancel")
    stage.desk.fire()
    stage.desk.until(lambda one: one.lockout is not None)
    stage.desk.engine.stop("desk-1")
    stage.desk.until(lambda one: one.lockout is None and one.run is not None and not one.run.running)
    (ended,) = stage.journal.facts(RunEnded)
    assert (ended.how, ended.verdict is Verdict.CLEAR) == (HowEnded.STOPPED, False)
    assert stage.exchange.book.open_count() == 12


def test_a_run_that_was_cut_off_a_moment_ago_goes_on_under_its_own_name(stage: Stage) -> None:
    known = stage.desk.armed().open_orders
    assert known is not None
    stage.end()
    cut_off = UnfinishedRun(run="CUT-OFF", account="desk-1", trigger=Trigger.BUTTON, pressed_at=utc_now(), orders=known)
    desk = stage.start(unfinished=(cut_off,))
    run = desk.run(lambda result: result.verdict is Verdict.CLEAR)
    assert (run.run, run.resumed, run.trigger, run.pressed_at) == ("CUT-OFF", True, Trigger.BUTTON, cut_off.pressed_at)
    assert stage.exchange.book.open_count() == 0
    assert stage.journal.facts(Pressed) == []  # it was pressed once


def test_of_several_that_were_cut_off_the_newest_goes_on_and_the_others_are_over(stage: Stage) -> None:
    stage.desk.armed()
    stage.end()
    older, newest = (
        UnfinishedRun(run=run, account="desk-1", trigger=Trigger.BUTTON, pressed_at=utc_now(), orders=())
        for run in ("OLDER", "NEWEST")
    )
    other = UnfinishedRun(run="OTHER", account="desk-2", trigger=Trigger.BUTTON, pressed_at=utc_now(), orders=())
    desk = stage.start(unfinished=(older, newest, other))
    assert desk.run(lambda result: result.verdict is Verdict.CLEAR).run == "NEWEST"
    (ended,) = stage.journal.facts(RunEnded, "OLDER")
    assert (ended.how, ended.verdict) == (HowEnded.SETTLED_AFTER_A_RESTART, Verdict.UNCONFIRMED)
    assert stage.journal.facts(RunEnded, "OTHER") == []


def test_a_run_of_long_ago_is_only_asked_about(stage: Stage) -> None:
    known = stage.desk.armed().open_orders
    assert known is not None
    stage.end()
    before = len(cancels(stage.exchange))
    long_ago = UnfinishedRun(
        run="OLD",
        account="desk-1",
        trigger=Trigger.BUTTON,
        pressed_at=utc_now().replace(year=2025),
        orders=known[:3],
    )
    desk = stage.start(unfinished=(long_ago,))
    run = desk.until(lambda one: one.run is not None and not one.run.running).run
    assert run is not None
    assert (run.run, run.result.verdict, run.result.counts.still_open) == ("OLD", Verdict.NOT_CLEAR, 3)
    (ended,) = stage.journal.facts(RunEnded, "OLD")
    assert ended.how is HowEnded.SETTLED_AFTER_A_RESTART
    assert len(cancels(stage.exchange)) == before


def test_of_a_run_of_long_ago_each_order_s_fate_is_told_though_one_is_open(stage: Stage) -> None:
    known = stage.desk.armed().open_orders
    assert known is not None
    stage.end()
    book, (cancelled, filled, still_open) = stage.exchange.book, known[:3]
    book.cancel([cancelled.order_id], lambda _order: None)
    book.fill(filled.order_id)
    long_ago = UnfinishedRun(
        run="OLD",
        account="desk-1",
        trigger=Trigger.BUTTON,
        pressed_at=utc_now().replace(year=2025),
        orders=(cancelled, filled, still_open),
    )
    desk = stage.start(unfinished=(long_ago,))
    run = desk.until(lambda one: one.run is not None and not one.run.running).run
    assert run is not None
    counts = run.result.counts
    assert (counts.cancelled, counts.filled_first, counts.still_open, counts.unknown) == (1, 1, 1, 0)
    ends = [type(fact) for of, fact in stage.journal.told if of == "OLD"]
    assert (ends.count(RunEnded), ends[-1]) == (1, RunEnded)
    assert cancels(stage.exchange) == []


def test_orders_before_the_press_are_kept_with_it(stage: Stage) -> None:
    run = pressed(stage)
    (press,) = stage.journal.facts(Pressed, run)
    assert (press.open_orders, press.lockout) == (12, True)
    kept = [order.order_id for fact in stage.journal.facts(OrdersBefore, run) for order in fact.orders]
    assert len(set(kept)) == 12
