"""Clocks that an exchange goes by in a test, so that no test waits."""

import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 4, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


class FastClock:
    """Runs so many times as fast as the wall's."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    @property
    def seconds(self) -> float:
        return (time.monotonic() - self._since) * self._speed
