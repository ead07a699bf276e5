"""The columns of the two tables: what stands in a cell, how it sorts, what the filter looks through.

Rule: nothing is computed for a row before somebody asks for it: 100,000 rows must cost nothing while they are not seen.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic

from msgspec import Struct

from panic_button.core.model import OpenOrder, OrderResult, Outcome
from panic_button.ui.values import Row, Symbol, Tone
from panic_button.ui.words import american, amount

Key = Callable[[Row], Any]


class Column(Struct, Generic[Row], frozen=True, kw_only=True):
    """One column. `key` gives what it sorts by, None for rows that go last; `sample` sets its least width."""

    title: str
    text: Callable[[Row], str]
    key: Key[Row]
    sample: str
    number: bool = False
    mono: bool = False


class Sheet(Struct, Generic[Row], frozen=True, kw_only=True):
    """One table's columns, and what its rows say of themselves.

    `elastic` names the columns that give way, in this order, so that the first `essential` ones are seen; the first of
    them takes what room is left over.
    """

    columns: tuple[Column[Row], ...]
    elastic: tuple[int, ...]
    essential: int
    haystack: Callable[[Row], str]
    failed: Callable[[Row], bool] = lambda _row: False
    mark: Callable[[Row, int], tuple[Tone, Symbol | None] | None] = lambda _row, _column: None


class OutcomeWords(Struct, frozen=True, kw_only=True):
    """How an outcome is told."""

    text: str
    symbol: Symbol
    tone: Tone


OUTCOMES = {
    Outcome.STILL_OPEN: OutcomeWords(text="Failed", symbol=Symbol.CROSS, tone=Tone.BAD),
    Outcome.UNKNOWN: OutcomeWords(text="Unknown", symbol=Symbol.QUESTION, tone=Tone.WARN),
    Outcome.FILLED_FIRST: OutcomeWords(text="Filled first", symbol=Symbol.DOT, tone=Tone.WARN),
    Outcome.PART_FILLED_THEN_CANCELLED: OutcomeWords(text="Part filled", symbol=Symbol.HALF, tone=Tone.OK),
    Outcome.CANCELLED: OutcomeWords(text="Cancelled", symbol=Symbol.CHECK, tone=Tone.OK),
}
RANKS = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
TROUBLED = frozenset({Outcome.STILL_OPEN, Outcome.UNKNOWN})

RESULT_COLUMN = 0
REASON_COLUMN = 5


def _mark(row: OrderResult, column: int) -> tuple[Tone, Symbol | None] | None:
    if column == RESULT_COLUMN:
        words = OUTCOMES[row.outcome]
        return words.tone, words.symbol
    if column == REASON_COLUMN and row.outcome in TROUBLED:
        return OUTCOMES[row.outcome].tone, None
    return None


def _words(title: str, text: Callable[[Row], str], sample: str, *, mono: bool = False) -> Column[Row]:
    """A column of text, sorted without regard to case, empty ones last."""
    return Column(title=title, text=text, key=lambda row: text(row).casefold() or None, sample=sample, mono=mono)


def _figures(
    title: str, write: Callable[[Decimal | None], str], value: Callable[[Row], Decimal | None], sample: str = "100.00"
) -> Column[Row]:
    """A column of numbers, sorted by value, unknown ones last."""

    def key(row: Row) -> float | None:
        # Exact for any amount below a trillion dollars, and four times as fast to sort as decimals.
        number = value(row)
        return None if number is None else float(number)

    return Column(title=title, text=lambda row: write(value(row)), key=key, sample=sample, number=True)


ORDER_SAMPLE = "Over 221.5 LAL-BOS"
ODDS_SAMPLE = "+10000"
REFERENCE_SAMPLE = "maker-77"
ID_SAMPLE = "65b036dfb31407c2b6bc1cfe"

OPEN_SHEET: Sheet[OpenOrder] = Sheet(
    columns=(
        _words("Order", lambda row: row.description, ORDER_SAMPLE),
        _figures("Odds", american, lambda row: row.odds, ODDS_SAMPLE),
        _figures("Open $", amount, lambda row: row.at_risk),
        _figures("Filled $", amount, lambda row: row.filled),
        _words("Reference", lambda row: row.user_reference or "", REFERENCE_SAMPLE),
        _words("Order id", lambda row: row.order_id, ID_SAMPLE, mono=True),
    ),
    elastic=(0, 4),
    essential=5,
    haystack=lambda row: f"{row.description}\n{row.user_reference or ''}\n{row.order_id}".lower(),
)

RESULT_SHEET: Sheet[OrderResult] = Sheet(
    columns=(
        Column(
            title="Result",
            text=lambda row: OUTCOMES[row.outcome].text,
            key=lambda row: RANKS[row.outcome],
            sample="Cancelled",
        ),
        _words("Order", lambda row: row.description, ORDER_SAMPLE),
        _figures("Odds", american, lambda row: row.odds, ODDS_SAMPLE),
        _figures("Cancelled $", amount, lambda row: row.cancelled),
        _figures("Filled $", amount, lambda row: row.filled),
        _words("Reason", lambda row: row.reason or "", "Reason"),
        _words("Reference", lambda row: row.user_reference or "", REFERENCE_SAMPLE),
        _words("Order id", lambda row: row.order_id, ID_SAMPLE, mono=True),
    ),
    elastic=(1, 5),
    essential=6,
    haystack=lambda row: (
        f"{OUTCOMES[row.outcome].text}\n{row.description}\n{row.reason or ''}\n"
        f"{row.user_reference or ''}\n{row.order_id}"
    ).lower(),
    failed=lambda row: row.outcome is Outcome.STILL_OPEN,
    mark=_mark,
)
