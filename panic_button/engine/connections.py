"""The open connections of one account: at least two warm https lanes, the Orders socket, and the token they share.

Whoever needs a lane takes one that nobody uses. A press therefore never waits for a ping: where every lane is busy it
gets a new one.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from ssl import SSLContext

from panic_button.core.model import Addresses, Route
from panic_button.exchange.connection import Token
from panic_button.exchange.orders_socket import OrdersSocket
from panic_button.exchange.rest import Lane

WARM_LANES = 2


class Connections:
    """What one account has open."""

    def __init__(self, addresses: Addresses, tls: SSLContext, on_rotated: Callable[[str], None]) -> None:
        self.addresses = addresses
        self.tls = tls
        self.token = Token(on_rotated=on_rotated)
        self.socket: OrdersSocket | None = None
        self.https_given_up = False
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

    @contextlib.asynccontextmanager
    async def lane(self) -> AsyncIterator[Lane]:
        """A lane for one request: a warm one before a cold one, a new one where none is idle."""
        lane = max(self._idle, key=lambda lane: (lane.warm, lane.used_at), default=None)
        async with self._using(lane if lane is not None else self._new_lane()) as used:
            yield used

    @contextlib.asynccontextmanager
    async def stalest_lane(self) -> AsyncIterator[Lane | None]:
        """The idle lane that most needs a ping; None while all are busy, which keeps them warm as well."""
        lane = min(self._idle, key=lambda lane: (lane.warm, lane.used_at), default=None)
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
            if len(self._idle) < WARM_LANES:
                self._idle.append(lane)
            else:
                self._lanes.remove(lane)
                await lane.aclose()
