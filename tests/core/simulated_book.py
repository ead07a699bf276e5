"""The truth that a MassCancel is held against: the orders of one account, and what was open at every moment."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from panic_button.core.model import (
    CancelRow,
    FeedEvent,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
)


@dataclass
class SimulatedOrder:
    """`stubborn` is how often it refuses to be cancelled."""

    order_id: str
    bet: Decimal
    filled: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    stubborn: int = 0
    game_id: str | None = None

    @property
    def left(self) -> Decimal:
        return self.bet - self.filled - self.cancelled

    def as_open_order(self) -> OpenOrder:
        return OpenOrder(order_id=self.order_id, bet=self.bet, filled=self.filled, game_id=self.game_id)


class SimulatedBook:
    """Orders that are placed, filled and cancelled. `told` is what the user feed would say of each change."""

    def __init__(self, random: Random, now: Callable[[], float], told: Callable[[FeedEvent], None]) -> None:
        self.orders: dict[str, SimulatedOrder] = {}
        self._random = random
        self._now = now
        self._told = told
        self._ids = itertools.count(1)
        self._history: list[tuple[float, dict[str, OpenOrder]]] = [(0.0, {})]

    def open_now(self) -> dict[str, OpenOrder]:
        return {order.order_id: order.as_open_order() for order in self.orders.values() if order.left > 0}

    def open_at(self, moment: float) -> dict[str, OpenOrder]:
        return next(book for at, book in reversed(self._history) if at <= max(moment, 0.0))

    def place(self, *, quietly: bool = False) -> None:
        order = SimulatedOrder(f"{next(self._ids):024x}", Decimal(self._random.randint(1, 50) * 10))
        if self._random.random() < 0.3:
            order.filled = order.bet / 2
        order.game_id = self._random.choice((None, "g1", "g2", "g3"))
        if self._random.random() < 0.1:
            order.stubborn = self._random.randint(1, 2)
        self.orders[order.order_id] = order
        self._remember()
        if not quietly:
            self._told(OrderPlaced(order=order.as_open_order()))

    def of_game(self, game_id: str) -> list[str]:
        return [order.order_id for order in self.orders.values() if order.left > 0 and order.game_id == game_id]

    def fill_one(self) -> None:
        resting = [order for order in self.orders.values() if order.left > 0]
        if resting:
            order = self._random.choice(resting)
            order.filled += order.left if self._random.random() < 0.5 else order.left / 2
            self._remember()
            self._told(OrderFilled(order_id=order.order_id, filled=order.filled, remaining=order.left))

    def cancel(self, order_ids: list[str], *, stubborn: bool) -> list[CancelRow]:
        rows = [self._cancel(self.orders[order_id], stubborn=stubborn) for order_id in order_ids]
        self._remember()
        return rows

    def _cancel(self, order: SimulatedOrder, *, stubborn: bool) -> CancelRow:
        if order.left <= 0:
            return CancelRow(success=False, order_id=order.order_id, reason="order not found")
        if order.stubborn and stubborn:
            order.stubborn -= 1
            return CancelRow(success=False, order_id=order.order_id, reason="Order is being matched")
        order.cancelled = order.left
        self._told(OrderCancelled(order_id=order.order_id, filled=order.filled))
        return CancelRow(success=True, order_id=order.order_id, filled=order.filled, remaining=order.cancelled)

    def _remember(self) -> None:
        self._history.append((self._now(), self.open_now()))
