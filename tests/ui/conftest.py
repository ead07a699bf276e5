"""A desk to look at: the orders of the design picture, in each of the states that a window can meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from panic_button.core.errors import JournalError
from panic_button.core.evidence import Entry, RunSummary, UnfinishedRun
from panic_button.core.model import (
    Account,
    Answer,
    Counts,
    Environment,
    FailureKind,
    Listing,
    OpenOrder,
    OrderResult,
    Outcome,
    Route,
    RouteReport,
    Trigger,
    Verdict,
    at_risk_of,
)
from panic_button.core.ports import JournalReader
from panic_button.core.preferences import Guard, Preferences, Theme
from panic_button.core.snapshot import (
    AccountSnapshot,
    Keep,
    Leg,
    Readiness,
    Result,
    RunSnapshot,
    SignIn,
    Snapshot,
    Step,
    Waiting,
)
from panic_button.ui.main_window import MainWindow
from panic_button.ui.theme import Appearance

# Of a desk that has been in use: no question comes up.
ANSWERED = Preferences(guard=Guard(hold_s=0.4), theme=Theme.DARK, lockout=True)
PRESSED = datetime(2026, 11, 22, 14, 3, 22, 257_000, tzinfo=UTC)
LISTED = datetime(2026, 11, 22, 14, 3, 12, tzinfo=UTC)

ROWS = (
    ("Lakers ML", "-110", "100.00", "0.00", "maker-7", "65b036dfb31407c2b6bc1cfe"),
    ("Celtics +3.5", "125", "75.00", "25.00", "maker-8", "65b036e0b31407c2b6bc1d08"),
    ("Over 221.5 LAL\N{EN DASH}BOS", "-104", "250.00", "0.00", "tot-1", "65b036e1b31407c2b6bc1d11"),
    ("Chiefs \N{MINUS SIGN}2.5", "-108", "500.00", "120.00", "nfl-22", "65b036e2b31407c2b6bc1d2a"),
    ("Bills ML", "132", "310.00", "0.00", "nfl-23", "65b036e3b31407c2b6bc1d33"),
    ("Under 47.5 KC\N{EN DASH}BUF", "101", "180.00", "0.00", "nfl-24", "65b036e4b31407c2b6bc1d3b"),
    ("Rangers ML", "115", "90.00", "10.00", "nhl-3", "65b036e5b31407c2b6bc1d42"),
    ("Oilers \N{MINUS SIGN}1.5", "170", "60.00", "0.00", "nhl-4", "65b036e6b31407c2b6bc1d4c"),
    ("Djokovic ML", "-240", "400.00", "0.00", "atp-1", "65b036e7b31407c2b6bc1d55"),
    ("Over 3.5 sets", "118", "55.00", "0.00", "atp-2", "65b036e8b31407c2b6bc1d5e"),
)


def order(number: int, **changes: object) -> OpenOrder:
    """The order of a row of the picture; past its ten rows they are made up."""
    if number < len(ROWS):
        description, odds, still_open, filled, reference, order_id = ROWS[number]
        bet = Decimal(still_open) + Decimal(filled)
    else:
        description, odds, filled = f"Game {number} ML", str(-101 - number % 200), "0.00"
        reference, order_id = f"ref-{number}", f"65b{number:021x}"
        bet = Decimal(100 + number % 500)
    made = OpenOrder(
        order_id=order_id,
        description=description,
        odds=Decimal(odds),
        bet=bet,
        filled=Decimal(filled),
        user_reference=reference,
    )
    return msgspec.structs.replace(made, **changes)


def orders(number: int = 10) -> tuple[OpenOrder, ...]:
    return tuple(order(place) for place in range(number))


def results(number: int = 10, *, failed: tuple[int, ...] = ()) -> tuple[OrderResult, ...]:
    """What became of the same orders."""
    reasons = ("Order is being matched", "No answer (timed out)")
    made = []
    for place, one in enumerate(orders(number)):
        still_open = place in failed
        at_risk = one.at_risk or Decimal(0)
        part = bool(one.filled)
        done = Outcome.PART_FILLED_THEN_CANCELLED if part else Outcome.CANCELLED
        made.append(
            OrderResult(
                order_id=one.order_id,
                outcome=Outcome.STILL_OPEN if still_open else done,
                description=one.description,
                odds=one.odds,
                cancelled=Decimal(0) if still_open else at_risk,
                filled=one.filled or Decimal(0),
                still_open=at_risk if still_open else Decimal(0),
                reason=reasons[failed.index(place) % 2] if still_open else None,
                user_reference=one.user_reference,
            )
        )
    return tuple(made)


def account(**changes: object) -> AccountSnapshot:
    """An armed account at rest."""
    made = AccountSnapshot(
        account=Account(label="desk-1", username="trader"),
        readiness=Readiness.ARMED,
        sign_in=SignIn.SIGNED_IN,
        token_accepted_at=LISTED,
        https=Leg(warm=1, wanted=1, round_trip_ms=41.2),
        socket=Leg(warm=1, wanted=1, round_trip_ms=38.0),
        open_orders=orders(),
        listed_at=LISTED,
        heard_at=LISTED,
    )
    changed = msgspec.structs.replace(made, **changes)
    listed = Listing(orders=changed.open_orders or (), unreadable=changed.unreadable_orders)
    return msgspec.structs.replace(changed, at_risk=at_risk_of(listed))


def run(verdict: Verdict, *, running: bool = True, **changes: object) -> RunSnapshot:
    """A run on both routes, 37 orders strong."""
    result = Result(
        verdict=verdict,
        settled=verdict is Verdict.CLEAR,
        acknowledged=True,
        waiting=Waiting(step=Step.LISTING, since=0.0, then=Step.LISTING),
        routes={
            Route.HTTPS: RouteReport(attempts=1, answer=Answer.OK),
            Route.SOCKET: RouteReport(attempts=1, answer=Answer.OK),
        },
        orders=results(),
        counts=Counts(cancelled=33, part_filled_then_cancelled=4),
        withdrawn=Decimal("12430.00"),
        matched_before=Decimal("155.00"),
        sent_ms=0.6,
        acknowledged_ms=42.0,
        heard_ms=584.0,
    )
    return RunSnapshot(
        run="run-1",
        trigger=Trigger.BUTTON,
        pressed_at=PRESSED,
        running=running,
        result=msgspec.structs.replace(result, **changes),
    )


class Desk:
    """Snapshots of every state, the time at which they were taken, and the pieces to make more."""

    pressed = PRESSED
    listed = LISTED
    order = staticmethod(order)
    orders = staticmethod(orders)
    results = staticmethod(results)
    account = staticmethod(account)
    run = staticmethod(run)

    @staticmethod
    def at(seconds: float) -> datetime:
        """A moment so many seconds after the press."""
        return PRESSED + timedelta(seconds=seconds)

    @staticmethod
    def of(*accounts: AccountSnapshot) -> Snapshot:
        return Snapshot(accounts=accounts)

    def armed(self) -> Snapshot:
        return self.of(account())

    def practice(self) -> Snapshot:
        return self.of(account(account=Account(label="practice", environment=Environment.PRACTICE)))

    def clear(self, **changes: object) -> Snapshot:
        told: dict[str, Any] = {"listed_open": 0, "clear_ms": 584.0} | changes
        return self.of(account(open_orders=(), listed_at=self.at(0.584), run=run(Verdict.CLEAR, **told)))

    def not_clear(self, **changes: object) -> Snapshot:
        told: dict[str, Any] = {
            "orders": results(failed=(3, 6)),
            "counts": Counts(cancelled=32, part_filled_then_cancelled=3, still_open=2),
            "at_risk": Decimal("460.00"),
            "listed_open": 2,
            "acknowledged_ms": 44.0,
            "heard_ms": 91.0,
            "routes": {
                Route.HTTPS: RouteReport(attempts=3, answer=Answer.OK),
                Route.SOCKET: RouteReport(attempts=2, answer=Answer.OK),
            },
        } | changes
        left = (order(3), order(6))
        return self.of(account(open_orders=left, listed_at=self.at(0.091), run=run(Verdict.NOT_CLEAR, **told)))

    def unconfirmed(self, **changes: object) -> Snapshot:
        told: dict[str, Any] = {
            "acknowledged": False,
            "counts": Counts(),
            "sent_ms": 0.7,
            "acknowledged_ms": None,
            "heard_ms": None,
            "listed_open": None,
            "orders": (),
            "routes": {
                Route.HTTPS: RouteReport(attempts=5, answer=Answer.NO_ANSWER, trouble="No answer in 1 s"),
                Route.SOCKET: RouteReport(attempts=5, answer=Answer.NO_ANSWER, trouble="The connection was lost"),
            },
        } | changes
        return self.of(
            account(
                https=Leg(round_trip_ms=41.0, unanswered_since=self.at(0)),
                socket=Leg(trouble="The connection was lost"),
                heard_at=self.pressed - timedelta(milliseconds=4137),
                run=run(Verdict.UNCONFIRMED, **told),
            )
        )

    def sending(self) -> Snapshot:
        return self.unconfirmed(routes={route: RouteReport(attempts=1) for route in Route})

    def refused(self) -> Snapshot:
        return self.of(
            account(
                readiness=Readiness.NOT_ARMED,
                reason="The exchange refused the saved sign-in (401)",
                sign_in=SignIn.REFUSED,
                sign_in_trouble="The exchange refused the saved sign-in (401). Sign in again.",
                token_accepted_at=None,
                refusal=FailureKind.TOKEN_REFUSED,
                socket=Leg(trouble="The exchange refused the sign-in", refused=True),
                open_orders=None,
                listed_at=None,
            )
        )


class FakeEngine:
    """An engine that does nothing but remember what it was asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._tell: list[Callable[[Snapshot], None]] = []
        self.fired: list[Trigger] = []
        self.sign_ins: list[tuple[str, str, str, Keep]] = []
        self.sign_outs: list[str] = []
        self.stops: list[str] = []
        self.lockouts: list[bool] = []
        self.resets: list[tuple[str, str]] = []
        self.kept: list[Preferences] = []

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        self._tell.append(on_snapshot)

    def fire(self, trigger: Trigger) -> None:
        self.fired.append(trigger)

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None:
        self.sign_ins.append((label, username, password, keep))

    def sign_out(self, label: str) -> None:
        self.sign_outs.append(label)

    def stop(self, label: str) -> None:
        self.stops.append(label)

    def lock_out(self, *, on: bool) -> None:
        self.lockouts.append(on)

    def reset(self, label: str, reason: str) -> None:
        self.resets.append((label, reason))

    def say(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for tell in self._tell:
            tell(snapshot)


class FakeJournal:
    """A journal that holds these runs, or can't be read."""

    def __init__(self, runs: dict[RunSummary, tuple[Entry, ...]] | None = None, trouble: str = "") -> None:
        self._kept = runs or {}
        self.trouble = trouble
        self.threads: set[int] = set()

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        self._read()
        return tuple(self._kept)[:limit]

    def entries(self, run: str) -> tuple[Entry, ...]:
        self._read()
        return next((entries for summary, entries in self._kept.items() if summary.run == run), ())

    def unfinished(self) -> tuple[UnfinishedRun, ...]:
        return ()

    def _read(self) -> None:
        self.threads.add(threading.get_ident())
        if self.trouble:
            raise JournalError(self.trouble)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def appearance(qtbot: QtBot) -> Appearance:  # noqa: ARG001 - Qt runs
    return Appearance(Theme.DARK)


@pytest.fixture
def make_engine() -> Callable[[Snapshot], FakeEngine]:
    return FakeEngine


@pytest.fixture
def make_journal() -> type[FakeJournal]:
    return FakeJournal


@pytest.fixture
def no_journal() -> Callable[[], JournalReader]:
    return FakeJournal


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., MainWindow]:
    """Open a window on an engine; `now` is a moment that the test may move on."""

    def show_window(
        engine: FakeEngine,
        *,
        preferences: Preferences = ANSWERED,
        journal: JournalReader | None = None,
        now: datetime = PRESSED,
    ) -> MainWindow:
        window = MainWindow(
            engine,
            preferences,
            lambda: journal or FakeJournal(),
            on_preferences_changed=engine.kept.append,
            now=lambda: now,
        )
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return show_window
