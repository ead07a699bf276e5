"""After CLEAR: the watch for late orders, and the lockout, which is a watch that does not end."""

from __future__ import annotations

import pytest

from panic_button.core.actions import CancelAll, CancelThese, List, WakeAt
from panic_button.core.mass_cancel import WATCH, MassCancel
from panic_button.core.model import FailureKind, Listing, OrderCancelled, OrderPlaced, Verdict
from tests.core.machines import BOTH, HTTPS, SOCKET, cancels, cleared, failure, gone, listing, order


@pytest.mark.parametrize(("live", "lasts"), [(False, 15_000), (True, 30_000)])
def test_clear_is_watched_for_15_s_and_for_30_s_if_any_order_was_on_a_live_game(*, live: bool, lasts: float) -> None:
    machine = cleared("a", live=live)
    ends = 640 + lasts
    assert machine.result(700).watch_ends_ms == ends
    assert machine.watching(ends - 1)
    assert not machine.finished(ends - 1)
    machine.tick(ends)
    assert not machine.watching(ends)
    assert machine.finished(ends)


def test_more_of_a_watch_can_be_wanted_and_never_less() -> None:
    for wanted, lasts in ((60_000.0, 60_000.0), (1_000.0, WATCH)):
        machine = MassCancel(watch_at_least=wanted)
        machine.started(0, [], BOTH)
        machine.answered(HTTPS, 1, [], 40)
        machine.listed(40, Listing(), 80)
        machine.listed(600, Listing(), 640)
        assert machine.result(640).watch_ends_ms == 640 + lasts


def test_the_watch_lists_once_a_second_and_then_no_more() -> None:
    machine = cleared("a")
    assert List() not in machine.tick(1_639)
    assert List() in machine.tick(1_640)
    machine.listed(1_640, Listing(), 1_680)
    assert List() in machine.tick(2_680)
    machine.listed(2_680, Listing(), 2_720)
    actions = machine.tick(640 + WATCH)
    assert actions == []


def test_the_end_of_the_watch_is_woken_for_while_a_listing_hangs() -> None:
    machine = cleared("a")
    machine.tick(1_640)
    assert WakeAt(640 + WATCH) in machine.tick(1_700)


def test_the_end_of_a_watch_that_a_late_order_cut_short_is_not_woken_for() -> None:
    machine = cleared("a")
    machine.feed(OrderPlaced(order=order("late")), 14_000)
    assert WakeAt(19_000) in machine.tick(15_002)  # the next stage: cancels and a listing are out


@pytest.mark.parametrize("by_feed", [True, False], ids=["told by the feed", "seen in a listing"])
def test_an_order_that_comes_late_ends_clear_and_is_cancelled_at_once_on_both_routes(*, by_feed: bool) -> None:
    machine = cleared("a")
    if by_feed:
        told = machine.feed(OrderPlaced(order=order("late")), 5_000)
    else:
        told = machine.listed(4_960, listing("late"), 5_000)
    assert cancels(told)[:2] == [CancelAll(HTTPS, 2), CancelAll(SOCKET, 2)]
    result = machine.result(5_000)
    assert (result.verdict, result.late, result.watch_ends_ms) == (Verdict.NOT_CLEAR, 1, None)


def test_once_the_late_order_is_gone_it_is_clear_again_and_watched_anew() -> None:
    machine = cleared("a")
    machine.feed(OrderPlaced(order=order("late")), 5_000)
    machine.answered(HTTPS, 2, [gone("late")], 5_040)
    machine.listed(5_040, Listing(), 5_080)
    machine.listed(5_600, Listing(), 5_640)
    result = machine.result(5_640)
    assert (result.verdict, result.late) == (Verdict.CLEAR, 1)
    assert result.counts.cancelled == 2
    assert result.watch_ends_ms == 5_640 + WATCH


def test_a_failed_listing_does_not_end_clear() -> None:
    machine = cleared("a")
    machine.tick(1_640)
    machine.listing_failed(failure(FailureKind.TIMED_OUT), 4_640)
    assert machine.result(4_640).verdict is Verdict.CLEAR


def test_an_order_known_already_is_no_late_one() -> None:
    machine = cleared("a")
    assert cancels(machine.feed(OrderPlaced(order=order("a")), 5_000)) == []
    assert machine.cleared
    assert machine.result(5_000).late == 0


def test_a_late_order_that_only_the_answer_to_its_cancel_names_is_counted_once() -> None:
    machine = cleared("a")
    machine.feed(OrderPlaced(order=order("late")), 5_000)
    machine.answered(HTTPS, 2, [gone("late"), gone("later")], 5_040)
    machine.feed(OrderCancelled(order_id="later"), 5_050)
    machine.feed(OrderCancelled(order_id="last"), 5_060)
    assert machine.result(5_060).late == 3


