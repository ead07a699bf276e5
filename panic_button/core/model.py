"""The words of the trade as frozen values, handed between all rooms.

Money is `Decimal` dollars of risk, odds are American, durations are milliseconds since the press unless a name says
otherwise, and moments are aware UTC datetimes. What the exchange did not tell is None, never a guess. Values that come
by the hundred thousand are not the garbage collector's business (`gc=False`): a pass over them stops every thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

ZERO = Decimal(0)


class Environment(StrEnum):
    """Which exchange an account belongs to."""

    PRODUCTION = "production"
    PRACTICE = "practice"
    CUSTOM = "custom"


class Addresses(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an exchange is reached: bases without a trailing slash."""

    rest_url: str
    orders_socket_url: str | None = None
    user_feed_url: str | None = None


PRODUCTION = Addresses(
    rest_url="https://api.4casters.io",
    orders_socket_url="wss://orders-api.4casters.io/orders/ws",
    user_feed_url="wss://streaming-api.4casters.io/v2/user",
)


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exchange login on this desk."""

    label: str
    username: str = ""
    environment: Environment = Environment.PRODUCTION
    addresses: Addresses = PRODUCTION


class Route(StrEnum):
    """A way to the exchange."""

    HTTPS = "https"
    SOCKET = "socket"


class Trigger(StrEnum):
    """What started a mass cancel."""

    BUTTON = "button"
    COMMAND = "command"
    LOCKOUT = "lockout"


class Verdict(StrEnum):
    """What may truly be said of a mass cancel."""

    CLEAR = "CLEAR"
    NOT_CLEAR = "NOT CLEAR"
    UNCONFIRMED = "UNCONFIRMED"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of several accounts: UNCONFIRMED over NOT CLEAR over CLEAR. Of none at all: UNCONFIRMED."""
    given = set(verdicts)
    for verdict in (Verdict.UNCONFIRMED, Verdict.NOT_CLEAR, Verdict.CLEAR):
        if verdict in given:
            return verdict
    return Verdict.UNCONFIRMED


class Outcome(StrEnum):
    """What became of one order."""

    CANCELLED = "cancelled"
    PART_FILLED_THEN_CANCELLED = "part_filled_then_cancelled"
    FILLED_FIRST = "filled_first"
    STILL_OPEN = "still_open"
    UNKNOWN = "unknown"


class OpenOrder(Struct, frozen=True, kw_only=True, gc=False):
    """An order resting on the exchange: `bet` is what it risks in all, `filled` what of it has matched.

    `live`: its game has begun, so that others may still be waiting out the exchange's delay.
    """

    order_id: str
    description: str = ""
    odds: Decimal | None = None
    bet: Decimal | None = None
    filled: Decimal | None = None
    user_reference: str | None = None
    game_id: str | None = None
    live: bool = False

    @property
    def at_risk(self) -> Decimal | None:
        """Dollars still waiting to be matched; None where the exchange did not say."""
        return None if self.bet is None else self.bet - (self.filled or ZERO)


class Listing(Struct, frozen=True, kw_only=True):
    """One answer to "what is open?". A row that could not be read is an open order without a name."""

    orders: tuple[OpenOrder, ...] = ()
    unreadable: int = 0

    @property
    def open_count(self) -> int:
        return len(self.orders) + self.unreadable


class AtRisk(Struct, frozen=True, kw_only=True):
    """Dollars still waiting to be matched; not `complete` where the exchange left an amount out."""

    dollars: Decimal = ZERO
    complete: bool = True


def at_risk_of(listing: Listing) -> AtRisk:
    """What a listing comes to. It looks at every order: once a listing, and never on a window's thread."""
    known = [amount for order in listing.orders if (amount := order.at_risk) is not None]
    return AtRisk(dollars=sum(known, ZERO), complete=len(known) == listing.open_count)


class CancelRow(Struct, frozen=True, kw_only=True, gc=False):
    """One row of an answer to a cancel. `filled` is all that ever matched, `remaining` the risk released."""

    success: bool
    order_id: str | None = None
    description: str = ""
    odds: Decimal | None = None
    filled: Decimal | None = None
    remaining: Decimal | None = None
    reason: str | None = None
    user_reference: str | None = None
    game_id: str | None = None


class OrderPlaced(Struct, frozen=True, kw_only=True):
    """The user feed: an order now rests."""

    order: OpenOrder


class OrderCancelled(Struct, frozen=True, kw_only=True):
    """The user feed: an order was cancelled, by anyone. `filled` is all that ever matched of it."""

    order_id: str
    filled: Decimal | None = None


class OrderFilled(Struct, frozen=True, kw_only=True):
    """The user feed: somebody hit an order. `filled` is all that has matched so far, `remaining` still rests."""

    order_id: str
    filled: Decimal | None = None
    remaining: Decimal | None = None


FeedEvent = OrderPlaced | OrderCancelled | OrderFilled


class Fate(Struct, frozen=True, kw_only=True):
    """What a look-up of one order told. A look-up that told nothing has neither `cancelled` nor amounts."""

    cancelled: bool = False
    filled: Decimal | None = None
    remaining: Decimal | None = None


class FailureKind(StrEnum):
    """Why a request got no answer in good form, by what it means for the next step."""

    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a word, not a secret
    FORBIDDEN = "forbidden"
    LIMITED = "limited"
    GONE = "gone"
    CHALLENGED = "challenged"
    ERROR = "error"
    UNREADABLE = "unreadable"


class Failure(Struct, frozen=True, kw_only=True):
    """One request that failed, with the sentence that a person reads."""

    kind: FailureKind
    text: str


class Answer(StrEnum):
    """The last word on a route, as the command line's JSON gives it."""

    OK = "ok"
    REFUSED = "refused"
    LIMITED = "limited"
    ERROR = "error"
    NO_ANSWER = "no answer"
    UNREADABLE = "unreadable"
    NOT_USED = "not used"


class RouteReport(Struct, frozen=True, kw_only=True):
    """What one route did in a run. `trouble` is the newest failure in words, empty after a good answer."""

    attempts: int = 0
    answer: Answer = Answer.NOT_USED
    trouble: str = ""


class OrderResult(Struct, frozen=True, kw_only=True, gc=False):
    """What is known of one order of a run: dollars withdrawn, matched and still open."""

    order_id: str
    outcome: Outcome
    description: str = ""
    odds: Decimal | None = None
    cancelled: Decimal = ZERO
    filled: Decimal = ZERO
    still_open: Decimal = ZERO
    reason: str | None = None
    user_reference: str | None = None
    game_id: str | None = None


class Counts(Struct, frozen=True, kw_only=True):
    """Orders of a run by outcome."""

    cancelled: int = 0
    part_filled_then_cancelled: int = 0
    filled_first: int = 0
    still_open: int = 0
    unknown: int = 0
