"""Place requests: from JSON to a checked ticket, and from what became of it to the answer's entry.

REST and the Orders socket share all of it but the name of one key, `errorType` against `error_type`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from panic_button.practice.book import Book
from panic_button.practice.model import (
    CENT,
    Game,
    Market,
    MatchedBet,
    Order,
    OrderType,
    Placed,
    PlaceRejectedError,
    Ticket,
    profit,
)

_Word = TypeVar("_Word", bound=StrEnum)

_SIDES = {Market.TOTAL: ("over", "under"), Market.THREE_WAY: ("yes", "no")}
_LEAST_ODDS = 100


def place(book: Book, asked: object, *, error_key: str) -> dict[str, object]:
    """Places one order and returns its entry of the answer, positional with the request."""
    return _entry(lambda: book.place(_ticket(book, asked)), error_key)


def place_again(book: Book, order: Order, *, error_key: str) -> dict[str, object]:
    """Places what was open of an order anew, with the same kind of entry."""
    return _entry(lambda: book.place(order.again()), error_key)


def _entry(placing: Callable[[], Placed], error_key: str) -> dict[str, object]:
    try:
        placed = placing()
    except PlaceRejectedError as rejected:
        return {"error": str(rejected), error_key: rejected.error_type}
    return {
        "matched": [] if placed.bet is None else [_matched(placed.bet)],
        "unmatched": {} if placed.order is None else _unmatched(placed.order),
    }


def _ticket(book: Book, asked: object) -> Ticket:
    if not isinstance(asked, Mapping):
        raise _invalid("Order must be an object.")
    game = book.games.get(str(asked.get("gameID") or asked.get("gameId")))
    if game is None:
        raise _invalid("Game not found.")
    market = _one_of(Market, asked.get("type"), "type")
    minutes, reference = asked.get("expirationMinutes"), asked.get("userReference")
    return Ticket(
        game=game,
        market=market,
        side=_side(game, market, asked.get("side")),
        three_way_market=_three_way_market(game, asked.get("market")) if market is Market.THREE_WAY else None,
        number=_number(asked.get("number"), "number") if market in {Market.SPREAD, Market.TOTAL} else None,
        odds=_odds(asked.get("odds")),
        bet=_bet(asked.get("bet")),
        order_type=_one_of(OrderType, asked.get("orderType", OrderType.LIMIT), "orderType"),
        expiration_minutes=minutes if isinstance(minutes, int) else None,
        user_reference=reference if isinstance(reference, str) else None,
    )


def _invalid(message: str) -> PlaceRejectedError:
    return PlaceRejectedError(message, "validation_error")


def _one_of(words: type[_Word], word: object, field: str) -> _Word:
    try:
        return words(str(word))
    except ValueError:
        raise _invalid(f"Invalid {field}.") from None


def _number(value: object, field: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(f"{field} must be a number.")
    return Decimal(str(value))


def _odds(value: object) -> int:
    odds = _number(value, "odds")
    if abs(odds) < _LEAST_ODDS:
        raise _invalid("Invalid odds.")
    return int(odds)


def _bet(value: object) -> Decimal:
    bet = _number(value, "bet")
    if bet <= 0:
        raise _invalid("bet must be positive.")
    return bet.quantize(CENT)


def _side(game: Game, market: Market, side: object) -> str:
    if side not in _SIDES.get(market, (game.away.id, game.home.id)):
        raise _invalid("Invalid side.")
    return str(side)


def _three_way_market(game: Game, market: object) -> str:
    if market not in ("draw", game.away.id, game.home.id):
        raise _invalid("Invalid market.")
    return str(market)


def _unmatched(order: Order) -> dict[str, object]:
    return {
        "orderID": order.id,
        "wagerRequestID": order.wager_request_id,
        "offered": order.bet,
        **_terms(order),
    }


def _matched(bet: MatchedBet) -> dict[str, object]:
    return {
        "orderID": bet.order_id,
        "wagerRequestID": bet.wager_request_id,
        "txID": bet.tx_id,
        "amount": bet.amount,
        "risk": bet.risk,
        "win": bet.win,
        "winWithoutCommission": profit(bet.amount, bet.odds),
        **_terms(bet),
    }


def _terms(of: Order | MatchedBet) -> dict[str, object]:
    market = {} if of.three_way_market is None else {"market": of.three_way_market}
    return {
        "odds": of.odds,
        "type": of.market,
        "side": of.side,
        "number": of.number,
        "userReference": of.user_reference,
        **market,
    }
