"""The engine as other threads see it: commands in, snapshots out to callbacks, nothing that waits.

`fire` returns in well under a millisecond. What is slow to import (asyncio, httpx, websockets) is imported on the
engine's own thread, while the window shows; a press that comes before that is done goes out as soon as it is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from panic_button.core.evidence import Fact
from panic_button.core.model import Account, Trigger
from panic_button.core.snapshot import AccountSnapshot, Keep, Leg, Readiness, SignIn, Snapshot
from panic_button.engine.keeping import Keeping
from panic_button.engine.press import Press

if TYPE_CHECKING:
    from panic_button.engine.worker import Worker

_log = logging.getLogger(__name__)

CLOSE_LIMIT_S = 3.0
ENDED = (
    "The program made a mistake and can send nothing any more. Start Panic Button anew; until then by hand: the "
    "exchange's site, or its desk."
)

# Handed what it calls, on any thread, when evidence can't be kept any more, or can again.
OpenKeeping = Callable[[Callable[[], None]], AbstractContextManager[Keeping]]


class Engine:
    """Fulfils core.ports.Engine. What it keeps is opened and closed on the engine's own thread."""

    def __init__(self, accounts: Iterable[Account], open_keeping: OpenKeeping) -> None:
        self._accounts = tuple(accounts)
        self._open_keeping = open_keeping
        self._snapshot = Snapshot(
            accounts=tuple(AccountSnapshot(account=account, sign_in=SignIn.WORKING) for account in self._accounts)
        )
        self._subscribers: list[Callable[[Snapshot], None]] = []
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._closing = self._dead = False
        self._waiting: list[Callable[[Worker], None]] = []
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        """Hand every new snapshot to `on_snapshot`, on the engine's own thread."""
        self._subscribers.append(on_snapshot)

    def start(self) -> None:
        """Start the thread. Once more is not an error."""
        if self._thread.ident is None:
            self._thread.start()

    def close(self, limit_s: float = CLOSE_LIMIT_S) -> bool:
        """The one way to end it. False where it did not end in time: then quit anyway, its thread holds nothing up."""
        self._closing = True
        if self._thread.is_alive():
            self._post(lambda worker: worker.stop())
            self._thread.join(limit_s)
        return not self._thread.is_alive()

    def fire(self, trigger: Trigger) -> None:
        press = Press(trigger)
        self._post(lambda worker: worker.fire(press))

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None:
        self._post(lambda worker: worker.sign_in(label, username, password, keep))

    def sign_out(self, label: str) -> None:
        self._post(lambda worker: worker.sign_out(label))

    def stop(self, label: str) -> None:
        self._post(lambda worker: worker.stop_run(label))

    def lock_out(self, *, on: bool) -> None:
        self._post(lambda worker: worker.lock_out(on=on))

    def watch(self, *, at_least_s: float) -> None:
        """How long presses from now on look out for late orders after CLEAR, where that is more than the rule."""
        self._post(lambda worker: worker.watch(at_least_s * 1000))

    def reset(self, label: str, reason: str) -> None:
        self._post(lambda worker: worker.reset(label, reason))

    def record(self, fact: Fact) -> None:
        """Have the journal keep a fact that belongs to no account."""
        self._post(lambda worker: worker.record(fact))

    def changed(self) -> None:
        """Something that a snapshot tells of has changed elsewhere. Any thread may call it."""
        self._post(lambda worker: worker.changed())

    def _post(self, command: Callable[[Worker], None]) -> None:
        """Have something done on the engine's thread; once there is a worker, if there is none yet."""
        with self._lock:
            if self._dead:
                return  # every snapshot says so
            if self._worker is None:
                self._waiting.append(command)
            else:
                self._worker.post(command)

    def _work(self) -> None:
        from panic_button.engine.worker import Worker  # noqa: PLC0415 - slow: imported while the window shows

        try:
            with self._open_keeping(self.changed) as keeping:
                Worker(self._accounts, keeping, self._publish).run(self._ready)
        except Exception:  # noqa: BLE001 - the thread's last chance to tell
            _log.critical("The engine ended with an error that nobody expected", exc_info=True)
        with self._lock:
            self._dead = True
        if not self._closing:
            self._publish(_ended(self._snapshot))

    def _ready(self, worker: Worker) -> None:
        with self._lock:
            self._worker = worker
            for command in self._waiting:
                worker.post(command)

    def _publish(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for on_snapshot in self._subscribers:
            on_snapshot(snapshot)


def _ended(snapshot: Snapshot) -> Snapshot:
    """What is true once the engine is gone without having been asked to go: nothing can be sent any more."""
    accounts = tuple(
        replace(
            one,
            readiness=Readiness.NOT_ARMED,
            reason=ENDED,
            https=Leg(trouble=ENDED),
            socket=Leg(trouble=ENDED),
            run=None if one.run is None else replace(one.run, running=False, watching=False),
        )
        for one in snapshot.accounts
    )
    return replace(snapshot, accounts=accounts)
