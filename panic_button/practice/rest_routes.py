"""What each REST endpoint does, and the table of paths.

A handler takes a call that is already authorized, and returns the payload or raises RefusalError. Statuses and fields:
docs.4casters.io/pages/rest.
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ExceptionHandler

from panic_button.practice import rows
from panic_button.practice.cancel_rows import rest_cancel, rest_reason
from panic_button.practice.feed import parse_message_id
from panic_button.practice.model import TAKER_COMMISSION, Failure, Game, Market, NotCancelled, is_object_id
from panic_button.practice.placing import place, place_again
from panic_button.practice.refusal import RefusalError
from panic_button.practice.rest import Call, Endpoint, Handler, refused
from panic_button.practice.troubles import PausingOffered
from panic_button.practice.venue import Venue, written
from panic_button.practice.wording import iso

_LEAST_TIMEOUT_S = 6
_LEAGUE_CANCEL_AFTER_S = 0.1

_STATUS_OF_FAILURE = {Failure.MALFORMED: 400, Failure.NOT_YOURS: 403, Failure.NOT_FOUND: 404}


async def log_in(venue: Venue, call: Call) -> object:
    name, password = call.body.get("username"), call.body.get("password")
    if not isinstance(name, str) or not isinstance(password, str) or not name or not password:
        raise RefusalError(400, "Username and password are required")
    token = venue.book.account.log_in(name, password)
    if token is None:
        raise RefusalError(401)
    return {"user": {**_user(venue), "auth": token}}


async def log_out(venue: Venue, call: Call) -> object:
    venue.book.account.log_out(call.token)
    return {}


async def get_me(venue: Venue, _call: Call) -> object:
    return {"user": _user(venue)}


async def get_unmatched(venue: Venue, _call: Call) -> object:
    return {"unmatched": await written(venue.listed(), rows.unmatched_order)}


async def get_orders_for_game(venue: Venue, call: Call) -> object:
    game = venue.book.games.get(call.query.get("gameID", ""))
    if game is None:
        raise RefusalError(404, "Invalid Game ID")
    return {
        "unmatched": await written(venue.listed(lambda order: order.game is game), rows.unmatched_order),
        "matched": await written(venue.book.matched_bets(lambda bet: bet.game is game), rows.matched_bet),
    }


async def get_matched_bets(venue: Venue, _call: Call) -> object:
    return {"matchedBets": await written(venue.book.matched_bets(), rows.matched_bet)}


async def look_up_order(venue: Venue, call: Call) -> object:
    order_id = call.query.get("orderID", "")
    if order_id in venue.book.strangers:
        raise RefusalError(403, "Not your order")
    order = venue.book.order(order_id)
    if order is None:
        raise RefusalError(404, "Invalid Session ID")
    return {"order": rows.order_lookup(order)}


async def get_leagues(venue: Venue, call: Call) -> object:
    sport = call.query.get("sport")
    games = venue.book.games.values()
    return {"availableLeagues": list(dict.fromkeys(game.league for game in games if sport in {None, game.sport}))}


async def get_games(venue: Venue, call: Call) -> object:
    league, sport = call.query.get("league"), call.query.get("sport")
    if not league:
        raise RefusalError(400, "league is required")
    now = venue.book.now()
    games = [
        rows.market_game(game, live=game.start <= now)
        for game in venue.book.games.values()
        if league.upper() in {game.league, "UPCOMING"} and sport in {None, game.sport}
    ]
    return {"games": games}


async def place_orders(venue: Venue, call: Call) -> object:
    orders = call.body.get("orders")
    if not isinstance(orders, list):
        raise RefusalError(400, "orders must be an array")
    return {"createdSessions": [place(venue.book, order, error_key="errorType") for order in orders]}


async def cancel(venue: Venue, call: Call) -> object:
    (outcome,) = venue.cancel_ids([str(call.body.get("sessionID"))])
    if isinstance(outcome, NotCancelled):
        raise _refusal(outcome)
    return rest_cancel(outcome)


async def cancel_multiple(venue: Venue, call: Call) -> object:
    ids = call.body.get("sessionIDs")
    if not isinstance(ids, list) or not all(map(is_object_id, ids)):
        raise RefusalError(400, "sessionIDs must be an array of order IDs")
    return await written(venue.cancel_ids(ids), rest_cancel)


async def cancel_by_reference(venue: Venue, call: Call) -> object:
    references, game = call.body.get("userReferences"), _game(venue, call)
    if not isinstance(references, list):
        raise RefusalError(400, "userReferences must be an array")
    wanted = {reference for reference in references if isinstance(reference, str)}
    outcomes = await venue.cancel_where(lambda order: order.game is game and order.user_reference in wanted)
    return await written(outcomes, rest_cancel)


async def cancel_all_orders_for_game(venue: Venue, call: Call) -> object:
    game, market = _game(venue, call), call.body.get("type")
    if market not in (None, Market.MONEYLINE, Market.SPREAD, Market.TOTAL):
        raise RefusalError(400, "Invalid type")
    outcomes = await venue.cancel_where(lambda order: order.game is game and market in (None, order.market))
    return await written(outcomes, rest_cancel)


async def cancel_all_for_league(venue: Venue, call: Call) -> object:
    league = call.body.get("league")
    if not isinstance(league, str) or league.upper() not in {game.league for game in venue.book.games.values()}:
        raise RefusalError(400, "Invalid league")
    venue.later(_LEAGUE_CANCEL_AFTER_S, lambda: venue.cancel_where(lambda order: order.game.league == league.upper()))
    return {"ordersReceived": True}


async def cancel_all_orders(venue: Venue, _call: Call) -> object:
    return await written(await venue.cancel_where(), rest_cancel)


async def pause_orders(venue: Venue, _call: Call) -> object:
    """Undocumented but for one sentence: it cancels, and remembers."""
    return await written(await venue.pause(), rest_cancel)


async def resume_orders(venue: Venue, _call: Call) -> object:
    """What was remembered is placed again, as new orders."""
    return {"createdSessions": [place_again(venue.book, order, error_key="errorType") for order in venue.resume()]}


async def orders_heartbeat(venue: Venue, call: Call) -> object:
    timeout_s = call.body.get("timeout")
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int) or timeout_s < _LEAST_TIMEOUT_S:
        raise RefusalError(400, "timeout must be a number greater than 5")
    return rows.heartbeat_ack(venue.heartbeat("rest", timeout_s), timeout_s)


async def replay(venue: Venue, call: Call) -> object:
    try:
        after = parse_message_id(call.query["afterID"])
        before = parse_message_id(call.query["beforeID"]) if "beforeID" in call.query else None
    except (KeyError, ValueError):
        raise RefusalError(400, "afterID must be a messageID") from None
    complete, messages = venue.book.stream.between(after, before)
    if complete:
        return {"status": "success", "messages": messages}
    return {"status": "cache_expired", "availableMessages": messages}


def routes(venue: Venue) -> list[Route]:
    """Every REST path of the exchange; `/v2/user/messages` is the streaming host's in the real one."""
    gets: dict[str, Handler] = {
        "/user/getMe": get_me,
        "/user/getUnmatched": get_unmatched,
        "/user/getOrdersForGame": get_orders_for_game,
        "/user/getMatchedBets": get_matched_bets,
        "/session/lookupOrder": look_up_order,
        "/exchange/getLeagues": get_leagues,
        "/exchange/v2/getGames": get_games,
    }
    posts: dict[str, Handler] = {
        "/user/logout": log_out,
        "/user/ordersHeartbeat": orders_heartbeat,
        "/session/cancel": cancel,
        "/session/cancelMultiple": cancel_multiple,
        "/session/cancelByReference": cancel_by_reference,
        "/session/cancelAllOrdersForGame": cancel_all_orders_for_game,
        "/session/cancelAllForLeague": cancel_all_for_league,
        "/session/cancelAllOrders": cancel_all_orders,
        "/session/v3/place": place_orders,
    }
    return [
        Route("/user/login", Endpoint(venue, "login", log_in, public=True).answer, methods=["POST"]),
        Route("/v2/user/messages", Endpoint(venue, "messages", replay, bare=True).answer, methods=["GET"]),
        *(
            Route(
                f"/session/{name}", Endpoint(venue, name, handler, offered_by=PausingOffered).answer, methods=["POST"]
            )
            for name, handler in (("pauseOrders", pause_orders), ("resumeOrders", resume_orders))
        ),
        *(_route(venue, path, handler, "GET") for path, handler in gets.items()),
        *(_route(venue, path, handler, "POST") for path, handler in posts.items()),
    ]


