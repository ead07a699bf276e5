"""Everything that can be made to go wrong on the practice exchange: the one table. Each class is a switch's setting.

Where the documentation is silent, or tells of a failure, there is a trouble here:

    an empty cancel-all's reply     EmptyReply                 a bad token at a handshake    AcceptThenClose
    the error body                  ErrorBody, Answer(html)    the cancel limit              CancelLimit
    a cancel's latency, its reply   Latency, Cut, Hang,        some orders not cancelled     OrdersRefused
    lost, 503 done or not done      Answer(work_done)          a listing that lags           ListingLag
    the user feed                   FeedDelay, FeedDrop,       a fill before the cancel      FillRace
                                    FeedTwice, FeedShuffled,   an order after the cancel     LiveDelayed
                                    FeedGarbage                a bot that places again       RivalBot
    heartbeats                      SeparateTimers,            tokens                        TokensAged, TokensRevoked
                                    HeartbeatBot               login 428, 429, 403           Answer on `login`
    pause and resume                PausingOffered             a socket killed, half-open    SocketsClosed, HalfOpen
    answers on the Orders socket    Garbage, Wrapped,          connect refused, or silence   PortClosed, or Hang
                                    DataNull, Nameless         slow, cut, html at 200        SlowBody, CutBody, Answer

A TLS or a DNS failure is none of these: it happens before a server hears of it. A test makes the one with a
certificate that nobody signed (`ssl_context`), the other with a name that does not resolve.

Amounts of time are in seconds, and go by the exchange's clock; shares are from 0 to 1, drawn from the seed.
"""

import operator
from functools import reduce
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(ge=0, le=120)]
Share = Annotated[float, Meta(ge=0, le=1)]
Several = Annotated[int, Meta(ge=1, le=100_000)]
Sockets = Literal["ordersSocket", "userFeed", "both"]


def _tag(name: str) -> str:
    return name[0].lower() + name[1:]


class Trouble(Struct, frozen=True, forbid_unknown_fields=True, tag_field="trouble", tag=_tag):
    """What is wrong while a switch is on; `usually` are the requests that it is for unless others are named."""

    usually: ClassVar[str] = "everything"


class Strike(Trouble, frozen=True):
    """Strikes a request instead of its work; with `work_done`, after it."""


class Form(Trouble, frozen=True):
    """Changes how an answer is written, where it fits that answer."""


class Happening(Trouble, frozen=True):
    """Happens at the exchange in the moment when a request comes in, before anything is done for it."""

    usually: ClassVar[str] = "anyCancel"


class Condition(Trouble, frozen=True):
    """Holds for as long as it is on, whoever asks what."""


class Latency(Strike, frozen=True):
    """The request is taken up late; with `work_done`, it is done at once and answered late. `up_to_s`: a drawn time."""

    seconds: Seconds
    work_done: bool = False
    up_to_s: Seconds = 0


class Answer(Strike, frozen=True):
    """The answer is this status and its usual error body, or a page of HTML. On the socket it is an error envelope."""

    status: Annotated[int, Meta(ge=200, le=599)]
    retry_after_s: Annotated[int, Meta(ge=0, le=3600)] | None = None
    message: Annotated[str, Meta(max_length=500)] | None = None
    work_done: bool = False
    html: bool = False


class Hang(Strike, frozen=True):
    """No answer at all. Once the switch is lifted the connection of a REST request is closed, still without one."""

    work_done: bool = False


class Cut(Strike, frozen=True):
    """The connection is closed instead of an answer: with `work_done`, the reply is lost."""

    work_done: bool = True


class CancelLimit(Strike, frozen=True):
    """So many requests a second of the exchange's clock, on all surfaces together; those above get 429."""

    usually: ClassVar[str] = "anyCancel"
    per_second: Annotated[int, Meta(ge=0, le=10_000)] = 10
    retry_after_s: Annotated[int, Meta(ge=0, le=60)] = 1
    work_done: Literal[False] = False


class EmptyReply(Form, frozen=True):
    """How `[]` is told: as null, or with no `data` at all."""

    shape: Literal["null", "missing"] = "null"


class ErrorBody(Form, frozen=True):
    """Every REST error in one shape, instead of the exchange's own two."""

    shape: Literal["string", "object", "html"]


class SlowBody(Form, frozen=True):
    """The answer's body comes at this pace."""

    bytes_per_s: Annotated[int, Meta(ge=1, le=1_000_000_000)]


