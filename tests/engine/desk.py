"""An engine on practice exchanges, with every snapshot at hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from panic_button.core.evidence import Fact, UnfinishedRun
from panic_button.core.model import (
    Account,
    Addresses,
    Environment,
    Trigger,
    Verdict,
)
from panic_button.core.ports import LockoutStore, Secrets, SecretStore
from panic_button.core.snapshot import (
    AccountSnapshot,
    Readiness,
    Result,
    RunSnapshot,
    Snapshot,
)
from panic_button.engine.engine import Engine, OpenKeeping
from panic_button.engine.keeping import Keeping
from panic_button.engine.session import Session
from panic_button.practice import PracticeExchange
from panic_button.storage.lockouts import LockoutsInMemory
from panic_button.storage.secrets import SessionOnlyStore
from tests.waiting import PATIENCE_S

OneFact = TypeVar("OneFact", bound=Fact)


class Desk:
    """Waits on snapshots, never on time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._told = threading.Condition()
        self._seen: list[Snapshot] = [engine.snapshot]
        engine.subscribe(self._take)

    def _take(self, snapshot: Snapshot) -> None:
        with self._told:
            self._seen.append(snapshot)
            self._told.notify_all()

    @property
    def seen(self) -> tuple[Snapshot, ...]:
        with self._told:
            return tuple(self._seen)

    def account(self, label: str = "desk-1") -> AccountSnapshot:
        return _of(self.seen[-1], label)

    def until(
        self, fits: Callable[[AccountSnapshot], object], label: str = "desk-1", within_s: float = PATIENCE_S
    ) -> AccountSnapshot:
        """The first snapshot from now on, the newest one included, in which the account fits."""
        end = time.monotonic() + within_s
        with self._told:
            while not fits(_of(self._seen[-1], label)):
                left = end - time.monotonic()
                assert left > 0, f"it never came; the last is {_of(self._seen[-1], label)}"
                self._told.wait(left)
            return _of(self._seen[-1], label)

    def armed(self, label: str = "desk-1") -> AccountSnapshot:
        return self.until(lambda one: one.readiness is Readiness.ARMED and one.https.warm == one.https.wanted, label)

    def fire(self) -> None:
        self.engine.fire(Trigger.BUTTON)

    def run(self, fits: Callable[[Result], object], label: str = "desk-1", within_s: float = PATIENCE_S) -> RunSnapshot:
        """The run once its result fits."""
        run = self.until(lambda one: one.run is not None and fits(one.run.result), label, within_s).run
        assert run is not None
        return run

    def clear(self, label: str = "desk-1", within_s: float = PATIENCE_S) -> Result:
        return self.run(lambda result: result.verdict is Verdict.CLEAR, label, within_s).result


def session_of(desk: Desk) -> Session:
    """The one session of a desk that is up."""
    worker = desk.engine._worker
    assert worker is not None
    (session,) = worker._sessions
    return session


def _of(snapshot: Snapshot, label: str) -> AccountSnapshot:
    return next(one for one in snapshot.accounts if one.account.label == label)


def addresses_of(exchange: PracticeExchange) -> Addresses:
    at = exchange.addresses
    return Addresses(rest_url=at.rest_url, orders_socket_url=at.orders_socket_url, user_feed_url=at.user_feed_url)


def account_on(exchange: PracticeExchange, label: str = "desk-1") -> Account:
    return Account(
        label=label,
        username=exchange.username,
        environment=Environment.PRACTICE,
        addresses=addresses_of(exchange),
    )


def keeping(label: str = "desk-1", **secrets: str | None) -> SessionOnlyStore:
    store = SessionOnlyStore()
    store.save(label, Secrets(**secrets))
    return store


class Notes:
    """A journal in memory. `trouble` is what it says of itself."""

    def __init__(self) -> None:
        self.trouble = ""
        self.told: list[tuple[str | None, Fact]] = []

    def record(self, fact: Fact, *, run: str | None = None, account: str | None = None) -> None:
        del account
        self.told.append((run, fact))

    def facts(self, kind: type[OneFact], run: str | None = None) -> list[OneFact]:
        """All of one kind, of one run where it is named."""
        return [fact for of, fact in tuple(self.told) if isinstance(fact, kind) and run in (None, of)]


def kept_in_memory(
    store: SecretStore,
    *,
    journal: Notes | None = None,
    lockouts: LockoutStore | None = None,
    unfinished: tuple[UnfinishedRun, ...] = (),
) -> OpenKeeping:
    keeping = Keeping(
        secrets=store,
        journal=journal or Notes(),
        lockouts=lockouts or LockoutsInMemory(),
        unfinished=lambda: unfinished,
    )
    return lambda _told: nullcontext(keeping)


@contextmanager
def desk_of(accounts: tuple[Account, ...], store: SecretStore) -> Iterator[Desk]:
    """A started engine, which has to end in time."""
    engine = Engine(accounts, kept_in_memory(store))
    desk = Desk(engine)
    engine.start()
    try:
        yield desk
    finally:
        assert engine.close(10), "the engine did not end"


@contextmanager
def desk_on(exchange: PracticeExchange, *, password: bool = True, token: bool = True) -> Iterator[Desk]:
    """One account, with what its keyring keeps."""
    store = keeping(token=exchange.token if token else None, password=exchange.password if password else None)
    with desk_of((account_on(exchange),), store) as desk:
        yield desk


def cancels(exchange: PracticeExchange) -> list[str]:
    """The cancel calls that came, by surface."""
    return [request.surface for request in exchange.log if request.what.startswith("cancel")]