async def _no_such_path(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return refused(RefusalError(status))


ERROR_HANDLERS: Mapping[object, ExceptionHandler] = {HTTPException: _no_such_path}


def _route(venue: Venue, path: str, handler: Handler, method: str) -> Route:
    return Route(path, Endpoint(venue, path.rsplit("/", 1)[-1], handler).answer, methods=[method])


def _game(venue: Venue, call: Call) -> Game:
    game = venue.book.games.get(str(call.body.get("gameID")))
    if game is None:
        raise RefusalError(400, "Invalid gameID")
    return game


def _refusal(outcome: NotCancelled) -> RefusalError:
    words = rest_reason(outcome)
    if outcome.failure is Failure.NOT_FOUND:
        words += f": {outcome.order_id}"
    return RefusalError(_STATUS_OF_FAILURE.get(outcome.failure, 409), words)


def _user(venue: Venue) -> dict[str, object]:
    account = venue.book.account
    return {
        "id": account.id,
        "username": account.username,
        "type": "p2p",
        "oddsFormat": "american",
        "displayBalance": account.balance,
        "creditLimit": 0,
        "liability": venue.book.liability(),
        "maxLiability": account.max_liability,
        "commissionCharged": TAKER_COMMISSION,
        "hasMarketMakerAccess": False,
        "isPro": False,
        "defaultExpiry": None,
        "createdAt": iso(account.created_at),
    }
