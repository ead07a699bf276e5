"""A fact of the journal in words, for a terminal and for the exported page."""

from __future__ import annotations

from collections.abc import Iterable

from panic_button.cli import report
from panic_button.core.evidence import Answered, Fact, OrdersBefore, Outcomes, RunEnded
from panic_button.core.model import Counts, OpenOrder, OrderResult
from panic_button.ui.journal_words import fact_words


def counted(counts: Counts) -> str:
    """Orders by outcome, none left out that is not zero."""
    told = [
        f"{count:,} {name.replace('_', ' ')}" for name in counts.__struct_fields__ if (count := getattr(counts, name))
    ]
    return ", ".join(told) or "no orders"


def visible(text: str) -> str:
    """One line of text whose control characters are spelled out."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def in_words(fact: Fact) -> list[str]:
    """The window's own sentence, and below it what only a terminal has room for: orders, counts, hashes."""
    return [fact_words(fact), *_more(fact)]


def _more(fact: Fact) -> Iterable[str]:
    match fact:
        case OrdersBefore():
            yield from map(_open_order, fact.orders)
        case Outcomes():
            yield from map(_outcome, fact.orders)
        case RunEnded():
            yield f"{counted(fact.counts)}, ${fact.matched_before:,.2f} had matched"
        case Answered() if fact.sha256:
            yield f"SHA-256 {fact.sha256}"


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
