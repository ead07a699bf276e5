"""Answers in every odd form: REST bodies, the Orders socket's frames, refused handshakes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from panic_button.practice import Answer, PracticeExchange, troubles

Command = Callable[..., Any]

CANCEL_ALL = "/session/cancelAllOrders"


@pytest.mark.parametrize(
    ("form", "told"), [(troubles.EmptyReply("null"), {"data": None}), (troubles.EmptyReply("missing"), {})]
)
def test_a_cancel_all_of_an_empty_book_has_no_list(
    rest: httpx.Client, command: Command, exchange: PracticeExchange, form: troubles.EmptyReply, told: dict[str, object]
) -> None:
    exchange.faults.add(form)
    assert len(rest.post(CANCEL_ALL).json()["data"]) == 12
    assert rest.post(CANCEL_ALL).json() == told
    assert command("cancelAll") == {"requestID": "r-1", **told}


def test_a_form_is_counted_only_where_it_fits(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(troubles.EmptyReply("missing"), on="anyCancelAll", times=1)
    rest.post(CANCEL_ALL)
    assert [rest.post(CANCEL_ALL).json() for _ in range(2)] == [{}, {"data": []}]


@pytest.mark.parametrize("status", [400, 401, 404, 503])
def test_errors_can_all_have_one_shape(rest: httpx.Client, exchange: PracticeExchange, status: int) -> None:
    exchange.faults.add(Answer(status, message="No.", retry_after_s=1))
    forms = {
        troubles.ErrorBody("string"): {"error": "No."},
        troubles.ErrorBody("object"): {"error": {"message": "No.", "code": status}},
    }
    for form, body in forms.items():
        switch = exchange.faults.add(form)
        answer = rest.get("/user/getMe")
        assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (status, body, "1")
        exchange.faults.lift(switch)


def test_errors_can_be_pages(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(troubles.ErrorBody("html"))
    answer = rest.post("/session/cancel", json={"sessionID": "abc"})
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (400, "text/html")
    assert answer.text.startswith("<!doctype html>")
    assert rest.post(CANCEL_ALL).json()["data"]


@pytest.mark.parametrize("status", [200, 403, 503])
def test_a_page_can_be_the_answer_to_a_cancel(rest: httpx.Client, exchange: PracticeExchange, status: int) -> None:
    exchange.faults.add(Answer(status, html=True), on="anyCancel", times=1)
    answer = rest.post(CANCEL_ALL)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, "text/html")
    assert exchange.book.open_count() == 12


def test_a_page_on_the_socket_is_a_frame_that_is_no_json(
    orders_socket: ClientConnection, exchange: PracticeExchange
) -> None:
    exchange.faults.add(Answer(503, html=True), on="socket")
    orders_socket.send('["cancelAll", {}]')
    assert str(orders_socket.recv(timeout=5)).startswith("<!doctype html>")


def test_a_slow_body_comes_piece_by_piece_and_whole(rest: httpx.Client, exchange: PracticeExchange) -> None:
    body = rest.get("/user/getMe").content
    exchange.faults.add(troubles.SlowBody(bytes_per_s=2_000))
    with rest.stream("GET", "/user/getMe") as answer:
        pieces = list(answer.iter_raw())
    assert b"".join(pieces) == body
    assert len(pieces) > 1


def test_a_cut_body_breaks_its_promise_and_ends_the_connection(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(troubles.CutBody(promised=True), on="cancels", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        rest.post(CANCEL_ALL)
    assert exchange.book.open_count() == 0
    assert rest.post(CANCEL_ALL).json() == {"data": []}


def test_a_cut_body_without_a_promise_is_half_of_the_json_in_a_whole_answer(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    exchange.faults.add(troubles.CutBody(promised=False), on="cancels", times=1)
    answer = rest.post(CANCEL_ALL)
    assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["Content-Length"]))
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (troubles.DataNull(), {"requestID": "r-1", "data": None}),
        (troubles.Nameless(), {"data": []}),
        (troubles.Wrapped(), {"requestID": "r-1", "responses": [{"requestID": "r-1", "data": []}]}),
    ],
)
def test_an_answer_of_the_socket_in_an_odd_form(
    rest: httpx.Client, command: Command, exchange: PracticeExchange, form: troubles.Form, told: dict[str, object]
) -> None:
    rest.post(CANCEL_ALL)
    exchange.faults.add(form, times=1)
    assert command("cancelAll") == told
    assert command("cancelAll") == {"requestID": "r-1", "data": []}


def test_a_garbage_frame_comes_instead_of_the_answer_to_work_that_was_done(
    orders_socket: ClientConnection, exchange: PracticeExchange
) -> None:
    exchange.faults.add(troubles.Garbage(), times=1)
    orders_socket.send('["cancelAll", {}]')
    with pytest.raises(json.JSONDecodeError):
        json.loads(orders_socket.recv(timeout=5))
    assert exchange.book.open_count() == 0


@pytest.mark.parametrize("code", [1008, 4001])
def test_a_bad_token_can_be_let_in_and_shown_out(exchange: PracticeExchange, code: int) -> None:
    exchange.faults.add(troubles.AcceptThenClose(code), on="ordersSocket")
    url, headers = exchange.addresses.orders_socket_url, {"Authorization": "00ff"}
    with connect(url, additional_headers=headers) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code
    with connect(url, additional_headers={"Authorization": exchange.token}):
        pass
