"""The user feed: what a message looks like, and the stream that numbers, keeps and hands on the account's messages.

A message has no type: which of its two blocks are filled tells what happened
(docs.4casters.io/pages/streaming/user-feed).
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import UNSET, UnsetType

from panic_button.practice.model import MatchedBet, Now, Order
from panic_button.practice.wording import Row, iso

MessageId = tuple[int, int]

RETAINED_MESSAGES = 20_000


class Unmatched(Row, frozen=True, kw_only=True):
    order_id: str
    wager_request_id: str
    filled: Decimal
    offered: Decimal
    remaining: Decimal
    odds: int
    type: str
    side: str
    number: Decimal | UnsetType
    market: str | UnsetType
    user_reference: str | None


class Matched(Row, frozen=True, kw_only=True):
    tx_id: str
    order_id: str
    wager_request_id: str
    amount: Decimal
    risk: Decimal
    win: Decimal
    odds: int
    type: str
    side: str
    number: Decimal | UnsetType
    market: str | UnsetType
    user_reference: str | None


class Message(Row, frozen=True, kw_only=True):
    unmatched: Unmatched | None
    matched: Matched | None
    origin: str
    game_id: str
    parent_game_id: None = None
    event_name: str
    league: str
    sport: str
    live: bool
    start: str
    away_rotation_number: str
    platform: str = "api"
    created_at: str
    message_id: str


def placed(order: Order, message_id: str, at: datetime) -> Message:
    block = _unmatched(order, filled=order.filled, offered=order.bet, remaining=order.remaining)
    return _message(order, message_id, at, unmatched=block, matched=None)


def cancelled(order: Order, message_id: str, at: datetime) -> Message:
    """Nothing is offered and nothing remains: the released amount is not told here."""
    block = _unmatched(order, filled=order.filled, offered=Decimal(0), remaining=Decimal(0))
    return _message(order, message_id, at, unmatched=block, matched=None)


def maker_fill(order: Order, bet: MatchedBet, message_id: str) -> Message:
    """`filled` is this fill alone; what was matched so far is `offered - remaining`."""
    block = _unmatched(order, filled=bet.amount, offered=order.bet, remaining=order.remaining)
    return _message(bet, message_id, bet.matched_at, unmatched=block, matched=_matched(bet))


def taker_fill(bet: MatchedBet, message_id: str) -> Message:
    return _message(bet, message_id, bet.matched_at, unmatched=None, matched=_matched(bet))


def _unmatched(order: Order, *, filled: Decimal, offered: Decimal, remaining: Decimal) -> Unmatched:
    return Unmatched(
        order_id=order.id,
        wager_request_id=order.wager_request_id,
        filled=filled,
        offered=offered,
        remaining=remaining,
        odds=order.odds,
        type=order.market,
        side=order.side,
        number=UNSET if order.number is None else order.number,
        market=order.three_way_market or UNSET,
        user_reference=order.user_reference,
    )


def _matched(bet: MatchedBet) -> Matched:
    return Matched(
        tx_id=bet.tx_id,
        order_id=bet.order_id,
        wager_request_id=bet.wager_request_id,
        amount=bet.amount,
        risk=bet.risk,
        win=bet.win,
        odds=bet.odds,
        type=bet.market,
        side=bet.side,
        number=UNSET if bet.number is None else bet.number,
        market=bet.three_way_market or UNSET,
        user_reference=bet.user_reference,
    )


def _message(
    about: Order | MatchedBet, message_id: str, at: datetime, *, unmatched: Unmatched | None, matched: Matched | None
) -> Message:
    game = about.game
    return Message(
        unmatched=unmatched,
        matched=matched,
        origin="offer" if unmatched else "wager",
        game_id=game.id,
        event_name=game.event_name.replace(" ", "-"),
        league=game.league,
        sport=game.sport,
        live=game.start <= at,
        start=game.starts,
        away_rotation_number=game.away.rotation_number,
        created_at=iso(at),
        message_id=message_id,
    )


def parse_message_id(text: str) -> MessageId:
    """`<ms>-<seq>` as two numbers, which is how ids compare; ValueError for anything else."""
    milliseconds, _, sequence = text.partition("-")
    return int(milliseconds), int(sequence)


class MessageStream:
    """The account's messages in order; the newest are kept for replay. Any thread may use it."""

    def __init__(self, *, now: Now, retained: int = RETAINED_MESSAGES) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._retained: deque[Message] = deque(maxlen=retained)
        self._last: MessageId = (0, 0)
        self._forgotten: MessageId = (0, 0)
        self._listeners: list[Callable[[Sequence[Message]], None]] = []

    def next_id(self) -> str:
        milliseconds = int(self._now().timestamp() * 1000)
        with self._lock:
            last_ms, sequence = self._last
            self._last = (milliseconds, 0) if milliseconds > last_ms else (last_ms, sequence + 1)
            return f"{self._last[0]}-{self._last[1]}"

    def publish(self, messages: Sequence[Message]) -> None:
        """Hands on a batch, in the order in which its ids were minted."""
        with self._lock:
            for message in messages:
                if len(self._retained) == self._retained.maxlen:
                    self._forgotten = parse_message_id(self._retained[0].message_id)
                self._retained.append(message)
            for listener in self._listeners:
                listener(messages)

    def subscribe(self, listener: Callable[[Sequence[Message]], None]) -> Callable[[], None]:
        """Hands every later batch to `listener`, on the thread that publishes; returns what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return unsubscribe

    def between(self, after: MessageId, before: MessageId | None) -> tuple[bool, list[Message]]:
        """Whether nothing is missing since `after`, and what is kept of that time, ends excluded."""
        with self._lock:
            kept = [
                message
                for message in self._retained
                if after < (number := parse_message_id(message.message_id)) and (before is None or number < before)
            ]
            return after >= self._forgotten, kept
