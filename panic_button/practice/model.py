"""The practice exchange's nouns: participants, games, orders, matched bets, and what became of a cancel.

Money is in dollars as an exact Decimal, odds are American, times are aware and in UTC. An `Order` changes only inside
`Book`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from panic_button.practice.wording import iso

Now = Callable[[], datetime]

CENT = Decimal("0.01")
TAKER_COMMISSION = Decimal("0.01")

_OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)


def is_object_id(text: object) -> bool:
    """Whether this could be the id of anything: the exchange's ids are 24 hex characters."""
    return isinstance(text, str) and _OBJECT_ID.fullmatch(text) is not None


def profit(stake: Decimal, odds: int) -> Decimal:
    """What a stake wins at these American odds, to the cent."""
    return (stake * odds / 100 if odds > 0 else stake * 100 / -odds).quantize(CENT)


class Market(StrEnum):
    MONEYLINE = "moneyline"
    SPREAD = "spread"
    TOTAL = "total"
    THREE_WAY = "moneyline1x2"


class OrderType(StrEnum):
    LIMIT = "limit"
    POST = "post"
    POST_ARB = "postArb"
    FILL_AND_KILL = "fillAndKill"
    FILL_OR_KILL = "fillOrKill"


class Status(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FILLED = "filled"


class Failure(StrEnum):
    """Why an order was not cancelled."""

    MALFORMED = "malformed"
    NOT_FOUND = "not found"
    NOT_YOURS = "not yours"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FILLED = "filled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, eq=False)
class Participant:
    id: str
    long_name: str
    short_name: str
    nickname: str
    home_away: str
    rotation_number: str


@dataclass(frozen=True, eq=False)
class Game:
    id: str
    league: str
    sport: str
    start: datetime
    away: Participant
    home: Participant

    @cached_property
    def event_name(self) -> str:
        return f"{self.away.nickname} VS {self.home.nickname}".upper()

    @cached_property
    def starts(self) -> str:
        """The start as the exchange writes it."""
        return iso(self.start)

    def participant(self, participant_id: str | None) -> Participant | None:
        return next((one for one in (self.away, self.home) if one.id == participant_id), None)

    def opponent(self, participant_id: str) -> Participant:
        return self.home if participant_id == self.away.id else self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a place request asks for, already checked for form."""

    game: Game
    market: Market
    side: str
    three_way_market: str | None
    number: Decimal | None
    odds: int
    bet: Decimal
    order_type: OrderType = OrderType.LIMIT
    expiration_minutes: int | None = None
    user_reference: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Order:
    """A resting order of the practice account. `remaining` of a cancelled order is what the cancel released."""

    id: str
    tx_id: str
    wager_request_id: str
    game: Game
    market: Market
    side: str
    three_way_market: str | None
    number: Decimal | None
    odds: int
    bet: Decimal
    created_at: datetime
    user_reference: str | None
    expiry: datetime | None = None
    filled: Decimal = Decimal(0)
    status: Status = Status.OPEN
    cancelled_at: datetime | None = None

    @property
    def remaining(self) -> Decimal:
        return self.bet - self.filled

    def again(self, *, user_reference: str | None = None) -> Ticket:
        """What would place anew what is unmatched of it."""
        return Ticket(
            game=self.game,
            market=self.market,
            side=self.side,
            three_way_market=self.three_way_market,
            number=self.number,
            odds=self.odds,
            bet=self.remaining,
            order_type=OrderType.POST,
            user_reference=user_reference or self.user_reference,
        )

    @property
    def description(self) -> str:
        """As the exchange words it, for example `Lakers -3.5 -110`."""
        game = self.game
        match self.market:
            case Market.TOTAL:
                pick = f"{game.away.short_name}/{game.home.short_name} {self.side} {self.number}"
            case Market.THREE_WAY:
                outcome = game.participant(self.three_way_market)
                pick = f"{outcome.nickname if outcome else 'Draw'} {self.side}"
            case _:
                backed = game.participant(self.side)
                pick = backed.nickname if backed else self.side
                if self.number is not None:
                    pick += f" {self.number:+}"
        return f"{pick} {self.odds:+d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedBet:
    """A matched part of an order: it cannot be cancelled. A taker's risk and win have the commission in them.

    `order_id` is the order that rested: the account's own where it was maker, the other side's where it was taker.
    """

    id: str
    tx_id: str
    ticket_number: str
    order_id: str
    wager_request_id: str
    game: Game
    market: Market
    side: str
    three_way_market: str | None
    number: Decimal | None
    odds: int
    amount: Decimal
    risk: Decimal
    win: Decimal
    as_maker: bool
    created_at: datetime
    matched_at: datetime
    user_reference: str | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    order: Order


@dataclass(frozen=True, slots=True)
class NotCancelled:
    """`reason` is told in place of the failure's usual words."""

    order_id: str
    failure: Failure
    reason: str = ""


CancelOutcome = Cancelled | NotCancelled


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a place: the part that rests, the part that was matched at once."""

    order: Order | None
    bet: MatchedBet | None


class PlaceRejectedError(Exception):
    """A place was rejected; `error_type` is one of the exchange's stable words."""

    def __init__(self, message: str, error_type: str) -> None:
        super().__init__(message)
        self.error_type = error_type
