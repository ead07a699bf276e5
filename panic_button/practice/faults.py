"""What can go wrong on the practice exchange: one object of switches, and the one place where they strike.

A handler never asks for a fault: every request runs through `Faults.around`, every cancel asks `reason_to_refuse`. A
new row of trouble is a new class here and a new case in `_strike`. Any thread may switch; lifting frees what is held.
"""

import asyncio
import math
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from panic_button.practice.model import Order
from panic_button.practice.operations import KNOWN_NAMES, Operation
from panic_button.practice.refusal import RefusalError

_Reply = TypeVar("_Reply")

_POLL_S = 0.005


class ConnectionCutError(Exception):
    """The connection is closed and nothing is answered."""


class NoAnswerError(Exception):
    """Nothing is answered, ever."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The request is taken up late; with `work_done`, it is done at once and answered late."""

    seconds: float
    work_done: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer is this status and its usual error body. On the Orders socket it is an error envelope."""

    status: int
    retry_after_s: int | None = None
    message: str | None = None
    work_done: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer at all. Once the switch is lifted the connection of a REST request is closed, still without one."""

    work_done: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is closed instead of an answer: with `work_done`, the reply is lost."""

    work_done: bool = True


@dataclass(slots=True)
class OrdersRefused:
    """Some orders are not cancelled at the first `tries` tries: these, or else a share, always the same ones."""

    share: float = 1.0
    tries: int = 1
    reason: str = "Order is being processed, try again"
    order_ids: frozenset[str] | None = None
    _tried: dict[str, int] = field(default_factory=dict)

    def reason_now(self, order: Order) -> str | None:
        if not self._strikes(order.id):
            return None
        self._tried[order.id] = self._tried.get(order.id, 0) + 1
        return self.reason if self._tried[order.id] <= self.tries else None

    def _strikes(self, order_id: str) -> bool:
        if self.order_ids is not None:
            return order_id in self.order_ids
        return zlib.crc32(order_id.encode()) < self.share * 2**32


Trouble = Latency | Answer | Hang | Cut


@dataclass(eq=False, slots=True)
class Switch:
    """One fault that is on: which requests it strikes, and for how many more of them (None: until it is lifted)."""

    trouble: Trouble
    on: str
    times: int | None
    lifted: bool = False


@dataclass
class Faults:
    """The switches. All are off at first."""

    orders_refused: OrdersRefused | None = None
    _switches: list[Switch] = field(default_factory=list)
    _closers: list[Callable[[], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, trouble: Trouble, *, on: str = "everything", times: int | None = None) -> Switch:
        """Switches a fault on for requests named `on` (operations.py): the next `times` of them, or until it is lifted.

        Faults strike in the order in which they were added. ValueError for a name that no request has.
        """
        if on not in KNOWN_NAMES:
            raise ValueError(f"no request is named {on!r}; known: {', '.join(sorted(KNOWN_NAMES))}")
        switch = Switch(trouble, on, times)
        with self._lock:
            self._switches.append(switch)
        return switch

    def lift(self, switch: Switch) -> None:
        with self._lock:
            switch.lifted = True
            if switch in self._switches:
                self._switches.remove(switch)

    def clear(self) -> None:
        """Lifts everything."""
        self.orders_refused = None
        with self._lock:
            for switch in self._switches:
                switch.lifted = True
            self._switches.clear()

    def drop_sockets(self) -> None:
        """Closes every Orders socket that is open now. New ones are let in; a fault on `ordersSocket` refuses them."""
        with self._lock:
            for close in self._closers:
                close()

    def on_drop(self, close: Callable[[], None]) -> Callable[[], None]:
        """Has `close` called, on whatever thread, when the sockets are dropped; returns what ends that."""
        with self._lock:
            self._closers.append(close)

        def forget() -> None:
            with self._lock:
                self._closers.remove(close)

        return forget

    def reason_to_refuse(self, order: Order) -> str | None:
        """Why this order is not cancelled this time, or None."""
        refused = self.orders_refused
        return None if refused is None else refused.reason_now(order)

    async def around(
        self, operation: Operation, work: Callable[[], Awaitable[_Reply]], gone: Callable[[], Awaitable[bool]]
    ) -> _Reply:
        """The reply of `work`, as the switches let it through. `gone` tells whether the client has left.

        Raises RefusalError, ConnectionCutError or NoAnswerError instead, each before the work or after it.
        """
        replies: list[_Reply] = []
        for switch in self._striking(operation):
            if switch.trouble.work_done and not replies:
                replies.append(await work())
            await _strike(switch, gone)
        return replies[0] if replies else await work()

    def _striking(self, operation: Operation) -> Iterator[Switch]:
        for switch in tuple(self._switches):
            with self._lock:
                if switch.lifted or switch.on not in operation.names or switch.times == 0:
                    continue
                if switch.times is not None:
                    switch.times -= 1
            yield switch


async def _strike(switch: Switch, gone: Callable[[], Awaitable[bool]]) -> None:
    match switch.trouble:
        case Latency(seconds=seconds):
            await _hold(switch, seconds, gone)
        case Answer(status=status, message=message, retry_after_s=retry_after_s):
            raise RefusalError(status, message, retry_after_s=retry_after_s)
        case Hang():
            await _hold(switch, math.inf, gone)
            raise NoAnswerError
        case Cut():
            raise ConnectionCutError


async def _hold(switch: Switch, seconds: float, gone: Callable[[], Awaitable[bool]]) -> None:
    until = time.monotonic() + seconds
    # Polled: a switch is lifted on any thread, and a client leaves without an event that could be awaited beside it.
    while (left := until - time.monotonic()) > 0 and not switch.lifted and not await gone():  # noqa: ASYNC110
        await asyncio.sleep(min(left, _POLL_S))
