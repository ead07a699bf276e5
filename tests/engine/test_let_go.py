"""Rows that no window shows any more go a few at a time, and not before every window has moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from panic_button.core.model import Account, OpenOrder
from panic_button.core.snapshot import AccountSnapshot, Snapshot
from panic_button.engine.let_go import APART_S, AT_ONCE, KEPT_S, LARGE, let_go


class Later:
    """A loop of which nothing is asked but to call later, and that calls when it is told to."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def call_later(self, delay: float, call: Callable[..., None], *arguments: object) -> None:
        self.due.append((delay, call, arguments))

    def turn(self) -> float:
        delay, call, arguments = self.due.pop(0)
        call(*arguments)
        return delay


def replaced(before: tuple[OpenOrder, ...], after: tuple[OpenOrder, ...]) -> Later:
    later = Later()
    let_go(showing(before), showing(after), loop=cast("asyncio.AbstractEventLoop", later))
    return later


def showing(orders: tuple[OpenOrder, ...]) -> Snapshot:
    return Snapshot(accounts=(AccountSnapshot(account=Account(label="desk-1"), open_orders=orders),))


def made(number: int) -> tuple[OpenOrder, ...]:
    return tuple(OpenOrder(order_id=f"order-{place}") for place in range(number))


def test_a_large_tuple_goes_a_few_rows_at_a_time_once_windows_have_moved_on() -> None:
    later = replaced(made(LARGE), ())
    held = later.due[0][2][0]
    left, delays = [len(held)], []
    while later.due:
        delays.append(later.turn())
        left.append(len(held))
    assert left == list(range(LARGE, -1, -AT_ONCE))
    assert delays == [KEPT_S] + [APART_S] * (LARGE // AT_ONCE - 1)


def test_rows_that_are_shown_still_are_left_alone() -> None:
    rows = made(LARGE)
    assert not replaced(rows, rows).due


def test_a_small_tuple_is_left_to_itself() -> None:
    assert not replaced(made(LARGE - 1), ()).due
