"""What a lane makes of every answer that a server, or whoever stands before it, may give."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable

import pytest

from panic_button.core.errors import ExchangeError
from panic_button.core.model import CancelRow, FailureKind
from panic_button.exchange import rest
from panic_button.exchange.connection import Token
from tests.exchange.lanes import Question, asked, cancel_all, failure_of, open_orders
from tests.exchange.raw_server import RawServer, answer

CLEAN = b'{"data": {"unmatched": []}}'


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, FailureKind.ERROR),
        (400, FailureKind.ERROR),
        (401, FailureKind.TOKEN_REFUSED),
        (403, FailureKind.FORBIDDEN),
        (404, FailureKind.GONE),
        (408, FailureKind.TIMED_OUT),
        (409, FailureKind.GONE),
        (428, FailureKind.CHALLENGED),
        (429, FailureKind.LIMITED),
        (500, FailureKind.ERROR),
        (502, FailureKind.ERROR),
        (503, FailureKind.ERROR),
    ],
)
@pytest.mark.parametrize("question", [cancel_all, open_orders])
def test_every_status_but_a_good_one_is_a_failure_that_names_it(
    question: Question, status: int, kind: FailureKind
) -> None:
    failure = failure_of(question, answer(status, CLEAN))
    assert failure.kind is kind
    assert str(status) in failure.text


@pytest.mark.parametrize("body", [b'{"error": "Slow down."}', b'{"error": {"message": "Slow down.", "code": 429}}'])
def test_what_the_exchange_says_of_an_error_is_told_in_either_of_its_shapes(body: bytes) -> None:
    assert failure_of(cancel_all, answer(429, body)).text.endswith("It says: Slow down.")


@pytest.mark.parametrize(
    ("told", "after"),
    [("2", 2_000.0), ("0.5", 500.0), ("-1", None), ("nan", None), ("inf", None), ("", None), ("Wed, 21 Oct", None)],
)
def test_retry_after_is_read_in_seconds_and_ignored_where_it_is_none(told: str, after: float | None) -> None:
    (error,), _ = asked(cancel_all, of=(answer(429, b"{}", Retry_After=told),))
    assert isinstance(error, ExchangeError)
    assert error.retry_after == after


@pytest.mark.parametrize("body", [b"<html><body>Checking your browser</body></html>", b"", b"\xff\xfe", b"[]", b"null"])
@pytest.mark.parametrize("question", [cancel_all, open_orders])
def test_a_good_status_with_a_body_that_is_no_answer_is_unreadable(question: Question, body: bytes) -> None:
    assert failure_of(question, answer(200, body)).kind is FailureKind.UNREADABLE


def test_an_html_page_with_a_bad_status_is_that_status() -> None:
    assert failure_of(open_orders, answer(503, b"<html>down</html>")).kind is FailureKind.ERROR


def test_a_redirect_is_not_followed() -> None:
    _, server = asked(open_orders, of=(answer(302, b"", Location="/elsewhere"), answer(200, CLEAN)))
    assert [request.path for request in server.requests] == ["/user/getUnmatched"]


def test_a_body_over_the_limit_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "BODY_LIMIT", 100_000)
    failure = failure_of(open_orders, answer(200, CLEAN[:-1] + b" " * 5_000_000 + b"}"))
    assert failure.kind is FailureKind.UNREADABLE
    assert "larger than 64 MB" in failure.text


@pytest.mark.parametrize("packed", [gzip.compress, zlib.compress])
def test_a_body_that_unpacks_to_more_than_the_limit_is_not_read(packed: Callable[[bytes], bytes]) -> None:
    bomb = packed(b'{"data": [' + b" " * (65 * 1024**2))
    assert len(bomb) < 1024**2
    encoding = "gzip" if packed is gzip.compress else "deflate"
    failure = failure_of(cancel_all, answer(200, bomb, Content_Encoding=encoding))
    assert failure.kind is FailureKind.UNREADABLE
    assert "larger than 64 MB" in failure.text


def test_a_packed_body_is_read_and_a_damaged_one_is_unreadable() -> None:
    packed = gzip.compress(b'{"data": [{"success": true, "sessionID": "a"}]}')
    (rows,), _ = asked(cancel_all, of=(answer(200, packed, Content_Encoding="gzip"),))
    assert rows == (CancelRow(success=True, order_id="a"),)
    assert failure_of(cancel_all, answer(200, b"no gzip", Content_Encoding="gzip")).kind is FailureKind.UNREADABLE


def test_a_lane_goes_on_after_every_failure() -> None:
    of = (answer(503), answer(200, b"<html>"), answer(429, Retry_After="1"), answer(200, CLEAN))
    outcomes, server = asked(*[open_orders] * 4, of=of)
    assert outcomes[-1].open_count == 0
    assert server.connections == 1


def test_a_request_says_who_we_are_and_carries_the_token_to_this_exchange() -> None:
    _, server = asked(open_orders, cancel_all, of=(answer(200, CLEAN),))
    for request in server.requests:
        assert request.headers["user-agent"].startswith("PanicButton/")
        assert request.headers["authorization"] == "Bearer t0ken"
    assert [request.line for request in server.requests] == [
        "GET /user/getUnmatched HTTP/1.1",
        "POST /session/cancelAllOrders HTTP/1.1",
    ]
    assert server.requests[1].body == b"{}"
    assert server.requests[1].headers["content-type"] == "application/json"


def test_a_cancel_by_id_names_the_orders_and_a_look_up_the_order() -> None:
    _, server = asked(lambda lane: lane.cancel_these(("a", "b")), lambda lane: lane.look_up("c d&e"), of=(answer(),))
    assert server.requests[0].body == b'{"sessionIDs":["a","b"]}'
    assert server.requests[1].path in {"/session/lookupOrder?orderID=c%20d%26e", "/session/lookupOrder?orderID=c+d%26e"}


def test_without_a_token_none_is_sent() -> None:
    _, server = asked(open_orders, of=(answer(401),), token=Token())
    assert "authorization" not in server.requests[0].headers


def test_a_sign_in_carries_no_token() -> None:
    _, server = asked(
        lambda lane: lane.sign_in("me", "hunter2"), of=(answer(200, b'{"data": {"user": {"auth": "n3w"}}}'),)
    )
    assert "authorization" not in server.requests[0].headers
    assert server.requests[0].body == b'{"username":"me","password":"hunter2"}'


@pytest.mark.parametrize("status", [400, 401, 403, 428, 429])
def test_a_refused_sign_in_is_told_in_words_of_its_own(status: int) -> None:
    words = {400: "missing", 401: "Check both", 403: "frozen", 428: "web site", 429: "too many sign-ins"}[status]
    failure = failure_of(lambda lane: lane.sign_in("me", "hunter2"), answer(status, b'{"error": "Bad"}'))
    assert words in failure.text
    assert "It says" not in failure.text


def test_a_cookie_of_the_exchange_is_not_a_second_sign_in() -> None:
    """A cookie of an earlier sign-in would travel beside the token of a later one: whose orders would go?"""
    cookie = answer(200, b'{"data": {"user": {"auth": "n3w"}}}', Set_Cookie="auth=0ld; Path=/; HttpOnly")
    _, server = asked(lambda lane: lane.sign_in("me", "hunter2"), open_orders, of=(cookie, answer(200, CLEAN)))
    assert "cookie" not in server.requests[1].headers


def rotating(status: int, body: bytes = CLEAN, **headers: str) -> tuple[list[str], Token, RawServer]:
    told: list[str] = []
    token = Token("0ld", told.append)
    _, server = asked(
        open_orders, open_orders, of=(answer(status, body, X_Auth_Token="n3w", **headers), answer()), token=token
    )
    return told, token, server


@pytest.mark.parametrize("status", [200, 403, 429, 503])
def test_a_replacement_in_any_answer_takes_the_tokens_place_at_once(status: int) -> None:
    told, token, server = rotating(status)
    assert told == ["n3w"]
    assert token.value == "n3w"
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer 0ld", "Bearer n3w"]


def test_a_replacement_counts_even_where_the_answers_body_is_lost() -> None:
    """The old token is dead from the moment that the new one was sent."""
    _, token, _ = rotating(200, content_encoding="gzip")
    assert token.value == "n3w"


def test_a_replacement_that_fits_no_header_is_not_taken() -> None:
    told: list[str] = []
    asked(open_orders, of=(answer(200, CLEAN, X_Auth_Token="two words"),), token=Token("0ld", told.append))
    assert told == []


@pytest.mark.parametrize(("question", "body"), [(cancel_all, b'{"data": []}'), (open_orders, CLEAN)])
def test_a_request_whose_token_was_replaced_while_it_was_out_goes_again_with_the_new_one(
    question: Question, body: bytes
) -> None:
    token = Token("0ld")

    async def replaced_meanwhile(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token.rotated("n3w")
        writer.write(answer(401))

    (outcome,), server = asked(question, of=(replaced_meanwhile, answer(200, body)), token=token)
    assert not isinstance(outcome, ExchangeError)
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer 0ld", "Bearer n3w"]
