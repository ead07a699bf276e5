"""What time brings: a lapsed heartbeat, an expired order, a game that starts, bots and takers at their pace."""

from collections.abc import Callable, Iterator
from random import Random

import httpx
import pytest

from panic_button.practice import PracticeExchange
from panic_button.practice.makers import Makers
from tests.practice.clocks import Clock

WaitUntil = Callable[[Callable[[], bool]], None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def exchange(clock: Clock) -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7, now=clock) as exchange:
        yield exchange


def heartbeat(rest: httpx.Client, timeout: object) -> httpx.Response:
    return rest.post("/user/ordersHeartbeat", json={"timeout": timeout})


def test_a_lapsed_heartbeat_cancels_everything(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, wait_until: WaitUntil
) -> None:
    assert heartbeat(rest, 6).json()["data"] == {
        "type": "heartbeatAck",
        "serverTime": "2026-10-04T12:00:00.000000000Z",
        "timeoutSec": 6,
    }
    clock.move(seconds=5.9)
    exchange.book.tick()
    assert exchange.book.open_count() == 12
    clock.move(seconds=0.1)
    wait_until(lambda: exchange.book.open_count() == 0)


def test_a_heartbeat_in_time_moves_the_lapse(rest: httpx.Client, exchange: PracticeExchange, clock: Clock) -> None:
    heartbeat(rest, 6)
    clock.move(seconds=5)
    heartbeat(rest, 6)
    clock.move(seconds=5)
    exchange.book.tick()
    assert exchange.book.open_count() == 12


def test_both_surfaces_share_one_timer_and_the_latest_timeout_counts(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, command: Callable[..., object]
) -> None:
    heartbeat(rest, 6)
    command("heartbeat", requestTimeout=60)
    clock.move(seconds=30)
    exchange.book.tick()
    assert exchange.book.open_count() == 12
    clock.move(seconds=30)
    exchange.book.tick()
    assert exchange.book.open_count() == 0


def test_a_heartbeat_fires_once_and_then_is_disarmed(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock
) -> None:
    heartbeat(rest, 6)
    clock.move(seconds=6)
    exchange.book.tick()
    exchange.makers.start_placing(every_s=1, count=1)
    clock.move(seconds=60)
    exchange.makers.tick()
    exchange.book.tick()
    assert exchange.book.open_count() == 1


@pytest.mark.parametrize("timeout", [None, 5, "30", True, 6.5])
def test_a_timeout_of_five_seconds_or_less_is_a_bad_request(rest: httpx.Client, timeout: object) -> None:
    answer = heartbeat(rest, timeout)
    assert (answer.status_code, type(answer.json()["error"])) == (400, str)


def test_an_order_with_an_expiry_goes_when_it_comes(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, command: Callable[..., object]
) -> None:
    game = next(iter(exchange.book.games.values()))
    order = {"gameID": game.id, "type": "moneyline", "side": game.home.id, "odds": 120, "bet": 40}
    placed = rest.post("/session/v3/place", json={"orders": [{**order, "expirationMinutes": 30}]}).json()
    order_id = placed["data"]["createdSessions"][0]["unmatched"]["orderID"]
    listed = {row["id"]: row for row in rest.get("/user/getUnmatched").json()["data"]["unmatched"]}
    assert listed[order_id]["expiry"] == "2026-10-04T12:30:00.000Z"
    clock.move(minutes=30)
    exchange.book.tick()
    assert exchange.book.open_count() == 12
    assert command("cancelById", orderId=order_id) == {"requestID": "r-1", "error": "order is expired"}


def test_a_game_that_starts_takes_its_orders_and_no_new_ones(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock
) -> None:
    game = exchange.book.open_orders()[0].game
    later = [order for order in exchange.book.open_orders() if order.game.start > game.start]
    clock.time = game.start
    exchange.book.tick()
    assert exchange.book.open_orders() == later
    order = {"gameID": game.id, "type": "moneyline", "side": game.home.id, "odds": 120, "bet": 40}
    entry = rest.post("/session/v3/place", json={"orders": [order]}).json()["data"]["createdSessions"][0]
    assert entry == {"error": "Game has already started.", "errorType": "validation_error"}


def test_bots_place_and_strangers_take_at_their_pace_and_no_longer_than_asked(
    exchange: PracticeExchange, clock: Clock
) -> None:
    makers, book = Makers(exchange.book, Random(3)), exchange.book
    makers.start_placing(every_s=2, count=3)
    clock.move(seconds=4)
    makers.tick()
    assert book.open_count() == 14
    clock.move(seconds=60)
    makers.tick()
    assert book.open_count() == 15
    matched = len(book.matched_bets())
    makers.start_taking(every_s=1)
    clock.move(seconds=5)
    makers.tick()
    assert len(book.matched_bets()) == matched + 5
    makers.stop()
    clock.move(seconds=5)
    makers.tick()
    assert len(book.matched_bets()) == matched + 5


def test_bots_do_not_make_up_for_hours_of_sleep(exchange: PracticeExchange, clock: Clock) -> None:
    makers = Makers(exchange.book, Random(3))
    makers.start_placing(every_s=10)
    clock.move(hours=2)
    makers.tick()
    assert exchange.book.open_count() == 12 + 7


def test_makers_of_an_empty_book_or_a_finished_schedule_do_nothing(exchange: PracticeExchange, clock: Clock) -> None:
    clock.move(days=30)
    exchange.book.tick()
    makers = Makers(exchange.book, Random(3))
    makers.start_placing(every_s=1)
    makers.start_taking(every_s=1)
    clock.move(seconds=3)
    makers.tick()
    assert exchange.book.open_count() == 0
