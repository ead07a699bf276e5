"""How amounts, moments and durations are written: one way for the whole window.

A value that is not known is written as nothing or as a dash by whoever asks, never as zero.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

SECONDS_FROM_MS = 10_000
TENTHS_BELOW_MS = 10
MINUTE_S = 60


def amount(dollars: Decimal | None) -> str:
    """Two decimals and thousands separators, empty when not known."""
    return "" if dollars is None else f"{dollars:,.2f}"


def money(dollars: Decimal) -> str:
    return f"-${-dollars:,.2f}" if dollars < 0 else f"${dollars:,.2f}"


def american(odds: Decimal | None) -> str:
    """American odds with their sign, empty when not known."""
    if odds is None:
        return ""
    return f"{int(odds):+d}" if odds == odds.to_integral_value() else f"{odds:+f}"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def clock_time(moment: datetime) -> str:
    """The time of day in UTC, to the second."""
    return f"{moment.astimezone(UTC):%H:%M:%S}"


def exact_time(moment: datetime) -> str:
    """The time of day in UTC, to the millisecond."""
    utc = moment.astimezone(UTC)
    return f"{utc:%H:%M:%S}.{utc.microsecond // 1000:03d}"


def since_press(milliseconds: float) -> str:
    """A moment of a run, counted from the press."""
    if milliseconds < TENTHS_BELOW_MS:
        return f"+{milliseconds:.1f} ms"
    if milliseconds < SECONDS_FROM_MS:
        return f"+{milliseconds:,.0f} ms"
    return f"+{age(milliseconds / 1000)}"


def age(seconds: float) -> str:
    seconds = max(0.0, seconds)
    if seconds < MINUTE_S:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // MINUTE_S} min {int(seconds) % MINUTE_S} s"


def sentence(text: str) -> str:
    """Text from elsewhere, closed with a full stop so that another sentence may follow."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
