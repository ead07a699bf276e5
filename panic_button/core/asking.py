"""What a run asks besides cancelling, and when: listings, look-ups of orders that went without a word, sign-ins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from panic_button.core.actions import List, LookUp, SignIn
from panic_button.core.model import Failure, FailureKind
from panic_button.core.routes import REPEAT, Budget, back_off

LOOK_UPS_AT_ONCE = 8
LOOK_UPS_PER_SECOND = 20

_REFUSALS = frozenset({FailureKind.TOKEN_REFUSED, FailureKind.FORBIDDEN})


class Listings:
    """One listing out at a time, and when the next is due."""

    def __init__(self) -> None:
        self.next_at = 0.0
        self.out_since: float | None = None
        self.refused = False
        self._failures = 0

    def answered(self) -> None:
        self.out_since, self._failures, self.refused = None, 0, False

    def failed(self, failure: Failure, at: float) -> None:
        """Asked again within a second whatever the reason: one read a second is no burden, and a run that is silent for
        longer looks dead.
        """
        self.out_since = None
        self._failures += 1
        self.refused = failure.kind in _REFUSALS
        self.next_at = at + back_off(self._failures)

    def due(self, at: float, wake: list[float]) -> Iterator[List]:
        if self.out_since is not None:
            return
        if self.next_at > at:
            wake.append(self.next_at)
            return
        self.out_since = at
        yield List()


class LookUps:
    """The look-ups that are out, and their own budget."""

    def __init__(self) -> None:
        self._out: set[str] = set()
        self._budget = Budget(LOOK_UPS_PER_SECOND)

    @property
    def busy(self) -> bool:
        return bool(self._out)

    def ended(self, order_id: str) -> None:
        self._out.discard(order_id)

    def due(self, order_ids: Iterable[str], at: float, wake: list[float]) -> Iterator[LookUp]:
        for order_id in order_ids:
            if len(self._out) >= LOOK_UPS_AT_ONCE:
                return
            if order_id in self._out:
                continue
            if (due := self._budget.free_at()) > at:
                wake.append(due)
                return
            self._budget.spend(at)
            self._out.add(order_id)
            yield LookUp(order_id)


class SignIns:
    """At most one sign-in at a time, and one a second, for a token that was refused."""

    def __init__(self) -> None:
        self.working = False
        self._wanted = False
        self._next_at = 0.0

    def hear(self, failure: Failure) -> None:
        self._wanted = self._wanted or failure.kind is FailureKind.TOKEN_REFUSED

    def ended(self) -> bool:
        """Whether one had been asked for."""
        worked, self.working = self.working, False
        return worked

    def due(self, at: float, wake: list[float]) -> Iterator[SignIn]:
        if not self._wanted or self.working:
            return
        if self._next_at > at:
            wake.append(self._next_at)
            return
        self._wanted, self.working = False, True
        self._next_at = at + REPEAT
        yield SignIn()
