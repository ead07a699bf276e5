"""What happens to the book because a fault is on: strangers who are quicker, orders that come late, rival bots.

A rival bot listens to the account's messages, as a real one would. What is due is done when `tick` is called.
"""

import heapq
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from panic_button.practice.book import Book
from panic_button.practice.faults import Faults, Switch
from panic_button.practice.feed import Message
from panic_button.practice.model import CENT, Order, PlaceRejectedError
from panic_button.practice.troubles import (
    FillRace,
    Happening,
    HeartbeatBot,
    LiveDelayed,
    RivalBot,
    TokensAged,
    TokensRevoked,
)
from panic_button.practice.world import ticket

_LIVE_FOR = timedelta(minutes=40)


class Happenings:
    """Everyone but the client under test, where a fault calls for them."""

    def __init__(self, book: Book, faults: Faults, rng: Random) -> None:
        self._book = book
        self._faults = faults
        self._rng = rng
        self._lock = threading.Lock()
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count(1)
        self._heartbeat_at = book.now()
        faults.on_happening(self._happen)
        book.stream.subscribe(self._hear)

    def tick(self) -> None:
        now = self._book.now()
        with self._lock:
            ready = []
            while self._due and self._due[0][0] <= now:
                ready.append(heapq.heappop(self._due)[2])
        for act in ready:
            act()
        bot = self._faults.now_on(HeartbeatBot)
        if bot is not None and self._heartbeat_at <= now:
            self._heartbeat_at = now + timedelta(seconds=bot.every_s)
            self._book.heartbeat(bot.timeout_s)

    def _happen(self, trouble: Happening) -> None:
        match trouble:
            case TokensRevoked():
                self._book.account.revoke_tokens()
            case TokensAged(days=days):
                self._book.account.age_tokens(days)
            case FillRace():
                self._fill(trouble)
            case LiveDelayed():
                self._at(timedelta(seconds=trouble.after_s), lambda: self._come_out_of_delay(trouble.orders))

    def _fill(self, race: FillRace) -> None:
        orders = self._book.open_orders()
        for order in self._rng.sample(orders, min(race.orders, len(orders))):
            taken = order.remaining * Decimal(str(race.share))
            self._book.fill(order.id, max(CENT, taken.quantize(CENT)))

    def _come_out_of_delay(self, orders: int) -> None:
        game = self._book.begin_live(self._rng.choice(tuple(self._book.games.values())), ago=_LIVE_FOR)
        for _ in range(orders):
            self._book.appear(ticket(self._rng, game))

    def _hear(self, messages: Sequence[Message]) -> None:
        """Has a rival bot's next order due for each cancelled one."""
        for message in messages:
            block = message.unmatched
            if block is not None and message.matched is None and block.offered == 0:
                for switch in self._faults.turns(RivalBot):
                    self._answer_cancel(switch, block.order_id)

    def _answer_cancel(self, switch: Switch, order_id: str) -> None:
        order, rival = self._book.order(order_id), switch.trouble
        if order is not None and isinstance(rival, RivalBot):
            self._at(timedelta(milliseconds=rival.after_ms), lambda: self._place_again(switch, rival, order))

    def _place_again(self, switch: Switch, rival: RivalBot, order: Order) -> None:
        if switch.is_over(self._book.now()):
            return
        switch.tally["placed"] += 1
        reference = None if rival.reference is None else f"{rival.reference}{switch.tally['placed']}"
        try:
            self._book.place(order.again(user_reference=reference))
        except PlaceRejectedError:
            return  # its game has started: even a bot gives up then

    def _at(self, delay: timedelta, act: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._due, (self._book.now() + delay, next(self._numbers), act))
