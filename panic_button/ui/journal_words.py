"""What the journal tells of a run, in words: a line of the list, and the lines of its time line.

Rule: every fact has its words here, and none says more than was kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from itertools import chain

from msgspec import Struct

from panic_button.core.evidence import (
    Answered,
    Asked,
    Entry,
    EvidenceLost,
    Fact,
    Listed,
    LockoutCaught,
    LockoutReset,
    LockoutStarted,
    OrdersBefore,
    Outcomes,
    Pressed,
    PressedAgain,
    ProgramStarted,
    RunEnded,
    RunSummary,
    SettingsChanged,
    SignedIn,
    SignedOut,
    SignInRefused,
    VerdictSaid,
    since,
)
from panic_button.core.model import OrderResult, Route
from panic_button.ui.words import amount, clock_time, count, money, sentence, since_press

ROUTE_NAMES = {Route.HTTPS: "HTTPS", Route.SOCKET: "Orders socket"}
RUN_TITLES = ("Time UTC", "Trigger", "Account", "Verdict", "Cancelled", "Withdrawn $", "Ended")
RUN_FIGURES = frozenset({4, 5})


class RunPage(Struct, frozen=True, kw_only=True):
    """One run, opened: when it was, what happened since, and what became of its orders. `trouble` instead of all."""

    title: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    orders: tuple[OrderResult, ...] = ()
    trouble: str = ""


def run_cells(run: RunSummary) -> tuple[str, ...]:
    """One run as the list shows it. What was never kept stays empty."""
    counts = run.counts
    return (
        f"{run.pressed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        run.trigger.value,
        ", ".join(run.accounts),
        "none said" if run.verdict is None else run.verdict.value,
        "" if counts is None else f"{counts.cancelled + counts.part_filled_then_cancelled:,}",
        "" if counts is None else amount(run.withdrawn),
        "yes" if run.ended else "no",
    )


def run_page(run: RunSummary, entries: Sequence[Entry]) -> RunPage:
    outcomes = [entry.fact.orders for entry in entries if isinstance(entry.fact, Outcomes)]
    press = next((entry for entry in entries if isinstance(entry.fact, Pressed)), None)
    several = len(run.accounts) > 1
    return RunPage(
        title=f"{run_cells(run)[0]} UTC · {', '.join(run.accounts)}",
        lines=tuple((_when(entry, press), _what(entry, several=several)) for entry in entries),
        # A run that went on after CLEAR tells more than once: the newest outcome of an order is its own.
        orders=tuple({order.order_id: order for order in chain.from_iterable(outcomes)}.values()),
    )


def _when(entry: Entry, press: Entry | None) -> str:
    return clock_time(entry.at) if press is None else since_press(max(0.0, since(press, entry)))


def _what(entry: Entry, *, several: bool) -> str:
    return f"{entry.account}: {fact_words(entry.fact)}" if several and entry.account else fact_words(entry.fact)


def fact_words(fact: Fact) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a fact
    match fact:
        case ProgramStarted():
            return f"The program started: version {fact.version}, {fact.user} on {fact.machine}."
        case Pressed():
            lockout = ", with a lockout" if fact.lockout else ""
            stake = f"{count(fact.open_orders, 'order')} open, {money(fact.at_risk)} at risk"
            return f"Pressed ({fact.trigger.value}): {stake}{lockout}."
        case OrdersBefore():
            return f"{count(len(fact.orders), 'order')} open before the press."
        case PressedAgain():
            return "Pressed again."
        case Asked():
            return f"{ROUTE_NAMES[fact.route]}: {_request(fact)} sent."
        case Answered():
            return f"{ROUTE_NAMES[fact.route]}: {_answer(fact)}"
        case Listed():
            unreadable = f", {fact.unreadable:,} of them unreadable" if fact.unreadable else ""
            return f"The exchange listed {count(fact.open + fact.unreadable, 'open order')}{unreadable}."
        case VerdictSaid():
            return f"{fact.verdict.value}."
        case Outcomes():
            return f"What became of {count(len(fact.orders), 'order')}: below."
        case RunEnded():
            return f"Ended {fact.verdict.value}: {fact.how.value}, {money(fact.withdrawn)} withdrawn."
        case LockoutStarted():
            return "Lockout on: new orders are cancelled as they appear."
        case LockoutCaught():
            name = fact.description or fact.order_id
            return f"New order, to be cancelled: {name}{f', {fact.user_reference}' if fact.user_reference else ''}."
        case LockoutReset():
            return f"Lockout reset: {sentence(fact.reason)}"
        case SignedIn():
            return f"{fact.username} signed in, {fact.how}."
        case SignInRefused():
            return f"Sign-in refused: {sentence(fact.words)}"
        case SignedOut():
            return "Signed out."
        case SettingsChanged():
            return f"Settings changed: {', '.join(f'{name} = {value}' for name, value in fact.changes.items())}."
        case EvidenceLost():
            lost = "1 entry" if fact.entries == 1 else f"{fact.entries:,} entries"
            return f"{lost} of evidence lost: {sentence(fact.words)}"


def _request(fact: Asked | Answered) -> str:
    return fact.what if fact.attempt is None else f"{fact.what}, attempt {fact.attempt},"


def _answer(fact: Answered) -> str:
    if fact.failure:
        return f"{_request(fact)} failed after {fact.took_ms:,.0f} ms. {sentence(fact.failure)}"
    status = "" if fact.status is None else f" {fact.status}"
    return f"{_request(fact)} answered{status} after {fact.took_ms:,.0f} ms, {fact.size:,} bytes."
