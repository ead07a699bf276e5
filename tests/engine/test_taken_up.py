"""What a start takes up of the run before it, and what a mistake in a callback of the loop leads to."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from panic_button.core.evidence import UnfinishedRun
from panic_button.core.model import OpenOrder, Trigger
from panic_button.core.ports import KeptLockout
from panic_button.core.snapshot import Snapshot
from panic_button.engine.engine import Engine
from panic_button.engine.facts import utc_now
from panic_button.practice import PracticeExchange
from panic_button.storage.lockouts import LockoutsInMemory
from tests.engine.desk import Desk, account_on, keeping, kept_in_memory, session_of
from tests.waiting import wait_until


@pytest.mark.parametrize("locked_out", [True, False])
def test_a_run_that_is_taken_up_is_locked_by_a_kept_lockout_and_by_no_other(
    exchange: PracticeExchange, *, locked_out: bool
) -> None:
    orders = tuple(OpenOrder(order_id=order.id) for order in exchange.book.open_orders())
    pressed_at = utc_now() - timedelta(seconds=5)
    cut_off = UnfinishedRun(
        run="cut-off", account="desk-1", trigger=Trigger.BUTTON, pressed_at=pressed_at, orders=orders
    )
    lockouts = LockoutsInMemory()
    if locked_out:
        lockouts.save("desk-1", KeptLockout(since=pressed_at, run="cut-off"))
    keep = kept_in_memory(keeping(token=exchange.token), lockouts=lockouts, unfinished=(cut_off,))
    engine = Engine((account_on(exchange),), keep)
    engine.lock_out(on=True)
    desk = Desk(engine)
    engine.start()
    try:
        desk.clear()
        told = desk.account()
        run = session_of(desk)._run
        assert run is not None
        assert run._machine._locked is locked_out
        assert (told.lockout is not None) is locked_out
        assert told.lockout is None or told.lockout.caught == 0, "what was open before the press is not caught"
    finally:
        assert engine.close(10)


@pytest.mark.usefixtures("meant_to_fail")
def test_a_mistake_in_a_callback_is_told_as_one_and_the_engine_goes_on(
    exchange: PracticeExchange, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(_snapshot: Snapshot) -> None:
        raise ValueError("a mistake")

    desk.engine.subscribe(mistaken)
    wait_until(lambda: [one for one in caplog.records if one.levelno == logging.CRITICAL])
    assert "ValueError: a mistake" in caplog.text
    desk.armed()
    desk.fire()
    desk.clear()
    assert exchange.book.open_count() == 0
