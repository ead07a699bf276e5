"""Every fault, on the surfaces that it can strike."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import Answer, Cut, Hang, Latency, PracticeExchange
from tests.practice.clocks import Clock

Command = Callable[..., Any]
WaitUntil = Callable[[Callable[[], bool]], None]

CANCEL_ALL = "/session/cancelAllOrders"


def seconds_taken(request: Callable[[], object]) -> float:
    started = time.perf_counter()
    request()
    return time.perf_counter() - started


def test_latency_delays_what_it_is_set_on_and_nothing_else(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Latency(0.2), on="cancels")
    assert seconds_taken(lambda: rest.post(CANCEL_ALL)) >= 0.2
    assert seconds_taken(lambda: rest.get("/user/getUnmatched")) < 0.2


def test_latency_on_the_socket_delays_its_commands(command: Command, exchange: PracticeExchange) -> None:
    exchange.faults.add(Latency(0.2), on="socket", times=1)
    assert seconds_taken(lambda: command("cancelAll")) >= 0.2
    assert seconds_taken(lambda: command("cancelAll")) < 0.2


def test_a_late_answer_can_hide_work_that_is_done_at_once(
    rest: httpx.Client, exchange: PracticeExchange, wait_until: WaitUntil
) -> None:
    late = exchange.faults.add(Latency(60, work_done=True), on="cancels")
    request = threading.Thread(target=rest.post, args=(CANCEL_ALL,))
    request.start()
    wait_until(lambda: exchange.book.open_count() == 0)
    assert request.is_alive()
    exchange.faults.lift(late)
    request.join(5)
    assert not request.is_alive()


def test_a_drawn_latency_is_between_its_two_times(wait_until: WaitUntil) -> None:
    clock = Clock()
    with PracticeExchange(orders=12, seed=7, now=clock) as exchange:
        exchange.faults.add(Latency(10, up_to_s=20), on="cancels")
        url, headers = exchange.addresses.rest_url, {"Authorization": exchange.token}
        request = threading.Thread(target=httpx.post, args=(url + CANCEL_ALL,), kwargs={"headers": headers})
        request.start()
        wait_until(lambda: len(exchange.log) == 1)
        clock.move(seconds=10)
        assert httpx.get(url + "/user/getMe", headers=headers).status_code == 200
        assert exchange.book.open_count() == 12
        clock.move(seconds=10)
        request.join(5)
        assert exchange.book.open_count() == 0


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "Bad request"),
        (401, {"message": "InvalidCredentials", "code": 401}),
        (403, "Account is locked"),
        (404, {"message": "Not found", "code": 404}),
        (409, "Order could not be cancelled"),
        (428, "CHALLENGE_REQUIRED"),
        (429, "Too many requests. Please try again later."),
        (503, {"message": "Network Error", "code": 503}),
    ],
)
def test_an_answer_has_the_error_shape_of_its_status(
    rest: httpx.Client, exchange: PracticeExchange, status: int, error: object
) -> None:
    exchange.faults.add(Answer(status))
    for path in (CANCEL_ALL, "/user/login"):
        answer = rest.post(path)
        assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_too_many_requests_says_when_to_come_again(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(429, retry_after_s=3), on="cancelAllOrders")
    assert rest.post(CANCEL_ALL).headers["Retry-After"] == "3"


@pytest.mark.parametrize(("work_done", "left_open"), [(False, 12), (True, 0)])
def test_out_of_service_can_mean_done_or_not_done(
    rest: httpx.Client, exchange: PracticeExchange, *, work_done: bool, left_open: int
) -> None:
    exchange.faults.add(Answer(503, work_done=work_done), on="cancelAllOrders")
    assert rest.post(CANCEL_ALL).status_code == 503
    assert exchange.book.open_count() == left_open


def test_a_fault_for_the_next_two_requests_is_over_after_two(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(503), on="cancelAllOrders", times=2)
    assert rest.get("/user/getUnmatched").status_code == 200
    assert [rest.post(CANCEL_ALL).status_code for _ in range(3)] == [503, 503, 200]


def test_a_refused_token_leaves_the_login_open(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(401), on="token")
    assert rest.get("/user/getMe").status_code == 401
    assert rest.post("/user/login", json={"username": exchange.username, "password": exchange.password}).is_success


@pytest.mark.parametrize(("work_done", "left_open"), [(False, 12), (True, 0)])
def test_a_cut_closes_the_connection_instead_of_an_answer(
    rest: httpx.Client, exchange: PracticeExchange, *, work_done: bool, left_open: int
) -> None:
    exchange.faults.add(Cut(work_done=work_done), on="cancels", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        rest.post(CANCEL_ALL)
    assert exchange.book.open_count() == left_open
    assert rest.post(CANCEL_ALL).status_code == 200


@pytest.mark.parametrize(("work_done", "left_open"), [(False, 12), (True, 0)])
def test_a_hanging_request_is_never_answered(
    rest: httpx.Client, exchange: PracticeExchange, *, work_done: bool, left_open: int
) -> None:
    exchange.faults.add(Hang(work_done=work_done), on="cancels", times=1)
    with pytest.raises(httpx.ReadTimeout):
        rest.post(CANCEL_ALL, timeout=0.2)
    assert exchange.book.open_count() == left_open
    assert rest.post(CANCEL_ALL).status_code == 200


@pytest.mark.parametrize("times", [None, 1])
def test_lifting_a_hang_closes_the_connection_still_without_an_answer(
    rest: httpx.Client, exchange: PracticeExchange, wait_until: WaitUntil, times: int | None
) -> None:
    errors: list[Exception] = []

    def press() -> None:
        try:
            rest.post(CANCEL_ALL)
        except httpx.TransportError as error:
            errors.append(error)

    exchange.faults.add(Hang(), times=times)
    request = threading.Thread(target=press)
    request.start()
    wait_until(lambda: len(exchange.log) == 1)
    assert len(exchange.faults.on()) == (1 if times is None else 0)
    exchange.faults.clear()
    request.join(5)
    assert [type(error) for error in errors] == [httpx.RemoteProtocolError]
    assert exchange.book.open_count() == 12


def test_faults_strike_one_after_the_other(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Latency(0.1), on="cancels")
    exchange.faults.add(Answer(503, work_done=True), on="rest")
    assert seconds_taken(lambda: rest.post(CANCEL_ALL)) >= 0.1
    assert exchange.book.open_count() == 0


def test_cleared_faults_are_gone(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(503))
    exchange.faults.clear()
    assert rest.post(CANCEL_ALL).status_code == 200


def test_a_fault_on_a_name_that_no_request_has_is_refused(exchange: PracticeExchange) -> None:
    with pytest.raises(ValueError, match="cancelEverything"):
        exchange.faults.add(Answer(503), on="cancelEverything")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(503), "Failed to process cancelAll"),
        (Answer(429), "Too many requests. Please try again later."),
        (Answer(400, message="order already graded"), "order already graded"),
    ],
)
def test_an_answer_on_the_socket_is_an_error_envelope(
    command: Command, exchange: PracticeExchange, answer: Answer, error: str
) -> None:
    exchange.faults.add(answer, on="socket")
    assert command("cancelAll") == {"requestID": "r-1", "error": error}
    assert exchange.book.open_count() == 12


def test_a_hanging_command_is_never_answered_and_the_next_one_is(
    command: Command, orders_socket: ClientConnection, exchange: PracticeExchange, wait_until: WaitUntil
) -> None:
    hang = exchange.faults.add(Hang(work_done=True), on="cancelAll", times=1)
    orders_socket.send('["cancelAll", {"requestID": "lost"}]')
    wait_until(lambda: exchange.book.open_count() == 0)
    exchange.faults.lift(hang)
    assert command("cancelAll")["requestID"] == "r-1"


@pytest.mark.parametrize(("work_done", "left_open"), [(False, 12), (True, 0)])
def test_a_cut_ends_the_socket_without_a_closing_handshake(
    orders_socket: ClientConnection, exchange: PracticeExchange, *, work_done: bool, left_open: int
) -> None:
    exchange.faults.add(Cut(work_done=work_done), on="socket")
    orders_socket.send('["cancelAll", {}]')
    with pytest.raises(ConnectionClosedError) as closed:
        orders_socket.recv(timeout=5)
    assert closed.value.rcvd is None
    assert exchange.book.open_count() == left_open


def test_a_command_that_was_received_is_done_for_a_client_who_has_left(
    exchange: PracticeExchange, wait_until: WaitUntil
) -> None:
    exchange.faults.add(Latency(60), on="socket")
    headers = {"Authorization": exchange.token}
    with connect(exchange.addresses.orders_socket_url, additional_headers=headers) as socket:
        socket.send('["cancelAll", {}]')
        wait_until(lambda: exchange.log[-1].what == "cancelAll")
    wait_until(lambda: exchange.book.open_count() == 0)


def test_a_refused_handshake_says_its_status(exchange: PracticeExchange) -> None:
    exchange.faults.add(Answer(503), on="ordersSocket", times=1)
    headers = {"Authorization": exchange.token}
    with pytest.raises(InvalidStatus) as refused:
        connect(exchange.addresses.orders_socket_url, additional_headers=headers)
    assert refused.value.response.status_code == 503
    assert json.loads(refused.value.response.body) == {"error": {"message": "Network Error", "code": 503}}
    with connect(exchange.addresses.orders_socket_url, additional_headers=headers):
        pass


@pytest.mark.parametrize("fault", [Latency(60), Answer(503, work_done=True), Hang()])
def test_a_handshake_that_goes_wrong_leaves_the_exchange_well(
    exchange: PracticeExchange, rest: httpx.Client, fault: Latency | Answer | Hang
) -> None:
    exchange.faults.add(fault, on="handshake")
    headers = {"Authorization": exchange.token}
    with (
        pytest.raises((TimeoutError, ConnectionClosedError)),
        connect(exchange.addresses.user_feed_url, additional_headers=headers, open_timeout=0.2) as feed,
    ):
        feed.recv(timeout=5)
    exchange.faults.clear()
    assert rest.get("/user/getMe").status_code == 200


def test_a_handshake_can_be_cut_before_its_answer_or_after(exchange: PracticeExchange) -> None:
    headers = {"Authorization": exchange.token}
    exchange.faults.add(Cut(work_done=False), on="userFeed", times=1)
    with pytest.raises(InvalidMessage):
        connect(exchange.addresses.user_feed_url, additional_headers=headers)
    exchange.faults.add(Cut(work_done=True), on="userFeed", times=1)
    with (
        connect(exchange.addresses.user_feed_url, additional_headers=headers) as feed,
        pytest.raises(ConnectionClosedError),
    ):
        feed.recv(timeout=5)