class CutBody(Form, frozen=True):
    """Half of the body. With `promised` its length was told of the whole, and the connection ends; else of the half."""

    promised: bool = True


class Garbage(Form, frozen=True):
    """A frame that is no JSON instead of the answer on the Orders socket."""


class Wrapped(Form, frozen=True):
    """The Orders socket's answer inside `responses`, as one page of the documentation has it."""


class DataNull(Form, frozen=True):
    """`data: null` on the Orders socket, whatever was done."""


class Nameless(Form, frozen=True):
    """An answer without its requestID on the Orders socket."""


class AcceptThenClose(Form, frozen=True):
    """A bad token is let in at the handshake and shown out at once, with this code."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1008


class TokensRevoked(Happening, frozen=True):
    """No token is good any more; a login gives a new one."""


class TokensAged(Happening, frozen=True):
    """All tokens are older by so many days. One of over 30 is exchanged at the next REST request, and dies."""

    days: Annotated[int, Meta(ge=1, le=3650)] = 31


class FillRace(Happening, frozen=True):
    """Strangers take this share of some open orders: of so many, or of all there are."""

    orders: Several = 1
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0


class LiveDelayed(Happening, frozen=True):
    """Orders on a live game come out of their delay so much later."""

    after_s: Seconds = 4.0
    orders: Annotated[int, Meta(ge=1, le=1000)] = 1


class SocketsClosed(Happening, frozen=True):
    """The open sockets are closed with this code; without one, they end with no word."""

    sockets: Sockets = "ordersSocket"
    code: Annotated[int, Meta(ge=1000, le=4999)] | None = None


class OrdersRefused(Condition, frozen=True):
    """Some orders are not cancelled at the first `tries` tries: these, or else a share, always the same ones."""

    share: Share = 1.0
    tries: Several = 1
    reason: Annotated[str, Meta(max_length=500)] = "Order is being processed, try again"
    order_ids: frozenset[str] | None = None


class ListingLag(Condition, frozen=True):
    """A cancelled order stays in the listings for so long."""

    seconds: Seconds


class FeedDelay(Condition, frozen=True):
    """The user feed tells everything so much later."""

    seconds: Seconds


class FeedDrop(Condition, frozen=True):
    """A share of the feed's messages is never told; the replay has them."""

    share: Share = 1.0


class FeedTwice(Condition, frozen=True):
    """A share of the feed's messages is told twice."""

    share: Share = 1.0


class FeedShuffled(Condition, frozen=True):
    """The feed tells what came within this time in any order."""

    within_s: Seconds = 0.2


class FeedGarbage(Condition, frozen=True):
    """A frame that is no JSON before a share of the feed's messages."""

    share: Share = 1.0


class RivalBot(Condition, frozen=True):
    """A bot on the same account places an order again after its cancel, with its own reference if it has a prefix."""

    after_ms: Annotated[int, Meta(ge=0, le=120_000)] = 300
    reference: Annotated[str, Meta(max_length=60)] | None = None


class HeartbeatBot(Condition, frozen=True):
    """A bot on the same account arms the dead man's timer, again and again, also after it has fired."""

    every_s: Annotated[float, Meta(gt=0, le=120)] = 5.0
    timeout_s: Annotated[float, Meta(gt=0, le=3600)] = 10.0


class SeparateTimers(Condition, frozen=True):
    """REST and the Orders socket each have a dead man's timer of their own."""


class PausingOffered(Condition, frozen=True):
    """`pauseOrders` and `resumeOrders` are there: cancel and remember, place again. Else they are 404."""


class HalfOpen(Condition, frozen=True):
    """Sockets stay open and are dead: nothing is read, answered, told or closed, not even a ping."""

    sockets: Sockets = "both"


class PortClosed(Condition, frozen=True):
    """New connections are refused; those that are open go on. It needs an end: nobody could come to lift it."""


TABLE: tuple[type[Trouble], ...] = tuple(
    trouble for kind in (Strike, Form, Happening, Condition) for trouble in kind.__subclasses__()
)

ANY_TROUBLE: Any = reduce(operator.or_, TABLE)  # the type of one of them, for whoever reads JSON

COUNTED: tuple[type[Trouble], ...] = (Strike, Form, Happening, RivalBot, FeedDrop, FeedTwice, FeedGarbage)
