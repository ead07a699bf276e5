"""One order of a ledger: the evidence about it, and the outcome that follows from that.

What nobody says is gone is believed open.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, auto

from msgspec import Struct

from panic_button.core.model import ZERO, CancelRow, OpenOrder, OrderResult, Outcome


class Gone(Enum):
    """How somebody said that an order went."""

    CANCELLED = auto()
    FILLED = auto()


class Entry(Struct, gc=False):
    """The evidence about one order. `shown`: believed open."""

    order_id: str
    description: str = ""
    odds: Decimal | None = None
    bet: Decimal | None = None
    filled: Decimal = ZERO
    remaining: Decimal | None = None
    user_reference: str | None = None
    game_id: str | None = None
    shown: bool = True
    opened_at: float = 0.0
    gone: Gone | None = None
    gone_at: float = 0.0
    reason: str | None = None
    look_ups: int = 0
    tries: int = 0
    tried_at: float | None = None

    def describe(self, source: OpenOrder | CancelRow) -> None:
        self.description = self.description or source.description
        self.odds = source.odds if source.odds is not None else self.odds
        self.user_reference = source.user_reference or self.user_reference
        self.game_id = source.game_id or self.game_id

    def matched(self, filled: Decimal | None) -> None:
        """What has matched only ever grows, whoever tells it and however late."""
        if filled is not None and filled > self.filled:
            self.filled = filled

    @property
    def outcome(self) -> Outcome:
        if self.shown:
            return Outcome.STILL_OPEN
        if self.gone is None:
            return Outcome.UNKNOWN
        if self.gone is Gone.FILLED or (self.bet is not None and self.filled >= self.bet > ZERO):
            return Outcome.FILLED_FIRST
        return Outcome.PART_FILLED_THEN_CANCELLED if self.filled else Outcome.CANCELLED

    def result(self) -> OrderResult:
        outcome = self.outcome
        left = ZERO if self.bet is None else max(self.bet - self.filled, ZERO)
        withdrawn = outcome in (Outcome.CANCELLED, Outcome.PART_FILLED_THEN_CANCELLED)
        return OrderResult(
            order_id=self.order_id,
            outcome=outcome,
            description=self.description,
            odds=self.odds,
            cancelled=(left if self.remaining is None else self.remaining) if withdrawn else ZERO,
            filled=self.filled,
            still_open=left if outcome is Outcome.STILL_OPEN else ZERO,
            reason=self.reason if outcome is Outcome.STILL_OPEN else None,
            user_reference=self.user_reference,
            game_id=self.game_id,
        )
