"""How slow this machine is just now: what a promise in seconds is allowed to be late by."""

from __future__ import annotations

import threading
import time
from collections import deque

_EVERY_S = 0.01
_KEPT = 60_000


class Slowness:
    """A thread that wants to run every 10 ms, and notes how late it was."""

    def __init__(self) -> None:
        self._lags: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        threading.Thread(target=self._watch, name="slowness", daemon=True).start()

    def _watch(self) -> None:
        while True:
            due = time.perf_counter() + _EVERY_S
            time.sleep(_EVERY_S)
            now = time.perf_counter()
            self._lags.append((now, now - due))

    def worst_s(self, since: float) -> float:
        return max((lag for at, lag in tuple(self._lags) if at >= since), default=0.0)
