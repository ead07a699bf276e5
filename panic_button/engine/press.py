"""The moment of a press, taken on the thread that pressed: every time of its runs counts from here."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from panic_button.core.evidence import UnfinishedRun
from panic_button.core.model import Trigger

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Press:
    """One press: what fired, when, and the id of the run that it starts. `resumed`: it was made before a restart."""

    def __init__(self, trigger: Trigger) -> None:
        self._started = time.perf_counter()
        self.trigger = trigger
        self.pressed_at = datetime.now(UTC)
        self.run = _ulid(self.pressed_at)
        self.resumed = False

    @classmethod
    def of(cls, unfinished: UnfinishedRun) -> Press:
        """A press whose run was cut off by the end of the program. Its clock goes on, by the clock of the day."""
        press = cls(unfinished.trigger)
        press._started -= max(0.0, (press.pressed_at - unfinished.pressed_at).total_seconds())
        press.pressed_at = unfinished.pressed_at
        press.run = unfinished.run
        press.resumed = True
        return press

    def now(self) -> float:
        """Milliseconds since the press."""
        return (time.perf_counter() - self._started) * 1000


def _ulid(at: datetime) -> str:
    """An id that sorts by time: 48 bits of milliseconds, 80 of chance, in Crockford's base 32 (the ULID's form).

    Written here because a library for these few lines costs the window 20 ms at every start.
    """
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(_CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))
