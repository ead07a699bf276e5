"""A still practice exchange, and an engine whose waits are short."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator

import pytest

from panic_button.engine import keep_warm
from panic_button.exchange import connection
from panic_button.practice import PracticeExchange
from tests.engine.desk import Desk, desk_on


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """What the engine logs as an error is a mistake of its own; a test that makes one says so by a mark's name."""
    yield
    if "meant_to_fail" in request.fixturenames:
        return
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture
def meant_to_fail() -> None:
    """This test makes the engine log an error."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no certificates, and a test no long pauses at rest."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(connection, "tls_context", lambda: context)
    monkeypatch.setattr(keep_warm, "PING_EVERY_S", 0.1)
    monkeypatch.setattr(keep_warm, "RECONNECT_S", (0.05, 0.1, 0.2))


@pytest.fixture
def exchange() -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=12, seed=7) as exchange:
        yield exchange


@pytest.fixture
def desk(exchange: PracticeExchange) -> Iterator[Desk]:
    with desk_on(exchange) as desk:
        yield desk
