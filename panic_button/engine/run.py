"""Carries out one mass cancel of one account: the machine's actions go to the wire, what comes back goes to it.

Nothing stands between the press and the wire: no login, no keyring, no disk, and no await before the first write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TypeVar

from panic_button.core.actions import (
    Action,
    CancelAction,
    CancelAll,
    CancelGame,
    CancelThese,
    List,
    LookUp,
    Say,
    SignIn,
    WakeAt,
)
from panic_button.core.errors import ExchangeError
from panic_button.core.evidence import HowEnded, Listed, PressedAgain, VerdictSaid
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import CancelRow, Failure, FailureKind, Fate, FeedEvent, Listing, OpenOrder, Route, Verdict
from panic_button.core.snapshot import RunSnapshot
from panic_button.engine.connections import Connections
from panic_button.engine.hedge import Hedge
from panic_button.engine.press import Press
from panic_button.engine.requests import answer, cancelled, place, used_up, what
from panic_button.engine.run_evidence import Call, RunEvidence
from panic_button.engine.tasks import Tasks
from panic_button.exchange.connection import Observer
from panic_button.exchange.rest import Lane

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

# A cancel over https takes several turns of the loop to be written. What comes with it, a listing or a line of the
# log, stays out of its way for so long: it would cost the press two milliseconds, or as many as a slow disk takes.
BEHIND_S = 0.01


class Run:
    """One mass cancel, from the press until it was CLEAR and watched for late orders, or until it is stopped."""

    def __init__(  # noqa: PLR0913 - wired once, in one place
        self,
        press: Press,
        connections: Connections,
        evidence: RunEvidence,
        *,
        spent: Iterable[float],
        watch_at_least: float,
        on_change: Callable[[], None],
        on_listing: Callable[[Listing | ExchangeError], None],
        renew: Callable[[], Awaitable[None]],
    ) -> None:
        self._press = press
        self._connections = connections
        self._evidence = evidence
        self._on_change = on_change
        self._on_listing = on_listing
        self._renew = renew
        self._machine = MassCancel(spent, watch_at_least=watch_at_least)
        self._tasks = Tasks()
        self._wake: asyncio.TimerHandle | None = None
        self._over = False
        self._ended = False

    @property
    def running(self) -> bool:
        """Whether a press belongs to this run: it has not come to CLEAR, and nobody has stopped it."""
        return not self._over and not self._machine.cleared

    @property
    def on(self) -> bool:
        """Whether it still acts: it is running, or CLEAR and looks out for late orders."""
        return not self._over and (self.running or self._machine.watching(self._press.now()))

    @property
    def press(self) -> Press:
        return self._press

    def spent_before(self, press: Press) -> tuple[float, ...]:
        """When the newest cancel calls went out, on the clock of a later press."""
        return tuple(at - (self._press.now() - press.now()) for at in self._machine.spent)

    def snapshot(self) -> RunSnapshot:
        now = self._press.now()
        return RunSnapshot(
            run=self._press.run,
            trigger=self._press.trigger,
            pressed_at=self._press.pressed_at,
            running=self.running,
            watching=self.on and not self.running,
            resumed=self._press.resumed,
            result=self._machine.result(now),
        )

    # events

    def start(self, known_orders: Iterable[OpenOrder], *, locked: bool, only_asks: bool = False) -> None:
        routes, now = self._connections.routes, self._press.now()
        self._do(self._machine.started(now, known_orders, routes, locked=locked, only_asks=only_asks))

    def press_again(self) -> None:
        self._do(self._machine.pressed_again(self._press.now()))
        self._evidence.record(PressedAgain())

    def lock(self, *, on: bool) -> None:
        self._do(self._machine.locked(self._press.now(), on=on))

    def routes_changed(self) -> None:
        self._do(self._machine.routes(self._connections.routes, self._press.now()))

    def feed(self, event: FeedEvent) -> None:
        self._do(self._machine.feed(event, self._press.now()))

    def end(self, how: HowEnded) -> None:
        """Have it try no more, and write down how it stands. Whatever is still out of it is of no interest."""
        self._write_the_end(how)
        self.abandon()

    def abandon(self) -> None:
        """Have it try no more, as if the program had ended: the journal has it as unfinished."""
        self._over = True
        if self._wake is not None:
            self._wake.cancel()
        self._tasks.cancel()

    async def stopped(self) -> None:
        await self._tasks.stop()

    # what the machine wants

    def _do(self, actions: Collection[Action]) -> None:
        """Carry actions out. Cancels are written first, and the socket's before all: it needs a single turn."""
        if self._over:
            return
        behind = BEHIND_S if any(isinstance(action, CancelAction) for action in actions) else 0.0
        for action in sorted(actions, key=place):
            match action:
                case CancelAll() | CancelThese() | CancelGame():
                    self._cancel(action)
                case List():
                    self._tasks.start(self._list(behind))
                case LookUp(order_id=order_id):
                    self._tasks.start(self._look_up(order_id))
                case SignIn():
                    self._tasks.start(self._sign_in())
                case WakeAt(at=at):
                    self._wake_at(at)
                case Say(verdict=verdict):
                    self._say(verdict, behind)
        if self._machine.finished(self._press.now()):
            # Behind the verdict, which is told with as much delay.
            asyncio.get_running_loop().call_later(behind, self._finish)
        self._on_change()

    def _finish(self) -> None:
        """The end, unless it was pressed again meanwhile."""
        if not self._over and self._machine.finished(self._press.now()):
            self.end(HowEnded.SETTLED_AFTER_A_RESTART if self._press.resumed else HowEnded.CLEAR)
            self._on_change()

    def _say(self, verdict: Verdict, behind: float) -> None:
        after_ms = self._press.now()

        def tell() -> None:
            _log.info("run %s: %s after %.0f ms", self._press.run, verdict, after_ms)
            self._evidence.record(VerdictSaid(verdict=verdict, after_ms=after_ms))
            if verdict is Verdict.CLEAR:
                self._evidence.outcomes(self._machine.result(after_ms).orders)

        asyncio.get_running_loop().call_later(behind, tell)

    def _write_the_end(self, how: HowEnded) -> None:
        if not self._ended:
            self._ended = True
            self._evidence.ended(self._machine.result(self._press.now()), how)

    def _wake_at(self, at: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        delay = max(0.0, at - self._press.now()) / 1000
        self._wake = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._do(self._machine.tick(self._press.now()))

    def _sent(self, action: CancelAction) -> None:
        self._machine.sent(action.route, action.attempt, self._press.now())
        self._on_change()

    # requests

    def _cancel(self, action: CancelAction) -> None:
        if action.route is Route.HTTPS and isinstance(action, CancelAll):
            hedge = Hedge(self._connections, self._tasks, lambda: self._send_once_more(hedge))
            self._tasks.start(self._send(action, hedge))
            self._tasks.start(hedge.watch(of_a_press=action.attempt == 1))
        else:
            self._tasks.start(self._send(action))

    def _send_once_more(self, hedge: Hedge) -> None:
        attempt = self._machine.hedge(self._press.now())
        if attempt is not None:
            self._tasks.start(self._send(CancelAll(Route.HTTPS, attempt), hedge))

    async def _send(self, action: CancelAction, hedge: Hedge | None = None) -> None:
        def sent() -> None:
            self._sent(action)
            if hedge is not None:
                hedge.sent()

        on_begun = None if hedge is None else hedge.over
        name = what(action)
        call = Call(self._evidence, action.route, name, attempt=action.attempt, on_sent=sent, on_begun=on_begun)
        over = self._over_socket if action.route is Route.SOCKET else self._over_https
        rows = await answer(over(action, call))
        if hedge is not None:
            hedge.over()
        call.ended(rows)
        now = self._press.now()
        if isinstance(rows, ExchangeError):
            _log.warning("run %s: %s attempt %d: %s", self._press.run, action.route, action.attempt, rows)
            self._do(self._machine.failed(action.route, action.attempt, rows.failure, now, rows.retry_after))
        else:
            left = [*reversed(rows)]
            del rows
            self._do(self._machine.answered(action.route, action.attempt, used_up(left), now))

    async def _over_https(self, action: CancelAction, observer: Observer) -> tuple[CancelRow, ...]:
        async with self._connections.lane() as lane:
            return await cancelled(lane, action, observer)

    async def _over_socket(self, action: CancelAction, observer: Observer) -> tuple[CancelRow, ...]:
        socket = self._connections.socket
        if socket is None:
            raise ExchangeError(Failure(kind=FailureKind.CLOSED, text="The Orders socket is closed."))
        return await cancelled(socket, action, observer)

    async def _list(self, behind: float) -> None:
        await asyncio.sleep(behind)
        asked_at = self._press.now()
        call = Call(self._evidence, Route.HTTPS, "what is open")
        listing = await answer(self._on_a_lane(lambda lane: lane.open_orders(call)))
        call.ended(listing)
        self._on_listing(listing)
        now = self._press.now()
        if isinstance(listing, ExchangeError):
            self._do(self._machine.listing_failed(listing.failure, now))
        else:
            self._evidence.record(Listed(open=len(listing.orders), unreadable=listing.unreadable))
            self._do(self._machine.listed(asked_at, listing, now))

    async def _look_up(self, order_id: str) -> None:
        call = Call(self._evidence, Route.HTTPS, f"look up {order_id}")
        fate: Fate | ExchangeError = await answer(self._on_a_lane(lambda lane: lane.look_up(order_id, call)))
        call.ended(fate)
        told = None if isinstance(fate, ExchangeError) else fate
        self._do(self._machine.looked_up(order_id, told, self._press.now()))

    async def _on_a_lane(self, question: Callable[[Lane], Awaitable[_Value]]) -> _Value:
        async with self._connections.lane() as lane:
            return await question(lane)

    async def _sign_in(self) -> None:
        await self._renew()
        self.routes_changed()
