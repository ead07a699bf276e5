"""A user feed that can't be trusted: late, with gaps, twice, out of order. The replay keeps the truth."""

import json
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import PracticeExchange, troubles
from tests.practice.clocks import Clock

CANCEL_ALL = "/session/cancelAllOrders"

Read = Callable[[int], list[str]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def exchange(clock: Clock) -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7, now=clock) as exchange:
        yield exchange


@pytest.fixture
def read(user_feed: ClientConnection) -> Read:
    """The ids of the next messages, of which there are at least so many."""
    return lambda count: [json.loads(user_feed.recv(timeout=5))["messageID"] for _ in range(count)]


@pytest.fixture
def truth(rest: httpx.Client) -> Callable[[], list[str]]:
    """The ids of the last twelve messages, as the replay has them."""

    def replayed() -> list[str]:
        messages = rest.get("/v2/user/messages", params={"afterID": "0-0"}).json()["messages"]
        return [message["messageID"] for message in messages][-12:]

    return replayed


def cancel_one(rest: httpx.Client, exchange: PracticeExchange) -> str:
    """Cancels an order; the id of the message that tells of it."""
    rest.post("/session/cancel", json={"sessionID": exchange.book.open_orders()[0].id})
    messages = rest.get("/v2/user/messages", params={"afterID": "0-0"}).json()["messages"]
    return str(messages[-1]["messageID"])


def test_a_late_feed_tells_once_its_time_has_come(
    rest: httpx.Client, exchange: PracticeExchange, user_feed: ClientConnection, clock: Clock, read: Read
) -> None:
    exchange.faults.add(troubles.FeedDelay(30))
    cancel_one(rest, exchange)
    clock.move(seconds=20)
    last = cancel_one(rest, exchange)
    with pytest.raises(TimeoutError):
        user_feed.recv(timeout=0.1)
    clock.move(seconds=10)
    read(1)
    with pytest.raises(TimeoutError):
        user_feed.recv(timeout=0.1)
    clock.move(seconds=20)
    assert read(1) == [last]


def test_a_dropped_message_is_never_told_and_the_replay_has_it(
    rest: httpx.Client, exchange: PracticeExchange, read: Read, truth: Callable[[], list[str]]
) -> None:
    exchange.faults.add(troubles.FeedDrop(), times=2)
    rest.post(CANCEL_ALL)
    assert read(10) == truth()[2:]


def test_chance_drops_the_same_messages_for_the_same_seed() -> None:
    told = told_by_half_a_feed(seed=7)
    assert 0 < len(told) < 12
    assert told_by_half_a_feed(seed=7) == told


def told_by_half_a_feed(seed: int) -> list[int]:
    """Which of twelve cancels a feed tells that drops half of its messages, those of the placings after them too."""
    with PracticeExchange(orders=12, seed=seed) as exchange:
        headers, orders = {"Authorization": exchange.token}, exchange.book.open_orders()
        order_ids = [order.id for order in orders]
        exchange.faults.add(troubles.FeedDrop(share=0.5))
        told: list[int] = []
        with connect(exchange.addresses.user_feed_url, additional_headers=headers) as feed:
            exchange.book.cancel(order_ids, lambda _: None)
            for order in orders:
                exchange.book.appear(order.again())
            while (block := json.loads(feed.recv(timeout=5))["unmatched"])["offered"] == 0:
                told.append(order_ids.index(block["orderID"]))
    return told


def test_a_message_can_be_told_twice(
    rest: httpx.Client, exchange: PracticeExchange, read: Read, truth: Callable[[], list[str]]
) -> None:
    exchange.faults.add(troubles.FeedTwice(), times=12)
    rest.post(CANCEL_ALL)
    assert Counter(read(24)) == dict.fromkeys(truth(), 2)


def test_messages_can_come_in_any_order(
    rest: httpx.Client, exchange: PracticeExchange, read: Read, truth: Callable[[], list[str]]
) -> None:
    exchange.faults.add(troubles.FeedShuffled(within_s=0))
    rest.post(CANCEL_ALL)
    told = read(12)
    assert told != truth()
    assert set(told) == set(truth())


def test_messages_of_several_cancels_are_mixed_when_they_come_within_the_time(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, read: Read
) -> None:
    exchange.faults.add(troubles.FeedShuffled(within_s=1))
    in_order = [cancel_one(rest, exchange) for _ in range(6)]
    clock.move(seconds=1)
    told = read(6)
    assert told != in_order
    assert set(told) == set(in_order)


def test_garbage_between_the_messages_takes_nothing_away(
    rest: httpx.Client, exchange: PracticeExchange, user_feed: ClientConnection, read: Read
) -> None:
    exchange.faults.add(troubles.FeedGarbage(), times=1)
    rest.post(CANCEL_ALL)
    with pytest.raises(json.JSONDecodeError):
        json.loads(user_feed.recv(timeout=5))
    assert len(set(read(12))) == 12
