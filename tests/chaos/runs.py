"""Carries a plan out on the real thing: an engine, real sockets, a practice exchange, a journal on the disk."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from panic_button.core.model import Account, Trigger, Verdict
from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Readiness, Result, Snapshot
from panic_button.engine.engine import Engine
from panic_button.engine.keeping import Keeping
from panic_button.practice import PracticeExchange
from panic_button.practice.troubles import HalfOpen
from panic_button.storage.journal import SqliteJournal, SqliteJournalReader
from panic_button.storage.lockouts import LockoutsInMemory
from panic_button.storage.secrets import SessionOnlyStore
from tests.chaos.plans import Fault, Plan
from tests.chaos.slowness import Slowness
from tests.chaos.truth import Truth, ended, left_within_budget
from tests.engine.desk import account_on

HEALED_WITHIN_S = 8.0
# What this machine's slowness is allowed to add to a promise: this, and so many times the longest that a thread was
# late during the run.
MARGIN_S = 1.0
LAGS = 4.0
# However bad it is, every snapshot from this moment after the press on has a verdict.
VERDICT_WITHIN_S = 2.0
_GIVE_UP_S = 30.0
_ARMED_WITHIN_S = 30.0


class Report(Struct, frozen=True, kw_only=True):
    """What came of one run. `recovery_s`: from the end of the last fault, or the last order placed, to CLEAR."""

    seed: int
    problems: tuple[str, ...]
    faults: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    recovery_s: float = 0.0
    lag_s: float = 0.0
    unknown: int = 0


class _Told:
    """The newest snapshot, and what became of the run's verdict."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._changed = threading.Condition()
        self._snapshot = Snapshot()
        self.first_at: float | None = None
        self.verdicts: list[Verdict] = []
        self.results: dict[str, Result] = {}

    def take(self, snapshot: Snapshot) -> None:
        with self._changed:
            self._snapshot = snapshot
            run = snapshot.accounts[0].run
            if run is not None:
                self.first_at = self.first_at or time.perf_counter()
                self.results[run.run] = run.result
                if self.verdicts[-1:] != [run.result.verdict]:
                    self.verdicts.append(run.result.verdict)
                    if run.result.verdict is Verdict.CLEAR:
                        self._truth.look_at_clear(run)
            self._changed.notify_all()

    @property
    def armed(self) -> bool:
        one = self._snapshot.accounts[0] if self._snapshot.accounts else None
        return one is not None and one.readiness is Readiness.ARMED and one.https.warm == one.https.wanted

    @property
    def clear(self) -> bool:
        return self.verdicts[-1:] == [Verdict.CLEAR]

    def wait(self, fits: Callable[[], bool], within_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(fits, within_s)


def carry_out(plan: Plan, slowness: Slowness) -> Report:
    """One run, whatever comes of it: a run that ends in an exception has a problem like any other."""
    faults = tuple(str(fault) for fault in plan.faults)
    try:
        with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
            return replace(_carried_out(plan, slowness, Path(folder) / "journal.sqlite3"), faults=faults)
    except Exception as exc:  # noqa: BLE001 - one run must not end the others
        return Report(seed=plan.seed, problems=(f"{type(exc).__name__}: {exc}",), faults=faults)


def _carried_out(plan: Plan, slowness: Slowness, path: Path) -> Report:
    began = time.perf_counter()
    problems: list[str] = []
    with PracticeExchange(orders=plan.orders, seed=plan.seed) as exchange:
        truth = Truth(exchange)
        told = _Told(truth)
        with _engine(exchange, plan, path) as engine:
            engine.subscribe(told.take)
            if not told.wait(lambda: told.armed, _ARMED_WITHIN_S):
                return Report(seed=plan.seed, problems=("it never was armed",))
            pressed_at = _press(plan, exchange, engine)
            lifted_at = time.perf_counter()
            if not told.wait(lambda: told.clear and exchange.book.open_count() == 0, _GIVE_UP_S):
                problems.append(f"not CLEAR {_GIVE_UP_S:.0f} s after the last fault")
            recovery_s = max(0.0, time.perf_counter() - max([lifted_at, *truth.placed_at.values()]))
        lag_s = slowness.worst_s(began)
        if recovery_s > (limit_s := HEALED_WITHIN_S + MARGIN_S + LAGS * lag_s):
            problems.append(f"CLEAR {recovery_s:.1f} s after the last fault, where {limit_s:.1f} s are allowed")
        if told.first_at is None or told.first_at - pressed_at > VERDICT_WITHIN_S + LAGS * lag_s:
            problems.append("there was no verdict soon after the press")
        if told.clear:
            problems += truth.accounted_for(tuple(told.results.values()))
        held_back = any(isinstance(fault.trouble, HalfOpen) for fault in plan.faults)
        problems += truth.within_budget(lag_s=LAGS * lag_s, held_back=held_back)
        problems += _evidence(path, truth, told)
    return Report(
        seed=plan.seed,
        problems=tuple(problems),
        verdicts=tuple(told.verdicts),
        recovery_s=recovery_s,
        lag_s=lag_s,
        unknown=sum(result.counts.unknown for result in told.results.values()),
    )


def _evidence(path: Path, truth: Truth, told: _Told) -> list[str]:
    """What is wrong with the journal, or with the run by what the journal says."""
    reader = SqliteJournalReader(path)
    wrong = [f"the journal is broken: {broken}"] if (broken := reader.check().broken) else []
    runs = {run: reader.entries(run) for run in told.results}
    wrong += truth.said_clear(runs.values())
    wrong += left_within_budget(runs.values())
    if told.clear:
        wrong += [problem for entries in runs.values() for problem in ended(entries)]
    return wrong


@contextmanager
def _engine(exchange: PracticeExchange, plan: Plan, path: Path) -> Iterator[Engine]:
    store = SessionOnlyStore()
    account = account_on(exchange)
    store.save(account.label, Secrets(token=exchange.token, password=exchange.password))

    @contextmanager
    def keeping(told: Callable[[], None]) -> Iterator[Keeping]:
        journal = SqliteJournal(path, clean=str, on_trouble=lambda _words: told())
        try:
            yield Keeping(secrets=store, journal=journal, lockouts=LockoutsInMemory(), unfinished=tuple)
        finally:
            assert journal.close(_GIVE_UP_S), "the journal did not end"

    engine = Engine((_with_routes(account, plan),), keeping)
    engine.start()
    try:
        yield engine
    finally:
        assert engine.close(_GIVE_UP_S), "the engine did not end"


def _with_routes(account: Account, plan: Plan) -> Account:
    addresses = account.addresses
    return replace(
        account,
        addresses=replace(
            addresses,
            orders_socket_url=addresses.orders_socket_url if plan.has_socket else None,
            user_feed_url=addresses.user_feed_url if plan.has_feed else None,
        ),
    )


def _press(plan: Plan, exchange: PracticeExchange, engine: Engine) -> float:
    """The press, and all that the plan has for the time until everything is lifted. Returns when it was pressed."""
    ahead_s = -min(plan.faults[0].at_s, 0.0)
    pressed_at = time.perf_counter() + ahead_s
    acts: list[tuple[float, Callable[[], object]]] = [(0.0, lambda: engine.fire(Trigger.BUTTON))]
    acts += [(at_s, lambda: engine.fire(Trigger.BUTTON)) for at_s in plan.presses_s if at_s < plan.ends_s]
    acts += [(fault.at_s, _adding(exchange, fault)) for fault in plan.faults]
    if (placing_s := plan.placing_s) is not None:
        acts.append((0.0, lambda: exchange.makers.start_placing(every_s=placing_s)))
    if (taking_s := plan.taking_s) is not None:
        acts.append((0.0, lambda: exchange.makers.start_taking(every_s=taking_s)))
    # A fault that begins with the press acts on it already: at one moment, the press is the last.
    for at_s, act in sorted(acts, key=lambda one: (one[0], one[1] is acts[0][1])):
        time.sleep(max(0.0, pressed_at + at_s - time.perf_counter()))
        act()
    time.sleep(max(0.0, pressed_at + plan.ends_s - time.perf_counter()))
    exchange.makers.stop()
    exchange.faults.clear()
    return pressed_at


def _adding(exchange: PracticeExchange, fault: Fault) -> Callable[[], object]:
    for_s = None if fault.on == "now" else fault.for_s
    return lambda: exchange.faults.add(fault.trouble, on=fault.on, times=fault.times, for_s=for_s)
