"""Opening a WebSocket of the exchange: refused, redirected, not there, never answered."""

from __future__ import annotations

import asyncio

import pytest

from panic_button.core.errors import ExchangeError
from panic_button.core.model import FailureKind
from panic_button.exchange import orders_socket
from panic_button.exchange.connection import Token
from panic_button.exchange.orders_socket import OrdersSocket
from panic_button.practice import Answer, PracticeExchange
from tests.exchange.lanes import NO_TLS, outcome_of
from tests.exchange.raw_server import RawServer, answer, serving, silence


def opening(url: str, token: Token) -> ExchangeError:
    async def run() -> ExchangeError:
        with pytest.raises(ExchangeError) as caught:
            await OrdersSocket.open(url, token, NO_TLS)
        return caught.value

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, FailureKind.TOKEN_REFUSED), (403, FailureKind.FORBIDDEN), (503, FailureKind.ERROR)],
)
def test_a_refused_handshake_names_its_status(status: int, kind: FailureKind) -> None:
    with PracticeExchange(orders=1) as exchange:
        exchange.faults.add(Answer(status), on="ordersSocket")
        error = opening(exchange.addresses.orders_socket_url, Token(exchange.token))
    assert error.failure.kind is kind
    assert str(status) in error.failure.text


def test_a_wrong_token_is_refused_and_shown_nowhere() -> None:
    with PracticeExchange(orders=1) as exchange:
        error = opening(exchange.addresses.orders_socket_url, Token("wr0ng"))
    assert error.failure.kind is FailureKind.TOKEN_REFUSED
    assert "wr0ng" not in f"{error!r} {error.__cause__!r}"


def test_without_a_token_no_connection_is_made() -> None:
    assert opening("ws://127.0.0.1:1", Token()).failure.kind is FailureKind.TOKEN_REFUSED


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    assert opening("ws://127.0.0.1:1", Token("t0ken")).failure.kind is FailureKind.UNREACHABLE


def test_a_handshake_that_is_never_answered_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_socket, "OPEN_LIMIT_S", 0.1)

    async def run() -> object:
        async with serving(silence) as server:
            return await outcome_of(OrdersSocket.open(server.url.replace("http", "ws"), Token("t0ken"), NO_TLS))

    error = asyncio.run(run())
    assert isinstance(error, ExchangeError)
    assert error.failure.kind is FailureKind.UNREACHABLE


def redirect_to(other: RawServer) -> bytes:
    return answer(302, b"", Location=other.url.replace("http", "ws"))


def test_a_redirected_handshake_is_not_followed() -> None:
    async def run() -> tuple[object, int, list[str]]:
        async with serving(answer(400)) as stranger, serving(redirect_to(stranger)) as server:
            error = await outcome_of(OrdersSocket.open(server.url.replace("http", "ws"), Token("t0ken"), NO_TLS))
            return error, stranger.connections, [request.headers["authorization"] for request in server.requests]

    error, elsewhere, authorizations = asyncio.run(run())
    assert isinstance(error, ExchangeError)
    assert elsewhere == 0
    assert authorizations == ["t0ken"]
