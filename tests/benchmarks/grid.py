"""`grid`: 100,000 results, from the bytes of the exchange's answer to rows on the screen, and what blocks the window.

The steps are those of the engine: the answer is decoded and the machine takes it beside the window, each snapshot goes
to the window as it comes, and what it replaces is let go of by the engine's own loop. Only the wire is left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from panic_button.__main__ import COLLECT_AFTER
from panic_button.app import SWITCH_INTERVAL_S
from panic_button.core.errors import JournalError
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import (
    Account,
    CancelRow,
    Listing,
    OpenOrder,
    Route,
    Trigger,
)
from panic_button.core.ports import JournalReader
from panic_button.core.preferences import Preferences, Theme
from panic_button.core.snapshot import (
    AccountSnapshot,
    Keep,
    Leg,
    Readiness,
    RunSnapshot,
    SignIn,
    Snapshot,
)
from panic_button.engine.let_go import KEPT_S, let_go
from panic_button.exchange import wire
from panic_button.ui.main_window import MainWindow
from tests.benchmarks.made_orders import cancel_answer, open_orders
from tests.benchmarks.measuring import Measured, Row

BLOCK_TARGET_MS = 20.0
ROWS = 100_000
PROBE_MS = 1
LIMIT_S = 60.0
SETTLE_S = 0.1
STEPS = ("listed", "pressed", "decoded", "answered", "clear", "let go of")
AFTER_THE_ANSWER = ("decoded", "answered", "clear")

Work = Callable[[], Snapshot | None]


class Probe(QObject):
    """Ticks on the window's thread: the longest time between two ticks is the longest that the thread was kept."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.on_tick)
        self._before = time.perf_counter()
        self._longest = 0.0
        self._timer.start(PROBE_MS)

    def on_tick(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._before)
        self._before = now

    def take(self) -> float:
        """The longest block in ms since this was last asked. On the window's thread, outside the event loop."""
        self.on_tick()
        longest, self._longest = self._longest, 0.0
        return longest * 1000 - PROBE_MS


class PaintWatch(QObject):
    """When something was last painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted_at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() is QEvent.Type.Paint:
            self.painted_at = time.perf_counter()
        return super().eventFilter(watched, event)


class StandInEngine:
    """Fulfils core.ports.Engine: says the snapshots that it is given."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._tell: list[Callable[[Snapshot], None]] = []

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        self._tell.append(on_snapshot)

    def fire(self, trigger: Trigger) -> None: ...

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None: ...

    def sign_out(self, label: str) -> None: ...

    def stop(self, label: str) -> None: ...

    def lock_out(self, *, on: bool) -> None: ...

    def reset(self, label: str, reason: str) -> None: ...

    def say(self, snapshot: Snapshot) -> None:
        before, self.snapshot = self.snapshot, snapshot
        for tell in self._tell:
            tell(snapshot)
        let_go(before, snapshot, loop=asyncio.get_running_loop())


