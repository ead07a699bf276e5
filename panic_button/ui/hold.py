"""The guard as a small machine without Qt: presses, releases and time in, "fire" out.

Rule: it fires once a press, never early, and never for a hold that was let go before its time. How long a press lasted
is told by the moments of its events where the system gives them, not by when a busy window gets to see them.
"""

from __future__ import annotations

from panic_button.core.preferences import Guard, GuardKind

SECOND_CLICK_S = 2.0


class GuardMachine:
    """What the guard waits for. Times are seconds of one monotonic clock."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._held_since: float | None = None
        self._let_go_of: float | None = None
        self._clicked_at: float | None = None

    @property
    def holding(self) -> bool:
        return self._held_since is not None

    def asking(self, now: float) -> bool:
        """Whether a second click would fire."""
        return self._clicked_at is not None and now - self._clicked_at < SECOND_CLICK_S

    def pressed(self, now: float) -> bool:
        """A press began. True: fire."""
        if self.guard.kind is GuardKind.TWO_STEP:
            return self.clicked(now)
        self._held_since, self._let_go_of = now, None
        return False

    def clicked(self, now: float) -> bool:
        """A click that can't be held, from the two-step guard or an assistive tool. True: fire."""
        if self.asking(now):
            self.abort()
            return True
        self._clicked_at = now
        return False

    def elapsed(self, now: float) -> bool:
        """Time went by. True: the hold is complete, fire."""
        if self._held_since is None or now - self._held_since < self.guard.hold_s:
            return False
        self.abort()
        return True

    def released(self, now: float, *, lasted: float | None) -> bool:
        """The press ended. `lasted` is its length by the system's own clock, if known. True: fire."""
        if self._held_since is None:
            return False
        held = now - self._held_since if lasted is None else lasted
        done = held >= self.guard.hold_s
        self._let_go_of, self._held_since = None if done else self._held_since, None
        return done

    def resumed(self) -> bool:
        """The release was none after all: whether there is a hold to go on with."""
        self._held_since, self._let_go_of = self._let_go_of, None
        return self.holding

    def abort(self) -> None:
        self._held_since = self._let_go_of = None
        self._clicked_at = None

    def progress(self, now: float) -> float | None:
        """How much of the hold is done, or of the time for a second click is left; None at rest."""
        if self._held_since is not None:
            return min(1.0, (now - self._held_since) / self.guard.hold_s)
        if self._clicked_at is not None and self.asking(now):
            return 1.0 - (now - self._clicked_at) / SECOND_CLICK_S
        return None
