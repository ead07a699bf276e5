"""One route of a run: what is out on it, and from when more may follow. And the budget that all routes share.

At most one cancel-all is out on a route at any time, but for hedges: the same call once more on another connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from panic_button.core.failures import MEANINGS
from panic_button.core.model import (
    Answer,
    Failure,
    FailureKind,
    Route,
    RouteReport,
)

REPEAT = 1_000.0
BACK_OFF = (250.0, 500.0, 1_000.0)
RETRY_AFTER_AT_MOST = 5_000.0


def back_off(failures: int, retry_after: float | None = None) -> float:
    """How long to wait after so many failures in a row, in ms. What the exchange asks for goes first, within reason."""
    if retry_after is not None:
        return min(retry_after, RETRY_AFTER_AT_MOST)
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1]


class Budget:
    """At most so many in any second, whatever the reason. `spent`: when some already were, before the run."""

    def __init__(self, per_second: int, spent: Iterable[float] = ()) -> None:
        self._per_second = per_second
        self._spent = deque(spent, maxlen=per_second)

    def free_at(self, *, sparing: int = 0) -> float:
        """The moment from which one more is allowed; with `sparing`, while so many are left for others as well."""
        allowed = self._per_second - sparing
        return self._spent[-allowed] + 1_000.0 if len(self._spent) >= allowed else float("-inf")

    def spend(self, at: float, *, instead_of: float | None = None) -> None:
        """One more; `instead_of` one that was counted then and comes only now."""
        if instead_of is not None and instead_of in self._spent:
            self._spent.remove(instead_of)
        self._spent.append(at)

    def left(self, at: float) -> int:
        return self._per_second - sum(1 for spent_at in self._spent if spent_at > at - 1_000.0)

    @property
    def spent(self) -> tuple[float, ...]:
        return tuple(self._spent)


class RouteState:
    """One route. `pressed` is a press that has not gone out on it yet: it overrides every pause but the budget's.

    `wanted` is a new order that no cancel-all has gone out for: it overrides the pauses too, and spares the budget.
    """

    def __init__(self, route: Route) -> None:
        self.route = route
        self.available = False
        self.refused = False
        self.pressed = False
        self.wanted = False
        self.attempts = 0
        self.all_out: set[int] = set()
        self.these_out: dict[int, tuple[str, ...]] = {}
        self.games_out: dict[int, str] = {}
        self.repeat_at = 0.0
        self.blocked_until = 0.0
        self.answer = Answer.NOT_USED
        self._failures = 0
        self._trouble = ""

    @property
    def usable(self) -> bool:
        return self.available and not self.refused

    @property
    def partly_out(self) -> bool:
        """Whether a cancel of some orders or of a game is out."""
        return bool(self.these_out or self.games_out)

    @property
    def busy(self) -> bool:
        return bool(self.all_out) or self.partly_out

    @property
    def spent(self) -> bool:
        """Nothing more can come of it unless a person or a new token helps."""
        return not self.all_out and (not self.usable or self.answer is Answer.REFUSED)

    def attempt(self) -> int:
        self.attempts += 1
        return self.attempts

    def send_all(self) -> int:
        self.pressed = self.wanted = False
        attempt = self.attempt()
        self.all_out.add(attempt)
        return attempt

    def ended(self, attempt: int) -> tuple[str, ...]:
        """A cancel call is over. Returns the orders that it named, none for a cancel-all.

        The first end of a cancel-all or of one of its hedges is the end of them all: whatever is still out can only
        cancel, and the route goes on.
        """
        if attempt in self.all_out:
            self.all_out.clear()
        return self.these_out.pop(attempt, ())

    def answered(self, at: float) -> None:
        self.answer, self._trouble, self._failures = Answer.OK, "", 0
        self.repeat_at, self.blocked_until = at + REPEAT, at

    def failed(self, failure: Failure, at: float, retry_after: float | None) -> None:
        self.answer, self._trouble = MEANINGS[failure.kind].answer, failure.text
        self._failures += 1
        pause = back_off(self._failures, retry_after)
        if failure.kind is FailureKind.CLOSED and self._failures == 1:
            pause = 0.0
        elif failure.kind is FailureKind.FORBIDDEN:
            pause = REPEAT
        self.refused = failure.kind is FailureKind.TOKEN_REFUSED
        self.repeat_at = self.blocked_until = at + pause

    def free_now(self, at: float) -> None:
        """Forget every pause."""
        self.refused = False
        self.repeat_at = self.blocked_until = at

    def report(self) -> RouteReport:
        return RouteReport(attempts=self.attempts, answer=self.answer, trouble=self._trouble)
