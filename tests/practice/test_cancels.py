"""The REST cancels: what goes, what stays, and how each is told."""

from collections.abc import Callable
from itertools import pairwise

import httpx
import pytest

from panic_button.practice import OrdersRefused, PracticeExchange

UNKNOWN = "0" * 24

OpenIds = Callable[[], list[str]]
WaitUntil = Callable[[Callable[[], bool]], None]


def test_cancel_all_orders_leaves_nothing_and_tells_of_each(
    rest: httpx.Client, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    before = {order.id: order for order in exchange.book.open_orders()}
    answer = rest.post("/session/cancelAllOrders")
    results = answer.json()["data"]
    assert (answer.status_code, open_ids()) == (200, [])
    assert [result["sessionID"] for result in results] == list(before)
    for result in results:
        order = before[result["sessionID"]]
        assert (result["success"], result["offered"]) == (True, 0)
        assert (result["filled"], result["remaining"]) == (float(order.filled), float(order.remaining))
        assert (result["odds"], result["gameID"]) == (order.odds, order.game.id)
        assert result.get("userReference") == order.user_reference
        assert result["description"]


def test_cancel_all_of_an_empty_book_is_an_empty_list(rest: httpx.Client) -> None:
    rest.post("/session/cancelAllOrders", json={})
    assert rest.post("/session/cancelAllOrders", json={}).json() == {"data": []}


def test_cancel_takes_one_order(rest: httpx.Client, open_ids: OpenIds) -> None:
    first, *others = open_ids()
    result = rest.post("/session/cancel", json={"sessionID": first}).json()["data"]
    assert (result["success"], result["sessionID"]) == (True, first)
    assert open_ids() == others


def test_cancelling_an_unknown_order_is_not_found_as_an_object(rest: httpx.Client) -> None:
    answer = rest.post("/session/cancel", json={"sessionID": UNKNOWN})
    assert answer.status_code == 404
    assert answer.json() == {"error": {"message": f"Order not found: {UNKNOWN}", "code": 404}}


@pytest.mark.parametrize("body", [{}, {"sessionID": "abc"}, {"sessionID": 7}])
def test_cancelling_a_malformed_id_is_a_bad_request_as_a_string(rest: httpx.Client, body: dict[str, object]) -> None:
    answer = rest.post("/session/cancel", json=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid order ID"})


def test_cancelling_a_strangers_order_is_forbidden(rest: httpx.Client, exchange: PracticeExchange) -> None:
    answer = rest.post("/session/cancel", json={"sessionID": exchange.book.strangers[0]})
    assert (answer.status_code, answer.json()) == (403, {"error": "Not your order"})


def test_cancelling_a_filled_or_cancelled_order_is_a_conflict(
    rest: httpx.Client, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    filled, cancelled, *_ = open_ids()
    exchange.book.fill(filled)
    rest.post("/session/cancel", json={"sessionID": cancelled})
    for order_id, words in ((filled, "Order already fully filled"), (cancelled, "Order already cancelled")):
        answer = rest.post("/session/cancel", json={"sessionID": order_id})
        assert (answer.status_code, answer.json()) == (409, {"error": words})


def test_cancel_multiple_answers_in_the_order_of_the_ids(
    rest: httpx.Client, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    first, second, *others = open_ids()
    ids = [second, UNKNOWN, exchange.book.strangers[0], first]
    results = rest.post("/session/cancelMultiple", json={"sessionIDs": ids}).json()["data"]
    assert [result["success"] for result in results] == [True, False, False, True]
    assert results[1:3] == [
        {"success": False, "reason": "Order not found"},
        {"success": False, "reason": "Not your order"},
    ]
    assert open_ids() == others


@pytest.mark.parametrize("ids", [None, "abc", ["abc"]])
def test_cancel_multiple_with_one_malformed_id_cancels_nothing(
    rest: httpx.Client, open_ids: OpenIds, ids: object
) -> None:
    before = open_ids()
    asked = [*before, *ids] if isinstance(ids, list) else ids
    assert rest.post("/session/cancelMultiple", json={"sessionIDs": asked}).status_code == 400
    assert open_ids() == before


def test_cancel_by_reference_takes_that_bots_orders_of_that_game(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    order = next(order for order in exchange.book.open_orders() if order.user_reference)
    body = {"gameID": order.game.id, "userReferences": [order.user_reference]}
    results = rest.post("/session/cancelByReference", json=body).json()["data"]
    assert order.id in {result["sessionID"] for result in results}
    assert {(result["gameID"], result["userReference"]) for result in results} == {
        (order.game.id, order.user_reference)
    }
    assert exchange.book.open_count() == 12 - len(results)


def test_cancel_by_reference_without_references_is_a_bad_request(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    body = {"gameID": next(iter(exchange.book.games))}
    assert rest.post("/session/cancelByReference", json=body).status_code == 400


def test_cancel_all_for_a_game_can_be_narrowed_to_a_market(rest: httpx.Client, exchange: PracticeExchange) -> None:
    order = next(order for order in exchange.book.open_orders() if order.market != "moneyline1x2")
    here = [one for one in exchange.book.open_orders() if one.game is order.game]
    body = {"gameID": order.game.id, "type": order.market}
    narrow = rest.post("/session/cancelAllOrdersForGame", json=body).json()["data"]
    wide = rest.post("/session/cancelAllOrdersForGame", json={"gameID": order.game.id}).json()["data"]
    assert [one["sessionID"] for one in narrow] == [one.id for one in here if one.market == order.market]
    assert {one["sessionID"] for one in narrow + wide} == {one.id for one in here}


def test_cancel_all_for_a_game_wants_a_game_and_a_market_it_knows(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    game_id = next(iter(exchange.book.games))
    for body in ({}, {"gameID": UNKNOWN}, {"gameID": game_id, "type": "moneyline1x2"}, {"gameID": game_id, "type": []}):
        assert rest.post("/session/cancelAllOrdersForGame", json=body).status_code == 400
    assert exchange.book.open_count() == 12


def test_cancel_all_for_a_league_acknowledges_first_and_cancels_afterwards(
    rest: httpx.Client, exchange: PracticeExchange, wait_until: WaitUntil
) -> None:
    league = exchange.book.open_orders()[0].game.league
    others = [order for order in exchange.book.open_orders() if order.game.league != league]
    answer = rest.post("/session/cancelAllForLeague", json={"league": league.lower()})
    assert answer.json() == {"data": {"ordersReceived": True}}
    assert exchange.book.open_count() == 12
    wait_until(lambda: exchange.book.open_orders() == others)


@pytest.mark.parametrize("league", [None, 7, "XFL"])
def test_cancel_all_for_an_unknown_league_is_a_bad_request(rest: httpx.Client, league: object) -> None:
    assert rest.post("/session/cancelAllForLeague", json={"league": league}).status_code == 400


def test_an_order_that_was_matched_in_part_tells_both_parts(rest: httpx.Client, exchange: PracticeExchange) -> None:
    order = next(order for order in exchange.book.open_orders() if order.filled)
    result = rest.post("/session/cancel", json={"sessionID": order.id}).json()["data"]
    assert result["filled"] + result["remaining"] == float(order.bet)
    assert result["filled"] > 0


def test_refused_orders_stay_and_go_at_a_later_try(
    rest: httpx.Client, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    exchange.faults.add(OrdersRefused(share=0.5, tries=2, reason="Order is in use"))
    first = rest.post("/session/cancelAllOrders").json()["data"]
    stayed = open_ids()
    assert 0 < len(stayed) < 12
    assert [one for one in first if not one["success"]] == [
        {"success": False, "reason": "Order is in use", "sessionID": order_id} for order_id in stayed
    ]
    again = rest.post("/session/cancel", json={"sessionID": stayed[0]})
    assert (again.status_code, again.json()) == (409, {"error": "Order is in use"})
    rest.post("/session/cancelAllOrders")
    rest.post("/session/cancelAllOrders")
    assert open_ids() == []


def test_the_log_keeps_every_request_in_the_order_of_arrival(rest: httpx.Client, exchange: PracticeExchange) -> None:
    rest.post("/session/cancelAllOrders")
    rest.get("/user/getUnmatched")
    kept = [(request.surface, request.what, request.open_orders) for request in exchange.log]
    assert kept == [("rest", "cancelAllOrders", 12), ("rest", "getUnmatched", 0)]
    assert all(earlier.at < later.at for earlier, later in pairwise(exchange.log))


def test_named_orders_alone_can_be_refused(exchange: PracticeExchange) -> None:
    stubborn, *others = exchange.book.open_orders()
    exchange.faults.add(OrdersRefused(order_ids=frozenset({stubborn.id}), tries=1))
    assert exchange.faults.reason_to_refuse(stubborn)
    assert not any(exchange.faults.reason_to_refuse(order) for order in others)
    assert not exchange.faults.reason_to_refuse(stubborn)
