"""The switches of the practice exchange: which troubles (troubles.py) are on, and the few places where they act.

A handler never asks for a fault. Every request runs through `around`, every answer is written as `formed` has it, every
cancel asks `reason_to_refuse`, and what holds meanwhile (`now_on`) is asked by the layers beneath the handlers alone.
Any thread may switch; lifting frees what is held.
"""

import asyncio
import math
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import TypeVar
from zlib import crc32

from panic_button.practice.model import Now, Order
from panic_button.practice.operations import KNOWN_NAMES, Operation
from panic_button.practice.refusal import RefusalError
from panic_button.practice.troubles import (
    COUNTED,
    Answer,
    CancelLimit,
    Condition,
    Cut,
    Form,
    HalfOpen,
    Hang,
    Happening,
    Latency,
    OrdersRefused,
    PortClosed,
    SocketsClosed,
    Strike,
    Trouble,
)
from panic_button.practice.wording import utc_now

_Reply = TypeVar("_Reply")
_Kind = TypeVar("_Kind", bound=Trouble)

NOW = "now"  # what a happening is added for that shall not wait for a request

_POLL_S = 0.005
_RESTARTING = 1012
_TIMED_PART_OF_ID = 8  # an id begins with the time; what follows comes from the seed


class ConnectionCutError(Exception):
    """The connection is closed and nothing is answered."""


class NoAnswerError(Exception):
    """Nothing is answered, ever."""


@dataclass(frozen=True, slots=True)
class Step:
    """A trouble, the requests that it is for, how many of them, and for how many seconds. None: until it is lifted."""

    trouble: Trouble
    on: str | None = None
    times: int | None = None
    for_s: float | None = None


@dataclass(eq=False, slots=True)
class Switch:
    """One fault that is on: which requests it is for, for how many more of them, and until when."""

    trouble: Trouble
    on: str
    times: int | None
    ends_at: datetime | None
    lifted: bool = False
    tally: Counter[str] = field(default_factory=Counter)

    def is_over(self, now: datetime) -> bool:
        return self.lifted or (self.ends_at is not None and self.ends_at <= now)


