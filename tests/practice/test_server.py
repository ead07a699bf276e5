"""The server itself: restarting, TLS, the foreground process, large books, a busy floor."""

import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import Hang, PracticeExchange

WaitUntil = Callable[[Callable[[], bool]], None]


def test_a_restart_on_the_same_port_and_seed_accepts_the_same_token() -> None:
    first = PracticeExchange(orders=1, seed=5)
    first.stop()
    port = httpx.URL(first.addresses.rest_url).port
    assert port is not None
    with PracticeExchange(port=port, orders=1, seed=5) as second:
        assert second.addresses == first.addresses
        headers = {"Authorization": first.token}
        assert httpx.get(second.addresses.rest_url + "/user/getMe", headers=headers).status_code == 200


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"in use|Only one usage"):
        PracticeExchange(port=taken.getsockname()[1], orders=1)


def test_stopping_ends_every_connection_and_can_be_repeated(
    exchange: PracticeExchange, orders_socket: ClientConnection, user_feed: ClientConnection, wait_until: WaitUntil
) -> None:
    exchange.faults.add(Hang())
    orders_socket.send('["cancelAll", {}]')
    wait_until(lambda: exchange.log[-1].what == "cancelAll")
    exchange.stop()
    exchange.stop()
    for connection in (orders_socket, user_feed):
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(exchange.addresses.rest_url)


def test_all_surfaces_speak_tls_with_a_context() -> None:
    authority, server_side = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_side)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with PracticeExchange(orders=2, ssl_context=server_side) as exchange:
        headers = {"Authorization": exchange.token}
        addresses = exchange.addresses
        assert addresses.rest_url.startswith("https://")
        answer = httpx.post(addresses.rest_url + "/session/cancelAllOrders", headers=headers, verify=trusting)
        assert len(answer.json()["data"]) == 2
        with connect(addresses.orders_socket_url, additional_headers=headers, ssl=trusting) as orders_socket:
            orders_socket.send('["cancelAll", {}]')
            assert json.loads(orders_socket.recv(timeout=5))["data"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to another process ends it there and then")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_foreground_server_says_one_line_serves_and_ends_cleanly(number: signal.Signals) -> None:
    program = "from panic_button.practice import serve; serve(orders=3, seed=5)"
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said.keys() == {"rest_url", "orders_socket_url", "user_feed_url", "username", "password", "token"}
        headers = {"Authorization": said["token"]}
        assert httpx.get(said["rest_url"] + "/user/getMe", headers=headers).status_code == 200
        with connect(said["orders_socket_url"], additional_headers=headers):
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_large_book_is_listed_and_cancelled_whole_on_both_surfaces(no_tls: ssl.SSLContext) -> None:
    with PracticeExchange(orders=5_000) as exchange:
        headers = {"Authorization": exchange.token}
        with httpx.Client(base_url=exchange.addresses.rest_url, headers=headers, verify=no_tls) as rest:
            assert len(rest.get("/user/getUnmatched").json()["data"]["unmatched"]) == 5_000
            with connect(
                exchange.addresses.orders_socket_url, additional_headers=headers, max_size=None
            ) as orders_socket:
                orders_socket.send('["cancelAll", {}]')
                results = rest.post("/session/cancelAllOrders").json()["data"]
                entries = json.loads(orders_socket.recv(timeout=10))["data"]
        told = [one["sessionID"] for one in results] + [one["orderID"] for one in entries]
        assert all(one["success"] for one in results + entries)
        assert len(told) == len(set(told)) == 5_000
        assert exchange.book.open_count() == 0


def test_a_started_floor_places_and_takes_while_it_serves(exchange: PracticeExchange, wait_until: WaitUntil) -> None:
    matched = len(exchange.book.matched_bets())
    exchange.makers.start_placing(every_s=0.02, count=5)
    exchange.makers.start_taking(every_s=0.02, count=2)
    wait_until(lambda: len(exchange.book.matched_bets()) == matched + 2 and exchange.book.open_count() > 12)
