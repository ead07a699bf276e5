"""What `fire` says: one JSON object for programs, a few lines for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from panic_button.core.escalation import Stage
from panic_button.core.model import (
    Answer,
    Counts,
    OrderResult,
    Outcome,
    Route,
    RouteReport,
    Trigger,
    Verdict,
    worst,
)
from panic_button.core.snapshot import AccountSnapshot, RunSnapshot

SCHEMA = 1


class RouteJson(Struct, frozen=True, kw_only=True):
    attempts: int
    answer: Answer


class OrderJson(Struct, frozen=True, kw_only=True):
    order_id: str
    outcome: Outcome
    description: str
    odds: str | None
    cancelled: str
    filled: str
    reason: str | None
    user_reference: str | None
    game_id: str | None


class EscalationJson(Struct, frozen=True, kw_only=True):
    """How far the run had to go, by the clock that started at `since_ms`."""

    stage: Stage
    since_ms: float


class AccountJson(Struct, frozen=True, kw_only=True):
    """`late`: orders that showed up after a CLEAR and were cancelled as well. They are among `orders` and `counts`."""

    account: str
    verdict: Verdict
    sent_ms: float | None
    acknowledged_ms: float | None
    clear_ms: float | None
    routes: dict[Route, RouteJson]
    counts: Counts
    withdrawn: str
    matched_before: str
    orders: list[OrderJson]
    late: int
    escalation: EscalationJson


class FireJson(Struct, frozen=True, kw_only=True):
    schema: int
    run: str
    trigger: Trigger
    verdict: Verdict
    pressed_at: str
    lockout: bool
    accounts: list[AccountJson]


def verdict_of(accounts: Sequence[AccountSnapshot]) -> Verdict:
    return worst(Verdict.UNCONFIRMED if one.run is None else one.run.result.verdict for one in accounts)


def as_json(accounts: Sequence[AccountSnapshot]) -> bytes:
    """The object of `fire --json`. At least one of the accounts has a run."""
    run = next(one.run for one in accounts if one.run is not None)
    report = FireJson(
        schema=SCHEMA,
        run=run.run,
        trigger=run.trigger,
        verdict=verdict_of(accounts),
        pressed_at=moment(run.pressed_at),
        lockout=any(one.lockout is not None for one in accounts),
        accounts=[_account(one.account.label, one.run) for one in accounts],
    )
    return msgspec.json.encode(report)


def as_text(accounts: Sequence[AccountSnapshot]) -> str:
    """For a person: the verdict first, then what is not gone."""
    lines: list[str] = []
    for one in accounts:
        if one.run is None:
            lines.append(f"{one.account.label}: nothing was sent. {one.reason}")
            continue
        lines += _account_lines(one.account.label, one.run)
    if all(one.lockout is None for one in accounts):
        lines.append("No lockout is on: what opens from now on stays open.")
    return "\n".join(lines)


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dollars(amount: Decimal | None) -> str:
    return f"{amount or 0:.2f}"


def number(value: Decimal | None) -> str | None:
    """Odds as the exchange wrote them, with their sign."""
    return None if value is None else f"{value.normalize():+f}"


def _account(label: str, run: RunSnapshot | None) -> AccountJson:
    if run is None:
        return AccountJson(
            account=label,
            verdict=Verdict.UNCONFIRMED,
            sent_ms=None,
            acknowledged_ms=None,
            clear_ms=None,
            routes={route: _route(RouteReport()) for route in Route},
            counts=Counts(),
            withdrawn=dollars(None),
            matched_before=dollars(None),
            late=0,
            escalation=EscalationJson(stage=Stage.ALL, since_ms=0.0),
            orders=[],
        )
    result = run.result
    return AccountJson(
        account=label,
        verdict=result.verdict,
        sent_ms=_ms(result.sent_ms),
        acknowledged_ms=_ms(result.acknowledged_ms),
        clear_ms=_ms(result.clear_ms),
        routes={route: _route(report) for route, report in result.routes.items()},
        counts=result.counts,
        withdrawn=dollars(result.withdrawn),
        matched_before=dollars(result.matched_before),
        late=result.late,
        escalation=EscalationJson(stage=result.stage, since_ms=round(result.stage_since_ms, 1)),
        orders=[_order(row) for row in result.orders],
    )


def _route(report: RouteReport) -> RouteJson:
    return RouteJson(attempts=report.attempts, answer=report.answer)


def _order(row: OrderResult) -> OrderJson:
    return OrderJson(
        order_id=row.order_id,
        outcome=row.outcome,
        description=row.description,
        odds=number(row.odds),
        cancelled=dollars(row.cancelled),
        filled=dollars(row.filled),
        reason=row.reason,
        user_reference=row.user_reference,
        game_id=row.game_id,
    )


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _account_lines(label: str, run: RunSnapshot) -> list[str]:
    result, counts = run.result, run.result.counts
    after = "" if result.clear_ms is None else f" after {result.clear_ms:,.0f} ms"
    told = [f"{counts.cancelled + counts.part_filled_then_cancelled} cancelled", f"${result.withdrawn:,.2f} withdrawn"]
    told += [f"${result.matched_before:,.2f} had matched"] if result.matched_before else []
    told += [f"{counts.filled_first} filled first"] if counts.filled_first else []
    told += [f"{counts.still_open} still open"] if counts.still_open else []
    told += [f"{counts.unknown} not known"] if counts.unknown else []
    told += [f"{result.late} of them came after it had been clear"] if result.late else []
    lines = [f"{label}: {_WORDS[result.verdict]}{after}: {', '.join(told)}."]
    if result.verdict is Verdict.CLEAR and not result.acknowledged:
        lines.append(
            "  The exchange never confirmed the cancel itself, but was asked four times and shows nothing open."
        )
    if result.verdict is not Verdict.CLEAR:
        lines += [f"  {route}: {report.trouble}" for route, report in result.routes.items() if report.trouble]
        lines += [
            f"  still open: {row.order_id} {row.description} {number(row.odds) or ''} ${dollars(row.still_open)}"
            for row in result.orders
            if row.outcome is Outcome.STILL_OPEN
        ]
        lines.append("  What to do now: look at the exchange's own site, or call its desk; then fire again.")
    return lines


_WORDS = {
    Verdict.CLEAR: "CLEAR",
    Verdict.NOT_CLEAR: "NOT CLEAR",
    Verdict.UNCONFIRMED: "UNCONFIRMED: your orders may still be open",
}
