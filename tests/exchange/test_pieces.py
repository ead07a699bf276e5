"""Large bodies are decoded in pieces, which must never tell anything else than the whole does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panic_button.exchange import pieces, wire
from tests.exchange.lanes import read_listing

TRICKY = ["},{", "]", "[", '"', "\\", "}]}", '"},{"id":"x"', "\u2028", "\U0001f3c8", '{"data":[']

texts = st.text(st.sampled_from('abc{}[],:"\\ \n\u00e9'), max_size=12) | st.sampled_from(TRICKY)
participants = st.lists(st.fixed_dictionaries({"id": texts, "shortName": texts}), max_size=3)
numbers = st.none() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | texts
orders = st.fixed_dictionaries(
    {},
    optional={
        "id": texts | st.none() | st.integers(),
        "bet": numbers,
        "filled": numbers,
        "odds": numbers,
        "type": st.sampled_from(["spread", "total", "moneyline", 7]),
        "userReference": texts,
        "brandNew": st.lists(st.dictionaries(texts, texts, max_size=2), max_size=3),
        "game": st.fixed_dictionaries(
            {
                "id": texts,
                "participants": st.lists(st.fixed_dictionaries({"id": texts, "shortName": texts}), max_size=3),
            }
        ),
    },
)
rows = st.lists(orders | st.integers() | texts | st.none() | st.lists(st.integers(), max_size=2), max_size=25)
spaces = st.sampled_from([(",", ":"), (", ", ": "), (" ,\r\n\t", " : ")])


@contextmanager
def piece_of(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE", size)
        yield


def whole(read: Any, body: bytes) -> object:  # noqa: ANN401 - any of the module's decoders
    with piece_of(10**9):
        return read(body)


@given(rows, spaces, st.integers(1, 400))
def test_a_listing_in_pieces_is_the_listing(rows: list[object], spaces: tuple[str, str], size: int) -> None:
    body = json.dumps({"data": {"unmatched": rows}}, separators=spaces, ensure_ascii=False).encode()
    expected = whole(read_listing, body)
    with piece_of(size):
        assert read_listing(body) == expected


@given(rows, spaces, st.integers(1, 400))
def test_a_socket_reply_in_pieces_is_the_reply(rows: list[object], spaces: tuple[str, str], size: int) -> None:
    body = json.dumps({"requestID": "panic-0001", "data": rows}, separators=spaces).encode()
    expected = whole(wire.socket_reply, body)
    with piece_of(size):
        assert wire.socket_reply(body) == expected


@pytest.mark.parametrize(
    "around",
    [
        '{"data": {"unmatched": ROWS, "tags": ["new"]}}',
        '{"data": {"matched": [], "unmatched": ROWS}}',
        '{"data": {"unmatched": ROWS}, "errors": []}',
        '{"meta": [1], "data": {"unmatched": ROWS}}',
        '{"meta": {"pages": [1]}, "data": {"unmatched": ROWS}}',
    ],
)
def test_other_lists_beside_the_orders_change_nothing_however_large_the_body(around: str) -> None:
    body = around.replace("ROWS", json.dumps([{"id": f"{n:024x}", "bet": n} for n in range(4_000)])).encode()
    assert len(body) > pieces.PIECE
    assert [order.order_id for order in read_listing(body).orders] == [f"{n:024x}" for n in range(4_000)]


def test_a_large_list_of_other_things_is_not_taken_for_the_orders() -> None:
    other = json.dumps([{"id": f"{n:024x}"} for n in range(5_000)])
    assert read_listing(f'{{"data": {{"matched": {other}, "unmatched": []}}}}'.encode()).open_count == 0
    with pytest.raises(wire.Unreadable):
        read_listing(f'{{"data": {{"matched": {other}}}}}'.encode())
    with pytest.raises(wire.Unreadable):
        read_listing(f'{{"unmatched": {other}}}'.encode())


def test_a_large_reply_in_a_responses_wrapper_keeps_its_rows() -> None:
    data = [{"success": True, "orderID": f"{n:024x}", "remaining": n} for n in range(4_000)]
    body = json.dumps({"requestID": "r", "responses": [{"data": data, "requestID": "r"}]}).encode()
    assert len(body) > pieces.PIECE
    assert len(wire.socket_reply(body).rows) == 4_000


def test_a_large_answer_keeps_every_row_beside_odd_ones_and_nested_ones() -> None:
    rng = Random(11)
    rows: list[object] = [
        {"success": True, "sessionID": f"{n:024x}", "remaining": rng.choice([n, str(n), None]), "description": "a},{b"}
        for n in range(6_000)
    ]
    rows[1_000] = 7
    rows[2_000] = {"success": True, "sessionID": "odd", "odds": {"nested": [{"a": 1}, {"b": [{"c": 2}, {"d": 3}]}]}}
    body = json.dumps({"data": rows}).encode()
    told = wire.cancel_rows(body)
    assert len(body) > 5 * pieces.PIECE
    assert [row.order_id for row in told[:3]] == [f"{n:024x}" for n in range(3)]
    assert (len(told), told[1_000].order_id, told[2_000].order_id) == (6_000, None, "odd")


def test_a_large_listing_that_was_cut_off_is_unreadable() -> None:
    body = json.dumps({"data": {"unmatched": [{"id": f"{n:024x}"} for n in range(6_000)]}}).encode()
    for cut in (len(body) - 1, len(body) - 3, len(body) // 2, body.rindex(b"{")):
        with pytest.raises(wire.Unreadable):
            read_listing(body[:cut])


def test_one_row_that_is_larger_than_a_piece_is_read() -> None:
    big = {"id": "big", "brandNew": [{"a": "x" * 500}, {"b": "},{"}] * 600}
    body = json.dumps({"data": {"unmatched": [big, {"id": "small"}]}}).encode()
    assert [order.order_id for order in read_listing(body).orders] == ["big", "small"]
