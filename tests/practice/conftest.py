"""A still practice exchange of twelve orders, and real clients for each of its surfaces."""

import json
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import PracticeExchange


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A server that logs an error has met something that its code did not mean to meet."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture
def exchange() -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7) as exchange:
        yield exchange


@pytest.fixture(scope="session")
def no_tls() -> ssl.SSLContext:
    """Building one is most of what a client costs; loopback needs none."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def rest(exchange: PracticeExchange, no_tls: ssl.SSLContext) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {exchange.token}"}
    with httpx.Client(base_url=exchange.addresses.rest_url, headers=headers, verify=no_tls, timeout=5) as client:
        yield client


@pytest.fixture
def orders_socket(exchange: PracticeExchange) -> Iterator[ClientConnection]:
    with connect(exchange.addresses.orders_socket_url, additional_headers={"Authorization": exchange.token}) as socket:
        yield socket


@pytest.fixture
def user_feed(exchange: PracticeExchange) -> Iterator[ClientConnection]:
    with connect(exchange.addresses.user_feed_url, additional_headers={"Authorization": exchange.token}) as socket:
        yield socket


@pytest.fixture
def command(orders_socket: ClientConnection) -> Callable[..., Any]:
    """Sends a command on the Orders socket and returns its answer."""

    def send(kind: str, **payload: object) -> Any:  # noqa: ANN401 -- JSON
        orders_socket.send(json.dumps([kind, {"requestID": "r-1", **payload}]))
        return json.loads(orders_socket.recv(timeout=5))

    return send


@pytest.fixture
def open_ids(exchange: PracticeExchange) -> Callable[[], list[str]]:
    return lambda: [order.id for order in exchange.book.open_orders()]


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline, "the awaited condition did not come"
            time.sleep(0.002)

    return wait
