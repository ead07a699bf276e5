"""What a run does after each kind of news, to the millisecond: which route sends, what it waits for, when it wakes."""

from __future__ import annotations

import pytest

from panic_button.core.actions import CancelAll, CancelGame, CancelThese, List, LookUp, SignIn, WakeAt
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import Answer, FailureKind, Fate, Listing, OrderPlaced, Route, RouteReport, Verdict
from panic_button.core.snapshot import Step
from tests.core.machines import BOTH, HTTPS, SOCKET, cancels, cleared, failure, gone, listing, order, refused


def pressed(*known: str, over: frozenset[Route] = BOTH, locked: bool = False) -> MassCancel:
    machine = MassCancel()
    machine.started(0, [order(one) for one in known], over, locked=locked)
    return machine


def in_game(order_id: str, game_id: str) -> Listing:
    return Listing(orders=(order(order_id, game_id=game_id),))


ONLY_HTTPS = frozenset({HTTPS})


def test_the_first_wake_is_after_100_ms() -> None:
    assert WakeAt(300) in MassCancel().started(200, [], BOTH)


def test_a_press_that_waits_for_the_budget_goes_out_though_the_exchange_shows_nothing_meanwhile() -> None:
    machine = MassCancel(spent=[-100.0] * 5)
    assert cancels(machine.started(0, [], BOTH)) == []
    machine.listed(0, Listing(), 50)
    assert cancels(machine.tick(899)) == []
    assert cancels(machine.tick(900)) == [CancelAll(HTTPS, 1), CancelAll(SOCKET, 1)]


def test_without_a_route_a_run_still_lists_and_a_listing_as_old_as_the_press_proves_nothing() -> None:
    machine = pressed(over=frozenset())
    assert machine.result(10).waiting.since == 0
    for asked_at in (0, 700, 1_400, 2_100):
        machine.listed(asked_at, Listing(), asked_at + 10)
    assert machine.result(2_110).verdict is Verdict.UNCONFIRMED
    machine.listed(2_800, Listing(), 2_810)
    assert machine.result(2_810).verdict is Verdict.CLEAR


def test_without_a_route_a_refused_listing_leaves_the_run_unconfirmed() -> None:
    machine = pressed(over=frozenset())
    machine.listing_failed(failure(FailureKind.FORBIDDEN), 10)
    assert machine.result(20).verdict is Verdict.UNCONFIRMED


# hedges and listings


def test_a_hedge_makes_listings_asked_before_it_worthless_for_an_unconfirmed_clear() -> None:
    machine = pressed(over=ONLY_HTTPS)
    for asked_at in (60, 700, 1_400):
        machine.listed(asked_at, Listing(), asked_at + 10)
    assert machine.hedge(2_080) == 2
    machine.listed(2_070, Listing(), 2_090)
    assert machine.result(2_090).verdict is Verdict.UNCONFIRMED


def test_a_hedge_may_go_out_again_a_second_after_the_budget_was_used_up() -> None:
    machine = pressed()
    assert [machine.hedge(at) for at in (60, 61, 62, 999, 1_000)] == [2, 3, 4, None, 5]


def test_a_listing_is_asked_for_a_quarter_of_a_second_after_the_last_came() -> None:
    machine = pressed("a", over=ONLY_HTTPS)
    machine.answered(HTTPS, 1, [refused("a")], 40)
    machine.listed(40, listing("a"), 80)
    assert List() not in machine.tick(329)
    assert List() in machine.tick(330)


def test_an_order_told_by_the_feed_makes_older_empty_listings_worthless() -> None:
    machine = pressed()
    machine.answered(HTTPS, 1, [], 40)
    machine.listed(40, Listing(), 80)
    machine.feed(OrderPlaced(order=order("new")), 100)
    assert machine.result(100).waiting.step is not Step.SECOND_LISTING
    machine.listed(600, Listing(), 640)
    assert machine.result(640).verdict is Verdict.UNCONFIRMED


def test_a_failed_listing_leaves_no_count_of_open_orders() -> None:
    machine = pressed("a")
    machine.listed(0, listing("a"), 40)
    assert machine.result(41).listed_open == 1
    machine.listing_failed(failure(FailureKind.ERROR), 300)
    assert machine.result(301).listed_open is None


def test_a_new_order_in_a_listing_under_a_lockout_is_sent_for_at_once() -> None:
    machine = pressed(over=ONLY_HTTPS, locked=True)
    machine.answered(HTTPS, 1, [], 40)
    assert cancels(machine.listed(41, listing("new"), 80))[0] == CancelAll(HTTPS, 2)


def test_a_lockout_that_begins_after_the_watch_looks_again_at_once() -> None:
    machine = cleared("a")
    machine.tick(20_000)
    assert List() in machine.locked(20_000, on=True)


# look-ups and sign-ins


