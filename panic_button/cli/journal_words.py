"""A fact of the journal in words, for a terminal and for the exported page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from panic_button.cli import report
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
    SettingsChanged,
    SignedIn,
    SignedOut,
    SignInRefused,
    VerdictSaid,
)
from panic_button.core.model import Counts, OpenOrder, OrderResult

_RESTARTED_MS: Final = 60_000.0


def since(press: Entry, entry: Entry) -> float:
    """Milliseconds from one entry to another; as the clock on the wall says where a restart lies in between."""
    on_the_wall = (entry.at - press.at).total_seconds() * 1_000
    monotonic = (entry.mono_ns - press.mono_ns) / 1e6
    return monotonic if abs(monotonic - on_the_wall) < _RESTARTED_MS else on_the_wall


def counted(counts: Counts) -> str:
    """Orders by outcome, none left out that is not zero."""
    told = [
        f"{count:,} {name.replace('_', ' ')}" for name in counts.__struct_fields__ if (count := getattr(counts, name))
    ]
    return ", ".join(told) or "no orders"


def visible(text: str) -> str:
    """One line of text whose control characters are spelled out."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def in_words(fact: Fact) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one kind of fact a case
    """A sentence, and below it a line an order where the fact is about orders."""
    match fact:
        case ProgramStarted():
            return [f"Panic Button {fact.version} started by {fact.user} on {fact.machine}"]
        case Pressed():
            lockout = ", with a lockout" if fact.lockout else ""
            return [f"pressed ({fact.trigger}): {fact.open_orders:,} open, ${fact.at_risk:,.2f} at risk{lockout}"]
        case OrdersBefore():
            return [f"open before: {len(fact.orders):,}", *map(_open_order, fact.orders)]
        case PressedAgain():
            return ["pressed again"]
        case Asked():
            return [f"{fact.route}: {fact.what} sent{_attempt(fact.attempt)}"]
        case Answered():
            return [f"{fact.route}: {fact.what}{_attempt(fact.attempt)} {', '.join(_answer(fact))}"]
        case Listed():
            unreadable = f", {fact.unreadable:,} of them unreadable" if fact.unreadable else ""
            return [f"listed: {fact.open + fact.unreadable:,} open{unreadable}"]
        case VerdictSaid():
            return [f"{fact.verdict} after {fact.after_ms:,.0f} ms"]
        case Outcomes():
            return [f"outcomes: {len(fact.orders):,}", *map(_outcome, fact.orders)]
        case RunEnded():
            money = f"${fact.withdrawn:,.2f} withdrawn, ${fact.matched_before:,.2f} had matched"
            return [f"ended ({fact.how}): {fact.verdict}, {counted(fact.counts)}, {money}"]
        case LockoutStarted():
            return [f"lockout since {report.moment(fact.since)}"]
        case LockoutCaught():
            return [f"lockout cancels {' '.join(_given(fact.order_id, fact.description, fact.user_reference))}"]
        case LockoutReset():
            return [f"lockout reset: {fact.reason}"]
        case SignedIn():
            return [f"signed in as {fact.username} ({fact.how})"]
        case SignInRefused():
            return [f"sign-in refused: {fact.words}"]
        case SignedOut():
            return ["signed out"]
        case SettingsChanged():
            return ["settings: " + ", ".join(f"{entry} = {value}" for entry, value in fact.changes.items())]
        case EvidenceLost():
            return [f"the journal itself: {fact.words}"]


def _attempt(attempt: int | None) -> str:
    return "" if attempt is None else f" (attempt {attempt})"


def _answer(fact: Answered) -> Iterable[str]:
    yield f"answered after {fact.took_ms:,.1f} ms" if fact.sha256 else f"not answered for {fact.took_ms:,.1f} ms"
    if fact.status is not None:
        yield f"status {fact.status}"
    if fact.sha256:
        yield f"{fact.size:,} bytes, SHA-256 {fact.sha256}"
    if fact.failure:
        yield fact.failure


def _open_order(order: OpenOrder) -> str:
    risk = None if order.at_risk is None else f"${order.at_risk:,.2f}"
    return "  ".join(_given(order.order_id, order.description, report.number(order.odds), risk, order.user_reference))


def _outcome(row: OrderResult) -> str:
    amounts = (
        f"${amount:,.2f} {what}"
        for amount, what in ((row.cancelled, "cancelled"), (row.filled, "filled"), (row.still_open, "still open"))
        if amount
    )
    words = row.outcome.replace("_", " ")
    return "  ".join(
        _given(row.order_id, words, row.description, report.number(row.odds), *amounts, row.user_reference, row.reason)
    )


def _given(*texts: str | None) -> list[str]:
    return [text for text in texts if text]
