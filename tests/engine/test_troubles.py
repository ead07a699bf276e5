"""Runs against every trouble of the exchange and of the way to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from panic_button.core.model import Answer as Told
from panic_button.core.model import Listing, Route, Verdict
from panic_button.core.snapshot import Readiness, SignIn, Step
from panic_button.exchange import wire
from panic_button.exchange.connection import NOBODY, Observer
from panic_button.exchange.rest import Lane
from panic_button.practice import Answer, Cut, Hang, PracticeExchange
from tests.engine.desk import Desk, account_on, cancels, desk_of, desk_on, keeping
from tests.waiting import wait_until


def test_a_refused_token_is_renewed_with_the_kept_password_in_the_middle_of_a_run(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    exchange.faults.add(Cut(work_done=False), on="messages")
    exchange.book.account.revoke_tokens()
    desk.fire()
    desk.clear()
    assert exchange.book.open_count() == 0
    desk.until(lambda one: one.sign_in is SignIn.SIGNED_IN)


def test_a_refused_token_with_nothing_to_renew_it_is_not_clear_and_settled_in_words(
    exchange: PracticeExchange,
) -> None:
    with desk_on(exchange, password=False) as desk:
        desk.armed()
        exchange.faults.add(Answer(401), on="token")
        exchange.faults.drop_sockets()
        desk.until(lambda one: one.socket.warm == 0)
        desk.fire()
        run = desk.run(lambda result: result.settled)
        assert run.result.verdict is Verdict.NOT_CLEAR
        assert run.result.waiting.step is Step.SIGN_IN
        told = desk.until(lambda one: one.sign_in is SignIn.REFUSED)
        assert "Sign in again" in told.sign_in_trouble
        assert told.readiness is Readiness.NOT_ARMED
    assert exchange.book.open_count() == 12


def test_a_locked_account_is_not_clear_and_says_what_the_exchange_says(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    exchange.faults.add(Answer(403), on="rest")
    exchange.faults.add(Answer(403), on="ordersSocket")
    exchange.faults.drop_sockets()
    desk.until(lambda one: one.socket.warm == 0)
    desk.fire()
    result = desk.run(lambda result: result.verdict is Verdict.NOT_CLEAR).result
    assert result.routes[Route.HTTPS].answer is Told.REFUSED
    assert "Account is locked" in result.routes[Route.HTTPS].trouble


def test_a_socket_that_drops_in_the_middle_of_a_run_is_opened_anew_and_used(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    held = exchange.faults.add(Hang(), on="cancels")
    exchange.faults.add(Hang(), on="messages", times=1)
    desk.fire()
    wait_until(lambda: len(cancels(exchange)) == 2)
    exchange.faults.drop_sockets()
    desk.clear()
    assert cancels(exchange).count("socket") >= 2
    exchange.faults.lift(held)
    assert exchange.book.open_count() == 0


def test_a_refused_socket_is_degraded_and_https_alone_clears(exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(503), on="ordersSocket")
    with desk_on(exchange) as desk:
        told = desk.until(lambda one: one.readiness is Readiness.DEGRADED)
        assert "503" in told.reason
        desk.fire()
        result = desk.clear()
        assert result.routes[Route.SOCKET].answer is Told.NOT_USED
    assert exchange.book.open_count() == 0


def test_a_lost_reply_is_no_reason_to_doubt_what_the_listings_show(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    exchange.faults.add(Cut(work_done=True), on="cancels", times=1)
    exchange.faults.add(Cut(work_done=True), on="messages", times=1)
    desk.fire()
    result = desk.clear()
    assert exchange.book.open_count() == 0
    assert {row.outcome for row in result.orders} <= {"cancelled", "part_filled_then_cancelled", "unknown"}
    explained = desk.run(lambda result: result.counts.unknown == 0).result  # by the feed, or by look-ups
    assert explained.counts.cancelled + explained.counts.part_filled_then_cancelled == 12


@pytest.mark.parametrize("done", [True, False])
def test_a_503_is_tried_again_whether_it_was_done_or_not(exchange: PracticeExchange, desk: Desk, *, done: bool) -> None:
    desk.armed()
    exchange.faults.add(Answer(503, work_done=done), on="cancels", times=2)
    exchange.faults.add(Answer(503, work_done=done), on="messages", times=2)
    desk.fire()
    failed = desk.run(lambda result: result.routes[Route.HTTPS].answer is Told.ERROR).result
    assert "503" in failed.routes[Route.HTTPS].trouble
    desk.clear()
    assert exchange.book.open_count() == 0


def test_where_no_cancel_is_ever_confirmed_four_empty_listings_have_to_do(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    exchange.faults.add(Answer(503, work_done=True), on="cancels")
    exchange.faults.add(Answer(503, work_done=True), on="messages")
    desk.fire()
    result = desk.clear()
    assert not result.acknowledged
    assert result.clear_ms is not None
    assert result.clear_ms >= 2_000


def test_a_429_waits_as_asked_while_the_other_route_goes_at_once(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    exchange.faults.add(Answer(429, retry_after_s=3), on="cancels", times=1)
    exchange.faults.add(Answer(503), on="messages", times=1)
    desk.fire()
    result = desk.clear()
    assert exchange.book.open_count() == 0
    assert result.routes[Route.HTTPS].attempts == 1  # CLEAR came long before its pause was over
    assert result.routes[Route.HTTPS].answer is Told.LIMITED
    assert result.clear_ms is not None
    assert result.clear_ms < 3_000


def test_silence_of_cancel_all_is_overcome_by_cancelling_what_is_listed_by_id(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    for name in ("cancelAllOrders", "cancelAll"):
        exchange.faults.add(Hang(), on=name)
    desk.fire()
    desk.clear()
    assert exchange.book.open_count() == 0
    assert "cancelMultiple" in {request.what for request in exchange.log}


def test_while_listings_fail_nothing_is_confirmed_though_every_cancel_was_answered(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    failing = exchange.faults.add(Answer(503), on="getUnmatched")
    desk.fire()
    result = desk.run(lambda result: result.acknowledged and result.routes[Route.SOCKET].answer is Told.OK).result
    assert exchange.book.open_count() == 0
    assert result.verdict is Verdict.UNCONFIRMED
    exchange.faults.lift(failing)
    desk.clear()


@pytest.fixture
def mistakes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Makes so many listings fail by a mistake of our own; gives the list of those still to come."""

    def make(count: int) -> list[int]:
        read, left = wire.listing, list(range(count))

        def mistaken(body: bytes, now: datetime) -> object:
            if left:
                left.pop()
                raise RuntimeError("a bug")
            return read(body, now)

        monkeypatch.setattr(wire, "listing", mistaken)
        return left

    return make


