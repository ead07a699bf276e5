"""The practice world: believable games and orders out of a seed.

Everything follows from the seed and the time that are handed in, so the same two give the same world, ids and all.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from panic_button.practice.account import Account
from panic_button.practice.book import Book
from panic_button.practice.model import Game, Market, Now, OrderType, Participant, Ticket
from panic_button.practice.teams import LEAGUES, League
from panic_button.practice.wording import ObjectIds

_STRANGERS = 8
_MATCHED_SHARE = 12  # one order in so many comes with a fill behind it
_STAKES = tuple(Decimal(stake) for stake in ("10", "20", "25", "40", "50", "75", "100", "150", "250", "37.50", "62.25"))
_LEAGUES = {league.code: league for league in LEAGUES}
_REFERENCES_OF_ALL = ("maker-7", "maker-7", "maker-12", None)


def build_book(*, seed: int, orders: int, now: Now) -> Book:
    """A book of `orders` open orders, and some matched bets, of one account."""
    rng = Random(seed)
    ids = ObjectIds(rng)
    opened_at = now()
    account = Account(
        account_id=ids.mint(opened_at),
        created_at=opened_at - timedelta(days=400),
        rng=Random(f"account {seed}"),
        now=now,
    )
    strangers = [ids.mint(opened_at) for _ in range(_STRANGERS)]
    book = Book(account=account, games=_schedule(rng, ids, opened_at), strangers=strangers, rng=rng, now=now)
    games = tuple(book.games.values())
    tickets = (ticket(rng, rng.choice(games)) for _ in range(orders))
    book.stock(tickets, lambda: opened_at - timedelta(seconds=rng.uniform(1, 6 * 3600)))
    matched = min(orders, 1 + orders // _MATCHED_SHARE, 200)
    for order in rng.sample(book.open_orders(), matched):
        book.fill(order.id, (order.bet * rng.choice((25, 50, 80)) / 100).quantize(Decimal("0.01")))
    return book


def ticket(rng: Random, game: Game) -> Ticket:
    """One order that a market maker might rest on this game."""
    league = _LEAGUES[game.league]
    markets = (Market.SPREAD, Market.TOTAL, Market.THREE_WAY if league.sport == "soccer" else Market.MONEYLINE)
    market = rng.choice(markets)
    backed = rng.choice((game.away, game.home)).id
    side, three_way_market, number, odds = backed, None, None, rng.choice((-112, -110, -108, -105, -102, 100, 102, 104))
    match market:
        case Market.SPREAD:
            number = _half_points(rng, -league.widest_spread, league.widest_spread)
        case Market.TOTAL:
            side = rng.choice(("over", "under"))
            number = _half_points(rng, league.usual_total * 0.9, league.usual_total * 1.1)
        case Market.THREE_WAY:
            side, three_way_market, odds = (
                rng.choice(("yes", "no")),
                rng.choice((backed, "draw")),
                rng.randrange(110, 400),
            )
        case Market.MONEYLINE:
            odds = rng.choice((-1, 1)) * rng.randrange(102, 320)
    return Ticket(
        game=game,
        market=market,
        side=side,
        three_way_market=three_way_market,
        number=number,
        odds=odds,
        bet=rng.choice(_STAKES),
        order_type=OrderType.POST,
        user_reference=rng.choice((*_REFERENCES_OF_ALL, f"mm-{league.code.lower()}-{rng.randrange(1, 4)}")),
    )


def _half_points(rng: Random, low: float, high: float) -> Decimal:
    return Decimal(rng.randrange(round(low * 2), round(high * 2) + 1)) / 2


def _schedule(rng: Random, ids: ObjectIds, opened_at: datetime) -> list[Game]:
    """Every side of every league in one game of the coming days, on the quarter hour."""
    first_start = opened_at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    return [game for league in LEAGUES for game in _round_of(league, rng, ids, opened_at, first_start)]


def _round_of(league: League, rng: Random, ids: ObjectIds, opened_at: datetime, first_start: datetime) -> list[Game]:
    sides = rng.sample(league.sides, len(league.sides))
    rotation = rng.randrange(100, 900, 2) + 1
    games = []
    for away_side, home_side in zip(sides[::2], sides[1::2], strict=True):
        away, home = (
            Participant(
                id=ids.mint(opened_at),
                long_name=f"{side.place} {side.name}".strip(),
                short_name=side.short_name,
                nickname=side.name,
                home_away=home_away,
                rotation_number=str(rotation + offset),
            )
            for offset, (side, home_away) in enumerate(((away_side, "away"), (home_side, "home")))
        )
        start = first_start + timedelta(minutes=15 * rng.randrange(4 * 72))
        games.append(Game(ids.mint(opened_at), league.code, league.sport, start, away, home))
        rotation += 2
    return games
