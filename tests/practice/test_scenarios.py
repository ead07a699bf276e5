"""Every scenario begins with the first cancel, and ends: a client that goes on trying always finds an empty book."""

import json
import ssl
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from panic_button.practice import SCENARIOS, PracticeExchange
from panic_button.practice.scenarios import begin
from tests.practice.clocks import FastClock
from tests.waiting import wait_until

SPEED = 20.0
PATIENCE_S = 20.0  # of the exchange's clock: 8 s of trouble, and what a client and a busy machine then need
OVER_S = 8.0
REQUEST_LIMIT_S = 0.4  # of the wall's clock
SLOW_S = 3.5


class Client:
    """Cancels and lists over both routes, signing in again where it must, and notes what it meets."""

    def __init__(self, exchange: PracticeExchange, rest: httpx.Client, clock: FastClock) -> None:
        self._exchange = exchange
        self._rest = rest
        self._clock = clock
        self._token = exchange.token
        self.met: set[int | str] = set()

    def ends_with_an_empty_book(self) -> bool:
        until = self._clock.seconds + PATIENCE_S
        while self._clock.seconds < until:
            self._press()
            if self._sees_nothing_open() and self._sees_nothing_open():
                return self._exchange.book.open_count() == 0
        return False

    def _press(self) -> None:
        pressed_at = self._clock.seconds
        self._ask("POST", "/session/cancelAllOrders", {})
        if self._clock.seconds - pressed_at > SLOW_S:
            self.met.add("slow")
        try:
            with connect(
                self._exchange.addresses.orders_socket_url,
                additional_headers={"Authorization": self._token},
                open_timeout=REQUEST_LIMIT_S,
                close_timeout=REQUEST_LIMIT_S,
            ) as socket:
                socket.send('["cancelAll", {"requestID": "r-1"}]')
                json.loads(socket.recv(timeout=REQUEST_LIMIT_S))
        except (WebSocketException, OSError, ValueError) as error:
            self.met.add(type(error).__name__)

    def _sees_nothing_open(self) -> bool:
        truly_open = self._exchange.book.open_count()
        answer = self._ask("GET", "/user/getUnmatched", None)
        if answer is None or not answer.is_success:
            return False
        shown = answer.json()["data"]["unmatched"]
        if shown and not truly_open:
            self.met.add("stale")
        return not shown

    def _ask(self, method: str, path: str, body: object) -> httpx.Response | None:
        try:
            answer = self._rest.request(method, path, json=body, headers={"Authorization": self._token})
        except httpx.TransportError as error:
            self.met.add(type(error).__name__)
            return None
        self.met.add(answer.status_code)
        if answer.status_code == 401:
            login = {"username": self._exchange.username, "password": self._exchange.password}
            self._token = self._rest.post("/user/login", json=login).json()["data"]["user"]["auth"]
        return answer


@pytest.fixture
def clock() -> FastClock:
    return FastClock(SPEED)


@pytest.fixture
def client(exchange: PracticeExchange, clock: FastClock, no_tls: ssl.SSLContext) -> Iterator[Client]:
    url = exchange.addresses.rest_url
    with httpx.Client(base_url=url, verify=no_tls, timeout=REQUEST_LIMIT_S) as rest:
        yield Client(exchange, rest, clock)


@pytest.fixture
def exchange(clock: FastClock) -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7, now=clock) as exchange:
        yield exchange


def told_by_the_book(exchange: PracticeExchange) -> set[str]:
    """What happened to the book, in the words of the marks."""
    _, messages = exchange.book.stream.between((0, 0), None)
    told = {"live" for message in messages if message.live}
    told |= {"rival" for one in messages if one.unmatched and (one.unmatched.user_reference or "").startswith("rival-")}
    return told | {"left open" for request in exchange.log if 0 < request.open_orders < 12}


MARKS: dict[str, set[int | str]] = {
    "calm": {200},
    "half-fail": {200, "left open"},
    "rival-bot": {200, "rival"},
    "token-revoked": {200, 401},
    "slow-exchange": {200, "slow"},
    "reply-lost": {200, "RemoteProtocolError", "ConnectionClosedError"},
    "rate-limited": {200, 429},
    "socket-cut": {200, "InvalidStatus"},
    "line-dead": {200, "slow", "RemoteProtocolError"},
    "live-delay": {200, "live"},
    "html-errors": {200, 503, "JSONDecodeError"},
    "stale-listing": {200, "stale"},
}

STILL: dict[str, set[int | str]] = {  # what is there even after 8 s, and keeps nobody from CLEAR
    "slow-exchange": {"slow", "ReadTimeout", "TimeoutError"},  # of its four cancels
    "stale-listing": {"stale"},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_bites_from_the_first_cancel_on_and_ends_with_an_empty_book(
    exchange: PracticeExchange, client: Client, clock: FastClock, name: str
) -> None:
    begin(exchange.faults, name)
    assert exchange.faults.on() == []
    begun_at = clock.seconds
    assert client.ends_with_an_empty_book()
    wait_until(lambda: clock.seconds > begun_at + OVER_S)
    met, client.met = client.met, set()
    assert client.ends_with_an_empty_book()
    assert client.met - STILL.get(name, set()) == {200}
    assert met | client.met | told_by_the_book(exchange) >= MARKS[name]


def test_calm_is_calm(exchange: PracticeExchange, client: Client) -> None:
    assert client.ends_with_an_empty_book()
    assert client.met | told_by_the_book(exchange) == {200}


def test_a_scenario_bites_the_same_orders_for_the_same_seed() -> None:
    def refused() -> list[int]:
        with PracticeExchange(orders=40, seed=3, scenario="half-fail") as exchange:
            url, headers = exchange.addresses.rest_url, {"Authorization": exchange.token}
            results = httpx.post(url + "/session/cancelAllOrders", headers=headers).json()["data"]
        return [number for number, result in enumerate(results) if not result["success"]]

    assert refused() == refused()
    assert 10 < len(refused()) < 30


def test_every_scenario_is_one_sentence_for_a_trader() -> None:
    assert MARKS.keys() == SCENARIOS.keys()
    assert all(scenario.sentence.endswith(".") for scenario in SCENARIOS.values())
