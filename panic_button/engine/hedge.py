"""The hedge: a cancel-all over https that has not begun to be answered goes out again, on another connection.

A half-open connection costs its whole time-out. So the second warm one is used after a while, and a fresh one, begun
as soon as the press is out, in case every old one is dead. Each connection carries one cancel-all; all of them together
are over as soon as one of them begins to be answered, or fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from panic_button.engine.connections import Connections
from panic_button.engine.tasks import Tasks

AGAIN_S = 5.0


class Hedge:
    """One cancel-all over https. `send` sends it once more, on whatever connection is the best."""

    def __init__(self, connections: Connections, tasks: Tasks, send: Callable[[], None]) -> None:
        self._connections = connections
        self._tasks = tasks
        self._send = send
        self._sent = asyncio.Event()
        self._over = asyncio.Event()

    def sent(self) -> None:
        self._sent.set()

    def over(self) -> None:
        self._over.set()

    async def watch(self, *, of_a_press: bool) -> None:
        """Send again until it is over. `of_a_press`: a fresh connection is begun as soon as the first call is out."""
        over = self._tasks.start(self._over.wait())
        try:
            fresh = None
            if of_a_press:
                await self._sent.wait()
                fresh = self._tasks.start(self._connections.open_fresh())
            if await _done(over, within_s=self._connections.hedge_after_s):
                return
            ready = fresh is not None and fresh.done()
            self._send()
            while not over.done():
                if not ready:
                    fresh = fresh or self._tasks.start(self._connections.open_fresh())
                    if await _done(over, fresh, within_s=None):
                        return
                    self._send()
                if await _done(over, within_s=AGAIN_S):
                    return
                fresh, ready = None, False
        finally:
            over.cancel()


async def _done(first: asyncio.Task[Any], *others: asyncio.Task[Any], within_s: float | None) -> bool:
    """Wait for any of them. Whether the first is done."""
    await asyncio.wait({first, *others}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    return first.done()
