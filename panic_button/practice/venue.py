"""What the surfaces of the exchange share: its book, its faults, its log, and how a request passes all three.

The log takes a request's time before anything else is done with it: benchmarks measure against that stamp.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from panic_button.practice.book import Book
from panic_button.practice.faults import Faults
from panic_button.practice.model import Cancelled, CancelOutcome, Order, Status
from panic_button.practice.operations import Operation
from panic_button.practice.troubles import ListingLag, SeparateTimers
from panic_button.practice.wording import encode

_Reply = TypeVar("_Reply")
_Item = TypeVar("_Item")

_LOGGED_REQUESTS = 20_000
_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived: `at` is time.perf_counter(), `open_orders` what the book held then."""

    at: float
    surface: str
    what: str
    open_orders: int


@dataclass(frozen=True)
class Venue:
    book: Book
    faults: Faults
    cut: Callable[[tuple[str, int]], None]  # closes the connection of the client with this address, with no word
    log: deque[Request] = field(default_factory=lambda: deque(maxlen=_LOGGED_REQUESTS))
    _paused: list[Order] = field(default_factory=list)
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(
        self, operation: Operation, work: Callable[[], Awaitable[_Reply]], gone: Callable[[], Awaitable[bool]]
    ) -> _Reply:
        """Logs a request and does its work, or what the faults make of it."""
        self.log.append(Request(time.perf_counter(), operation.surface, operation.name, self.book.open_count()))
        return await self.faults.around(operation, work, gone)

    async def cancel_where(self, where: Callable[[Order], bool] | None = None) -> list[CancelOutcome]:
        """Cancels what is open now and fits, a piece at a time; what another request cancels meanwhile is left out."""
        outcomes: list[CancelOutcome] = []
        for piece in _pieces(self.book.open_orders(where)):
            ids = [order.id for order in piece if order.status is Status.OPEN]
            outcomes += self.book.cancel(ids, self.faults.reason_to_refuse)
            await asyncio.sleep(0)
        return outcomes

    def listed(self, where: Callable[[Order], bool] = lambda _: True) -> list[Order]:
        """What a listing shows of the open orders."""
        lag = self.faults.now_on(ListingLag)
        if lag is None:
            return self.book.open_orders(where)
        return self.book.listed_orders(where, lag=timedelta(seconds=lag.seconds))

    def heartbeat(self, surface: str, timeout_s: float) -> datetime:
        """Arms the timer that both surfaces share, unless each has one of its own; returns the exchange's time."""
        timer = "shared" if self.faults.now_on(SeparateTimers) is None else surface
        return self.book.heartbeat(timeout_s, timer=timer)

    async def pause(self) -> list[CancelOutcome]:
        """Cancels everything and remembers it."""
        outcomes = await self.cancel_where()
        self._paused.extend(outcome.order for outcome in outcomes if isinstance(outcome, Cancelled))
        return outcomes

    def resume(self) -> list[Order]:
        """What was paused, once."""
        paused = list(self._paused)
        self._paused.clear()
        return paused

    def later(self, delay_s: float, work: Callable[[], Coroutine[None, None, object]]) -> None:
        """Does `work` in the background, once the delay is over."""

        async def wait_and_work() -> None:
            await asyncio.sleep(delay_s)
            await work()

        task = asyncio.create_task(wait_and_work())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def cancel_ids(self, order_ids: Iterable[str]) -> list[CancelOutcome]:
        """One outcome for each id, in their order."""
        return self.book.cancel(order_ids, self.faults.reason_to_refuse)


async def written(items: Sequence[_Item], row: Callable[[_Item], object]) -> msgspec.Raw:
    """A JSON array of rows, encoded a piece at a time."""
    encoded = []
    for piece in _pieces(items):
        encoded.append(encode([row(item) for item in piece])[1:-1])
        await asyncio.sleep(0)
    return msgspec.Raw(b"[" + b",".join(encoded) + b"]")


def _pieces(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Pieces of a few milliseconds of work, so that a large book keeps nobody else waiting."""
    for start in range(0, len(items), _AT_A_TIME):
        yield items[start : start + _AT_A_TIME]
