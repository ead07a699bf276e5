"""Who makes the practice book live: the account's own bots, which place orders, and strangers, who take them.

Both are off until started, from any thread; they act when `tick` is called, as often as their pace has come due since.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from panic_button.practice.book import Book
from panic_button.practice.model import CENT
from panic_button.practice.world import ticket

_CATCHES_UP = timedelta(minutes=1)  # and no further: a machine may have slept for hours
_SHARES_TAKEN = tuple(Decimal(share) for share in ("0.25", "0.5", "1"))


@dataclass(slots=True)
class _Pace:
    every: timedelta
    next_at: datetime
    left: int | None

    def takes_turn(self, now: datetime) -> bool:
        if self.next_at > now or self.left == 0:
            return False
        self.next_at = max(self.next_at, now - _CATCHES_UP)
        self.next_at += self.every
        if self.left is not None:
            self.left -= 1
        return True


class Makers:
    """The simulated traders around one book."""

    def __init__(self, book: Book, rng: Random) -> None:
        self._book = book
        self._rng = rng
        self._lock = threading.Lock()
        self._placing: _Pace | None = None
        self._taking: _Pace | None = None

    def start_placing(self, *, every_s: float, count: int | None = None) -> None:
        """The account's bots place an order every so many seconds, `count` of them or until stopped."""
        with self._lock:
            self._placing = self._pace(every_s, count)

    def start_taking(self, *, every_s: float, count: int | None = None) -> None:
        """A stranger takes some of an open order every so many seconds, `count` times or until stopped."""
        with self._lock:
            self._taking = self._pace(every_s, count)

    def stop(self) -> None:
        with self._lock:
            self._placing = self._taking = None

    def tick(self) -> None:
        now = self._book.now()
        with self._lock:
            while self._placing is not None and self._placing.takes_turn(now):
                self._place(now)
            while self._taking is not None and self._taking.takes_turn(now):
                self._take()

    def _pace(self, every_s: float, count: int | None) -> _Pace:
        every = timedelta(seconds=every_s)
        return _Pace(every, self._book.now() + every, count)

    def _place(self, now: datetime) -> None:
        coming = [game for game in self._book.games.values() if game.start > now]
        if coming:
            self._book.place(ticket(self._rng, self._rng.choice(coming)))

    def _take(self) -> None:
        orders = self._book.open_orders()
        if orders:
            order = self._rng.choice(orders)
            self._book.fill(order.id, max(CENT, (order.bet * self._rng.choice(_SHARES_TAKEN)).quantize(CENT)))
