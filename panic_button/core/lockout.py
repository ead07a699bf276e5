"""The lockout: after a mass cancel whatever opens is cancelled again, until a reset. Here: what opened, and by whom.

It is this program watching, and no block on the exchange. The cancelling itself is the mass cancel's: a lockout is a
watch that does not end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from panic_button.core.model import OpenOrder

MOST_PLACERS = 20
REST = "others"

# What tells one order of a bot from its others: a UUID, a word with a digit in it after a separator, or a number.
_ORDERS_OWN = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$|(?<=[-_:./#])(?=[^\W_]*\d)[^\W_]*$|\d+$", re.IGNORECASE | re.ASCII
)


class Placer(Struct, frozen=True, kw_only=True):
    """Who keeps placing, by the part of `userReference` that its orders share; empty for orders without one."""

    prefix: str
    caught: int
    first_at: datetime
    last_at: datetime


class Lockout(Struct, frozen=True, kw_only=True):
    """A lockout that is on. `placers`: the busiest first, those past the first few as one.

    `trouble` is a sentence where it could not be kept on this machine's disk, and so ends with the program.
    """

    since: datetime
    run: str
    trouble: str = ""
    caught: int = 0
    placers: tuple[Placer, ...] = ()


class LockoutWatch:
    """Counts the orders that opened while one account's lockout is on, each once by its id."""

    def __init__(self, *, since: datetime, run: str, known: Iterable[OpenOrder] = ()) -> None:
        self._since = since
        self._run = run
        self._known_at_first = known
        self._ids: set[str] | None = None
        self._placers: dict[str, Placer] = {}
        self._caught = 0
        self.trouble = ""

    def saw(self, order: OpenOrder, at: datetime) -> bool:
        """An order is open. True where it is a new one: it was caught."""
        if order.order_id in self._known:
            return False
        self._known.add(order.order_id)
        self._caught += 1
        prefix = prefix_of(order.user_reference)
        if prefix not in self._placers and len(self._placers) >= MOST_PLACERS:
            prefix = REST
        before = self._placers.get(prefix)
        self._placers[prefix] = Placer(
            prefix=prefix,
            caught=1 if before is None else before.caught + 1,
            first_at=at if before is None else before.first_at,
            last_at=at,
        )
        return True

    @property
    def _known(self) -> set[str]:
        """Made when it is first needed, which is after the press has been sent."""
        if self._ids is None:
            self._ids = {order.order_id for order in self._known_at_first}
        return self._ids

    def belongs_to(self, run: str) -> None:
        """A new press carries the lockout on."""
        self._run = run

    @property
    def state(self) -> Lockout:
        busiest_first = sorted(self._placers.values(), key=lambda placer: -placer.caught)
        return Lockout(
            since=self._since, run=self._run, trouble=self.trouble, caught=self._caught, placers=tuple(busiest_first)
        )


def prefix_of(user_reference: str | None) -> str:
    """What the references of one bot share: that of "mm-nba-17" is "mm-nba-". A bare number is its own."""
    reference = user_reference or ""
    return _ORDERS_OWN.sub("", reference) or reference
