"""Carries out one mass cancel of one account: the machine's actions go to the wire, what comes back goes to it.

Nothing stands between the press and the wire: no login, no keyring, no disk, and no await before the first write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from typing import TypeVar

from panic_button.core.actions import Action, CancelAction, CancelAll, CancelThese, List, LookUp, Say, SignIn, WakeAt
from panic_button.core.errors import ExchangeError
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import (
    CancelRow,
    Failure,
    FailureKind,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    Route,
    Verdict,
)
from panic_button.core.snapshot import RunSnapshot
from panic_button.engine.connections import Connections
from panic_button.engine.press import Press
from panic_button.engine.tasks import Tasks

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

# A cancel over https takes several turns of the loop to be written. What comes with it, a listing or a line of the
# log, stays out of its way for so long: it would cost the press two milliseconds, or as many as a slow disk takes.
BEHIND_S = 0.01


class Run:
    """One mass cancel, from the press until it is CLEAR and every order is explained, or until it is stopped."""

    def __init__(
        self,
        press: Press,
        connections: Connections,
        *,
        on_change: Callable[[], None],
        on_listing: Callable[[Listing | ExchangeError], None],
        renew: Callable[[], Awaitable[None]],
    ) -> None:
        self._press = press
        self._connections = connections
        self._on_change = on_change
        self._on_listing = on_listing
        self._renew = renew
        self._machine = MassCancel()
        self._tasks = Tasks()
        self._wake: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def running(self) -> bool:
        """Whether a press belongs to this run: it has not come to CLEAR, and nobody has stopped it."""
        return not self._stopped and not self._machine.cleared

    def snapshot(self) -> RunSnapshot:
        return RunSnapshot(
            run=self._press.run,
            trigger=self._press.trigger,
            pressed_at=self._press.pressed_at,
            running=self.running,
            result=self._machine.result(self._press.now()),
        )

    def start(self, known_orders: Iterable[OpenOrder]) -> None:
        self._do(self._machine.started(self._press.now(), known_orders, self._connections.routes))

    def press_again(self) -> None:
        self._do(self._machine.pressed_again(self._press.now()))

    def routes_changed(self) -> None:
        self._do(self._machine.routes(self._connections.routes, self._press.now()))

    def feed(self, event: FeedEvent) -> None:
        self._do(self._machine.feed(event, self._press.now()))

    def abandon(self) -> None:
        """Whatever is still out of it is of no interest any more."""
        self._stopped = True
        if self._wake is not None:
            self._wake.cancel()
        self._tasks.cancel()

    async def stop(self) -> None:
        self.abandon()
        await self._tasks.stop()

    def _do(self, actions: Collection[Action]) -> None:
        """Carry actions out. Cancels are written first, and the socket's before all: it needs a single turn."""
        if self._stopped:
            return
        behind = BEHIND_S if any(isinstance(action, CancelAction) for action in actions) else 0.0
        for action in sorted(actions, key=_place):
            match action:
                case CancelAll() | CancelThese():
                    self._tasks.start(self._cancel(action))
                case List():
                    self._tasks.start(self._list(behind))
                case LookUp(order_id=order_id):
                    self._tasks.start(self._look_up(order_id))
                case SignIn():
                    self._tasks.start(self._sign_in())
                case WakeAt(at=at):
                    self._wake_at(at)
                case Say(verdict=verdict):
                    self._note(verdict, behind)
        self._on_change()

    def _note(self, verdict: Verdict, behind: float) -> None:
        line = ("run %s: %s after %.0f ms", self._press.run, verdict, self._press.now())
        if behind:
            asyncio.get_running_loop().call_later(behind, _log.info, *line)
        else:
            _log.info(*line)

    def _wake_at(self, at: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        delay = max(0.0, at - self._press.now()) / 1000
        self._wake = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._do(self._machine.tick(self._press.now()))

    def _sent(self) -> None:
        self._machine.sent(self._press.now())
        self._on_change()

    async def _cancel(self, action: CancelAction) -> None:
        over = self._over_socket if action.route is Route.SOCKET else self._over_https
        rows = await _answer(over(action))
        now = self._press.now()
        if isinstance(rows, ExchangeError):
            _log.warning("run %s: %s attempt %d: %s", self._press.run, action.route, action.attempt, rows)
            self._do(self._machine.failed(action.route, action.attempt, rows.failure, now, rows.retry_after))
        else:
            left = [*reversed(rows)]
            del rows
            self._do(self._machine.answered(action.route, action.attempt, _used_up(left), now))

    async def _over_https(self, action: CancelAction) -> tuple[CancelRow, ...]:
        async with self._connections.lane() as lane:
            if isinstance(action, CancelAll):
                return await lane.cancel_all(self._sent)
            return await lane.cancel_these(action.order_ids, self._sent)

    async def _over_socket(self, action: CancelAction) -> tuple[CancelRow, ...]:
        socket = self._connections.socket
        if socket is None:
            raise ExchangeError(Failure(kind=FailureKind.CLOSED, text="The Orders socket is closed."))
        if isinstance(action, CancelAll):
            return await socket.cancel_all(self._sent)
        return await socket.cancel_these(action.order_ids, self._sent)

    async def _list(self, behind: float) -> None:
        await asyncio.sleep(behind)
        asked_at = self._press.now()
        listing = await _answer(self._open_orders())
        self._on_listing(listing)
        now = self._press.now()
        if isinstance(listing, ExchangeError):
            self._do(self._machine.listing_failed(listing.failure, now))
        else:
            self._do(self._machine.listed(asked_at, listing, now))

    async def _open_orders(self) -> Listing:
        async with self._connections.lane() as lane:
            return await lane.open_orders()

    async def _look_up(self, order_id: str) -> None:
        fate = await _answer(self._fate(order_id))
        told = None if isinstance(fate, ExchangeError) else fate
        self._do(self._machine.looked_up(order_id, told, self._press.now()))

    async def _fate(self, order_id: str) -> Fate:
        async with self._connections.lane() as lane:
            return await lane.look_up(order_id)

    async def _sign_in(self) -> None:
        await self._renew()
        self.routes_changed()


def _place(action: Action) -> int:
    """Cancels over the socket, cancels over https, then all else as the machine gave it."""
    if not isinstance(action, CancelAction):
        return 2
    return 0 if action.route is Route.SOCKET else 1


def _used_up(rows: list[CancelRow]) -> Iterator[CancelRow]:
    """Rows from the last to the first, each let go of once it is read: 100,000 at once stop every thread for 40 ms."""
    while rows:
        yield rows.pop()


async def _answer(work: Awaitable[_Value]) -> _Value | ExchangeError:
    """What came of a request. A mistake of our own is a failure like any other: the run must go on."""
    try:
        return await work
    except ExchangeError as exc:
        return exc
    except Exception:  # noqa: BLE001 - see above
        _log.exception("A request failed in a way that nobody expected")
        text = "This program made a mistake with the answer. What it said is not known."
        return ExchangeError(Failure(kind=FailureKind.UNREADABLE, text=text))
