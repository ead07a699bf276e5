"""The Orders socket: its commands, its envelope, its handshake."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import OrdersRefused, PracticeExchange

UNKNOWN = "0" * 24

Command = Callable[..., Any]
OpenIds = Callable[[], list[str]]


def test_cancel_all_leaves_nothing_and_tells_of_each_in_the_sockets_own_words(
    command: Command, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    before = {order.id: order for order in exchange.book.open_orders()}
    answer = command("cancelAll")
    assert answer["requestID"] == "r-1"
    assert [entry["orderID"] for entry in answer["data"]] == list(before)
    assert open_ids() == []
    for entry in answer["data"]:
        order = before[entry["orderID"]]
        assert (entry["success"], entry["offered"], entry["side"]) == (True, 0, order.side)
        assert (entry["filled"], entry["remaining"]) == (float(order.filled), float(order.remaining))
        assert entry["number"] == (None if order.number is None else float(order.number))
        assert entry["userReference"] == (order.user_reference or "")
        assert (entry["gameID"], entry["description"]) == (order.game.id, order.description)


def test_cancel_all_of_an_empty_book_is_an_empty_list(command: Command) -> None:
    command("cancelAll")
    assert command("cancelAll") == {"requestID": "r-1", "data": []}


@pytest.mark.parametrize("key", ["gameId", "gameID"])
def test_cancel_all_by_game_takes_that_games_orders_in_either_casing(
    command: Command, exchange: PracticeExchange, key: str
) -> None:
    game = exchange.book.open_orders()[0].game
    here = [order.id for order in exchange.book.open_orders() if order.game is game]
    assert [entry["orderID"] for entry in command("cancelAllByGame", **{key: game.id})["data"]] == here
    assert exchange.book.open_count() == 12 - len(here)


def test_cancel_all_by_game_can_be_narrowed_to_a_market_and_a_side(
    command: Command, exchange: PracticeExchange
) -> None:
    order = exchange.book.open_orders()[0]
    data = command("cancelAllByGame", gameId=order.game.id, type=order.market, side=order.side)["data"]
    assert order.id in {entry["orderID"] for entry in data}
    assert {entry["side"] for entry in data} == {order.side}


@pytest.mark.parametrize("key", ["orderId", "orderID"])
def test_cancel_by_id_takes_one_order_in_either_casing(command: Command, open_ids: OpenIds, key: str) -> None:
    first, *others = open_ids()
    (entry,) = command("cancelById", **{key: first})["data"]
    assert (entry["success"], entry["orderID"]) == (True, first)
    assert open_ids() == others


def test_cancel_by_id_fails_as_a_whole(command: Command, exchange: PracticeExchange, open_ids: OpenIds) -> None:
    first = open_ids()[0]
    command("cancelById", orderId=first)
    words = {
        "abc": "invalid order ID format",
        UNKNOWN: "order not found",
        exchange.book.strangers[0]: "unauthorized: order does not belong to user",
        first: "order already cancelled",
    }
    for order_id, error in words.items():
        assert command("cancelById", orderId=order_id) == {"requestID": "r-1", "error": error}


def test_cancel_multiple_tells_of_each_id_and_puts_the_reason_into_the_description(
    command: Command, open_ids: OpenIds
) -> None:
    first, *others = open_ids()
    gone, unknown = command("cancelMultiple", orderIDs=[first, UNKNOWN])["data"]
    assert (gone["success"], gone["orderID"]) == (True, first)
    assert unknown == {"success": False, "orderID": UNKNOWN, "description": "order not found"}
    assert open_ids() == others


def test_cancel_multiple_without_ids_or_with_a_malformed_one_is_refused_whole(
    command: Command, open_ids: OpenIds
) -> None:
    before = open_ids()
    assert command("cancelMultiple")["error"] == "Failed to process cancelMultiple"
    assert command("cancelMultiple", orderIDs=[before[0], "abc"])["error"] == "invalid order ID format"
    assert open_ids() == before


def test_an_unknown_game_is_an_error_envelope(command: Command) -> None:
    assert command("cancelAllByGame", gameId=UNKNOWN) == {"requestID": "r-1", "error": "game not found"}


def test_refused_orders_are_entries_with_the_reason_as_description(
    command: Command, exchange: PracticeExchange, open_ids: OpenIds
) -> None:
    exchange.faults.add(OrdersRefused(tries=1, reason="order is in use"))
    first = open_ids()[0]
    refused = {"success": False, "orderID": first, "description": "order is in use"}
    assert command("cancelById", orderId=first)["data"] == [refused]
    assert command("cancelById", orderId=first)["data"][0]["success"]


def test_a_missing_request_id_is_made_up(orders_socket: ClientConnection) -> None:
    orders_socket.send('["cancelAll", {}]')
    assert json.loads(orders_socket.recv(timeout=5))["requestID"]


@pytest.mark.parametrize("frame", ["", "{}", "[]", '["cancelAll"]', '["buy", {}]', '["cancelAll", []]'])
def test_a_frame_that_is_no_command_is_an_error_and_the_socket_lives(
    orders_socket: ClientConnection, command: Command, frame: str
) -> None:
    orders_socket.send(frame)
    answer = json.loads(orders_socket.recv(timeout=5))
    assert answer.keys() == {"requestID", "error"}
    assert command("cancelAll")["data"]


def test_heartbeats_are_acknowledged_with_the_exchanges_time(command: Command) -> None:
    data = command("heartbeat", requestTimeout=10)["data"]
    assert (data["type"], data["timeoutSec"]) == ("heartbeatAck", 10)
    assert len(data["serverTime"]) == len("2026-09-30T17:06:00.123456789Z")


@pytest.mark.parametrize("payload", [{}, {"requestTimeout": 0}, {"requestTimeout": "10"}])
def test_a_heartbeat_without_a_timeout_is_refused(command: Command, payload: dict[str, object]) -> None:
    assert command("heartbeat", **payload) == {"requestID": "r-1", "error": "Invalid heartbeat timeout"}


def test_a_binary_frame_is_read_like_a_text(orders_socket: ClientConnection) -> None:
    orders_socket.send(b'["cancelAll", {"requestID": "r-2"}]')
    assert json.loads(orders_socket.recv(timeout=5))["requestID"] == "r-2"


@pytest.mark.parametrize("token", ["00ff", ""])
def test_a_bad_token_is_refused_at_the_handshake(exchange: PracticeExchange, token: str) -> None:
    for url in (exchange.addresses.orders_socket_url, exchange.addresses.user_feed_url):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, additional_headers={"Authorization": token})
        assert refused.value.response.status_code == 401


def test_dropping_the_sockets_closes_them_and_lets_new_ones_in(
    exchange: PracticeExchange, orders_socket: ClientConnection, user_feed: ClientConnection
) -> None:
    exchange.faults.drop_sockets()
    exchange.faults.drop_sockets()
    with pytest.raises(ConnectionClosedError) as closed:
        orders_socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    with connect(exchange.addresses.orders_socket_url, additional_headers={"Authorization": exchange.token}) as again:
        again.send('["cancelAll", {}]')
        assert json.loads(again.recv(timeout=5))["data"]
    assert user_feed.recv(timeout=5)
