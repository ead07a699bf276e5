"""The moment of a press, taken on the thread that pressed: every time of its runs counts from here."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from ulid import ULID

from panic_button.core.model import Trigger


class Press:
    """One press: what fired, when, and the id of the run that it starts."""

    def __init__(self, trigger: Trigger) -> None:
        self._started = time.perf_counter()
        self.trigger = trigger
        self.pressed_at = datetime.now(UTC)
        self.run = str(ULID.from_datetime(self.pressed_at))

    def now(self) -> float:
        """Milliseconds since the press."""
        return (time.perf_counter() - self._started) * 1000