def test_eight_look_ups_are_out_at_once_and_an_answer_makes_room_for_the_next() -> None:
    ids = [f"o{number}" for number in range(10)]
    machine = pressed(*ids, over=ONLY_HTTPS)
    machine.answered(HTTPS, 1, [], 40)
    actions = machine.listed(40, Listing(), 80)
    assert [action for action in actions if isinstance(action, LookUp)] == [LookUp(one) for one in ids[:8]]
    assert LookUp("o8") in machine.looked_up("o0", Fate(cancelled=True), 90)


def test_an_order_that_went_is_looked_up_a_second_after_the_cancel_whose_answer_may_still_tell() -> None:
    machine = pressed("a")
    assert LookUp("a") not in machine.listed(10, Listing(), 80)
    assert WakeAt(1_000) in machine.tick(330)
    assert LookUp("a") not in machine.tick(999)
    assert LookUp("a") in machine.tick(1_000)


def test_after_a_sign_in_a_listing_is_asked_for_at_once() -> None:
    machine = pressed(over=ONLY_HTTPS)
    assert SignIn() in machine.listing_failed(failure(FailureKind.TOKEN_REFUSED), 10)
    assert List() not in machine.tick(20)
    assert List() in machine.routes(ONLY_HTTPS, 30)


def test_a_sign_in_frees_the_route_that_was_refused_and_no_other() -> None:
    machine = pressed()
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 5)
    machine.failed(HTTPS, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    assert cancels(machine.routes(BOTH, 50)) == [CancelAll(HTTPS, 2)]
    machine.failed(HTTPS, 2, failure(FailureKind.TOKEN_REFUSED), 90)
    assert cancels(machine.routes(BOTH, 100)) == []


# routes


def test_word_that_a_route_is_there_which_was_there_leaves_its_pause() -> None:
    machine = pressed(over=ONLY_HTTPS)
    machine.failed(HTTPS, 1, failure(FailureKind.LIMITED), 10, 2_000)
    assert cancels(machine.routes(ONLY_HTTPS, 500)) == []


def test_a_route_that_went_and_came_again_sends_at_once() -> None:
    machine = pressed()
    machine.failed(SOCKET, 1, failure(FailureKind.LIMITED), 10, 5_000)
    machine.routes(ONLY_HTTPS, 100)
    assert cancels(machine.routes(BOTH, 200)) == [CancelAll(SOCKET, 2)]


def test_a_route_that_comes_late_sends_its_press_though_nothing_is_shown_open() -> None:
    machine = pressed(over=ONLY_HTTPS)
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 10)
    machine.listed(0, Listing(), 20)
    assert cancels(machine.routes(BOTH, 300)) == [CancelAll(SOCKET, 1)]


def test_where_one_route_is_limited_the_other_sends_at_once_unless_it_was_refused() -> None:
    machine = pressed()
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 10)
    assert cancels(machine.failed(HTTPS, 1, failure(FailureKind.LIMITED), 20, 2_000)) == [CancelAll(SOCKET, 2)]
    other = pressed()
    other.failed(SOCKET, 1, failure(FailureKind.TOKEN_REFUSED), 10)
    assert cancels(other.failed(HTTPS, 1, failure(FailureKind.LIMITED), 20, 2_000)) == []


def test_a_route_that_waits_does_not_hold_up_the_other() -> None:
    machine = pressed()
    machine.failed(HTTPS, 1, failure(FailureKind.LIMITED), 10, 5_000)
    machine.failed(SOCKET, 1, failure(FailureKind.ERROR), 11)
    assert cancels(machine.tick(261)) == [CancelAll(SOCKET, 2)]


def test_a_run_wakes_when_a_route_may_send_again() -> None:
    machine = pressed(over=ONLY_HTTPS)
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 10)
    assert WakeAt(260) in machine.tick(50)


@pytest.mark.parametrize(
    ("kind", "retry_after", "free_at"),
    [(FailureKind.LIMITED, 60_000, 5_010), (FailureKind.FORBIDDEN, None, 1_010), (FailureKind.GONE, None, 260)],
)
def test_a_route_pauses_to_the_millisecond(kind: FailureKind, retry_after: float | None, free_at: float) -> None:
    machine = pressed(over=ONLY_HTTPS)
    machine.failed(HTTPS, 1, failure(kind), 10, retry_after)
    assert cancels(machine.tick(free_at - 1)) == []
    assert cancels(machine.tick(free_at)) == [CancelAll(HTTPS, 2)]


