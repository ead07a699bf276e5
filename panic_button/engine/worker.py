"""The worker: one asyncio loop on a thread of its own, with a session for every account."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from panic_button.core.errors import JournalError
from panic_button.core.evidence import Fact, UnfinishedRun
from panic_button.core.model import Account
from panic_button.core.snapshot import Keep, Snapshot
from panic_button.engine.keeping import Keeping
from panic_button.engine.let_go import let_go
from panic_button.engine.press import Press
from panic_button.engine.session import Session
from panic_button.engine.tasks import Tasks, in_thread
from panic_button.exchange import connection

_log = logging.getLogger(__name__)

PUBLISH_APART_S = 0.03
UNFINISHED_LIMIT_S = 10.0
# No picture of a press before the press is on the wire: one of 10,000 orders takes 50 ms to make.
PUBLISH_BEHIND_S = 0.01


class Worker:
    """Everything of an engine that happens on its thread. Other threads may call `post` alone."""

    def __init__(self, accounts: tuple[Account, ...], keeping: Keeping, publish: Callable[[Snapshot], None]) -> None:
        self._accounts = accounts
        self._keeping = keeping
        self._publish = publish
        self._sessions: list[Session] = []
        self._tasks = Tasks()
        self._stop = asyncio.Event()
        self._published = Snapshot()
        self._published_at = float("-inf")
        self._publishing = False

    def run(self, ready: Callable[[Worker], None]) -> None:
        """Serve until stopped. `ready` is told once commands can be posted."""
        asyncio.run(self._serve(ready))

    def post(self, command: Callable[[Worker], None]) -> None:
        self._loop.call_soon_threadsafe(command, self)

    def stop(self) -> None:
        self._stop.set()

    def fire(self, press: Press) -> None:
        for session in self._sessions:
            session.fire(press)

    def sign_in(self, label: str, username: str, password: str, keep: Keep) -> None:
        self._start(label, lambda session: session.sign_in(username, password, keep))

    def sign_out(self, label: str) -> None:
        self._start(label, lambda session: session.sign_out())

    def stop_run(self, label: str) -> None:
        self._start(label, lambda session: session.stop())

    def lock_out(self, *, on: bool) -> None:
        for session in self._sessions:
            session.lock_out(on=on)

    def watch(self, at_least_ms: float) -> None:
        for session in self._sessions:
            session.watch_at_least = at_least_ms

    def reset(self, label: str, reason: str) -> None:
        self._start(label, lambda session: session.reset(reason))

    def _start(self, label: str, command: Callable[[Session], Coroutine[Any, Any, None]]) -> None:
        for session in self._sessions:
            if session.label == label:
                self._tasks.start(command(session))

    async def _serve(self, ready: Callable[[Worker], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_on_mistake)
        tls = connection.tls_context()
        self._sessions = [Session(account, self._keeping, tls, self.changed) for account in self._accounts]
        ready(self)
        try:
            unfinished = self._tasks.start(self._unfinished())
            for session in self._sessions:
                self._tasks.start(session.open(unfinished))
            await self._stop.wait()
        finally:
            await self._tasks.stop()
            await asyncio.gather(*(session.aclose() for session in self._sessions))

    async def _unfinished(self) -> tuple[UnfinishedRun, ...]:
        try:
            return await in_thread(self._keeping.unfinished, limit_s=UNFINISHED_LIMIT_S)
        except (JournalError, TimeoutError):
            _log.warning("The journal does not tell whether a run was cut off", exc_info=True)
            return ()

    def record(self, fact: Fact) -> None:
        self._keeping.journal.record(fact)

    def changed(self) -> None:
        """Publish soon, and never more often than a screen can show."""
        if self._publishing:
            return
        self._publishing = True
        delay = max(PUBLISH_BEHIND_S, self._published_at + PUBLISH_APART_S - time.monotonic())
        self._loop.call_later(delay, self._publish_now)

    def _publish_now(self) -> None:
        self._publishing = False
        self._published_at = time.monotonic()
        before = self._published
        self._published = Snapshot(
            accounts=tuple(session.snapshot() for session in self._sessions),
            evidence_trouble=self._keeping.journal.trouble,
        )
        self._publish(self._published)
        let_go(before, self._published, loop=self._loop)


def _on_mistake(_loop: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
    """What a callback raised is a mistake of ours. A future that a library forgot to look at is worth a line."""
    level = logging.CRITICAL if "handle" in told else logging.ERROR
    _log.log(level, "%s", told["message"], exc_info=told.get("exception"))
