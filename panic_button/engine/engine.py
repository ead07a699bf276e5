"""The worker thread: one asyncio loop for all accounts. Commands in from any thread, snapshots out to one callback.

`fire` returns in well under a millisecond and never waits for anything. What is slow to import (httpx, websockets) is
imported on this thread, while the window shows.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from panic_button.core.model import Account, AccountSnapshot, Keep, SignIn, Snapshot, Trigger
from panic_button.core.ports import SecretStore
from panic_button.engine.press import Press
from panic_button.engine.tasks import Tasks

if TYPE_CHECKING:
    from panic_button.engine.session import Session

_log = logging.getLogger(__name__)

PUBLISH_APART_S = 0.03
# No picture of a press before the press is on the wire: one of 10,000 orders takes 50 ms to make.
PUBLISH_BEHIND_S = 0.01
CLOSE_LIMIT_S = 3.0


class Engine:
    """Fulfils core.ports.Engine."""

    def __init__(self, accounts: Iterable[Account], store: SecretStore) -> None:
        self._accounts = tuple(accounts)
        self._store = store
        self._snapshot = Snapshot(
            accounts=tuple(AccountSnapshot(account=account, sign_in=SignIn.WORKING) for account in self._accounts)
        )
        self._subscribers: list[Callable[[Snapshot], None]] = []
        self._sessions: list[Session] = []
        self._early: list[Press] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._stop = asyncio.Event()
        self._tasks = Tasks()
        self._published_at = float("-inf")
        self._publishing = False

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        """Hand every new snapshot to `on_snapshot`, on the engine's own thread."""
        self._subscribers.append(on_snapshot)

    def start(self) -> None:
        self._thread.start()

    def close(self, limit_s: float = CLOSE_LIMIT_S) -> bool:
        """The one way to end it. False where it did not end in time: then quit anyway, its thread holds nothing up."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(limit_s)
        return not self._thread.is_alive()

    def fire(self, trigger: Trigger) -> None:
        self._loop.call_soon_threadsafe(self._fire, Press(trigger))

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None:
        self._post(label, lambda session: session.sign_in(username, password, keep))

    def sign_out(self, label: str) -> None:
        self._post(label, lambda session: session.sign_out())

    # on the engine's thread

    def _fire(self, press: Press) -> None:
        if not self._sessions:
            self._early.append(press)
        for session in self._sessions:
            session.fire(press)

    def _post(self, label: str, command: Callable[[Session], Coroutine[Any, Any, None]]) -> None:
        def run() -> None:
            for session in self._sessions:
                if session.label == label:
                    self._tasks.start(command(session))

        self._loop.call_soon_threadsafe(run)

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except Exception:  # noqa: BLE001 - the thread's last chance to tell
            _log.critical("The engine ended with an error that nobody expected", exc_info=True)
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        from panic_button.engine.session import Session  # noqa: PLC0415 - slow: imported while the window shows
        from panic_button.exchange.connection import tls_context  # noqa: PLC0415 - the same

        tls = tls_context()
        self._sessions = [Session(account, self._store, tls, self._changed) for account in self._accounts]
        for press in self._early:
            self._fire(press)
        try:
            for session in self._sessions:
                self._tasks.start(session.open())
            await self._stop.wait()
        finally:
            await self._tasks.stop()
            for session in self._sessions:
                await session.aclose()

    def _changed(self) -> None:
        """Publish soon, and never more often than a screen can show."""
        if self._publishing:
            return
        self._publishing = True
        delay = max(PUBLISH_BEHIND_S, self._published_at + PUBLISH_APART_S - time.monotonic())
        self._loop.call_later(delay, self._publish)

    def _publish(self) -> None:
        self._publishing = False
        self._published_at = time.monotonic()
        self._snapshot = Snapshot(accounts=tuple(session.snapshot() for session in self._sessions))
        for on_snapshot in self._subscribers:
            on_snapshot(self._snapshot)