def test_a_good_answer_ends_the_trouble_and_the_back_off_begins_anew() -> None:
    machine = pressed(over=ONLY_HTTPS)
    assert machine.result(0).routes[SOCKET] == RouteReport(attempts=0, answer=Answer.NOT_USED, trouble="")
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 10)
    machine.tick(260)
    assert machine.result(260).routes[HTTPS] == RouteReport(attempts=2, answer=Answer.ERROR, trouble="error")
    machine.answered(HTTPS, 2, [], 300)
    assert machine.result(300).routes[HTTPS] == RouteReport(attempts=2, answer=Answer.OK, trouble="")
    machine.tick(1_300)
    machine.failed(HTTPS, 3, failure(FailureKind.ERROR), 1_400)
    assert cancels(machine.tick(1_649)) == []
    assert cancels(machine.tick(1_650)) == [CancelAll(HTTPS, 4)]


def test_the_next_cancel_is_told_of_the_route_that_sends_first() -> None:
    machine = pressed("a")
    machine.answered(HTTPS, 1, [], 40)
    machine.answered(SOCKET, 1, [], 60)
    assert machine.result(70).waiting.then_at == 1_040


# what is left over


def test_what_is_left_is_shared_between_the_routes() -> None:
    ids = [f"{number:03d}" for number in range(60)]
    machine = pressed(*ids)
    machine.answered(HTTPS, 1, [], 40)
    machine.answered(SOCKET, 1, [], 41)
    sent = cancels(machine.listed(41, listing(*ids), 80))
    assert sent == [CancelThese(HTTPS, 2, tuple(ids[:50])), CancelThese(SOCKET, 2, tuple(ids[50:]))]


def test_one_cancel_by_id_is_out_a_route() -> None:
    ids = [f"{number:03d}" for number in range(60)]
    machine = pressed(*ids, over=ONLY_HTTPS)
    machine.answered(HTTPS, 1, [], 40)
    assert len(cancels(machine.listed(40, listing(*ids), 80))) == 1
    assert cancels(machine.tick(100)) == []


def test_a_cancel_by_game_is_out_alone_on_its_route_and_its_answer_is_none_to_a_cancel_all() -> None:
    machine = pressed("a", "b", over=ONLY_HTTPS)
    orders = (order("a", game_id="g1"), order("b", game_id="g2"))
    sent = cancels(machine.listed(15_000, Listing(orders=orders), 15_010))
    assert sent == [CancelGame(HTTPS, 2, "g1")]
    assert machine.result(15_020).waiting.step is Step.CANCEL_THESE
    assert cancels(machine.tick(15_030)) == []
    assert cancels(machine.answered(HTTPS, 2, [], 15_040)) == [CancelThese(HTTPS, 3, ("b",))]
    machine.answered(HTTPS, 3, [gone("b")], 15_050)
    assert not machine.result(15_060).acknowledged


def test_a_paused_route_leaves_what_is_left_to_the_other() -> None:
    machine = pressed("a")
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 30)
    machine.answered(SOCKET, 1, [refused("a")], 40)
    assert cancels(machine.listed(40, listing("a"), 80)) == [CancelThese(SOCKET, 2, ("a",))]


def test_what_is_left_waits_for_the_budget_and_the_run_wakes_for_it() -> None:
    machine = MassCancel(spent=[-100.0] * 3)
    machine.started(0, [order("a")], BOTH)
    machine.answered(HTTPS, 1, [refused("a")], 40)
    machine.answered(SOCKET, 1, [refused("a")], 40)
    machine.listed(40, listing("a"), 80)
    assert WakeAt(900) in machine.tick(330)
    assert cancels(machine.tick(900)) == [CancelThese(HTTPS, 2, ("a",))]


def test_a_run_is_not_over_while_a_cancel_by_id_is_out() -> None:
    machine = pressed("a", over=ONLY_HTTPS)
    machine.answered(HTTPS, 1, [refused("a")], 40)
    assert cancels(machine.listed(40, listing("a"), 80)) == [CancelThese(HTTPS, 2, ("a",))]
    for asked_at in (330, 900):
        machine.listed(asked_at, Listing(), asked_at + 40)
    machine.looked_up("a", None, 1_000)
    machine.looked_up("a", None, 1_000)
    machine.looked_up("a", None, 1_000)
    assert not machine.finished(20_000)
    machine.answered(HTTPS, 2, [], 20_001)
    assert machine.finished(20_001)


def test_not_clear_wakes_when_the_word_of_the_last_listing_has_stood_for_a_second() -> None:
    machine = pressed("a", over=ONLY_HTTPS)
    machine.answered(HTTPS, 1, [refused("a")], 40)
    machine.listed(40, Listing(unreadable=1), 80)
    assert WakeAt(1_040) in machine.tick(330)  # the next cancel-all
    machine.tick(1_040)
    machine.failed(HTTPS, 2, failure(FailureKind.ERROR), 1_050)
    assert WakeAt(1_081) in machine.tick(1_060)
    assert machine.result(1_080).verdict is Verdict.NOT_CLEAR
    assert machine.result(1_081).verdict is Verdict.UNCONFIRMED
