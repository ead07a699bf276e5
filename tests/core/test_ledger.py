"""What becomes known of each order, evidence by evidence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panic_button.core.ledger import Ledger
from panic_button.core.model import (
    CancelRow,
    Counts,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
    OrderResult,
    Outcome,
)
from tests.core.machines import gone, listing, order, outcome_of, refused, result_of

ZERO = Decimal(0)


def test_of_an_order_first_heard_of_by_its_refusal_nothing_is_made_up() -> None:
    ledger = Ledger([])
    ledger.rows([refused("a")], 40, clear=False)
    reason = "Order is being matched"
    assert result_of(ledger) == OrderResult(order_id="a", outcome=Outcome.STILL_OPEN, description="", reason=reason)
    assert (len(ledger), ledger.left_over(40)) == (1, ["a"])


def test_after_clear_an_unknown_order_that_is_refused_is_gone_and_a_known_one_stays_what_it_was() -> None:
    ledger = Ledger([order("known")])
    ledger.rows([refused("a"), refused("known")], 40, clear=True)
    assert (outcome_of(ledger), outcome_of(ledger, "known")) == (Outcome.UNKNOWN, Outcome.STILL_OPEN)
    assert ledger.left_over(40) == ["known"]


def test_a_row_without_an_id_tells_nothing_and_the_next_row_is_read() -> None:
    ledger = Ledger([order("a")])
    ledger.rows([CancelRow(success=False, reason="busy"), gone("a")], 40, clear=False)
    assert result_of(ledger) == OrderResult(order_id="a", outcome=Outcome.CANCELLED, cancelled=Decimal(100))


def test_one_live_order_makes_a_run_live() -> None:
    assert not Ledger([order("a")]).any_live
    assert Ledger([OpenOrder(order_id="a", live=True), order("b")]).any_live


# listings against claims


@pytest.mark.parametrize(("asked_at", "expected"), [(40, Outcome.CANCELLED), (40.5, Outcome.STILL_OPEN)])
def test_a_listing_overrules_only_what_was_claimed_before_it_was_asked(asked_at: float, expected: Outcome) -> None:
    ledger = Ledger([order("a"), order("b")])
    ledger.rows([gone("a")], 40, clear=False)
    ledger.listing(listing("a", "b"), asked_at)
    assert outcome_of(ledger) is expected
    assert outcome_of(ledger, "b") is Outcome.STILL_OPEN


def test_an_order_shown_again_forgets_how_it_was_said_to_have_gone() -> None:
    ledger = Ledger([order("a")])
    ledger.rows([gone("a", remaining=90)], 40, clear=False)
    ledger.listing(listing("a"), 41)
    ledger.listing(Listing(), 50)
    assert outcome_of(ledger) is Outcome.UNKNOWN
    ledger.rows([CancelRow(success=True, order_id="a")], 60, clear=False)
    assert ledger.withdrawn == 100


@pytest.mark.parametrize(("asked_at", "expected"), [(99, Outcome.STILL_OPEN), (100, Outcome.UNKNOWN)])
def test_a_listing_asked_before_the_feed_told_of_an_order_can_not_know_of_it(
    asked_at: float, expected: Outcome
) -> None:
    ledger = Ledger([order("old")])
    ledger.feed(OrderPlaced(order=order("a")), 100)
    ledger.listing(Listing(), asked_at)
    ledger.feed(OrderPlaced(order=order("older")), 50)
    ledger.listing(Listing(), asked_at)
    assert (outcome_of(ledger), outcome_of(ledger, "old")) == (expected, Outcome.UNKNOWN)
    assert outcome_of(ledger, "older") is Outcome.UNKNOWN
    assert ledger.left_over(asked_at) == (["a"] if expected is Outcome.STILL_OPEN else [])


def test_an_order_known_before_the_press_is_gone_from_the_listing_that_was_asked_with_it() -> None:
    ledger = Ledger([order("a"), order("b")])
    ledger.listing(listing("b"), 0)
    assert (outcome_of(ledger), outcome_of(ledger, "b")) == (Outcome.UNKNOWN, Outcome.STILL_OPEN)


# the feed


def test_the_feed_does_not_open_again_what_is_gone() -> None:
    ledger = Ledger([order("a")])
    ledger.rows([gone("a")], 40, clear=False)
    ledger.feed(OrderPlaced(order=order("a")), 50)
    assert outcome_of(ledger) is Outcome.CANCELLED


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (OrderCancelled(order_id="a"), Outcome.CANCELLED),
        (OrderFilled(order_id="a", filled=Decimal(100), remaining=ZERO), Outcome.FILLED_FIRST),
        (OrderFilled(order_id="a", remaining=ZERO), Outcome.FILLED_FIRST),
    ],
)
def test_the_feed_tells_how_an_order_went_even_of_one_that_nobody_knew(event: FeedEvent, expected: Outcome) -> None:
    for known in ([order("a")], []):
        ledger = Ledger(known)
        ledger.feed(event, 10)
        assert outcome_of(ledger) is expected
        assert ledger.left_over(0) == []


def test_a_part_fill_of_an_order_that_nobody_knows_tells_of_no_order() -> None:
    ledger = Ledger([])
    ledger.feed(OrderFilled(order_id="a", filled=Decimal(10), remaining=Decimal(90)), 10)
    assert len(ledger) == 0


def test_the_first_word_on_how_an_order_went_stands_against_the_feed() -> None:
    ledger = Ledger([order("a")])
    ledger.feed(OrderFilled(order_id="a", filled=Decimal(100), remaining=ZERO), 10)
    ledger.feed(OrderCancelled(order_id="a", filled=Decimal(50)), 20)
    assert outcome_of(ledger) is Outcome.FILLED_FIRST
    ledger.listing(listing("a"), 15)
    assert outcome_of(ledger) is Outcome.STILL_OPEN


# look-ups


def unexplained() -> Ledger:
    ledger = Ledger([order("a")])
    ledger.listing(Listing(), 10)
    assert list(ledger.unexplained()) == ["a"]
    return ledger


def test_an_order_is_looked_up_three_times_where_it_can_not_be_and_once_where_it_told_nothing() -> None:
    failing, empty = unexplained(), unexplained()
    for _ in range(2):
        failing.looked_up("a", None, 20)
    assert list(failing.unexplained()) == ["a"]
    failing.looked_up("a", None, 20)
    empty.looked_up("a", Fate(), 20)
    for ledger in (failing, empty):
        assert list(ledger.unexplained()) == []
        assert outcome_of(ledger) is Outcome.UNKNOWN


def test_an_order_that_is_shown_again_and_goes_again_is_looked_up_anew() -> None:
    ledger = unexplained()
    ledger.looked_up("a", Fate(), 20)
    ledger.listing(listing("a"), 30)
    assert list(ledger.unexplained()) == []
    ledger.listing(Listing(), 40)
    assert list(ledger.unexplained()) == ["a"]
    ledger.looked_up("a", None, 50)
    assert list(ledger.unexplained()) == ["a"]


@pytest.mark.parametrize(
    ("fate", "expected", "withdrawn"),
    [
        (Fate(cancelled=True, filled=ZERO, remaining=Decimal(90)), Outcome.CANCELLED, 100),
        (Fate(cancelled=True, filled=Decimal(20), remaining=Decimal(90)), Outcome.PART_FILLED_THEN_CANCELLED, 80),
        (Fate(filled=Decimal(100), remaining=ZERO), Outcome.FILLED_FIRST, 0),
        (Fate(filled=ZERO, remaining=ZERO), Outcome.UNKNOWN, 0),
        (Fate(filled=Decimal(10), remaining=Decimal(90)), Outcome.UNKNOWN, 0),
    ],
)
def test_a_look_up_tells_how_an_order_went(fate: Fate, expected: Outcome, withdrawn: int) -> None:
    ledger = unexplained()
    ledger.looked_up("a", fate, 20)
    assert outcome_of(ledger) is expected
    assert ledger.withdrawn == withdrawn
    assert ledger.matched == fate.filled


def test_a_look_up_tells_what_was_released_where_no_listing_had_the_bet() -> None:
    ledger = Ledger([OpenOrder(order_id="a")])
    ledger.listing(Listing(), 10)
    ledger.looked_up("a", Fate(cancelled=True, remaining=Decimal(90)), 20)
    assert ledger.withdrawn == 90


def test_a_look_up_that_comes_after_a_better_word_changes_nothing() -> None:
    ledger = unexplained()
    ledger.feed(OrderCancelled(order_id="a"), 15)
    ledger.looked_up("a", Fate(filled=Decimal(100), remaining=ZERO), 20)
    assert outcome_of(ledger) is Outcome.CANCELLED
    assert ledger.matched == 0


def test_a_listing_asked_before_a_look_up_told_does_not_overrule_it() -> None:
    ledger = unexplained()
    ledger.looked_up("a", Fate(cancelled=True), 20)
    ledger.listing(listing("a"), 20)
    assert outcome_of(ledger) is Outcome.CANCELLED


# what is left to cancel


def test_what_was_tried_waits_for_a_listing_asked_since_and_the_least_tried_goes_first() -> None:
    ledger = Ledger([order("a"), order("b"), order("c")])
    ledger.tried(["a", "b"], 40)
    ledger.tried(["a"], 50)
    assert ledger.left_over(39) == ["c"]
    assert ledger.left_over(40) == ["c", "b"]
    assert ledger.left_over(50) == ["c", "b", "a"]


def test_a_game_that_was_tried_waits_and_its_orders_with_it() -> None:
    known = [order("a", game_id="g1"), order("b", game_id="g2"), order("c"), order("d", game_id="g1")]
    ledger = Ledger(known)
    assert ledger.games_left(0) == ["g1", "g2"]
    ledger.tried_game("g1", 40)
    assert (ledger.games_left(39), ledger.left_over(39)) == (["g2"], ["b", "c"])
    assert (ledger.games_left(40), ledger.left_over(40)) == (["g2", "g1"], ["a", "b", "c", "d"])
    ledger.tried_game("g2", 41)
    ledger.tried_game("g2", 42)
    assert ledger.games_left(50) == ["g1", "g2"]
    for at in (43, 44, 45):
        ledger.tried_game("g1", at)
    ledger.tried_game("g2", 46)
    assert ledger.games_left(50) == ["g2", "g1"]
    ledger.listing(Listing(orders=(known[1],)), 60)
    assert ledger.games_left(60) == ["g2"]


# what it comes to


def test_what_is_open_or_not_known_is_told_first_and_the_rest_as_it_became_known() -> None:
    ledger = Ledger([order("a"), order("b"), order("c"), order("d")])
    ledger.rows([gone("a"), gone("b")], 40, clear=False)
    ledger.listing(listing("d"), 30)
    assert [told.order_id for told in ledger.results] == ["c", "d", "a", "b"]
    assert ledger.counts == Counts(cancelled=2, still_open=1, unknown=1)


def test_results_are_the_same_tuple_while_nothing_changes() -> None:
    ledger = Ledger([order("a")])
    before = ledger.results
    ledger.tried(["a"], 10)
    assert ledger.results is before
    ledger.rows([gone("a")], 40, clear=False)
    assert ledger.results is not before
    assert ledger.knows("a")
    assert not ledger.knows("b")


def test_asking_for_results_changes_nothing_of_what_is_looked_up_next() -> None:
    asked, never_asked = Ledger([order("a"), order("b")]), Ledger([order("a"), order("b")])
    for ledger in (asked, never_asked):
        for shown in (["a"], [], ["a"], []):  # b goes first, then a, and a comes back for a while
            ledger.listing(listing(*shown), 100)
            if ledger is asked:
                assert len(ledger.results) == 2
    assert list(asked.unexplained()) == list(never_asked.unexplained()) == ["b", "a"]
    assert [row.order_id for row in asked.results] == [row.order_id for row in never_asked.results] == ["a", "b"]


def test_each_sum_is_up_to_date_whichever_is_asked_for_first() -> None:
    def ledger() -> Ledger:
        some = Ledger([order("a", filled=30), order("b", bet=50)])
        some.rows([gone("b", remaining=50)], 40, clear=False)
        return some

    assert ledger().counts == Counts(still_open=1, cancelled=1)
    assert ledger().withdrawn == 50
    assert ledger().matched == 30
    assert ledger().at_risk == 70
