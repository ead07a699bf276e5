"""One account's lockout: begun with a press, kept over every end of the program, ended by a reset and nothing else.

Keeping it is done in a thread beside the first packet: no press waits for a disk. A reset by another process takes the
kept lockout away, and is noticed by that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from panic_button.core.errors import LockoutStoreError
from panic_button.core.evidence import LockoutCaught, LockoutReset, LockoutStarted
from panic_button.core.lockout import Lockout, LockoutWatch
from panic_button.core.model import OpenOrder
from panic_button.core.ports import KeptLockout, LockoutStore
from panic_button.engine.facts import utc_now
from panic_button.engine.keeping import AccountEvidence
from panic_button.engine.tasks import Tasks, in_thread

_log = logging.getLogger(__name__)

DISK_LIMIT_S = 10.0
LOOK_EVERY_S = 1.0


class LockoutKeeper:
    """Whether an account is locked out, and what was caught. `on_change` is told when it ends or can't be kept."""

    def __init__(
        self,
        label: str,
        store: LockoutStore,
        evidence: AccountEvidence,
        *,
        tasks: Tasks,
        on_change: Callable[[], None],
    ) -> None:
        self._label = label
        self._store = store
        self._evidence = evidence
        self._tasks = tasks
        self._on_change = on_change
        self._watch: LockoutWatch | None = None
        self._kept = False
        self._disk = asyncio.Lock()
        self.wanted = False

    @property
    def on(self) -> bool:
        return self._watch is not None

    @property
    def state(self) -> Lockout | None:
        return None if self._watch is None else self._watch.state

    async def load(self, known: Iterable[OpenOrder]) -> Lockout | None:
        """Take up a lockout that outlived the program. `known` were open before the press that began it."""
        try:
            kept = await in_thread(partial(self._store.load, self._label), limit_s=DISK_LIMIT_S)
        except (LockoutStoreError, TimeoutError):
            kept = None  # nothing can be told of it: a press starts another
        if kept is not None and self._watch is None:
            self._watch, self._kept = LockoutWatch(since=kept.since, run=kept.run, known=known), True
            self._tasks.start(self._look_for_a_reset(self._watch))
        return self.state

    def pressed(self, run: str, at: datetime, known: Iterable[OpenOrder]) -> None:
        """A press: it starts a lockout where presses shall, and carries one on that is on."""
        if self._watch is not None:
            self._watch.belongs_to(run)
        elif self.wanted:
            self._watch = LockoutWatch(since=at, run=run, known=known)
            self._evidence.record(LockoutStarted(since=at), run=run)
            self._tasks.start(self._look_for_a_reset(self._watch))
        else:
            return
        self._tasks.start(self._keep(self._watch))

    def saw(self, orders: Iterable[OpenOrder]) -> None:
        """These are open."""
        if self._watch is None:
            return
        now, run = utc_now(), self._watch.state.run
        for order in orders:
            if self._watch.saw(order, now):
                self._evidence.record(
                    LockoutCaught(
                        order_id=order.order_id, user_reference=order.user_reference, description=order.description
                    ),
                    run=run,
                )

    async def reset(self, reason: str) -> None:
        """End it, and forget it on the disk."""
        if self._watch is None:
            return
        self._evidence.record(LockoutReset(reason=reason), run=self._watch.state.run)
        self._end()
        async with self._disk:
            try:
                await in_thread(partial(self._store.remove, self._label), limit_s=DISK_LIMIT_S)
            except (LockoutStoreError, TimeoutError) as exc:
                _log.error("The lockout of %s is over, but it will be on again at the next start: %s", self._label, exc)

    async def _keep(self, watch: LockoutWatch) -> None:
        kept = KeptLockout(since=watch.state.since, run=watch.state.run)
        trouble = ""
        async with self._disk:
            if self._watch is not watch:
                return
            try:
                await in_thread(partial(self._store.save, self._label, kept), limit_s=DISK_LIMIT_S)
            except LockoutStoreError as exc:
                trouble = str(exc)
            except TimeoutError:
                trouble = "The disk does not answer: the lockout is on, and ends with the program."
        self._kept = not trouble
        if watch.trouble != trouble:
            watch.trouble = trouble
            self._on_change()

    async def _look_for_a_reset(self, watch: LockoutWatch) -> None:
        """The command line resets from another process."""
        while self._watch is watch:
            await asyncio.sleep(LOOK_EVERY_S)
            if not self._kept:
                continue
            try:
                kept = await in_thread(partial(self._store.load, self._label), limit_s=DISK_LIMIT_S)
            except (LockoutStoreError, TimeoutError):
                continue  # what can't be read was not reset
            if kept is None and self._kept:
                self._end()

    def _end(self) -> None:
        self._watch, self._kept = None, False
        self._on_change()
