"""The mass cancel step by step: what it does next, and what it says, after each kind of news."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panic_button.core.actions import CancelAll, CancelThese, List, LookUp, Say, SignIn
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import (
    Answer,
    FailureKind,
    Fate,
    Listing,
    OrderPlaced,
    Outcome,
    Verdict,
)
from tests.core.machines import BOTH, HTTPS, SOCKET, cancels, failure, gone, listing, order, refused


@pytest.fixture
def machine() -> MassCancel:
    """Pressed at 0 with two orders open: a cancel-all is out on both routes, and a listing."""
    machine = MassCancel()
    actions = machine.started(0, [order("a"), order("b")], BOTH)
    assert cancels(actions) == [CancelAll(HTTPS, 1), CancelAll(SOCKET, 1)]
    assert List() in actions
    return machine


def test_a_press_sends_even_when_nothing_is_believed_to_be_open() -> None:
    assert cancels(MassCancel().started(0, [], {HTTPS})) == [CancelAll(HTTPS, 1)]


def test_an_answer_that_says_all_is_gone_is_not_proof(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.answered(SOCKET, 1, [], 41)
    assert machine.result(41).verdict is Verdict.UNCONFIRMED


def test_clear_needs_a_second_empty_listing_half_a_second_after_the_first(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(539, Listing(), 579)
    assert machine.result(579).verdict is Verdict.UNCONFIRMED
    assert Say(Verdict.CLEAR) in machine.listed(540, Listing(), 580)


def test_a_listing_asked_before_the_answer_does_not_count_for_clear(machine: MassCancel) -> None:
    machine.listed(0, Listing(), 39)
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.listed(500, Listing(), 540)
    assert machine.result(540).verdict is Verdict.UNCONFIRMED


def test_a_failed_listing_starts_the_row_anew(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.listed(40, Listing(), 80)
    machine.listing_failed(failure(FailureKind.TIMED_OUT), 400)
    machine.listed(650, Listing(), 690)
    assert machine.result(690).verdict is Verdict.UNCONFIRMED


def test_without_any_answer_clear_needs_four_listings_over_two_seconds(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 40)
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 41)
    machine.listed(0, Listing(), 42)
    for asked_at in (60, 1_200, 2_200):
        machine.listed(asked_at, Listing(), asked_at + 10)
        assert machine.result(asked_at + 10).verdict is Verdict.UNCONFIRMED
    machine.listed(2_300, Listing(), 2_310)
    result = machine.result(2_310)
    assert result.verdict is Verdict.CLEAR
    assert not result.acknowledged


def test_a_row_that_could_not_be_read_is_an_open_order(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.listed(40, Listing(unreadable=1), 80)
    result = machine.result(80)
    assert result.verdict is Verdict.NOT_CLEAR
    assert result.listed_open == 1


def test_an_order_that_shows_up_ends_clear_at_once_and_is_cancelled(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [gone("a"), gone("b")], 40)
    machine.answered(SOCKET, 1, [], 41)
    machine.listed(40, Listing(), 80)
    machine.listed(600, Listing(), 640)
    assert machine.cleared
    actions = machine.feed(OrderPlaced(order=order("c")), 1_700)
    assert machine.result(1_700).verdict is Verdict.NOT_CLEAR
    assert cancels(actions) == [CancelAll(HTTPS, 2), CancelAll(SOCKET, 2)]


def test_a_second_press_sends_on_the_routes_that_have_none_out_whatever_the_back_off_says(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.LIMITED), 10, 5_000)
    assert cancels(machine.pressed_again(20)) == [CancelAll(HTTPS, 2)]
    assert cancels(machine.pressed_again(21)) == []


def test_a_closed_connection_is_tried_again_at_once(machine: MassCancel) -> None:
    assert cancels(machine.failed(HTTPS, 1, failure(FailureKind.CLOSED), 10)) == [CancelAll(HTTPS, 2)]
    assert cancels(machine.failed(HTTPS, 2, failure(FailureKind.CLOSED), 20)) == []


def test_a_limited_route_waits_as_long_as_it_was_told_but_never_over_5_s(machine: MassCancel) -> None:
    machine.failed(SOCKET, 1, failure(FailureKind.LIMITED), 10, 60_000)
    machine.failed(HTTPS, 1, failure(FailureKind.LIMITED), 10, 2_000)
    assert cancels(machine.tick(2_009)) == []
    assert cancels(machine.tick(2_010)) == [CancelAll(HTTPS, 2)]
    assert cancels(machine.tick(5_010)) == [CancelAll(SOCKET, 2)]


def test_while_nothing_is_listed_open_no_cancel_is_repeated(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 10)
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 10)
    machine.listed(0, Listing(), 20)
    assert cancels(machine.tick(1_500)) == []
    assert cancels(machine.listed(1_500, listing("a"), 1_540)) == [CancelAll(HTTPS, 2), CancelAll(SOCKET, 2)]


def test_what_is_left_goes_by_id_and_what_keeps_failing_goes_to_the_end_of_the_line() -> None:
    machine = MassCancel()
    ids = [f"{number:03d}" for number in range(60)]
    machine.started(0, [order(i) for i in ids], {HTTPS})
    machine.answered(HTTPS, 1, [refused(i) for i in ids], 40)
    (first,) = cancels(machine.listed(40, listing(*ids), 80))
    assert first == CancelThese(HTTPS, 2, tuple(ids[:50]))
    (second,) = cancels(machine.answered(HTTPS, 2, [refused(i) for i in ids[:50]], 120))
    assert second == CancelThese(HTTPS, 3, tuple(ids[50:]))
    machine.answered(HTTPS, 3, [gone(i) for i in ids[50:55]], 160)
    (third,) = cancels(machine.listed(160, listing(*ids[:50], *ids[55:], "new"), 200))
    assert third == CancelThese(HTTPS, 4, ("new", *ids[:49]))


def test_a_cancel_all_that_hangs_does_not_hold_up_the_leftovers_for_ever(machine: MassCancel) -> None:
    assert cancels(machine.listed(4_000, listing("a"), 4_040)) == []
    machine.listed(4_990, listing("a"), 4_999)
    assert CancelThese(HTTPS, 2, ("a",)) in machine.tick(5_000)


def test_a_refused_token_asks_for_a_sign_in_once_and_sends_again_after_it(machine: MassCancel) -> None:
    actions = machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    assert SignIn() in actions
    assert SignIn() not in machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 11)
    assert cancels(machine.tick(900)) == []
    assert CancelAll(HTTPS, 2) in machine.routes(BOTH, 950)


def test_refused_with_nothing_left_to_try_is_not_clear_and_settled() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], {HTTPS})
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 11)
    assert not machine.result(12).settled
    machine.routes(frozenset(), 20)
    result = machine.result(20)
    assert result.verdict is Verdict.NOT_CLEAR
    assert result.settled
    assert result.routes[HTTPS].answer is Answer.REFUSED


def test_with_no_sign_in_that_could_ever_list_again_there_is_nothing_to_wait_for(machine: MassCancel) -> None:
    machine.answered(SOCKET, 1, [gone("a")], 5)
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 11)
    assert not machine.result(12).settled  # a sign-in is on its way
    machine.routes({SOCKET}, 20)
    machine.listing_failed(failure(FailureKind.TIMED_OUT), 30)
    assert not machine.result(31).settled  # silence is not a refusal
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 40)
    result = machine.result(41)
    assert (result.verdict, result.settled) == (Verdict.UNCONFIRMED, True)


def test_a_cancel_that_is_out_is_waited_for_even_where_nothing_can_ever_be_listed_again(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 11)
    machine.routes({SOCKET}, 20)
    machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 40)
    assert not machine.result(41).settled  # the socket's answer will tell of orders
    machine.answered(SOCKET, 1, [gone("a")], 50)
    assert machine.result(51).settled


def test_not_clear_does_not_flicker_while_the_next_listing_is_on_its_way(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [refused("a"), gone("b")], 40)
    machine.listed(40, listing("a"), 80)
    machine.answered(SOCKET, 1, [refused("a")], 100)
    assert machine.result(120).verdict is Verdict.NOT_CLEAR
    assert machine.result(1_200).verdict is Verdict.UNCONFIRMED


def test_an_order_that_went_without_a_word_is_looked_up_and_told(machine: MassCancel) -> None:
    machine.failed(HTTPS, 1, failure(FailureKind.TIMED_OUT), 40)
    machine.failed(SOCKET, 1, failure(FailureKind.TIMED_OUT), 40)
    actions = machine.listed(40, listing("b"), 80)
    assert LookUp("a") in actions
    machine.looked_up("a", Fate(cancelled=False, filled=Decimal(100), remaining=Decimal(0)), 120)
    outcomes = {row.order_id: row.outcome for row in machine.result(120).orders}
    assert outcomes == {"a": Outcome.FILLED_FIRST, "b": Outcome.STILL_OPEN}


def test_a_look_up_that_keeps_failing_leaves_the_order_unknown(machine: MassCancel) -> None:
    machine.answered(HTTPS, 1, [], 40)
    machine.answered(SOCKET, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(600, Listing(), 640)
    for at in (700, 800, 900):
        machine.looked_up("a", None, at)
        machine.looked_up("b", None, at)
    assert machine.finished(16_000)
    assert machine.result(900).counts.unknown == 2


def test_the_first_sent_and_acknowledged_moments_are_kept(machine: MassCancel) -> None:
    machine.sent(SOCKET, 1, 0.6)
    machine.sent(HTTPS, 1, 0.9)
    machine.answered(SOCKET, 1, [], 42)
    machine.answered(HTTPS, 1, [], 44)
    result = machine.result(50)
    assert (result.sent_ms, result.acknowledged_ms) == (0.6, 42)


def test_other_failures_are_tried_again_after_a_quarter_then_half_then_every_second() -> None:
    machine = MassCancel()
    machine.started(0, [], {HTTPS})
    at = 0
    for attempt, pause in enumerate((250, 500, 1_000, 1_000), start=1):
        machine.failed(HTTPS, attempt, failure(FailureKind.ERROR), at)
        assert cancels(machine.tick(at + pause - 1)) == []
        at += pause
        assert cancels(machine.tick(at)) == [CancelAll(HTTPS, attempt + 1)]


def test_sign_ins_are_asked_for_one_at_a_time_and_a_second_apart(machine: MassCancel) -> None:
    assert SignIn() in machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    machine.routes(BOTH, 50)
    assert SignIn() not in machine.failed(HTTPS, 2, failure(FailureKind.TOKEN_REFUSED), 90)
    assert SignIn() in machine.tick(1_010)
