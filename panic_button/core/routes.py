"""One route of a run: what is out on it, and from when more may follow. And the budget that all routes share.

At most one cancel-all is out on a route at any time.
"""

from __future__ import annotations

from collections import deque

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

_ANSWERS = {
    FailureKind.CLOSED: Answer.NO_ANSWER,
    FailureKind.UNREACHABLE: Answer.NO_ANSWER,
    FailureKind.TIMED_OUT: Answer.NO_ANSWER,
    FailureKind.TOKEN_REFUSED: Answer.REFUSED,
    FailureKind.FORBIDDEN: Answer.REFUSED,
    FailureKind.LIMITED: Answer.LIMITED,
    FailureKind.ERROR: Answer.ERROR,
    FailureKind.UNREADABLE: Answer.UNREADABLE,
}


def back_off(failures: int, retry_after: float | None = None) -> float:
    """How long to wait after so many failures in a row, in ms. What the exchange asks for goes first, within reason."""
    if retry_after is not None:
        return min(retry_after, RETRY_AFTER_AT_MOST)
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1]


class Budget:
    """At most so many in any second, whatever the reason."""

    def __init__(self, per_second: int) -> None:
        self._spent: deque[float] = deque(maxlen=per_second)

    def free_at(self) -> float:
        """The moment from which one more is allowed."""
        return self._spent[0] + 1_000.0 if len(self._spent) == self._spent.maxlen else float("-inf")

    def spend(self, at: float) -> None:
        self._spent.append(at)


class RouteState:
    """One route. `pressed` is a press that has not gone out on it yet: it overrides every pause but the budget's."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.available = False
        self.refused = False
        self.pressed = False
        self.attempts = 0
        self.all_out: int | None = None
        self.these_out: dict[int, tuple[str, ...]] = {}
        self.repeat_at = 0.0
        self.blocked_until = 0.0
        self.answer = Answer.NOT_USED
        self._failures = 0
        self._trouble = ""

    @property
    def usable(self) -> bool:
        return self.available and not self.refused

    @property
    def busy(self) -> bool:
        return self.all_out is not None or bool(self.these_out)

    @property
    def spent(self) -> bool:
        """Nothing more can come of it unless a person or a new token helps."""
        return self.all_out is None and (not self.usable or self.answer is Answer.REFUSED)

    def attempt(self) -> int:
        self.attempts += 1
        return self.attempts

    def ended(self, attempt: int) -> tuple[str, ...]:
        """A cancel call is over. Returns the orders that it named, none for a cancel-all."""
        if self.all_out == attempt:
            self.all_out = None
        return self.these_out.pop(attempt, ())

    def answered(self, at: float) -> None:
        self.answer, self._trouble, self._failures = Answer.OK, "", 0
        self.repeat_at, self.blocked_until = at + REPEAT, at

    def failed(self, failure: Failure, at: float, retry_after: float | None) -> None:
        self.answer, self._trouble = _ANSWERS[failure.kind], failure.text
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