class Faults:
    """The switches. All are off at first."""

    def __init__(self, *, now: Now = utc_now, seed: int = 0) -> None:
        self.now = now
        self.rng = Random(f"faults {seed}")
        self.scenario = "calm"
        self._staged: tuple[Step, ...] = ()
        self._switches: list[Switch] = []
        self._closers: list[Callable[[SocketsClosed], None]] = []
        self._witnesses: list[Callable[[Happening], None]] = []
        self._lock = threading.RLock()

    def add(
        self, trouble: Trouble, *, on: str | None = None, times: int | None = None, for_s: float | None = None
    ) -> Switch:
        """Switches a fault on for requests named `on` (operations.py): the next `times` of them, for so many seconds,
        or until it is lifted. A happening with `on="now"` happens at once.

        Faults act in the order in which they were added. ValueError for a combination that means nothing.
        """
        check(Step(trouble, on, times, for_s))
        ends_at = None if for_s is None else self.now() + timedelta(seconds=for_s)
        switch = Switch(trouble, on or trouble.usually, times, ends_at)
        if isinstance(trouble, Happening) and on == NOW:
            self._happen(trouble)
            return switch
        with self._lock:
            self._switches.append(switch)
        return switch

    def stage(self, scenario: str, steps: Sequence[Step]) -> None:
        """Lifts everything; with the next cancel on any surface these are added, and act on that cancel already."""
        self.clear()
        with self._lock:
            self.scenario, self._staged = scenario, tuple(steps)

    def lift(self, switch: Switch) -> None:
        with self._lock:
            switch.lifted = True
            if switch in self._switches:
                self._switches.remove(switch)

    def clear(self) -> None:
        """Lifts everything, a scenario that waits for its cancel included."""
        with self._lock:
            for switch in self._switches:
                switch.lifted = True
            self._switches.clear()
            self.scenario, self._staged = "calm", ()

    def on(self) -> list[Switch]:
        """What is on and not used up."""
        if not self._switches:
            return []
        with self._lock:
            now = self.now()
            self._switches = [one for one in self._switches if not one.is_over(now)]  # a used-up one may still hold
            return [one for one in self._switches if one.times != 0]

    def now_on(self, kind: type[_Kind]) -> _Kind | None:
        """The first trouble of this kind that is on."""
        return next((one.trouble for one in self.on() if isinstance(one.trouble, kind)), None)

    def is_half_open(self, socket: str) -> bool:
        half_open = (one.trouble for one in self.on() if isinstance(one.trouble, HalfOpen))
        return any(trouble.sockets in {socket, "both"} for trouble in half_open)

    def turns(self, kind: type[Trouble], operation: Operation | None = None) -> Iterator[Switch]:
        """The switches of this kind that are for this request, each of which has counted it when it comes."""
        for switch in self.on():
            fits = operation is None or switch.on in operation.names
            if fits and isinstance(switch.trouble, kind) and self.takes_turn(switch):
                yield switch

    def takes_turn(self, switch: Switch) -> bool:
        with self._lock:
            if switch.is_over(self.now()) or switch.times == 0:
                return False
            if switch.times is not None:
                switch.times -= 1
            return True

    def drop_sockets(self) -> None:
        """Closes every Orders socket that is open now. New ones are let in; a fault on `ordersSocket` refuses them."""
        self._happen(SocketsClosed("ordersSocket", _RESTARTING))

    def on_drop(self, close: Callable[[SocketsClosed], None]) -> Callable[[], None]:
        """Has `close` called, on whatever thread, when sockets are closed; returns what ends that."""
        with self._lock:
            self._closers.append(close)

        def forget() -> None:
            with self._lock:
                self._closers.remove(close)

        return forget

    def on_happening(self, witness: Callable[[Happening], None]) -> None:
        """Has `witness` called, on whatever thread, with everything that happens to the book."""
        self._witnesses.append(witness)

    def reason_to_refuse(self, order: Order) -> str | None:
        """Why this order is not cancelled this time, or None."""
        for switch in self.turns(OrdersRefused):
            refused = switch.trouble
            if isinstance(refused, OrdersRefused) and _is_stubborn(refused, order.id):
                switch.tally[order.id] += 1
                if switch.tally[order.id] <= refused.tries:
                    return refused.reason
        return None

    def formed(self, operation: Operation, answer: _Reply, form_of: Callable[[Form, _Reply], _Reply | None]) -> _Reply:
        """The answer as the switches want it written. `form_of` gives None where a form does not fit the answer."""
        for switch in self.on():
            if isinstance(switch.trouble, Form) and switch.on in operation.names:
                formed = form_of(switch.trouble, answer)
                if formed is not None and self.takes_turn(switch):
                    answer = formed
        return answer

    async def around(
        self, operation: Operation, work: Callable[[], Awaitable[_Reply]], gone: Callable[[], Awaitable[bool]]
    ) -> _Reply:
        """The reply of `work`, as the switches let it through. `gone` tells whether the client has left.

        Raises RefusalError, ConnectionCutError or NoAnswerError instead, each before the work or after it.
        """
        self._begin_scenario(operation)
        for switch in self.turns(Happening, operation):
            if isinstance(switch.trouble, Happening):
                self._happen(switch.trouble)
        replies: list[_Reply] = []
        for switch in self.turns(Strike, operation):
            if getattr(switch.trouble, "work_done", False) and not replies:
                replies.append(await work())
            await self._strike(switch, gone)
        return replies[0] if replies else await work()

    async def hold(self, switch: Switch, seconds: float, gone: Callable[[], Awaitable[bool]]) -> None:
        """Waits so long by the exchange's clock, or until the switch is off or the client has left."""
        since = self.now()
        # Polled: a switch is lifted on any thread, and a client leaves without an event that could be awaited.
        while not switch.is_over(now := self.now()) and (now - since).total_seconds() < seconds:
            if await gone():
                return
            await asyncio.sleep(_POLL_S)

    def _begin_scenario(self, operation: Operation) -> None:
        if "anyCancel" not in operation.names:
            return
        with self._lock:
            steps, self._staged = self._staged, ()
        for step in steps:
            self.add(step.trouble, on=step.on, times=step.times, for_s=step.for_s)

    def _happen(self, trouble: Happening) -> None:
        with self._lock:
            closers = tuple(self._closers)
        if isinstance(trouble, SocketsClosed):
            for close in closers:
                close(trouble)
        for witness in self._witnesses:
            witness(trouble)

    async def _strike(self, switch: Switch, gone: Callable[[], Awaitable[bool]]) -> None:
        match switch.trouble:
            case Latency(seconds=seconds, up_to_s=up_to_s):
                await self.hold(switch, self.rng.uniform(seconds, max(seconds, up_to_s)), gone)
            case Answer() as answer:
                raise RefusalError(answer.status, answer.message, retry_after_s=answer.retry_after_s, html=answer.html)
            case Hang():
                await self.hold(switch, math.inf, gone)
                raise NoAnswerError
            case Cut():
                raise ConnectionCutError
            case CancelLimit() as limit:
                second = f"{self.now():%H%M%S}"
                switch.tally[second] += 1
                if switch.tally[second] > limit.per_second:
                    raise RefusalError(429, retry_after_s=limit.retry_after_s)


def check(step: Step) -> None:
    """ValueError, with a sentence, for a combination that means nothing."""
    name = type(step.trouble).__name__
    if isinstance(step.trouble, Answer) and step.trouble.status not in set(HTTPStatus):
        raise ValueError(f"no HTTP status is {step.trouble.status}")
    if isinstance(step.trouble, Condition) and step.on is not None:
        raise ValueError(f"{name} is not for single requests: leave `on` out")
    if step.times is not None and not isinstance(step.trouble, COUNTED):
        raise ValueError(f"{name} can't be counted: leave `times` out")
    if isinstance(step.trouble, PortClosed) and step.for_s is None:
        raise ValueError(f"{name} needs `for_s`: nobody could connect to lift it")
    if step.on == NOW and isinstance(step.trouble, Happening):
        return
    if (step.on or step.trouble.usually) not in KNOWN_NAMES:
        raise ValueError(f"no request is named {step.on!r}; known: {', '.join(sorted(KNOWN_NAMES))}")


def _is_stubborn(refused: OrdersRefused, order_id: str) -> bool:
    if refused.order_ids is not None:
        return order_id in refused.order_ids
    return crc32(order_id[_TIMED_PART_OF_ID:].encode()) < refused.share * 2**32
