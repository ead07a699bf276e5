"""Orders, bets and games as REST writes them (docs.4casters.io/pages/rest).

Money is a number, but for what was matched: there REST writes strings with two decimals.
"""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from panic_button.practice.model import Game, Market, MatchedBet, Order, Participant, Status
from panic_button.practice.wording import Row, dollars, encode, iso, iso_nanoseconds


class UnmatchedOrder(Row, frozen=True, kw_only=True):
    id: str
    tx_id: str
    type: str
    bet: Decimal
    odds: int
    spread: Decimal | None
    total: Decimal | None
    OU: str | UnsetType
    participant_id: str | UnsetType
    other_participant_id: str | UnsetType
    market: str | UnsetType
    side: str | UnsetType
    filled: Decimal
    offered: Decimal
    remaining: Decimal
    taken_ratio: float
    expiry: str | None
    created_at: str
    origin: str = "offer"
    graded: bool = False
    closed: bool = False
    admin_refund: bool = False
    user_reference: str | UnsetType
    wager_request_id: str
    game: msgspec.Raw


class MatchedBetRow(Row, frozen=True, kw_only=True):
    id: str
    tx_id: str
    ticket_number: str
    type: str
    bet: Decimal
    odds: int
    spread: Decimal | None
    total: Decimal | None
    OU: str | UnsetType
    participant_id: str | UnsetType
    market: str | UnsetType
    side: str
    user_reference: str | UnsetType
    wager_request_id: str
    created_at: str
    matched_time: str
    origin: str
    risk: str
    win: str
    graded: bool = False
    closed: bool = False
    cancelled: bool = False
    admin_refund: bool = False
    platform: str = "api"
    game: msgspec.Raw


def unmatched_order(order: Order) -> UnmatchedOrder:
    """`remaining` is risk in dollars, whatever its page calls it. The side stands where the market has it."""
    game, market = order.game, order.market
    on_participant = market in {Market.MONEYLINE, Market.SPREAD}
    return UnmatchedOrder(
        id=order.id,
        tx_id=order.tx_id,
        type=market,
        bet=order.bet,
        odds=order.odds,
        spread=order.number if market is Market.SPREAD else None,
        total=order.number if market is Market.TOTAL else None,
        OU=order.side if market is Market.TOTAL else UNSET,
        participant_id=order.side if on_participant else UNSET,
        other_participant_id=game.opponent(order.side).id if on_participant else UNSET,
        market=order.three_way_market or UNSET,
        side=order.side if market is Market.THREE_WAY else UNSET,
        filled=order.filled,
        offered=order.bet,
        remaining=order.remaining,
        taken_ratio=float(order.filled / order.bet) if order.filled else 0.0,
        expiry=iso(order.expiry) if order.expiry else None,
        created_at=iso(order.created_at),
        user_reference=order.user_reference or UNSET,
        wager_request_id=order.wager_request_id,
        game=_game_summary(game),
    )


def matched_bet(bet: MatchedBet) -> MatchedBetRow:
    market = bet.market
    return MatchedBetRow(
        id=bet.id,
        tx_id=bet.tx_id,
        ticket_number=bet.ticket_number,
        type=market,
        bet=bet.amount,
        odds=bet.odds,
        spread=bet.number if market is Market.SPREAD else None,
        total=bet.number if market is Market.TOTAL else None,
        OU=bet.side if market is Market.TOTAL else UNSET,
        participant_id=bet.side if market in {Market.MONEYLINE, Market.SPREAD} else UNSET,
        market=bet.three_way_market or UNSET,
        side=bet.side,
        user_reference=bet.user_reference or UNSET,
        wager_request_id=bet.wager_request_id,
        created_at=iso(bet.created_at),
        matched_time=iso(bet.matched_at),
        origin="offer" if bet.as_maker else "wager",
        risk=dollars(bet.risk),
        win=dollars(bet.win),
        game=_game_summary(bet.game),
    )


def order_lookup(order: Order) -> dict[str, object]:
    """The exchange gives `OU` as the opposite of the order's own side."""
    opposite = {"over": "under", "under": "over"}
    backed = order.game.participant(order.side)
    resting = order.remaining if order.status is Status.OPEN else Decimal(0)
    return {
        "id": order.id,
        "cancelled": order.status in {Status.CANCELLED, Status.EXPIRED},
        "isTheBestOffer": False,
        "odds": order.odds,
        "type": order.market,
        "OU": opposite.get(order.side),
        "participant": backed.id if backed else None,
        "participantLongName": backed.long_name if backed else None,
        "spread": order.number if order.market is Market.SPREAD else None,
        "total": order.number if order.market is Market.TOTAL else None,
        "matchedRisk": dollars(order.filled),
        "unmatchedRisk": dollars(resting),
        "game": _game_summary(order.game),
    }


def heartbeat_ack(server_time: datetime, timeout_s: float) -> dict[str, object]:
    return {"type": "heartbeatAck", "serverTime": iso_nanoseconds(server_time), "timeoutSec": timeout_s}


def market_game(game: Game, *, live: bool) -> dict[str, object]:
    """A game as `/exchange/v2/getGames` gives it."""
    return {
        "id": game.id,
        "parentGameID": None,
        "cheapDataUID": f"{game.league}-{game.away.rotation_number}",
        "league": game.league,
        "sport": game.sport,
        "start": game.starts,
        "ended": False,
        "live": live,
        "featured": False,
        "eventName": game.event_name,
        "tournamentName": None,
        "periodName": "Full Time",
        "isSpecials": False,
        "participants": [
            {**_participant(one), "mainPitcher": None, "rotationNumber": one.rotation_number, "futuresSide": None}
            for one in (game.away, game.home)
        ],
    }


@lru_cache(maxsize=1024)
def _game_summary(game: Game) -> msgspec.Raw:
    """A game inside an order, encoded once: a hundred thousand orders share a few games."""
    summary = {
        "id": game.id,
        "league": game.league,
        "sport": game.sport,
        "start": game.starts,
        "ended": False,
        "eventName": game.event_name,
        "isFutures": False,
        "isSpecials": False,
        "tournamentName": None,
        "periodName": "Full Time",
        "parentGameID": None,
        "isOpen": True,
        "participants": [_participant(one) for one in (game.away, game.home)],
    }
    return msgspec.Raw(encode(summary))


def _participant(one: Participant) -> dict[str, object]:
    return {"id": one.id, "longName": one.long_name, "shortName": one.short_name, "homeAway": one.home_away}
