"""The user feed: its four kinds of message, and the replay of what was missed."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import PracticeExchange
from panic_button.practice.feed import MessageStream, cancelled
from panic_button.practice.wording import utc_now

Message = dict[str, Any]


def receive(feed: ClientConnection) -> Message:
    message = json.loads(feed.recv(timeout=5))
    assert isinstance(message, dict)
    return message


def sequence(message: Message) -> tuple[int, int]:
    milliseconds, number = message["messageID"].split("-")
    return int(milliseconds), int(number)


@pytest.fixture
def replay(rest: httpx.Client) -> Callable[..., Any]:
    return lambda **params: rest.get("/v2/user/messages", params=params).json()


def test_a_placed_order_is_told_with_all_of_it_on_offer(
    rest: httpx.Client, user_feed: ClientConnection, exchange: PracticeExchange
) -> None:
    game = next(iter(exchange.book.games.values()))
    order = {"gameID": game.id, "type": "spread", "side": game.home.id, "number": 3.5, "odds": -108, "bet": 40}
    rest.post("/session/v3/place", json={"orders": [order]})
    message = receive(user_feed)
    unmatched = message["unmatched"]
    assert (unmatched["filled"], unmatched["offered"], unmatched["remaining"]) == (0, 40, 40)
    assert (unmatched["type"], unmatched["side"], unmatched["number"]) == ("spread", game.home.id, 3.5)
    assert (unmatched["odds"], unmatched["userReference"]) == (-108, None)
    assert (message["matched"], message["origin"], message["platform"]) == (None, "offer", "api")
    assert (message["gameID"], message["league"], message["sport"]) == (game.id, game.league, game.sport)
    assert message["eventName"] == game.event_name.replace(" ", "-")
    assert (message["parentGameID"], message["live"]) == (None, False)
    assert message.keys() >= {"start", "awayRotationNumber", "createdAt", "messageID"}


def test_each_cancelled_order_is_told_with_nothing_on_offer_and_nothing_remaining(
    rest: httpx.Client, user_feed: ClientConnection, exchange: PracticeExchange
) -> None:
    filled = {order.id: float(order.filled) for order in exchange.book.open_orders()}
    rest.post("/session/cancelAllOrders")
    messages = [receive(user_feed) for _ in filled]
    assert {one["unmatched"]["orderID"]: one["unmatched"]["filled"] for one in messages} == filled
    assert {(one["unmatched"]["offered"], one["unmatched"]["remaining"]) for one in messages} == {(0, 0)}
    assert {(one["matched"], one["origin"]) for one in messages} == {(None, "offer")}
    numbers = [sequence(one) for one in messages]
    assert numbers == sorted(set(numbers))


def test_a_line_is_left_out_where_its_market_has_none(
    rest: httpx.Client, user_feed: ClientConnection, exchange: PracticeExchange
) -> None:
    markets = {order.id: order.market for order in exchange.book.open_orders()}
    rest.post("/session/cancelAllOrders")
    blocks = [receive(user_feed)["unmatched"] for _ in markets]
    assert all(("number" in block) == (block["type"] in {"spread", "total"}) for block in blocks)
    assert all(("market" in block) == (block["type"] == "moneyline1x2") for block in blocks)


def test_a_makers_fill_tells_this_fill_and_what_still_rests(
    user_feed: ClientConnection, exchange: PracticeExchange
) -> None:
    order = next(order for order in exchange.book.open_orders() if order.filled)
    before = order.remaining
    bet = exchange.book.fill(order.id, before / 2)
    message = receive(user_feed)
    assert (message["unmatched"]["filled"], message["unmatched"]["offered"]) == (float(before / 2), float(order.bet))
    assert message["unmatched"]["remaining"] == float(before / 2)
    assert message["matched"]["txID"] == bet.tx_id
    assert (message["matched"]["amount"], message["matched"]["orderID"]) == (float(before / 2), order.id)
    assert isinstance(message["matched"]["win"], float)
    exchange.book.fill(order.id)
    assert receive(user_feed)["unmatched"]["remaining"] == 0


def test_a_takers_fill_has_no_unmatched_block(
    rest: httpx.Client, user_feed: ClientConnection, exchange: PracticeExchange
) -> None:
    game = next(iter(exchange.book.games.values()))
    order = {"gameID": game.id, "type": "moneyline", "side": game.home.id, "odds": -108, "bet": 20}
    rest.post("/session/v3/place", json={"orders": [{**order, "orderType": "fillAndKill"}]})
    message = receive(user_feed)
    assert (message["unmatched"], message["origin"]) == (None, "wager")
    assert (message["matched"]["amount"], message["matched"]["risk"]) == (20, 20.2)


def test_nothing_is_told_of_before_the_handshake(exchange: PracticeExchange, rest: httpx.Client) -> None:
    first, second, *_ = exchange.book.open_orders()
    exchange.book.fill(first.id)
    with connect(exchange.addresses.user_feed_url, additional_headers={"Authorization": exchange.token}) as feed:
        rest.post("/session/cancel", json={"sessionID": second.id})
        assert receive(feed)["unmatched"]["orderID"] == second.id


def test_replay_gives_what_came_after_an_id_and_before_another(
    rest: httpx.Client, user_feed: ClientConnection, replay: Callable[..., Any]
) -> None:
    rest.post("/session/cancelAllOrders")
    live = [receive(user_feed) for _ in range(12)]
    assert replay(afterID=live[3]["messageID"]) == {"status": "success", "messages": live[4:]}
    between = replay(afterID=live[3]["messageID"], beforeID=live[6]["messageID"])
    assert between == {"status": "success", "messages": live[4:6]}


def test_replay_takes_the_token_in_any_of_three_places(exchange: PracticeExchange) -> None:
    url, params = exchange.addresses.rest_url + "/v2/user/messages", {"afterID": "0-0"}
    assert httpx.get(url, params=params, headers={"Authorization": exchange.token}).status_code == 200
    assert httpx.get(url, params=params, headers={"Auth": exchange.token}).status_code == 200
    assert httpx.get(url, params={**params, "token": exchange.token}).status_code == 200
    assert httpx.get(url, params=params).status_code == 401


@pytest.mark.parametrize("params", [{}, {"afterID": "abc"}, {"afterID": "1-0", "beforeID": "x"}])
def test_replay_wants_message_ids(rest: httpx.Client, params: dict[str, str]) -> None:
    assert rest.get("/v2/user/messages", params=params).status_code == 400


def test_replay_of_what_is_no_longer_kept_says_so_and_gives_the_rest(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch, replay: Callable[..., Any]
) -> None:
    stream = MessageStream(now=utc_now, retained=2)
    monkeypatch.setattr(exchange.book, "stream", stream)
    messages = [cancelled(order, stream.next_id(), utc_now()) for order in exchange.book.open_orders()[:4]]
    stream.publish(messages)
    expired = replay(afterID=messages[0].message_id)
    assert expired["status"] == "cache_expired"
    assert [one["messageID"] for one in expired["availableMessages"]] == [one.message_id for one in messages[2:]]
    assert replay(afterID=messages[1].message_id)["status"] == "success"
