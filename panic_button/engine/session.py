"""One account: its sign-in, its connections, its open orders, and its runs.

A press comes first: `fire` sends before anything else is done, and nothing here is awaited in between.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from ssl import SSLContext

from panic_button.core.errors import ExchangeError
from panic_button.core.model import Account, FailureKind, FeedEvent, Listing
from panic_button.core.ports import SecretStore
from panic_button.core.snapshot import AccountSnapshot, Keep, SignIn
from panic_button.engine import keep_warm
from panic_button.engine.connections import WARM_LANES, Connections
from panic_button.engine.facts import Facts
from panic_button.engine.press import Press
from panic_button.engine.run import Run
from panic_button.engine.sign_in import SignInKeeper
from panic_button.engine.tasks import Tasks

# A press that waits for a sign-in goes out with it, but not so late that it surprises the one who pressed.
EARLY_LASTS_MS = 30_000.0


LET_GO_S = 0.1


class Session:
    """One account on this desk, from `open` to `aclose`."""

    def __init__(self, account: Account, store: SecretStore, tls: SSLContext, on_change: Callable[[], None]) -> None:
        self._facts = Facts(account)
        self._connections = Connections(account.addresses, tls, self._on_rotated)
        self._tasks = Tasks()
        self._sign_in = SignInKeeper(self._facts, self._connections, store, tasks=self._tasks, on_change=on_change)
        self._on_change = on_change
        self._run: Run | None = None
        self._keeping = Tasks()
        self._refresh = asyncio.Event()
        self._opened = False
        self._early: Press | None = None

    @property
    def label(self) -> str:
        return self._facts.account.label

    def snapshot(self) -> AccountSnapshot:
        return self._facts.snapshot(self._connections, None if self._run is None else self._run.snapshot())

    async def open(self) -> None:
        """Take up the kept sign-in, if there is one, and open all connections."""
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
        self._connections.https_given_up = False
        before, self._run = (
            self._run,
            Run(
                press,
                self._connections,
                on_change=self._on_change,
                on_listing=self._listed,
                renew=self._sign_in.renew,
            ),
        )
        self._run.start(() if self._facts.listing is None else self._facts.listing.orders)
        if before is not None:
            # Letting go of 100,000 orders stops every thread for 50 ms: not before the press is on the wire.
            asyncio.get_running_loop().call_later(LET_GO_S, before.abandon)

    async def sign_in(self, username: str, password: str, keep: Keep) -> None:
        work = self._tasks.start(self._sign_in.sign_in(username, password, keep))
        await asyncio.sleep(0)
        self._on_change()
        if await work:
            self._routes_changed()
            self._fire_early()
            await self._keep_warm()
        else:
            self._early = None
        self._on_change()

    async def sign_out(self) -> None:
        if self._run is not None:
            await self._run.stop()
        await self._keeping.stop()
        await self._sign_in.sign_out()
        keyring_trouble = self._facts.keyring_trouble
        self._facts.signed_out()
        self._facts.keyring_trouble = keyring_trouble
        self._run = None
        self._on_change()

    async def aclose(self) -> None:
        if self._run is not None:
            await self._run.stop()
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

    def _on_feed(self, event: FeedEvent) -> None:
        if self._run is not None and self._run.running:
            self._run.feed(event)
        self._refresh.set()

    def _routes_changed(self) -> None:
        if self._run is not None and self._run.running:
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
