"""TLS is always verified: nothing is sent to a server that is not who it says."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from panic_button.core.errors import ExchangeError
from panic_button.core.model import FailureKind, Listing
from panic_button.exchange.connection import Token, tls_context
from panic_button.exchange.orders_socket import OrdersSocket
from tests.exchange.lanes import asked, open_orders, outcome_of
from tests.exchange.raw_server import answer, serving

CLEAN = answer(200, b'{"data": {"unmatched": []}}')


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@pytest.fixture
def ours(authority: trustme.CA) -> ssl.SSLContext:
    return serving_as(authority, "127.0.0.1")


def serving_as(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_server_that_an_authority_of_ours_vouches_for_is_asked(
    ours: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    (listing,), server = asked(open_orders, of=(CLEAN,), tls=(ours, trusting))
    assert listing == Listing()
    assert server.url.startswith("https://")


def test_nothing_is_sent_to_a_server_that_nobody_we_know_vouches_for(ours: ssl.SSLContext) -> None:
    (error,), server = asked(open_orders, of=(CLEAN,), tls=(ours, tls_context()))
    assert_refused(error)
    assert server.requests == []


def test_nothing_is_sent_to_a_server_of_another_name(authority: trustme.CA, trusting: ssl.SSLContext) -> None:
    (error,), server = asked(open_orders, of=(CLEAN,), tls=(serving_as(authority, "other.example"), trusting))
    assert_refused(error)
    assert server.requests == []


def test_the_orders_socket_sends_nothing_to_a_server_that_does_not_verify(ours: ssl.SSLContext) -> None:
    async def talk() -> tuple[object, int]:
        async with serving(answer(400), tls=ours) as server:
            error = await outcome_of(
                OrdersSocket.open(server.url.replace("https", "wss"), Token("t0ken"), tls_context())
            )
            return error, len(server.requests)

    error, requests = asyncio.run(talk())
    assert_refused(error)
    assert requests == 0


def assert_refused(error: object) -> None:
    assert isinstance(error, ExchangeError)
    assert error.failure.kind is FailureKind.UNREACHABLE
    assert "127.0.0.1" in error.failure.text
    assert "does not verify" in error.failure.text
    assert "nothing was sent" in error.failure.text