class Desk:
    """One account and its run, as the engine would tell of them."""

    def __init__(self, orders: tuple[OpenOrder, ...], answer: bytes) -> None:
        self._orders = orders
        self._answer = answer
        self._machine = MassCancel()
        self._rows: tuple[CancelRow, ...] = ()

    def steps(self) -> dict[str, Work]:
        works = (self.listed, self.pressed, self.decoded, self.answered, self.clear, self.let_go_of)
        return dict(zip(STEPS, works, strict=True))

    def at_rest(self, orders: tuple[OpenOrder, ...]) -> Snapshot:
        return Snapshot(accounts=(self._account(orders),))

    def listed(self) -> Snapshot:
        return self.at_rest(self._orders)

    def pressed(self) -> Snapshot:
        self._pressed_at = datetime.now(UTC)
        self._machine.started(0.0, self._orders, tuple(Route))
        self._machine.sent(Route.HTTPS, 1, 1.0)
        return self._running(self._orders, 1.0)

    def decoded(self) -> None:
        self._rows = wire.cancel_rows(self._answer)

    def answered(self) -> Snapshot:
        for attempt, route in enumerate(Route, start=1):
            self._machine.answered(route, 1, self._rows if attempt == 1 else (), 40.0 + attempt)
        return self._running(self._orders, 42.0)

    def clear(self) -> Snapshot:
        for asked_at in (50.0, 551.0):
            self._machine.listed(asked_at, Listing(), asked_at + 40.0)
        return self._running((), 591.0)

    def let_go_of(self) -> None:
        time.sleep(2 * KEPT_S)

    def _running(self, orders: tuple[OpenOrder, ...], at: float) -> Snapshot:
        result = self._machine.result(at)
        run = RunSnapshot(
            run="bench",
            trigger=Trigger.BUTTON,
            pressed_at=self._pressed_at,
            running=not self._machine.cleared,
            result=result,
        )
        return Snapshot(accounts=(self._account(orders, run),))

    def _account(self, orders: tuple[OpenOrder, ...], run: RunSnapshot | None = None) -> AccountSnapshot:
        now = datetime.now(UTC)
        return AccountSnapshot(
            account=Account(label="bench", username="bench"),
            readiness=Readiness.ARMED,
            sign_in=SignIn.SIGNED_IN,
            token_accepted_at=now,
            https=Leg(warm=2, wanted=2, round_trip_ms=41.0),
            socket=Leg(warm=1, wanted=1, round_trip_ms=38.0),
            open_orders=orders,
            listed_at=now,
            heard_at=now,
            run=run,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One press of all orders, by step: the window's longest block, and the time until the step was painted, in ms."""

    blocks: dict[str, float]
    took: dict[str, float]


def measure(*, quick: bool) -> Measured:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(COLLECT_AFTER)
    application = QApplication([])
    watch = PaintWatch()
    application.installEventFilter(watch)
    pauses = CollectorPauses()
    orders = open_orders(ROWS)
    answer = cancel_answer(orders)
    with running_loop() as loop:
        rounds = [_round(application, watch, Desk(orders, answer), loop) for _ in range(3 if quick else 8)]
    longest = (max(one.blocks.values()) for one in rounds)
    totals = (sum(one.took[step] for step in AFTER_THE_ANSWER) for one in rounds)
    return Measured(
        rows=(
            Row(figure="grid", what="longest block of the window", samples=tuple(longest), target=BLOCK_TARGET_MS),
            *(
                Row(figure="grid", what=f"block: {step}", samples=tuple(one.blocks[step] for one in rounds))
                for step in STEPS
            ),
            Row(figure="grid", what="bytes to rows on the screen", samples=tuple(totals)),
            Row(figure="grid", what="full passes of the collector", samples=tuple(pauses.taken) or (0.0,)),
        )
    )


def _no_journal() -> JournalReader:
    raise JournalError("A benchmark keeps no journal.")


def _round(application: QApplication, watch: PaintWatch, desk: Desk, loop: asyncio.AbstractEventLoop) -> Round:
    engine = StandInEngine(desk.at_rest(()))
    window = MainWindow(
        engine, Preferences(theme=Theme.DARK, lockout=True), _no_journal, on_preferences_changed=lambda _: None
    )
    window.show()
    probe = Probe()
    _through(application, watch, engine, lambda: None, loop)
    probe.take()
    blocks: dict[str, float] = {}
    took: dict[str, float] = {}
    for step, work in desk.steps().items():
        took[step] = _through(application, watch, engine, work, loop)
        blocks[step] = probe.take()
    window.close()
    window.deleteLater()
    # processEvents leaves deletions to a loop that runs, and windows left over would render on.
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    return Round(blocks=blocks, took=took)


class CollectorPauses:
    """Python's garbage collector stops every thread: how long each of its full passes took, in ms."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._since = 0.0
        gc.callbacks.append(self._on_pass)

    def _on_pass(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._since = time.perf_counter()
        elif info["generation"] == 2:
            self.taken.append((time.perf_counter() - self._since) * 1000)


@contextlib.contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop on a thread of its own, as the engine's is."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def _through(
    application: QApplication,
    watch: PaintWatch,
    engine: StandInEngine,
    work: Work,
    loop: asyncio.AbstractEventLoop,
) -> float:
    """Do the work beside the window and say what came of it. Milliseconds until the window has painted it."""
    said_at: list[float] = []

    async def run() -> None:
        snapshot = await asyncio.to_thread(work)
        said_at.append(time.perf_counter() if snapshot is not None else 0.0)
        if snapshot is not None:
            engine.say(snapshot)

    started = time.perf_counter()
    done = asyncio.run_coroutine_threadsafe(run(), loop)
    while not done.done() or watch.painted_at < said_at[0]:
        _turn(application)
        if time.perf_counter() - started > LIMIT_S:
            raise TimeoutError("the window did not paint in time")
    took = (time.perf_counter() - started) * 1000
    while time.perf_counter() - started < took / 1000 + SETTLE_S:  # what the painting itself set off
        _turn(application)
    return took


def _turn(application: QApplication) -> None:
    application.processEvents()
    time.sleep(0.0005)
