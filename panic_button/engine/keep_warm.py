"""Keeps an account's connections open and proved while nothing happens, and again whenever they break.

Pings are listings, so that the window stays true; they go over the lanes in turn. None of this runs on a lane that a
press would wait for, and a press never waits for any of it.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import aclosing

from panic_button.core.errors import ExchangeError
from panic_button.core.model import Failure, FailureKind, FeedEvent, Listing
from panic_button.engine.connections import Connections
from panic_button.engine.facts import Facts
from panic_button.exchange.orders_socket import OrdersSocket
from panic_button.exchange.user_feed import user_feed

_log = logging.getLogger(__name__)

# Half of the shortest idle limit that servers are known to have (5 s), since two lanes take turns.
PING_EVERY_S = 2.0
RECONNECT_S = (0.5, 1.0, 2.0, 4.0, 8.0)
RECONNECT_IN_RUN_S = 1.0


async def ping(connections: Connections) -> Listing | ExchangeError | None:
    """One listing over the lane that needs it most; None while every lane is at work anyway."""
    async with connections.stalest_lane() as lane:
        if lane is None:
            return None
        try:
            listing = await lane.open_orders()
        except ExchangeError as exc:
            return exc
        connections.pinged(lane)
        return listing


async def keep_socket_open(
    connections: Connections, facts: Facts, *, in_run: Callable[[], bool], on_change: Callable[[], None]
) -> None:
    """Hold the Orders socket open for as long as the task lives."""
    url = connections.addresses.orders_socket_url
    failures = 0
    while url is not None:
        try:
            socket = await OrdersSocket.open(url, connections.token, connections.tls)
        except ExchangeError as exc:
            facts.socket_failure = exc.failure
        else:
            connections.socket, facts.socket_failure, failures = socket, None, 0
            on_change()
            try:
                facts.socket_round_trip_ms = await socket.round_trip_ms()
                on_change()
                await asyncio.shield(socket.closed)
            except ExchangeError:
                _log.info("The Orders socket closed at once")
            finally:
                connections.socket, facts.socket_round_trip_ms = None, None
                await socket.aclose()
            facts.socket_failure = Failure(kind=FailureKind.CLOSED, text="The connection was closed.")
        on_change()
        await asyncio.sleep(_pause(failures, in_run=in_run()))
        failures += 1


async def follow_feed(
    connections: Connections, *, on_event: Callable[[FeedEvent], None], in_run: Callable[[], bool]
) -> None:
    """Hand on the user feed's events for as long as the task lives."""
    url = connections.addresses.user_feed_url
    failures = 0
    while url is not None:
        try:
            async with aclosing(user_feed(url, connections.token, connections.tls)) as events:
                async for event in events:
                    failures = 0
                    on_event(event)
        except ExchangeError as exc:
            level = logging.INFO if exc.failure.kind is FailureKind.UNREACHABLE else logging.WARNING
            _log.log(level, "The user feed is not open: %s", exc)
        await asyncio.sleep(_pause(failures, in_run=in_run()))
        failures += 1


def _pause(failures: int, *, in_run: bool) -> float:
    """Seconds until the next try: longer each time, never all clients at once, and short while a run needs it."""
    pause = RECONNECT_S[min(failures, len(RECONNECT_S) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    return min(pause, RECONNECT_IN_RUN_S) if in_run else pause
