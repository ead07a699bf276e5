"""One question on one lane to a scripted server, and what came of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from panic_button.core.errors import ExchangeError
from panic_button.core.model import Failure
from panic_button.exchange.connection import Token
from panic_button.exchange.rest import Lane
from tests.exchange.raw_server import RawServer, Reply, serving

Question = Callable[[Lane], Awaitable[Any]]

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # building one with certificates is slow, and loopback needs none


def not_sent() -> None:
    """What a cancel tells once it is on the wire, where a test does not ask."""


def cancel_all(lane: Lane) -> Awaitable[Any]:
    return lane.cancel_all(not_sent)


def open_orders(lane: Lane) -> Awaitable[Any]:
    return lane.open_orders()


async def outcome_of(work: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever was asked for
    """The value, or the error instead of raising it."""
    try:
        return await work
    except ExchangeError as exc:
        return exc


def asked(
    *questions: Question, of: tuple[Reply, ...], token: Token | None = None, tls: tuple[ssl.SSLContext, ...] = ()
) -> tuple[list[Any], RawServer]:
    """The outcomes of these questions, asked one after another on one lane, and what the server saw."""

    async def talk() -> tuple[list[Any], RawServer]:
        server_tls, client_tls = tls or (None, NO_TLS)
        async with serving(*of, tls=server_tls) as server:
            lane = Lane(server.url, Token("t0ken") if token is None else token, client_tls)
            try:
                return [await outcome_of(question(lane)) for question in questions], server
            finally:
                await lane.aclose()

    return asyncio.run(talk())


def failure_of(question: Question, *replies: Reply) -> Failure:
    """How a question failed."""
    (outcome,), _ = asked(question, of=replies)
    assert isinstance(outcome, ExchangeError), outcome
    return outcome.failure
