"""What REST tells of orders, bets, games and leagues."""

import httpx
import pytest

from panic_button.practice import PracticeExchange


def test_get_unmatched_lists_every_open_order_with_the_next_game_first(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    orders = rest.get("/user/getUnmatched").json()["data"]["unmatched"]
    assert [order["id"] for order in orders] == [order.id for order in exchange.book.open_orders()]
    starts = [order["game"]["start"] for order in orders]
    assert starts == sorted(starts)


def test_an_open_order_has_the_exchanges_fields_and_types(rest: httpx.Client) -> None:
    for order in rest.get("/user/getUnmatched").json()["data"]["unmatched"]:
        assert len(order["id"]) == len(order["txID"]) == len(order["wagerRequestID"]) == 24
        assert order["offered"] == order["bet"]
        assert order["remaining"] == pytest.approx(order["bet"] - order["filled"])
        assert order["takenRatio"] == pytest.approx(order["filled"] / order["bet"])
        assert isinstance(order["odds"], int)
        assert order["createdAt"].endswith("Z")
        assert (order["expiry"], order["origin"]) == (None, "offer")
        assert (order["graded"], order["closed"], order["adminRefund"]) == (False, False, False)
        assert [one["homeAway"] for one in order["game"]["participants"]] == ["away", "home"]


def test_a_line_stands_where_its_market_has_it(exchange: PracticeExchange, rest: httpx.Client) -> None:
    exchange.book.cancel([order.id for order in exchange.book.open_orders()], lambda _order: None)
    game = next(iter(exchange.book.games.values()))
    terms: list[dict[str, object]] = [
        {"type": "moneyline", "side": game.home.id},
        {"type": "spread", "side": game.away.id, "number": -3.5},
        {"type": "total", "side": "over", "number": 221.5},
        {"type": "moneyline1x2", "side": "no", "market": "draw"},
    ]
    orders = [{"gameID": game.id, "odds": -110, "bet": 40, **of} for of in terms]
    rest.post("/session/v3/place", json={"orders": orders})
    moneyline, spread, total, three_way = rest.get("/user/getUnmatched").json()["data"]["unmatched"]
    assert (moneyline["participantID"], moneyline["otherParticipantID"]) == (game.home.id, game.away.id)
    assert (moneyline["spread"], moneyline["total"]) == (None, None)
    assert (spread["spread"], spread["total"]) == (-3.5, None)
    assert (total["spread"], total["total"], total["OU"]) == (None, 221.5, "over")
    assert (three_way["market"], three_way["side"]) == ("draw", "no")
    assert not {"participantID", "side"} & total.keys()


def test_orders_and_matched_bets_of_one_game(rest: httpx.Client, exchange: PracticeExchange) -> None:
    game = exchange.book.matched_bets()[0].game
    data = rest.get("/user/getOrdersForGame", params={"gameID": game.id}).json()["data"]
    assert data["unmatched"]
    assert data["matched"]
    assert {row["game"]["id"] for row in data["unmatched"] + data["matched"]} == {game.id}


@pytest.mark.parametrize("params", [{}, {"gameID": "0" * 24}])
def test_orders_of_an_unknown_game_are_not_found(rest: httpx.Client, params: dict[str, str]) -> None:
    answer = rest.get("/user/getOrdersForGame", params=params)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == 404


def test_matched_bets_write_risk_and_win_as_strings(rest: httpx.Client, exchange: PracticeExchange) -> None:
    order = exchange.book.open_orders()[0]
    exchange.book.fill(order.id)
    bet = rest.get("/user/getMatchedBets").json()["data"]["matchedBets"][-1]
    assert bet["risk"] == f"{order.bet - (order.filled - exchange.book.matched_bets()[-1].amount):.2f}"
    assert (bet["origin"], bet["graded"], bet["cancelled"], bet["platform"]) == ("offer", False, False, "api")
    assert "." in bet["win"]
    assert bet["wagerRequestID"] == order.wager_request_id


def test_a_lookup_tells_whether_an_order_was_cancelled(rest: httpx.Client, exchange: PracticeExchange) -> None:
    order = exchange.book.open_orders()[0]
    before = rest.get("/session/lookupOrder", params={"orderID": order.id}).json()["data"]["order"]
    rest.post("/session/cancel", json={"sessionID": order.id})
    after = rest.get("/session/lookupOrder", params={"orderID": order.id}).json()["data"]["order"]
    assert (before["cancelled"], before["unmatchedRisk"]) == (False, f"{order.remaining:.2f}")
    assert (after["cancelled"], after["unmatchedRisk"]) == (True, "0.00")


def test_a_lookup_of_a_strangers_order_is_forbidden_and_of_none_not_found(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    theirs = rest.get("/session/lookupOrder", params={"orderID": exchange.book.strangers[0]})
    assert (theirs.status_code, type(theirs.json()["error"])) == (403, str)
    assert rest.get("/session/lookupOrder", params={"orderID": "0" * 24}).status_code == 404


def test_get_me_reads_the_account(rest: httpx.Client, exchange: PracticeExchange) -> None:
    user = rest.get("/user/getMe").json()["data"]["user"]
    assert user["username"] == exchange.username
    assert user["displayBalance"] == 25000
    assert "auth" not in user


def test_leagues_can_be_narrowed_to_a_sport(rest: httpx.Client) -> None:
    everything = rest.get("/exchange/getLeagues").json()["data"]["availableLeagues"]
    assert {"NBA", "NFL", "NHL", "MLB", "ATP", "PREMIER-LEAGUE"} <= set(everything)
    soccer = rest.get("/exchange/getLeagues", params={"sport": "soccer"}).json()["data"]["availableLeagues"]
    assert soccer == ["PREMIER-LEAGUE"]


def test_games_of_a_league_or_of_all_upcoming(rest: httpx.Client, exchange: PracticeExchange) -> None:
    of_nba = rest.get("/exchange/v2/getGames", params={"league": "NBA"}).json()["data"]["games"]
    upcoming = rest.get("/exchange/v2/getGames", params={"league": "upcoming"}).json()["data"]["games"]
    assert {game["league"] for game in of_nba} == {"NBA"}
    assert {game["id"] for game in upcoming} == set(exchange.book.games)
    assert of_nba[0].keys() >= {"id", "start", "ended", "live", "eventName", "participants", "periodName"}


def test_games_without_a_league_are_a_bad_request(rest: httpx.Client) -> None:
    answer = rest.get("/exchange/v2/getGames")
    assert (answer.status_code, answer.json()) == (400, {"error": "league is required"})
