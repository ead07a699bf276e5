"""Lets go of what no window shows any more, a few rows at a time.

Freeing the rows of 100,000 orders at once takes the interpreter, and with it the window and a press, for 20 to 75 ms,
and whoever drops the last reference pays. So this piece holds on to large tuples for longer than any window does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from panic_button.core.snapshot import Snapshot

LARGE = 5_000
KEPT_S = 1.0
# 500 take 0.15 ms. A press that comes meanwhile waits for no more than that.
AT_ONCE = 500
APART_S = 0.001


def let_go(before: Snapshot, after: Snapshot, *, loop: asyncio.AbstractEventLoop) -> None:
    """Let go of the rows of a snapshot that another has taken the place of. On the loop's own thread."""
    kept = {id(rows) for rows in _large(after)}
    for rows in _large(before):
        if id(rows) not in kept:
            loop.call_later(KEPT_S, _drop_some, list(rows), loop)


def _large(snapshot: Snapshot) -> Iterator[Sequence[object]]:
    for account in snapshot.accounts:
        for rows in (account.open_orders, None if account.run is None else account.run.result.orders):
            if rows is not None and len(rows) >= LARGE:
                yield rows


def _drop_some(rows: list[object], loop: asyncio.AbstractEventLoop) -> None:
    del rows[-AT_ONCE:]
    if rows:
        loop.call_later(APART_S, _drop_some, rows, loop)
