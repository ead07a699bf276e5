"""When CLEAR, and when NOT CLEAR, may be said of listings.

CLEAR: two empty listings in a row, the second asked at least 500 ms after the first, both asked after a cancel-all was
answered in good form. Where none ever was: four in a row over at least 2 s, asked after the last send. Nothing else
is proof, and one listing that fails or shows an order starts the row anew.
"""

from __future__ import annotations

from panic_button.core.routes import REPEAT

LISTING_PAUSE = 250.0
CLEAR_APART = 500.0
UNACKNOWLEDGED_LISTINGS = 4
UNACKNOWLEDGED_APART = 2_000.0

# How long the last word of a listing stands while the next one is on its way: a verdict that flickers can't be read.
LISTING_STANDS = 1_000.0


class Proof:
    """The listings of one run and the cancels that they speak of."""

    def __init__(self) -> None:
        self.acknowledged_at: float | None = None
        self.open_count: int | None = None
        self.asked_at: float | None = None
        self.empty: list[float] = []
        self.last_send = 0.0
        # A listing tells how a cancel went when it was asked after one had ended, or had been out for so long.
        self.told_at: float | None = None
        self._open_until: float | None = None
        self._opened_at = 0.0

    def sent(self, at: float) -> None:
        self.last_send = at

    def ended(self, at: float) -> None:
        """A cancel call is over, however: only listings asked from now on show what came of it."""
        self.told_at = at

    def acknowledged(self, at: float) -> None:
        if self.acknowledged_at is None:
            self.acknowledged_at = at

    def listed(self, asked_at: float, open_count: int, at: float) -> None:
        self.asked_at, self.open_count = asked_at, open_count
        if open_count:
            self.empty.clear()
            if self._tells(asked_at):
                self._open_until = at + LISTING_STANDS
        else:
            self._open_until = None
            self.empty.append(asked_at)

    def listing_failed(self) -> None:
        self.asked_at = self.open_count = self._open_until = None
        self.empty.clear()

    def opened(self, at: float) -> None:
        """An order showed up outside a listing: one that was asked before tells nothing of it."""
        self._opened_at = at
        self.empty.clear()
        self._open_until = at + LISTING_STANDS

    @property
    def told_after_an_answer(self) -> bool:
        """Whether the newest listing was asked after a cancel-all had been answered."""
        if self.asked_at is None or self.acknowledged_at is None:
            return False
        return self.asked_at >= self.acknowledged_at

    @property
    def clear(self) -> bool:
        row = self._row()
        if self.acknowledged_at is not None:
            return len(row) > 1 and row[-1] - row[0] >= CLEAR_APART
        return len(row) >= UNACKNOWLEDGED_LISTINGS and row[-1] - row[0] >= UNACKNOWLEDGED_APART

    def shows_open(self, at: float) -> bool:
        """Whether orders are open for all that is known now."""
        if self._open_until is None:
            return False
        return at <= self._open_until or (self.asked_at is not None and self._tells(self.asked_at))

    def changes_at(self) -> float | None:
        """When `shows_open` may change with no event at all."""
        return None if self._open_until is None else self._open_until + 1.0

    def next_listing(self, at: float) -> float:
        """When to ask again after an answer that came now."""
        news_at = max(self._opened_at, self.told_at or 0.0)
        if self.asked_at is not None and news_at > self.asked_at:
            return at
        row = self._row()
        apart = UNACKNOWLEDGED_APART if self.acknowledged_at is None else CLEAR_APART
        wanted = row[0] + apart if row else at + LISTING_PAUSE
        return min(at + LISTING_PAUSE, max(at, wanted))

    def _row(self) -> list[float]:
        """The empty listings in a row that count."""
        if self.acknowledged_at is None:
            return [asked for asked in self.empty if asked > self.last_send and asked >= self._opened_at]
        return [asked for asked in self.empty if asked >= max(self.acknowledged_at, self._opened_at)]

    def _tells(self, asked_at: float) -> bool:
        return asked_at >= (REPEAT if self.told_at is None else self.told_at)
