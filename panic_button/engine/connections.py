"""The open connections of one account: at least two warm https lanes, the Orders socket, and the token they share.

Whoever needs a lane takes one that nobody uses. A press therefore never waits for a ping: where every lane is busy it
gets a new one.
"""

from __future__ import annotations

import contextlib
import statistics
from collections import deque
from collections.abc import AsyncIterator, Callable
from ssl import SSLContext

from panic_button.core.errors import ExchangeError
from panic_button.core.model import Addresses, Route
from panic_button.exchange.connection import Token
from panic_button.exchange.orders_socket import OrdersSocket
from panic_button.exchange.rest import Lane

WARM_LANES = 2

# A cancel is sent again after so many times the usual time of a ping: the round trip and the exchange's own together.
HEDGE_AFTER = 1.5
HEDGE_AT_LEAST_S = 0.05
HEDGE_UNLEARNED_S = 0.25
PINGS_KEPT = 15


class Connections:
    """What one account has open."""

    def __init__(self, addresses: Addresses, tls: SSLContext, on_rotated: Callable[[str], None]) -> None:
        self.addresses = addresses
        self.tls = tls
        self.token = Token(on_rotated=on_rotated)
        self.socket: OrdersSocket | None = None
        self.https_given_up = False
        self._pings: deque[float] = deque(maxlen=PINGS_KEPT)
        self._idle: list[Lane] = [self._new_lane() for _ in range(WARM_LANES)]
        self._lanes: list[Lane] = list(self._idle)

    @property
    def routes(self) -> frozenset[Route]:
        """The routes that a press can use now."""
        routes = set() if self.https_given_up or self.token.value is None else {Route.HTTPS}
        return frozenset(routes | ({Route.SOCKET} if self.socket is not None else set()))

    @property
    def warm(self) -> int:
        return sum(1 for lane in self._lanes if lane.warm)

    @property
    def round_trip_ms(self) -> float | None:
        """The slowest of the newest round trips."""
        return max((lane.round_trip_ms for lane in self._lanes if lane.round_trip_ms is not None), default=None)

    def pinged(self, lane: Lane) -> None:
        """A ping came back on this lane."""
        if lane.round_trip_ms is not None:
            self._pings.append(lane.round_trip_ms / 1000)

    @property
    def hedge_after_s(self) -> float:
        """How long an answer to a cancel may take to begin before it is sent again."""
        return max(HEDGE_AFTER * statistics.median(self._pings), HEDGE_AT_LEAST_S) if self._pings else HEDGE_UNLEARNED_S

    async def open_fresh(self) -> None:
        """One more warm lane, in case that every old one is dead; it takes the place of the one that is least worth."""
        async with self._using(self._new_lane()) as lane:
            with contextlib.suppress(ExchangeError):  # a lane that is not warm goes first
                await lane.who_am_i()

    @contextlib.asynccontextmanager
    async def lane(self) -> AsyncIterator[Lane]:
        """A lane for one request: a warm one before a cold one, a new one where none is idle."""
        lane = max(self._idle, key=_worth, default=None)
        async with self._using(lane if lane is not None else self._new_lane()) as used:
            yield used

    @contextlib.asynccontextmanager
    async def stalest_lane(self) -> AsyncIterator[Lane | None]:
        """The idle lane that most needs a ping; None while all are busy, which keeps them warm as well."""
        lane = min(self._idle, key=_worth, default=None)
        if lane is None:
            yield None
            return
        async with self._using(lane) as used:
            yield used

    async def aclose(self) -> None:
        if self.socket is not None:
            await self.socket.aclose()
        for lane in tuple(self._lanes):
            await lane.aclose()

    def _new_lane(self) -> Lane:
        return Lane(self.addresses.rest_url, self.token, self.tls)

    @contextlib.asynccontextmanager
    async def _using(self, lane: Lane) -> AsyncIterator[Lane]:
        if lane in self._idle:
            self._idle.remove(lane)
        else:
            self._lanes.append(lane)
        try:
            yield lane
        finally:
            self._idle.append(lane)
            if len(self._idle) > WARM_LANES:
                least = min(self._idle, key=_worth)
                self._idle.remove(least)
                self._lanes.remove(least)
                await least.aclose()


def _worth(lane: Lane) -> tuple[bool, float]:
    """Warm before cold, then what was used last."""
    return lane.warm, lane.used_at
