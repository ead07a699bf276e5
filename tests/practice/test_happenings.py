"""What happens at the exchange because a fault is on: to the book, to the tokens, to the sockets, to the port."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import Latency, PracticeExchange, troubles
from tests.practice.clocks import Clock

Command = Callable[..., Any]
OpenIds = Callable[[], list[str]]
WaitUntil = Callable[[Callable[[], bool]], None]

CANCEL_ALL = "/session/cancelAllOrders"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def exchange(clock: Clock) -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7, now=clock) as exchange:
        yield exchange


def listed(rest: httpx.Client) -> list[dict[str, Any]]:
    orders = rest.get("/user/getUnmatched").json()["data"]["unmatched"]
    assert isinstance(orders, list)
    return orders


def test_cancels_over_the_limit_are_too_many_on_both_surfaces_together(
    rest: httpx.Client, command: Command, exchange: PracticeExchange, clock: Clock
) -> None:
    exchange.faults.add(troubles.CancelLimit(per_second=2, retry_after_s=3))
    assert rest.post(CANCEL_ALL).status_code == 200
    assert "data" in command("cancelAll")
    refused = rest.post(CANCEL_ALL)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert command("cancelAll")["error"] == "Too many requests. Please try again later."
    assert listed(rest) == []
    clock.move(seconds=1)
    assert rest.post(CANCEL_ALL).status_code == 200


def test_a_listing_that_lags_shows_what_was_cancelled_lately(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock
) -> None:
    exchange.faults.add(troubles.ListingLag(2))
    before = listed(rest)
    rest.post(CANCEL_ALL)
    clock.move(seconds=1.9)
    assert listed(rest) == before
    game = before[0]["game"]["id"]
    of_game = rest.get("/user/getOrdersForGame", params={"gameID": game}).json()["data"]["unmatched"]
    assert {order["game"]["id"] for order in of_game} == {game}
    clock.move(seconds=0.2)
    assert listed(rest) == []


def test_a_rival_bot_places_again_what_is_cancelled_for_as_long_as_it_is_on(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, wait_until: WaitUntil
) -> None:
    exchange.faults.add(troubles.RivalBot(after_ms=300, reference="mm-nba-"), for_s=1)
    terms = sorted((order["odds"], order["remaining"], order["game"]["id"]) for order in listed(rest))
    rest.post(CANCEL_ALL)
    assert listed(rest) == []
    clock.move(seconds=0.3)
    wait_until(lambda: exchange.book.open_count() == 12)
    again = listed(rest)
    assert sorted((order["odds"], order["remaining"], order["game"]["id"]) for order in again) == terms
    assert {order["userReference"] for order in again} == {f"mm-nba-{number}" for number in range(1, 13)}
    clock.move(seconds=0.5)
    rest.post(CANCEL_ALL)
    clock.move(seconds=10)
    exchange.faults.add(troubles.RivalBot(after_ms=0), times=1)
    exchange.makers.start_placing(every_s=1, count=2)
    clock.move(seconds=5)
    wait_until(lambda: exchange.book.open_count() == 2)
    rest.post(CANCEL_ALL)
    wait_until(lambda: exchange.book.open_count() == 1)


def test_a_fill_before_the_cancel_shows_in_its_result(
    rest: httpx.Client, exchange: PracticeExchange, user_feed: ClientConnection
) -> None:
    exchange.faults.add(troubles.FillRace(orders=12, share=0.5), times=1)
    matched = len(exchange.book.matched_bets())
    results = rest.post(CANCEL_ALL).json()["data"]
    assert len(results) == 12
    assert all(result["filled"] > 0 and result["remaining"] > 0 for result in results)
    assert len(exchange.book.matched_bets()) == matched + 12
    assert json.loads(user_feed.recv(timeout=5))["matched"] is not None


def test_an_order_that_was_filled_before_the_cancel_is_gone(
    rest: httpx.Client, exchange: PracticeExchange, command: Command, open_ids: OpenIds
) -> None:
    before = open_ids()
    exchange.faults.add(troubles.FillRace(orders=12), times=1)
    answer = rest.post("/session/cancel", json={"sessionID": before[0]})
    assert (answer.status_code, answer.json()) == (409, {"error": "Order already fully filled"})
    assert command("cancelMultiple", orderIDs=before[1:2])["data"] == [
        {"success": False, "orderID": before[1], "description": "order not found"}
    ]
    assert open_ids() == []


@pytest.mark.parametrize("surface", ["rest", "socket"])
def test_an_order_comes_out_of_its_live_delay_after_a_cancel_all(  # noqa: PLR0913, PLR0917 -- fixtures
    rest: httpx.Client,
    command: Command,
    exchange: PracticeExchange,
    user_feed: ClientConnection,
    clock: Clock,
    wait_until: WaitUntil,
    surface: str,
) -> None:
    exchange.faults.add(troubles.LiveDelayed(after_s=4), on="anyCancelAll", times=1)
    cancelled = command("cancelAll")["data"] if surface == "socket" else rest.post(CANCEL_ALL).json()["data"]
    assert (len(cancelled), listed(rest)) == (12, [])
    clock.move(seconds=4)
    wait_until(lambda: exchange.book.open_count() == 1)
    (order,) = listed(rest)
    assert order["game"]["start"] < clock.time.isoformat()
    for _ in cancelled:
        user_feed.recv(timeout=5)
    message = json.loads(user_feed.recv(timeout=5))
    assert (message["unmatched"]["orderID"], message["live"]) == (order["id"], True)
    game = {"gameID": order["game"]["id"]}
    assert rest.post("/session/cancelAllOrdersForGame", json=game).json()["data"][0]["success"]
    clock.move(seconds=4)
    assert listed(rest) == []


def test_separate_timers_lapse_each_on_its_own(
    rest: httpx.Client, command: Command, exchange: PracticeExchange, clock: Clock
) -> None:
    exchange.faults.add(troubles.SeparateTimers())
    rest.post("/user/ordersHeartbeat", json={"timeout": 6})
    command("heartbeat", requestTimeout=60)
    clock.move(seconds=6)
    exchange.book.tick()
    assert exchange.book.open_count() == 0
    exchange.makers.start_placing(every_s=1, count=1)
    clock.move(seconds=2)
    exchange.makers.tick()
    assert exchange.book.open_count() == 1
    clock.move(seconds=60)
    exchange.book.tick()
    assert exchange.book.open_count() == 0


def test_a_heartbeat_bot_arms_the_timer_again_after_it_has_fired(
    exchange: PracticeExchange, clock: Clock, wait_until: WaitUntil
) -> None:
    bot = exchange.faults.add(troubles.HeartbeatBot(every_s=60, timeout_s=10))
    for _ in range(2):
        wait_until(lambda: exchange.book._lapse_times != {})
        clock.move(seconds=10)
        wait_until(lambda: exchange.book._lapse_times == {} and exchange.book.open_count() == 0)
        exchange.makers.start_placing(every_s=1, count=1)
        clock.move(seconds=1)
        wait_until(lambda: exchange.book.open_count() == 1)
        clock.move(seconds=50)
    exchange.faults.lift(bot)


def test_an_old_token_is_exchanged_at_its_next_rest_request_and_dies(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    assert "X-Auth-Token" not in rest.get("/user/getMe").headers
    exchange.faults.add(troubles.TokensAged(days=31), on="now")
    answer = rest.post("/session/cancel", json={"sessionID": "0" * 24})
    fresh = answer.headers["X-Auth-Token"]
    assert (answer.status_code, len(fresh)) == (404, 256)
    assert rest.get("/user/getMe").status_code == 401
    rest.headers["Authorization"] = fresh
    renewed = rest.get("/user/getMe")
    assert renewed.status_code == 200
    assert "X-Auth-Token" not in renewed.headers


def test_a_token_of_thirty_days_is_not_old_yet(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(troubles.TokensAged(days=30), on="now")
    assert "X-Auth-Token" not in rest.get("/user/getMe").headers


def test_tokens_can_be_revoked_by_the_first_cancel(
    rest: httpx.Client, exchange: PracticeExchange, orders_socket: ClientConnection
) -> None:
    exchange.faults.add(troubles.TokensRevoked(), times=1)
    assert rest.get("/user/getMe").status_code == 200
    assert rest.post(CANCEL_ALL).status_code == 401
    login = {"username": exchange.username, "password": exchange.password}
    rest.headers["Authorization"] = rest.post("/user/login", json=login).json()["data"]["user"]["auth"]
    assert rest.get("/user/getMe").status_code == 200
    assert orders_socket.ping().wait(5)


def test_sockets_are_closed_with_a_code_or_without_a_word(
    exchange: PracticeExchange, orders_socket: ClientConnection, user_feed: ClientConnection
) -> None:
    exchange.faults.add(troubles.SocketsClosed("ordersSocket", 4000), on="now")
    with pytest.raises(ConnectionClosed) as closed:
        orders_socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4000
    assert user_feed.ping().wait(5)
    exchange.faults.add(troubles.SocketsClosed("both"), on="now")
    with pytest.raises(ConnectionClosedError) as cut:
        user_feed.recv(timeout=5)
    assert cut.value.rcvd is None


def test_a_half_open_socket_is_deaf_and_dumb_until_it_heals(
    exchange: PracticeExchange, orders_socket: ClientConnection, user_feed: ClientConnection, wait_until: WaitUntil
) -> None:
    dead = exchange.faults.add(troubles.HalfOpen("ordersSocket"))
    wait_until(lambda: not orders_socket.ping().wait(0.1))
    orders_socket.send('["cancelAll", {}]')
    with pytest.raises(TimeoutError):
        orders_socket.recv(timeout=0.2)
    assert exchange.book.open_count() == 12
    assert user_feed.ping().wait(5)
    exchange.faults.lift(dead)
    assert len(json.loads(orders_socket.recv(timeout=5))["data"]) == 12


def test_a_half_open_feed_tells_nothing_until_it_heals(
    exchange: PracticeExchange, user_feed: ClientConnection, rest: httpx.Client
) -> None:
    dead = exchange.faults.add(troubles.HalfOpen("userFeed"))
    rest.post(CANCEL_ALL)
    with pytest.raises(TimeoutError):
        user_feed.recv(timeout=0.2)
    exchange.faults.lift(dead)
    assert len([user_feed.recv(timeout=5) for _ in range(12)]) == 12


def test_a_closed_port_refuses_newcomers_and_opens_again_by_itself(
    exchange: PracticeExchange, rest: httpx.Client, clock: Clock, wait_until: WaitUntil
) -> None:
    def refused() -> bool:
        try:
            httpx.get(exchange.addresses.rest_url + "/user/getMe", trust_env=False)
        except httpx.ConnectError:
            return True
        return False

    rest.get("/user/getMe")
    exchange.faults.add(troubles.PortClosed(), for_s=3)
    wait_until(refused)
    assert rest.post(CANCEL_ALL).status_code == 200
    clock.move(seconds=3)
    wait_until(lambda: not refused())


def test_pausing_is_not_there_unless_it_is_switched_on(rest: httpx.Client, exchange: PracticeExchange) -> None:
    assert rest.post("/session/pauseOrders").status_code == 404
    exchange.faults.add(troubles.PausingOffered())
    paused = rest.post("/session/pauseOrders").json()["data"]
    assert (len(paused), exchange.book.open_count()) == (12, 0)
    resumed = rest.post("/session/resumeOrders").json()["data"]["createdSessions"]
    assert len(resumed) == exchange.book.open_count() == 12
    assert not {one["unmatched"]["orderID"] for one in resumed} & {one["sessionID"] for one in paused}
    assert rest.post("/session/resumeOrders").json()["data"]["createdSessions"] == []


def test_a_fault_for_some_seconds_ends_by_the_exchanges_clock_and_frees_what_it_holds(
    rest: httpx.Client, exchange: PracticeExchange, clock: Clock, wait_until: WaitUntil
) -> None:
    exchange.faults.add(Latency(120), on="cancels", for_s=5)
    request = threading.Thread(target=rest.post, args=(CANCEL_ALL,))
    request.start()
    wait_until(lambda: len(exchange.log) == 1)
    assert exchange.book.open_count() == 12
    clock.move(seconds=5)
    request.join(5)
    assert exchange.book.open_count() == 0
    assert exchange.faults.on() == []


def test_a_happening_needs_no_open_order_and_a_new_socket_is_let_in(exchange: PracticeExchange) -> None:
    exchange.faults.add(troubles.FillRace(orders=100), on="now")
    exchange.faults.add(troubles.FillRace(), on="now")
    assert exchange.book.open_count() == 0
    exchange.faults.drop_sockets()
    with connect(exchange.addresses.orders_socket_url, additional_headers={"Authorization": exchange.token}):
        pass
