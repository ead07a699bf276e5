"""Listings, on which CLEAR rests: only a plain list counts, and every row of it is an open order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panic_button.core.model import OpenOrder
from panic_button.exchange import wire
from tests.exchange.lanes import read_listing

ORDER = b"""{
  "id": "6712aa01bb02cc03dd04ee05", "type": "spread", "bet": 40, "odds": -108, "spread": 3.5, "total": null,
  "participantID": "p1", "otherParticipantID": "p2", "filled": "2.50", "offered": 40, "remaining": 37.5,
  "createdAt": "2026-09-30T17:05:06.123Z", "userReference": "bot-7780", "brandNew": {"a": [1]},
  "game": {"id": "g1", "eventName": "BEARS VS LIONS", "isFutures": false, "participants": [
     {"id": "p1", "longName": "Chicago Bears", "shortName": "CHI"},
     {"id": "p2", "longName": "Detroit Lions", "shortName": "DET"}]}}"""


def listing(*rows: bytes) -> bytes:
    return b'{"data": {"unmatched": [' + b", ".join(rows) + b"]}}"


def the_order(row: bytes) -> OpenOrder:
    told = read_listing(listing(row))
    assert told.unreadable == 0
    return told.orders[0]


def test_an_open_order_is_read_whole_and_unknown_fields_are_ignored() -> None:
    assert the_order(ORDER) == OpenOrder(
        order_id="6712aa01bb02cc03dd04ee05",
        description="Chicago Bears +3.5",
        odds=Decimal(-108),
        bet=Decimal(40),
        filled=Decimal("2.50"),
        user_reference="bot-7780",
        game_id="g1",
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"data": null}',
        '{"data": {}}',
        '{"data": []}',
        '{"data": {"unmatched": null}}',
        '{"data": {"unmatched": {}}}',
        '{"data": {"unmatched": "none"}}',
        '{"data": {"unmatched": 0}}',
        '{"data": {"unmatched": [',
        '{"data": {"unmatched": []',
        '{"data": {"unmatched": [{"id": "a"}, {"id": "b"',
        '{"data": {"matched": []}}',
        '{"error": "busy"}',
        "<!DOCTYPE html><html><body>[]</body></html>",
    ],
)
def test_a_listing_that_is_not_plainly_a_list_is_unreadable_and_never_empty(body: str) -> None:
    with pytest.raises(wire.Unreadable):
        read_listing(body.encode())


def test_an_empty_list_is_empty() -> None:
    assert read_listing(b' {"data" : {"unmatched" : [ ] } } ').open_count == 0


@pytest.mark.parametrize("odd", [b"7", b"null", b"[]", b'"a"', b"{}", b'{"id": null}', b'{"id": ""}', b'{"id": {}}'])
def test_a_row_without_an_id_counts_as_an_open_order_that_nobody_can_name(odd: bytes) -> None:
    told = read_listing(listing(ORDER, odd, ORDER.replace(b"ee05", b"ee06")))
    assert [order.order_id[-4:] for order in told.orders] == ["ee05", "ee06"]
    assert told.unreadable == 1
    assert told.open_count == 3


@pytest.mark.parametrize(
    ("was", "odd"),
    [
        (b'"odds": -108', b'"odds": {"american": -108}'),
        (b'"bet": 40', b'"bet": [40]'),
        (b'"game": {', b'"game": 3, "old": {'),
        (b'"participants": [', b'"participants": [3, '),
        (b'"bot-7780"', b"7780"),
        (b'"type": "spread"', b'"type": 1'),
    ],
)
def test_an_order_that_is_odd_in_one_field_keeps_its_id_and_hides_no_other(was: bytes, odd: bytes) -> None:
    assert was in ORDER
    told = read_listing(listing(ORDER.replace(was, odd), ORDER.replace(b"ee05", b"ee06")))
    assert [order.order_id[-4:] for order in told.orders] == ["ee05", "ee06"]
    assert told.unreadable == 0
    assert told.orders[1].description == "Chicago Bears +3.5"


def test_an_order_listed_twice_is_one_order() -> None:
    assert read_listing(listing(ORDER, ORDER)).open_count == 1


@pytest.mark.parametrize(
    ("row", "bet"),
    [
        (b'{"id": "a", "bet": "10.5"}', Decimal("10.5")),
        (b'{"id": "a", "offered": 12}', Decimal(12)),
        (b'{"id": "a", "bet": null, "offered": "12"}', Decimal(12)),
        (b'{"id": "a", "bet": "NaN"}', None),
        (b'{"id": "a", "bet": 1e300}', None),
        (b'{"id": "a"}', None),
    ],
)
def test_what_an_order_risks_is_told_in_any_way_or_not_known(row: bytes, bet: Decimal | None) -> None:
    assert the_order(row).bet == bet


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (b'"type": "moneyline", "participantID": "p2"', "Detroit Lions ML"),
        (b'"type": "spread", "participantID": "p1", "spread": -3', "Chicago Bears \N{MINUS SIGN}3"),
        (b'"type": "total", "OU": "over", "total": 221.50', "Over 221.5 CHI\N{EN DASH}DET"),
        (b'"type": "total", "side": "under", "total": 221', "Under 221 CHI\N{EN DASH}DET"),
        (b'"type": "moneyline1x2", "market": "draw", "side": "no"', "Draw no CHI\N{EN DASH}DET"),
        (b'"type": "moneyline1x2", "market": "p1", "side": "yes"', "Chicago Bears yes CHI\N{EN DASH}DET"),
    ],
)
def test_an_order_is_described_as_traders_say_it(fields: bytes, words: str) -> None:
    game = ORDER[ORDER.index(b'"game"') : -1]
    assert the_order(b'{"id": "a", ' + fields + b", " + game + b"}").description == words


def test_an_order_of_a_game_that_nobody_named_still_has_a_description() -> None:
    assert the_order(b'{"id": "a", "type": "moneyline", "game": null}').description == "ML"


def test_a_look_up_tells_an_orders_fate() -> None:
    fate = wire.fate(b'{"data": {"order": {"cancelled": true, "matchedRisk": "5.05", "unmatchedRisk": "0"}}}')
    assert (fate.cancelled, fate.filled, fate.remaining) == (True, Decimal("5.05"), Decimal(0))


def test_a_look_up_without_an_order_is_unreadable() -> None:
    with pytest.raises(wire.Unreadable):
        wire.fate(b'{"data": {}}')


@pytest.mark.parametrize("auth", ["", "two words", "line\\nend", "ünicode", "x" * 5_000])
def test_a_sign_in_without_a_token_that_fits_a_header_is_unreadable(auth: str) -> None:
    with pytest.raises(wire.Unreadable):
        wire.token(f'{{"data": {{"user": {{"auth": "{auth}"}}}}}}'.encode())


@pytest.mark.parametrize(("start", "live"), [("2026-09-29T23:59:59.000Z", True), ("2026-10-04T17:00:00.000Z", False)])
def test_an_order_is_live_once_its_game_has_begun(start: str, *, live: bool) -> None:
    row = ORDER.replace(b'"game": {', f'"game": {{"start": "{start}", '.encode())
    assert [order.live for order in read_listing(listing(row)).orders] == [live]
