"""What is told of one order: its details, its outcome, and what of it matched or was withdrawn."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panic_button.core.ledger import Ledger
from panic_button.core.model import (
    CancelRow,
    Counts,
    Listing,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderResult,
    Outcome,
)
from tests.core.machines import gone, order, outcome_of, refused, result_of

ZERO = Decimal(0)


def test_an_open_order_is_told_with_all_that_its_listing_had() -> None:
    known = OpenOrder(
        order_id="a",
        description="Knicks -3",
        odds=Decimal(-110),
        bet=Decimal(100),
        filled=Decimal(30),
        user_reference="mm-1",
        game_id="g1",
    )
    ledger = Ledger([known])
    assert result_of(ledger) == OrderResult(
        order_id="a",
        outcome=Outcome.STILL_OPEN,
        description="Knicks -3",
        odds=Decimal(-110),
        filled=Decimal(30),
        still_open=Decimal(70),
        user_reference="mm-1",
        game_id="g1",
    )
    assert ledger.at_risk == 70
    assert ledger.matched == 30
    assert ledger.withdrawn == 0
    assert ledger.counts == Counts(still_open=1)


def test_the_first_description_stays_and_the_newest_odds_reference_and_game_are_kept() -> None:
    ledger = Ledger(
        [OpenOrder(order_id="a", description="first", odds=Decimal(100), user_reference="r1", game_id="g1")]
    )
    news = CancelRow(success=False, order_id="a", description="second", odds=Decimal(105), user_reference="r2")
    ledger.rows([news, CancelRow(success=False, order_id="a", game_id="g2")], 40, clear=False)
    told = result_of(ledger)
    assert (told.description, told.user_reference, told.game_id) == ("first", "r2", "g2")
    assert told.odds == 105
    blank = Ledger([OpenOrder(order_id="a")])
    blank.rows([CancelRow(success=False, order_id="a", description="late")], 40, clear=False)
    assert result_of(blank).description == "late"


def test_the_newest_reason_is_told_while_the_order_is_open_and_no_longer() -> None:
    ledger = Ledger([order("a")])
    ledger.rows([refused("a"), CancelRow(success=False, order_id="a", reason="newer")], 40, clear=False)
    ledger.rows([CancelRow(success=False, order_id="a")], 50, clear=False)
    assert result_of(ledger).reason == "newer"
    ledger.rows([gone("a")], 60, clear=False)
    assert result_of(ledger).reason is None


def test_what_matched_only_grows_however_late_it_is_told() -> None:
    ledger = Ledger([order("a", filled=40)])
    ledger.feed(OrderFilled(order_id="a", filled=Decimal(30), remaining=Decimal(70)), 10)
    assert result_of(ledger).filled == 40
    ledger.feed(OrderFilled(order_id="a", filled=Decimal(60), remaining=Decimal(40)), 20)
    assert result_of(ledger).filled == ledger.matched == 60
    assert result_of(ledger).still_open == 40


@pytest.mark.parametrize(
    ("bet", "filled", "expected"),
    [
        (100, 0, Outcome.CANCELLED),
        (100, 1, Outcome.PART_FILLED_THEN_CANCELLED),
        (100, 100, Outcome.FILLED_FIRST),
        (0, 0, Outcome.CANCELLED),
        (None, 50, Outcome.PART_FILLED_THEN_CANCELLED),
    ],
)
def test_a_cancelled_order_is_told_by_what_had_matched(bet: int | None, filled: int, expected: Outcome) -> None:
    ledger = Ledger([OpenOrder(order_id="a", bet=None if bet is None else Decimal(bet))])
    ledger.feed(OrderCancelled(order_id="a", filled=Decimal(filled)), 10)
    assert outcome_of(ledger) is expected


def test_withdrawn_is_what_the_row_released_else_what_was_left() -> None:
    told, untold = Ledger([order("a", filled=20)]), Ledger([order("a", filled=20)])
    told.rows([CancelRow(success=True, order_id="a", filled=Decimal(20), remaining=Decimal(75))], 40, clear=False)
    untold.rows([CancelRow(success=True, order_id="a")], 40, clear=False)
    assert told.withdrawn == 75
    assert untold.withdrawn == 80
    more = Ledger([order("a")])
    more.feed(OrderCancelled(order_id="a", filled=Decimal(130)), 10)
    assert outcome_of(more) is Outcome.FILLED_FIRST
    assert more.matched == 130


@pytest.mark.parametrize(("first", "second", "kept"), [(80, 0, 80), (80, None, 80), (None, 70, 70), (0, 80, 80)])
def test_of_two_answers_for_one_order_the_larger_release_counts(
    first: int | None, second: int | None, kept: int
) -> None:
    ledger = Ledger([order("a")])
    for at, remaining in ((40, first), (50, second)):
        amount = None if remaining is None else Decimal(remaining)
        ledger.rows([CancelRow(success=True, order_id="a", remaining=amount)], at, clear=False)
    assert ledger.withdrawn == kept


def test_an_order_that_was_said_to_be_filled_and_then_cancelled_released_what_the_cancel_says() -> None:
    ledger = Ledger([order("a")])
    ledger.feed(OrderFilled(order_id="a", filled=Decimal(60), remaining=ZERO), 10)
    ledger.rows([gone("a", remaining=40)], 40, clear=False)
    assert outcome_of(ledger) is Outcome.PART_FILLED_THEN_CANCELLED
    assert ledger.withdrawn == 40
    assert ledger.matched == 60


def test_the_bet_of_the_newest_listing_counts_and_one_without_it_keeps_the_old() -> None:
    ledger = Ledger([order("a", bet=100)])
    ledger.listing(Listing(orders=(order("a", bet=80),)), 10)
    assert ledger.at_risk == 80
    ledger.listing(Listing(orders=(OpenOrder(order_id="a"),)), 20)
    assert ledger.at_risk == 80


def test_a_row_tells_what_had_matched() -> None:
    ledger = Ledger([order("a")])
    ledger.rows([CancelRow(success=True, order_id="a", filled=Decimal(20), remaining=Decimal(80))], 40, clear=False)
    assert outcome_of(ledger) is Outcome.PART_FILLED_THEN_CANCELLED
    assert ledger.matched == 20
