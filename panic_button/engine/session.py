"""One account: its sign-in, its connections, its open orders, its runs and its lockout.

A press comes first: `fire` sends before anything else is done, and nothing here is awaited in between.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from ssl import SSLContext

from panic_button.core.errors import ExchangeError
from panic_button.core.evidence import HowEnded, Pressed, RunEnded, UnfinishedRun
from panic_button.core.model import (
    ZERO,
    Account,
    Counts,
    FailureKind,
    FeedEvent,
    Listing,
    OpenOrder,
    OrderPlaced,
    Trigger,
    Verdict,
)
from panic_button.core.snapshot import AccountSnapshot, Keep, SignIn
from panic_button.engine import keep_warm
from panic_button.engine.connections import WARM_LANES, Connections
from panic_button.engine.facts import Facts, utc_now
from panic_button.engine.keeping import AccountEvidence, Keeping
from panic_button.engine.lockout_keeper import LockoutKeeper
from panic_button.engine.press import Press
from panic_button.engine.run import BEHIND_S, Run
from panic_button.engine.run_evidence import RunEvidence
from panic_button.engine.sign_in import SignInKeeper
from panic_button.engine.tasks import Tasks

# A press that waits for a sign-in goes out with it, but not so late that it surprises the one who pressed.
EARLY_LASTS_MS = 30_000.0
# A run that the end of the program cut off goes on sending when it is taken up again, but not after so long: by then
# what is open may have been placed on purpose. It then only asks what became of its orders.
RESUMES_WITHIN = timedelta(minutes=10)

LET_GO_S = 0.1


class Session:
    """One account on this desk, from `open` to `aclose`."""

    def __init__(self, account: Account, keeping: Keeping, tls: SSLContext, on_change: Callable[[], None]) -> None:
        self._facts = Facts(account)
        self._connections = Connections(account.addresses, tls, self._on_rotated)
        self._tasks = Tasks()
        self._evidence = AccountEvidence(keeping.journal, account.label)
        self._sign_in = SignInKeeper(
            self._facts, self._connections, keeping.secrets, self._evidence, tasks=self._tasks, on_change=on_change
        )
        self._lockout = LockoutKeeper(
            account.label, keeping.lockouts, self._evidence, tasks=self._tasks, on_change=self._lockout_changed
        )
        self._on_change = on_change
        self._run: Run | None = None
        self._cut_off: list[UnfinishedRun] = []
        self._keeping = Tasks()
        self._refresh = asyncio.Event()
        self._opened = False
        self._early: Press | None = None
        self.watch_at_least = 0.0

    @property
    def label(self) -> str:
        return self._facts.account.label

    def snapshot(self) -> AccountSnapshot:
        run = None if self._run is None else self._run.snapshot()
        return self._facts.snapshot(self._connections, run, self._lockout.state)

    async def open(self, unfinished: Awaitable[Iterable[UnfinishedRun]]) -> None:
        """Take up what was kept: a sign-in, a lockout, a run that was cut off. And open all connections."""
        self._facts.sign_in = SignIn.WORKING
        self._on_change()
        there = await self._sign_in.load()
        self._opened = True
        self._fire_early()
        if there:
            await self._keep_warm()
        elif self._facts.sign_in is SignIn.WORKING:
            self._facts.sign_in = SignIn.SIGNED_OUT
        self._on_change()
        self._cut_off = [run for run in await unfinished if run.account == self.label]
        await self._lockout.load([order for run in self._cut_off for order in run.orders])
        self._take_up()
        self._on_change()

    # presses

    def fire(self, press: Press) -> None:
        """The press: a new run, or once more in the one that is on. Without any sign-in there is nothing to send.

        One that comes while a sign-in is on its way goes out with it.
        """
        if self._run is not None and self._run.running:
            self._run.press_again()
            return
        if self._connections.token.value is None:
            self._early = press if self._facts.sign_in is SignIn.WORKING or not self._opened else None
            return
        self._begin(press, self._known())
        self._lockout.pressed(press.run, press.pressed_at, self._known())

    def lock_out(self, *, on: bool) -> None:
        self._lockout.wanted = on

    async def reset(self, reason: str) -> None:
        await self._lockout.reset(reason)

    async def stop(self) -> None:
        """Try no more. A lockout would go on, so it is over as well."""
        await self._lockout.reset("The run was stopped.")
        if self._run is not None and self._run.on:
            self._run.end(HowEnded.STOPPED)
        self._on_change()

    def _begin(self, press: Press, known: tuple[OpenOrder, ...], *, only_asks: bool = False) -> None:
        """Start a run: its cancels are on their way when this returns, all else comes behind."""
        self._connections.https_given_up = False
        before, evidence = self._run, RunEvidence(self._evidence, press.run)
        self._run = Run(
            press,
            self._connections,
            evidence,
            spent=() if before is None else before.spent_before(press),
            watch_at_least=self.watch_at_least,
            on_change=self._on_change,
            on_listing=self._listed,
            renew=self._sign_in.renew,
        )
        starts_one = self._lockout.wanted and press.trigger is not Trigger.LOCKOUT and not press.resumed
        locked = self._lockout.on or starts_one
        self._run.start(known, locked=locked, only_asks=only_asks)
        if not press.resumed:
            at_risk = self._facts.at_risk.dollars
            evidence.record(
                Pressed(
                    trigger=press.trigger,
                    pressed_at=press.pressed_at,
                    open_orders=len(known),
                    at_risk=at_risk,
                    lockout=locked,
                )
            )
            asyncio.get_running_loop().call_later(BEHIND_S, evidence.orders_before, known)
        if before is not None:
            before.abandon()  # else an order that opens now would have two runs after it, with a budget each
            # Letting go of 100,000 orders stops every thread for 50 ms: not before the press is on the wire.
            asyncio.get_running_loop().call_later(LET_GO_S, before.end, HowEnded.CLEAR)

    def _known(self) -> tuple[OpenOrder, ...]:
        return () if self._facts.listing is None else self._facts.listing.orders

    # what the end of the program cut off

    def _take_up(self) -> None:
        """Go on with the newest run that was cut off, or with a lockout that outlived the program.

        That needs a sign-in. Of runs before it, or before a press that came meanwhile, nobody will know more.
        """
        if self._connections.token.value is None:
            return
        newest = self._cut_off.pop() if self._cut_off and self._run is None else None
        for run in self._cut_off:
            self._evidence.record(_never_settled(), run=run.run)
        self._cut_off = []
        if newest is not None:
            old = utc_now() - newest.pressed_at > RESUMES_WITHIN
            self._begin(Press.of(newest), newest.orders, only_asks=old and not self._lockout.on)
        elif self._lockout.on and self._run is None:
            self._begin(Press(Trigger.LOCKOUT), ())

    # sign-in and end

    async def sign_in(self, username: str, password: str, keep: Keep) -> None:
        work = self._tasks.start(self._sign_in.sign_in(username, password, keep))
        await asyncio.sleep(0)
        self._on_change()
        if await work:
            self._routes_changed()
            self._fire_early()
            self._take_up()
            await self._keep_warm()
        else:
            self._early = None
        self._on_change()

    async def sign_out(self) -> None:
        if self._run is not None:
            self._run.end(HowEnded.SIGNED_OUT)
            await self._run.stopped()
        await self._keeping.stop()
        await self._sign_in.sign_out()
        keyring_trouble = self._facts.keyring_trouble
        self._facts.signed_out()
        self._facts.keyring_trouble = keyring_trouble
        self._run = None
        self._on_change()

    async def aclose(self) -> None:
        """The program ends. A run that is not CLEAR is left unfinished, to be taken up again."""
        if self._run is not None:
            if self._run.running:
                self._run.abandon()
            else:
                self._run.end(HowEnded.QUIT)
            await self._run.stopped()
        await self._keeping.stop()
        await self._tasks.stop()
        await self._connections.aclose()

    @property
    def _running(self) -> bool:
        return self._run is not None and self._run.running

    async def _keep_warm(self) -> None:
        """Start, or start anew with a new token, all that holds the connections open."""
        await self._keeping.stop()
        self._keeping.start(self._keep_https())
        self._keeping.start(
            keep_warm.keep_socket_open(
                self._connections, self._facts, in_run=lambda: self._running, on_change=self._routes_changed
            )
        )
        self._keeping.start(
            keep_warm.follow_feed(self._connections, on_event=self._on_feed, in_run=lambda: self._running)
        )

    async def _keep_https(self) -> None:
        await asyncio.gather(*(self._ping() for _ in range(WARM_LANES)))
        while True:
            self._refresh.clear()
            with contextlib.suppress(TimeoutError):  # nothing happened: the usual ping
                async with asyncio.timeout(keep_warm.PING_EVERY_S):
                    await self._refresh.wait()
            if not self._running:  # a run asks by itself
                await self._ping()

    async def _ping(self) -> None:
        outcome = await keep_warm.ping(self._connections)
        if outcome is not None:
            self._listed(outcome)
        if isinstance(outcome, ExchangeError) and outcome.failure.kind is FailureKind.TOKEN_REFUSED:
            await self._sign_in.renew()
            self._fire_early()
        self._on_change()

    def _listed(self, outcome: Listing | ExchangeError) -> None:
        self._facts.listed(outcome)
        if isinstance(outcome, Listing) and self._lockout.on:
            self._lockout.saw(outcome.orders)
            if outcome.open_count and self._run is not None and not self._run.on:
                self._begin(Press(Trigger.LOCKOUT), outcome.orders)

    def _on_feed(self, event: FeedEvent) -> None:
        if self._run is not None and self._run.on:
            self._run.feed(event)
        if isinstance(event, OrderPlaced):
            self._lockout.saw((event.order,))
        self._refresh.set()

    def _lockout_changed(self) -> None:
        if self._run is not None and not self._lockout.on:
            self._run.lock(on=False)
        self._on_change()

    def _routes_changed(self) -> None:
        if self._run is not None and self._run.on:
            self._run.routes_changed()
        self._on_change()

    def _on_rotated(self, token: str) -> None:
        self._sign_in.rotated(token)
        self._routes_changed()

    def _fire_early(self) -> None:
        """Send the press that had to wait for a sign-in, if there is one and the sign-in came."""
        early, self._early = self._early, None
        if early is not None and early.now() < EARLY_LASTS_MS:
            self.fire(early)


def _never_settled() -> RunEnded:
    return RunEnded(
        verdict=Verdict.UNCONFIRMED,
        how=HowEnded.SETTLED_AFTER_A_RESTART,
        counts=Counts(),
        withdrawn=ZERO,
        matched_before=ZERO,
    )
