"""The exchange's books: one practice account, its tokens, games, open orders, matched bets and its dead man's timer.

Pure state: time and randomness are handed in, nothing is read from a wire. Every public method takes the one lock, so
the server's loop, the simulated makers and a test's thread may all use a book; an `Order` is changed nowhere else.
"""

import heapq
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from panic_button.practice import feed
from panic_button.practice.account import Account
from panic_button.practice.model import (
    CENT,
    TAKER_COMMISSION,
    Cancelled,
    CancelOutcome,
    Failure,
    Game,
    MatchedBet,
    NotCancelled,
    Now,
    Order,
    OrderType,
    Placed,
    PlaceRejectedError,
    Status,
    Ticket,
    is_object_id,
    profit,
)
from panic_button.practice.wording import ObjectIds

_FAILURE_OF_STATUS = {
    Status.CANCELLED: Failure.CANCELLED,
    Status.EXPIRED: Failure.EXPIRED,
    Status.FILLED: Failure.FILLED,
}

_TAKES_AT_ONCE = frozenset({OrderType.FILL_AND_KILL, OrderType.FILL_OR_KILL})


class Book:
    """What the exchange knows of one account. `strangers` are order ids of other accounts."""

    def __init__(
        self, *, account: Account, games: Sequence[Game], strangers: Sequence[str], rng: Random, now: Now
    ) -> None:
        self.account = account
        self.games = {game.id: game for game in games}
        self.stream = feed.MessageStream(now=now)
        self.strangers = tuple(strangers)
        self._rng = rng
        self.now = now
        self._ids = ObjectIds(rng)
        self._lock = threading.RLock()
        self._orders: dict[str, Order] = {}
        self._open: dict[str, Order] = {}
        self._bets: list[MatchedBet] = []
        self._expiries: list[tuple[datetime, str]] = []
        self._starts = sorted((game.start, game.id) for game in games)
        self._lapse_times: dict[str, datetime] = {}

    def open_count(self) -> int:
        with self._lock:
            return len(self._open)

    def open_orders(self, where: Callable[[Order], bool] | None = None) -> list[Order]:
        """Open orders, those of the next game first: the order of `getUnmatched`."""
        with self._lock:
            chosen = [order for order in self._open.values() if where is None or where(order)]
        return sorted(chosen, key=lambda order: order.game.start)

    def listed_orders(self, where: Callable[[Order], bool], *, lag: timedelta) -> list[Order]:
        """Open orders, and those that were cancelled less than `lag` ago: a listing that is behind."""
        with self._lock:
            since = self.now() - lag
            gone = [order for order in self._orders.values() if order.cancelled_at and order.cancelled_at > since]
        return sorted([*self.open_orders(where), *filter(where, gone)], key=lambda order: order.game.start)

    def matched_bets(self, where: Callable[[MatchedBet], bool] | None = None) -> list[MatchedBet]:
        with self._lock:
            return [bet for bet in self._bets if where is None or where(bet)]

    def order(self, order_id: str) -> Order | None:
        with self._lock:
            return self._orders.get(order_id)

    def liability(self, game_id: str | None = None) -> Decimal:
        """What the matched bets can lose, as a number below or at zero."""
        bets = self.matched_bets(lambda bet: game_id in {None, bet.game.id})
        return -sum((bet.risk for bet in bets), Decimal(0))

    def place(self, ticket: Ticket) -> Placed:
        """Rests the order; one that may not rest is matched in full at its own odds, as by a counterparty who is always
        there. Raises PlaceRejectedError.
        """
        with self._lock:
            now = self.now()
            if ticket.game.start <= now:
                raise PlaceRejectedError("Game has already started.", "validation_error")
            if ticket.bet > self.account.balance:
                raise PlaceRejectedError("Insufficient balance.", "rejected_liability")
            order = self._new_order(ticket, now)
            if ticket.order_type in _TAKES_AT_ONCE:
                return Placed(order=None, bet=self._take(order, now))
            self._rest(order)
            self.stream.publish([feed.placed(order, self.stream.next_id(), now)])
            return Placed(order=order, bet=None)

    def stock(self, tickets: Iterable[Ticket], placed_at: Callable[[], datetime]) -> None:
        """Puts orders on the book that were placed before anyone listened: no message tells of them."""
        with self._lock:
            for ticket in tickets:
                self._rest(self._new_order(ticket, placed_at()))

    def appear(self, ticket: Ticket) -> None:
        """Rests an order whatever the game and the balance are by now, as one that comes out of its live delay does."""
        with self._lock:
            now = self.now()
            order = self._new_order(ticket, now)
            self._rest(order)
            self.stream.publish([feed.placed(order, self.stream.next_id(), now)])

    def begin_live(self, like: Game, *, ago: timedelta) -> Game:
        """Another game of the same sides, which began so long ago; its orders stay open."""
        with self._lock:
            now = self.now()
            game = replace(like, id=self._ids.mint(now), start=now - ago)
            self.games[game.id] = game
            return game

    def cancel(self, order_ids: Iterable[str], refusal: Callable[[Order], str | None]) -> list[CancelOutcome]:
        """Cancels by id; one outcome for each id, in their order. `refusal` gives the reason why an order stays."""
        with self._lock:
            outcomes = [self._cancel_one(order_id, refusal) for order_id in order_ids]
            self._tell_cancelled([outcome.order for outcome in outcomes if isinstance(outcome, Cancelled)])
            return outcomes

    def fill(self, order_id: str, amount: Decimal | None = None) -> MatchedBet:
        """A taker takes `amount` dollars of risk of an open order, all of it by default. KeyError if it is not open."""
        with self._lock:
            order, now = self._open[order_id], self.now()
            amount = order.remaining if amount is None else min(amount, order.remaining)
            order.filled += amount
            if order.remaining == 0:
                order.status = Status.FILLED
                del self._open[order_id]
            bet = self._match(order, amount, now, as_maker=True)
            self.stream.publish([feed.maker_fill(order, bet, self.stream.next_id())])
            return bet

    def heartbeat(self, timeout_s: float, *, timer: str = "shared") -> datetime:
        """Arms this dead man's timer anew; returns the exchange's time."""
        with self._lock:
            now = self.now()
            self._lapse_times[timer] = now + timedelta(seconds=timeout_s)
            return now

    def tick(self) -> None:
        """Does what time alone brings: a lapsed heartbeat (once), an expired order, a game that starts."""
        with self._lock:
            now = self.now()
            for timer in [timer for timer, lapses_at in self._lapse_times.items() if lapses_at <= now]:
                del self._lapse_times[timer]
                self._withdraw(list(self._open.values()), Status.CANCELLED)
            while self._expiries and self._expiries[0][0] <= now:
                _, order_id = heapq.heappop(self._expiries)
                self._withdraw([self._open[order_id]] if order_id in self._open else [], Status.EXPIRED)
            while self._starts and self._starts[0][0] <= now:
                _, game_id = self._starts.pop(0)
                self._withdraw([order for order in self._open.values() if order.game.id == game_id], Status.EXPIRED)

    def _new_order(self, ticket: Ticket, at: datetime) -> Order:
        wager_request_id, tx_id, order_id = (self._ids.mint(at) for _ in range(3))
        minutes = ticket.expiration_minutes
        return Order(
            id=order_id,
            tx_id=tx_id,
            wager_request_id=wager_request_id,
            game=ticket.game,
            market=ticket.market,
            side=ticket.side,
            three_way_market=ticket.three_way_market,
            number=ticket.number,
            odds=ticket.odds,
            bet=ticket.bet,
            created_at=at,
            user_reference=ticket.user_reference,
            expiry=at + timedelta(minutes=minutes) if minutes else None,
        )

    def _rest(self, order: Order) -> None:
        self._orders[order.id] = self._open[order.id] = order
        if order.expiry is not None:
            heapq.heappush(self._expiries, (order.expiry, order.id))

    def _take(self, order: Order, now: datetime) -> MatchedBet:
        order.filled, order.status = order.bet, Status.FILLED
        bet = self._match(order, order.bet, now, as_maker=False)
        self.stream.publish([feed.taker_fill(bet, self.stream.next_id())])
        return bet

    def _match(self, order: Order, amount: Decimal, now: datetime, *, as_maker: bool) -> MatchedBet:
        commission = Decimal(0) if as_maker else TAKER_COMMISSION
        bet = MatchedBet(
            id=self._ids.mint(now),
            tx_id=self._ids.mint(now),
            ticket_number=f"{self._rng.randrange(10**8):08d}",
            order_id=order.id,
            wager_request_id=order.wager_request_id,
            game=order.game,
            market=order.market,
            side=order.side,
            three_way_market=order.three_way_market,
            number=order.number,
            odds=order.odds,
            amount=amount,
            risk=(amount * (1 + commission)).quantize(CENT),
            win=(profit(amount, order.odds) * (1 - commission)).quantize(CENT),
            as_maker=as_maker,
            created_at=order.created_at,
            matched_at=now,
            user_reference=order.user_reference,
        )
        self._bets.append(bet)
        return bet

    def _cancel_one(self, order_id: str, refusal: Callable[[Order], str | None]) -> CancelOutcome:
        order = self._orders.get(order_id)
        if order is None:
            return NotCancelled(order_id, self._why_unknown(order_id))
        if order.status is not Status.OPEN:
            return NotCancelled(order_id, _FAILURE_OF_STATUS[order.status])
        if (reason := refusal(order)) is not None:
            return NotCancelled(order_id, Failure.REFUSED, reason)
        order.status, order.cancelled_at = Status.CANCELLED, self.now()
        del self._open[order_id]
        return Cancelled(order)

    def _why_unknown(self, order_id: str) -> Failure:
        if not is_object_id(order_id):
            return Failure.MALFORMED
        return Failure.NOT_YOURS if order_id in self.strangers else Failure.NOT_FOUND

    def _withdraw(self, orders: Iterable[Order], status: Status) -> None:
        withdrawn = list(orders)
        for order in withdrawn:
            order.status, order.cancelled_at = status, self.now()
            del self._open[order.id]
        self._tell_cancelled(withdrawn)

    def _tell_cancelled(self, orders: Sequence[Order]) -> None:
        now = self.now()
        self.stream.publish([feed.cancelled(order, self.stream.next_id(), now) for order in orders])
