"""One row of a listing or of an answer to a cancel, from the exchange's JSON to core values.

Numbers may be numbers, strings, fractional, null or missing. A row that is odd in one field keeps all others, above
all its id: an order that can't be read is still an open order.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field

from panic_button.core.model import CancelRow, OpenOrder

# More than any order can be, and few enough digits to be shown: what is beyond was no number of dollars or odds.
_AMOUNT_LIMIT = Decimal(10) ** 12
_TEXT_LIMIT = 300

Number = Decimal | None
Text = str | None


class CancelJson(Struct, frozen=True):
    """A cancel result: `sessionID` and `reason` on REST, `orderID` and `description` on the socket."""

    success: bool = False
    session_id: Text = field(name="sessionID", default=None)
    order_id: Text = field(name="orderID", default=None)
    description: Text = None
    reason: Text = None
    odds: Number = None
    filled: Number = None
    remaining: Number = None
    game_id: Text = field(name="gameID", default=None)
    user_reference: Text = field(name="userReference", default=None)


class ParticipantJson(Struct, frozen=True):
    id: Text = None
    long_name: Text = field(name="longName", default=None)
    short_name: Text = field(name="shortName", default=None)


class GameJson(Struct, frozen=True):
    id: Text = None
    event_name: Text = field(name="eventName", default=None)
    start: Text = None
    participants: list[ParticipantJson] | None = None


class OrderJson(Struct, frozen=True):
    """An open order of the listing. `bet` is the risk in all, `filled` what of it has matched."""

    id: str = ""
    type: Text = None
    bet: Number = None
    odds: Number = None
    spread: Number = None
    total: Number = None
    participant_id: Text = field(name="participantID", default=None)
    filled: Number = None
    offered: Number = None
    over_under: Text = field(name="OU", default=None)
    market: Text = None
    side: Text = None
    user_reference: Text = field(name="userReference", default=None)
    game: GameJson | None = None


def amount(number: object) -> Decimal | None:
    """A number as the exchange writes it; None for whatever is not a finite one of sensible size."""
    if isinstance(number, bool) or not isinstance(number, (int, float, str, Decimal)):
        return None
    try:
        value = number if isinstance(number, Decimal) else Decimal(str(number)[:_TEXT_LIMIT])
    except ArithmeticError:
        return None
    return value if value.is_finite() and abs(value) < _AMOUNT_LIMIT else None


def text(value: object) -> str | None:
    """A text as the exchange writes it, short enough to be shown; None for an empty one."""
    return value[:_TEXT_LIMIT] if isinstance(value, str) and value else None


def cancel_row(row: CancelJson) -> CancelRow:
    """A cancel result. What does not plainly say that it succeeded did not."""
    order_id = row.session_id or row.order_id
    return CancelRow(
        success=row.success,
        order_id=order_id,
        # On the socket a failure's reason stands where a success has the order's description.
        description="" if not row.success and row.order_id else text(row.description) or "",
        odds=amount(row.odds),
        filled=amount(row.filled),
        remaining=amount(row.remaining),
        reason=None if row.success else text(row.reason) or text(row.description),
        user_reference=text(row.user_reference),
        game_id=text(row.game_id),
    )


def open_order(row: OrderJson, now: str) -> OpenOrder | None:
    """An open order; None for a row without an id, which is an open order that nobody can name.

    `now` as the exchange writes moments, so that they compare as text: 100,000 starts are not worth parsing.
    """
    if not row.id:
        return None
    return OpenOrder(
        order_id=row.id,
        description=_describe(row),
        odds=amount(row.odds),
        bet=amount(row.bet if row.bet is not None else row.offered),
        filled=amount(row.filled),
        user_reference=text(row.user_reference),
        game_id=text(row.game.id) if row.game else None,
        live=bool(row.game and row.game.start and row.game.start <= now),
    )


def _describe(order: OrderJson) -> str:
    """The order in a few words, as traders say it: "Lakers ML", "Bears +3.5", "Over 221.5" and the game."""
    game = order.game or GameJson()
    teams = game.participants or []
    names = {team.id: team.long_name or team.short_name or "" for team in teams if team.id}
    event = (
        "\N{EN DASH}".join(team.short_name or team.long_name or "?" for team in teams) or text(game.event_name) or ""
    )
    name = names.get(order.participant_id or "") or event
    match order.type:
        case "spread":
            words = f"{name} {_signed(amount(order.spread))}"
        case "total":
            words = f"{(order.over_under or order.side or 'total').capitalize()} {_plain(amount(order.total))} {event}"
        case "moneyline1x2":
            market = order.market or ""
            words = f"{names.get(market, market.capitalize())} {order.side or ''} {event}"
        case _:
            words = f"{name} ML"
    return " ".join(words.split())[:_TEXT_LIMIT]


def _signed(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():+f}".replace("-", "\N{MINUS SIGN}")


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
