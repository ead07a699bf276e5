"""The user feed: four kinds of events, told apart by which blocks are filled."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from websockets.asyncio.server import ServerConnection, serve

from panic_button.core.errors import ExchangeError
from panic_button.core.model import (
    FailureKind,
    FeedEvent,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
)
from panic_button.exchange import wire
from panic_button.exchange.connection import Token
from panic_button.exchange.user_feed import user_feed
from panic_button.practice import PracticeExchange
from tests.exchange.lanes import NO_TLS
from tests.waiting import wait_until

PLACED = (
    b'{"unmatched": {"orderID": "a", "filled": 0, "offered": 40, "remaining": 40, "odds": -108, "userReference": "r"},'
    b' "matched": null, "origin": "offer", "gameID": "g", "eventName": "BEARS-VS-LIONS", "messageID": "1-0"}'
)
CANCELLED = b'{"unmatched": {"orderID": "a", "filled": 12.5, "offered": 0, "remaining": 0}, "matched": null}'
MAKER_FILL = b'{"unmatched": {"orderID": "a", "filled": 5, "offered": 40, "remaining": "30"}, "matched": {"txID": "t"}}'
TAKER_FILL = b'{"unmatched": null, "matched": {"txID": "t", "orderID": "b", "risk": 5}}'


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (
            PLACED,
            OrderPlaced(
                order=OpenOrder(
                    order_id="a",
                    description="BEARS-VS-LIONS",
                    odds=Decimal(-108),
                    bet=Decimal(40),
                    filled=Decimal(0),
                    user_reference="r",
                    game_id="g",
                )
            ),
        ),
        (CANCELLED, OrderCancelled(order_id="a", filled=Decimal("12.5"))),
        (
            CANCELLED.replace(b'"offered": 0', b'"offered": "0.00"'),
            OrderCancelled(order_id="a", filled=Decimal("12.5")),
        ),
        (MAKER_FILL, OrderFilled(order_id="a", filled=Decimal(10), remaining=Decimal(30))),
        (MAKER_FILL.replace(b'"30"', b"null"), OrderFilled(order_id="a")),
        (TAKER_FILL, None),
    ],
)
def test_each_kind_of_event_is_told_from_the_blocks_that_are_filled(frame: bytes, event: FeedEvent | None) -> None:
    assert wire.feed_event(frame) == event


@pytest.mark.parametrize("frame", [b"", b"[]", b"null", b"{}", b'{"unmatched": 3}', b'{"unmatched": {}}', b"\xff"])
def test_what_is_no_news_of_an_order_is_ignored(frame: bytes) -> None:
    assert wire.feed_event(frame) is None


def test_the_feed_of_the_practice_exchange_tells_what_happens_to_orders() -> None:
    async def hear(exchange: PracticeExchange) -> list[FeedEvent]:
        events = user_feed(exchange.addresses.user_feed_url, Token(exchange.token), NO_TLS)
        first, second = exchange.book.open_orders()
        listening = asyncio.ensure_future(anext(events))
        await asyncio.to_thread(wait_until, lambda: exchange.log)  # the handshake: the feed tells from there on
        exchange.book.fill(first.id)
        heard = [await listening]
        exchange.book.cancel([second.id], lambda _order: None)
        heard.append(await anext(events))
        await events.aclose()
        return heard

    with PracticeExchange(orders=2, seed=3) as exchange:
        first, second = exchange.book.open_orders()
        filled, cancelled = asyncio.run(hear(exchange))
    assert filled == OrderFilled(order_id=first.id, filled=first.bet, remaining=Decimal(0))
    assert cancelled == OrderCancelled(order_id=second.id, filled=second.filled)


def test_the_feed_ends_quietly_with_its_connection_and_garbage_does_not_end_it() -> None:
    async def script(server: ServerConnection) -> None:
        await server.send("garbage")
        await server.send(CANCELLED.decode())
        await server.close(1011)

    async def hear() -> list[FeedEvent]:
        async with serve(script, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            return [event async for event in user_feed(f"ws://127.0.0.1:{port}", Token("t"), NO_TLS)]

    assert asyncio.run(hear()) == [OrderCancelled(order_id="a", filled=Decimal("12.5"))]


def test_a_feed_that_refuses_the_token_says_so() -> None:
    async def hear() -> None:
        with PracticeExchange(orders=1) as exchange:
            await anext(user_feed(exchange.addresses.user_feed_url, Token("wr0ng"), NO_TLS))

    with pytest.raises(ExchangeError) as caught:
        asyncio.run(hear())
    assert caught.value.failure.kind is FailureKind.TOKEN_REFUSED
