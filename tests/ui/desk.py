"""A desk to look at: the orders of the design picture, in each of the states that a window can meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from panic_button.core.lockout import Lockout, Placer
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
from panic_button.core.snapshot import (
    AccountSnapshot,
    Leg,
    Readiness,
    Result,
    RunSnapshot,
    SignIn,
    Snapshot,
    Step,
    Waiting,
)

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

    def watching(self, *, resumed: bool = False, **changes: object) -> Snapshot:
        """CLEAR at 0.584 s, and watched for 15 s from then on."""
        snapshot = self.clear(**{"watch_ends_ms": 15_584.0, **changes})
        one = snapshot.accounts[0]
        assert one.run is not None
        run_ = msgspec.structs.replace(one.run, running=False, watching=True, resumed=resumed)
        return self.of(msgspec.structs.replace(one, run=run_))

    def locked(self, snapshot: Snapshot, *placers: tuple[str, int], trouble: str = "") -> Snapshot:
        """The same with the lockout on, and these orders caught by it."""
        lockout = Lockout(
            since=self.at(1),
            run="run-1",
            trouble=trouble,
            caught=sum(number for _, number in placers),
            placers=tuple(
                Placer(prefix=prefix, caught=number, first_at=self.at(1), last_at=self.at(2))
                for prefix, number in placers
            ),
        )
        return self.of(*(msgspec.structs.replace(one, lockout=lockout) for one in snapshot.accounts))