@pytest.mark.usefixtures("meant_to_fail")
def test_a_mistake_of_our_own_in_reading_an_answer_does_not_end_the_run(
    desk: Desk, mistakes: Callable[[int], list[int]]
) -> None:
    desk.armed()
    left = mistakes(3)
    desk.fire()
    desk.clear()
    assert left == []


@pytest.mark.usefixtures("meant_to_fail")
def test_a_mistake_of_our_own_in_making_a_request_does_not_end_the_run(
    exchange: PracticeExchange, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.armed()
    ask, left = Lane.open_orders, [1, 2]

    async def mistaken(lane: Lane, observer: Observer = NOBODY) -> Listing:
        if left:
            left.pop()
            raise RuntimeError("a bug")
        return await ask(lane, observer)

    desk.fire()
    monkeypatch.setattr(Lane, "open_orders", mistaken)
    desk.clear()
    assert left == []
    assert exchange.book.open_count() == 0


@pytest.mark.usefixtures("meant_to_fail")
def test_a_mistake_of_our_own_in_reading_a_ping_does_not_end_the_pings(
    exchange: PracticeExchange, desk: Desk, mistakes: Callable[[int], list[int]]
) -> None:
    desk.armed()
    left = mistakes(3)
    wait_until(lambda: not left)
    exchange.book.cancel([exchange.book.open_orders()[0].id], lambda _order: None)
    desk.until(lambda one: one.open_orders is not None and len(one.open_orders) == 11)


@pytest.mark.usefixtures("meant_to_fail")
def test_a_mistake_of_our_own_in_reading_a_reply_does_not_end_the_socket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.armed()
    read, left = wire.socket_reply, [1]

    def mistaken(frame: bytes) -> object:
        if left:
            left.pop()
            raise RuntimeError("a bug")
        return read(frame)

    monkeypatch.setattr(wire, "socket_reply", mistaken)
    desk.fire()
    desk.clear()
    assert left == []
    desk.until(lambda one: one.readiness is Readiness.ARMED)


def test_ones_trouble_does_not_delay_the_other() -> None:
    with PracticeExchange(orders=5, seed=1) as sick, PracticeExchange(orders=5, seed=2) as well:
        store = keeping(token=sick.token)
        store.save("desk-2", keeping(token=well.token).load("desk-1"))
        with desk_of((account_on(sick), account_on(well, "desk-2")), store) as desk:
            desk.armed("desk-1")
            desk.armed("desk-2")
            sick.faults.add(Hang())
            desk.fire()
            result = desk.clear("desk-2")
            assert result.clear_ms is not None
            assert result.clear_ms < 3_000
            ill = desk.account("desk-1").run
            assert ill is not None
            assert ill.result.verdict is not Verdict.CLEAR
            assert ill.running
            assert (sick.book.open_count(), well.book.open_count()) == (5, 0)


def test_a_silent_exchange_is_told_since_when(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    exchange.faults.add(Cut(work_done=False))
    told = desk.until(lambda one: one.https.unanswered_since is not None)
    assert told.https.trouble
    assert told.heard_at == told.https.unanswered_since
