"""Placing orders: what rests, what matches at once, and what is rejected."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from panic_button.practice import PracticeExchange

Order = dict[str, object]


@pytest.fixture
def order(exchange: PracticeExchange) -> Order:
    game = next(iter(exchange.book.games.values()))
    return {
        "gameID": game.id,
        "type": "spread",
        "side": game.home.id,
        "number": -3.5,
        "odds": -108,
        "bet": 40,
        "orderType": "post",
        "userReference": "maker-7",
    }


def place(rest: httpx.Client, *orders: object) -> Any:  # noqa: ANN401 -- JSON
    answer = rest.post("/session/v3/place", json={"orders": orders})
    assert answer.status_code == 200
    return answer.json()["data"]["createdSessions"]


@pytest.mark.parametrize("order_type", ["limit", "post", "postArb"])
def test_an_order_rests_and_is_listed(
    rest: httpx.Client, exchange: PracticeExchange, order: Order, order_type: str
) -> None:
    (entry,) = place(rest, {**order, "orderType": order_type})
    unmatched = entry["unmatched"]
    assert entry["matched"] == []
    assert (unmatched["offered"], unmatched["odds"], unmatched["number"]) == (40, -108, -3.5)
    assert exchange.book.open_count() == 13
    listed = {row["id"]: row for row in rest.get("/user/getUnmatched").json()["data"]["unmatched"]}
    assert listed[unmatched["orderID"]]["userReference"] == "maker-7"


@pytest.mark.parametrize("order_type", ["fillAndKill", "fillOrKill"])
def test_an_order_that_may_not_rest_is_matched_at_once_with_a_takers_commission(
    rest: httpx.Client, exchange: PracticeExchange, order: Order, order_type: str
) -> None:
    (entry,) = place(rest, {**order, "bet": 20, "orderType": order_type})
    (fill,) = entry["matched"]
    assert entry["unmatched"] == {}
    assert (fill["amount"], fill["risk"], fill["win"], fill["winWithoutCommission"]) == (20, 20.2, 18.33, 18.52)
    assert exchange.book.open_count() == 12
    assert rest.get("/user/getMatchedBets").json()["data"]["matchedBets"][-1]["origin"] == "wager"


@pytest.mark.parametrize(
    "wrong",
    [
        {"gameID": "0" * 24},
        {"type": "parlay"},
        {"side": "over"},
        {"side": []},
        {"number": None},
        {"odds": 50},
        {"odds": "-108"},
        {"bet": 0},
        {"bet": True},
        {"orderType": "market"},
        {"type": "moneyline1x2", "side": "yes", "market": "nobody"},
    ],
)
def test_a_malformed_order_is_a_validation_error(rest: httpx.Client, order: Order, wrong: Order) -> None:
    (entry,) = place(rest, {**order, **wrong})
    assert entry["errorType"] == "validation_error"
    assert entry["error"]


def test_an_order_above_the_balance_is_rejected(rest: httpx.Client, order: Order) -> None:
    (entry,) = place(rest, {**order, "bet": 30_000})
    assert entry == {"error": "Insufficient balance.", "errorType": "rejected_liability"}


def test_answers_stand_in_the_order_of_the_request(rest: httpx.Client, order: Order) -> None:
    wrong, right = place(rest, "nonsense", order)
    assert "error" in wrong
    assert right["unmatched"]["orderID"]


def test_a_place_without_orders_is_a_bad_request(rest: httpx.Client) -> None:
    assert rest.post("/session/v3/place", json={}).status_code == 400


def test_the_socket_places_too_and_calls_the_error_by_its_older_key(
    command: Callable[..., Any], exchange: PracticeExchange, order: Order
) -> None:
    renamed = {**order, "gameId": order["gameID"]}
    del renamed["gameID"]
    right, wrong = command("placeV3", orders=[renamed, {**order, "bet": 30_000}])["data"]
    assert exchange.book.order(right["unmatched"]["orderID"]) is not None
    assert wrong == {"error": "Insufficient balance.", "error_type": "rejected_liability"}


def test_a_socket_place_without_orders_is_refused_whole(command: Callable[..., Any]) -> None:
    assert command("placeV3") == {"requestID": "r-1", "error": "Failed to process placeV3"}
