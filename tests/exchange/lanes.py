"""One question on one lane to a scripted server, and what came of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from panic_button.core.errors import ExchangeError
from panic_button.core.model import Failure, Listing
from panic_button.exchange import wire
from panic_button.exchange.connection import Observer, Token
from panic_button.exchange.rest import Lane
from tests.exchange.raw_server import RawServer, Reply, serving

Question = Callable[[Lane], Awaitable[Any]]

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # building one with certificates is slow, and loopback needs none


def read_listing(body: bytes) -> Listing:
    """A listing as read at a moment at which no game of these tests has begun."""
    return wire.listing(body, datetime(2026, 9, 30, tzinfo=UTC))


class Notes(Observer):
    """What an observer was told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.answer: tuple[int | None, int, str] | None = None

    def sent(self) -> None:
        self.told.append("sent")

    def begun(self) -> None:
        self.told.append("begun")

    def heard(self, status: int | None, size: int, sha256: str) -> None:
        self.told.append("heard")
        self.answer = (status, size, sha256)


def cancel_all(lane: Lane) -> Awaitable[Any]:
    return lane.cancel_all()


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