def test_an_order_that_is_shown_again_after_clear_is_sent_for_on_a_route_that_pauses_too() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], BOTH)
    machine.answered(HTTPS, 1, [gone("a")], 40)
    machine.failed(SOCKET, 1, failure(FailureKind.LIMITED), 41, 5_000)
    machine.listed(41, Listing(), 80)
    machine.listed(600, Listing(), 640)
    sent = cancels(machine.listed(1_900, listing("a"), 2_000))  # a cancel-all over https is out
    assert sent[0] == CancelAll(SOCKET, 2)


def test_a_late_order_is_not_clear_though_a_cancel_ended_while_it_was_listed() -> None:
    machine = MassCancel()
    machine.started(0, [], BOTH)
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.listed(600, Listing(), 640)
    machine.answered(SOCKET, 1, [], 4_970)
    machine.listed(4_960, listing("late"), 5_000)
    assert machine.result(5_000).verdict is Verdict.NOT_CLEAR


def test_after_a_clear_has_ended_each_new_order_is_sent_for_at_once() -> None:
    machine = cleared("a")
    machine.feed(OrderPlaced(order=order("late")), 5_000)
    machine.answered(HTTPS, 2, [gone("late")], 5_040)
    assert cancels(machine.feed(OrderPlaced(order=order("later")), 5_100)) == [CancelAll(HTTPS, 3)]


def test_an_order_that_was_never_open_for_all_that_is_known_is_no_late_one() -> None:
    machine = cleared("a")
    machine.feed(OrderCancelled(order_id="b"), 5_000)
    assert (machine.cleared, machine.result(5_000).late) == (True, 0)


def test_a_late_order_goes_by_id_where_cancel_alls_hang_on_every_route() -> None:
    machine = MassCancel()
    machine.started(0, [], BOTH)
    for asked_at in (60, 700, 1_400, 2_100):
        machine.listed(asked_at, Listing(), asked_at + 10)
    assert machine.cleared
    assert cancels(machine.listed(3_000, listing("late"), 3_010))[:1] == [CancelThese(HTTPS, 2, ("late",))]


def test_a_lockout_watches_until_it_is_reset() -> None:
    machine = cleared("a", locked=True)
    assert machine.watching(10_000_000)
    assert not machine.finished(10_000_000)
    machine.locked(10_000_000, on=False)
    assert machine.finished(10_000_000)


def test_a_lockout_that_is_carried_on_leaves_the_watch_of_a_press() -> None:
    machine = cleared("a", locked=True)
    machine.locked(2_000, on=True)
    assert machine.result(2_000).watch_ends_ms == 640 + WATCH


def test_from_a_reset_on_new_orders_stay_open() -> None:
    machine = cleared("a", locked=True)
    machine.locked(2_000, on=False)
    assert not machine.watching(2_000)
    assert machine.finished(2_000)


def test_a_reset_of_a_lockout_that_is_not_on_leaves_the_watch_of_a_press() -> None:
    machine = cleared("a")
    machine.locked(2_000, on=False)
    assert machine.watching(640 + WATCH - 1)


def test_under_a_lockout_each_new_order_is_sent_for_at_once_sparing_two_calls_of_the_budget() -> None:
    machine = cleared("a", locked=True)
    at = 100_000.0
    assert len(cancels(machine.feed(OrderPlaced(order=order("n0")), at))) == 2  # the press
    machine.answered(HTTPS, 2, [gone("n0")], at + 10)
    machine.answered(SOCKET, 2, [], at + 11)
    assert cancels(machine.feed(OrderPlaced(order=order("n1")), at + 20)) == [CancelAll(HTTPS, 3)]
    machine.answered(HTTPS, 3, [gone("n1")], at + 30)
    assert cancels(machine.feed(OrderPlaced(order=order("n2")), at + 40)) == []
    assert machine.result(at + 40).calls_left == 2
    assert cancels(machine.tick(at + 1_000)) == [CancelAll(HTTPS, 4), CancelAll(SOCKET, 3)]


def test_without_a_lockout_a_maker_that_goes_on_placing_is_answered_once_a_second() -> None:
    machine = MassCancel()
    machine.started(0, [], {HTTPS})
    machine.answered(HTTPS, 1, [], 40)
    assert cancels(machine.feed(OrderPlaced(order=order("n")), 60)) == []
    assert cancels(machine.tick(1_040)) == [CancelAll(HTTPS, 2)]


def test_a_press_during_the_watch_is_of_a_new_run_and_shares_the_budget() -> None:
    before = MassCancel()
    before.started(0, [], BOTH)
    after = MassCancel(spent=[at - 100.0 for at in before.spent])
    assert after.result(0).calls_left == 3
    assert len(cancels(after.started(0, [], BOTH))) == 2
    assert after.result(0).calls_left == 1
