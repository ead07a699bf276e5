"""What a run says of itself: what it waits for, whether waiting helps, whom it heard, and when it is over."""

from __future__ import annotations

import pytest

from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import FailureKind, Listing, OrderCancelled, Verdict
from panic_button.core.snapshot import Step, Waiting
from tests.core.machines import BOTH, HTTPS, SOCKET, cleared, failure, listing, order, refused


@pytest.fixture
def machine() -> MassCancel:
    """Pressed at 5 with one order open, over https alone."""
    machine = MassCancel()
    machine.started(5, [order("a")], {HTTPS})
    return machine


@pytest.fixture
def stuck(machine: MassCancel) -> MassCancel:
    """Every request was refused, the last at 12, and no sign-in helped."""
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 12)
    machine.routes(frozenset(), 20)
    return machine


def test_at_first_it_waits_for_the_cancel(machine: MassCancel) -> None:
    assert machine.result(30).waiting == Waiting(step=Step.CANCEL_ALL, since=5, then=Step.LISTING)


def test_after_an_answer_it_waits_for_a_listing_and_says_when_the_cancel_is_repeated(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [], 40)
    assert machine.result(50).waiting == Waiting(step=Step.LISTING, since=5, then=Step.CANCEL_ALL, then_at=1_040)


def test_between_two_listings_it_waits_for_one_since_now(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(unreadable=1), 80)
    assert machine.result(90).waiting == Waiting(step=Step.LISTING, since=90, then=Step.CANCEL_ALL, then_at=1_040)


def test_while_a_cancel_by_id_is_out_it_waits_for_that(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [refused("a")], 40)
    machine.listed(40, listing("a"), 80)
    assert machine.result(90).waiting == Waiting(step=Step.CANCEL_THESE, since=80, then=Step.LISTING)


def test_after_an_empty_listing_it_waits_for_the_second_since_the_first(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(300, Listing(), 350)
    waiting = Waiting(step=Step.SECOND_LISTING, since=40, then=Step.LISTING, then_at=540)
    assert machine.result(400).waiting == waiting


def test_when_it_is_clear_it_waits_for_nothing() -> None:
    assert cleared().result(700).waiting == Waiting(step=Step.NOTHING, since=640, then=Step.NOTHING)


def test_a_refused_token_makes_it_wait_for_a_sign_in_and_it_says_so_where_none_helps(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    waiting = Waiting(step=Step.SIGN_IN, since=10, then=Step.CANCEL_ALL)
    assert machine.result(11).waiting == waiting


def test_refused_with_nothing_left_it_waits_for_a_sign_in_by_a_person(stuck: MassCancel) -> None:
    assert stuck.result(30).waiting == Waiting(step=Step.SIGN_IN, since=12, then=Step.CANCEL_ALL)


def test_waiting_helps_until_it_is_clear_or_stuck(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [refused("a")], 40)
    assert not machine.result(50).settled
    machine.listed(40, listing("a"), 80)
    assert (machine.result(90).verdict, machine.result(90).settled) == (Verdict.NOT_CLEAR, False)
    assert cleared().result(700).settled


def test_a_press_of_long_ago_is_not_settled_before_a_listing_has_told() -> None:
    machine = MassCancel()
    machine.started(900_000, [order("a")], BOTH, only_asks=True)
    assert not machine.result(900_010).settled
    assert machine.result(900_010).stage_since_ms == 900_000


def test_refused_by_listings_alone_it_is_not_stuck_while_a_route_may_still_cancel() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], BOTH)
    machine.listing_failed(failure(FailureKind.FORBIDDEN), 12)
    assert not machine.result(20).settled
    machine.failed(HTTPS, 1, failure(FailureKind.FORBIDDEN), 30)
    assert not machine.result(40).settled
    machine.failed(SOCKET, 1, failure(FailureKind.FORBIDDEN), 50)
    assert machine.result(60).settled


def test_refused_it_is_not_stuck_while_another_route_only_fails() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], BOTH)
    machine.listing_failed(failure(FailureKind.FORBIDDEN), 12)
    machine.failed(HTTPS, 1, failure(FailureKind.FORBIDDEN), 30)
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 50)
    assert not machine.result(60).settled


def test_refused_it_is_not_stuck_while_a_new_press_is_out(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.FORBIDDEN), 10)
    machine.listing_failed(failure(FailureKind.FORBIDDEN), 12)
    assert machine.result(15).settled
    machine.pressed_again(20)
    assert not machine.result(25).settled


def test_refused_by_cancels_alone_it_is_not_stuck_while_listings_are_answered(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.FORBIDDEN), 10)
    machine.listed(5, listing("a"), 30)
    assert not machine.result(40).settled


def test_a_refusal_after_a_cancel_was_answered_leaves_it_unconfirmed(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [], 40)
    machine.pressed_again(50)
    machine.failed(HTTPS, 2, failure(FailureKind.FORBIDDEN), 60)
    machine.listing_failed(failure(FailureKind.FORBIDDEN), 70)
    assert (machine.result(80).verdict, machine.result(80).settled) == (Verdict.UNCONFIRMED, True)


def test_an_answer_or_a_refusal_is_heard_and_silence_is_not(machine: MassCancel) -> None:
    assert machine.result(30).heard_ms is None
    machine.answered(HTTPS, 1, [], 40)
    assert machine.result(50).heard_ms == 40
    machine.listed(40, Listing(), 60)
    assert machine.result(70).heard_ms == 60
    machine.pressed_again(75)
    machine.failed(HTTPS, 2, failure(FailureKind.TIMED_OUT), 80)
    assert machine.result(85).heard_ms == 60
    machine.listing_failed(failure(FailureKind.ERROR), 90)
    assert machine.result(95).heard_ms == 90


def test_nothing_is_watched_before_clear_nor_is_the_run_over() -> None:
    machine = MassCancel()
    machine.started(900_000, [], BOTH, locked=True, only_asks=True)
    assert not machine.watching(900_010)
    machine.locked(900_020, on=False)
    assert not machine.finished(930_000)


def test_a_run_that_is_not_clear_is_not_over_though_nothing_is_out() -> None:
    machine = MassCancel()
    machine.started(0, [], {HTTPS})
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(unreadable=1), 80)
    assert machine.result(90).verdict is Verdict.NOT_CLEAR
    assert not machine.finished(90)


def test_a_run_is_not_over_while_a_cancel_is_out() -> None:
    machine = MassCancel()
    machine.started(0, [], BOTH)
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(600, Listing(), 640)
    assert not machine.finished(20_000)
    machine.answered(SOCKET, 1, [], 20_001)
    assert machine.finished(20_001)


def test_a_run_is_not_over_while_a_look_up_is_out_even_if_the_feed_has_told_meanwhile() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], {HTTPS})
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(600, Listing(), 640)
    machine.feed(OrderCancelled(order_id="a"), 700)
    assert not machine.finished(20_000)
    machine.looked_up("a", None, 20_001)
    assert machine.finished(20_001)
