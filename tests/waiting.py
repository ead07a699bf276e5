"""Waits for a condition instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 15.0


def wait_until(
    condition: Callable[[], object], what: str = "the awaited condition", within_s: float = PATIENCE_S
) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.003)
