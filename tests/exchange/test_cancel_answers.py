"""Answers to a cancel, read tolerantly: rows keep what can be read, and what is no answer is unreadable."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panic_button.exchange import wire

FIRST, SECOND, THIRD = "6712aa01bb02cc03dd04ee05", "6712aa01bb02cc03dd04ee06", "6712aa01bb02cc03dd04ee07"


def test_a_row_of_rest_is_read_whole() -> None:
    (row,) = wire.cancel_rows(
        b'{"data": [{"success": true, "sessionID": "6712aa01bb02cc03dd04ee05", "description": "Bears +3.5", '
        b'"odds": -108, "filled": 2.5, "offered": 0, "remaining": 37.5, "gameID": "g1", "userReference": "bot-7781"}]}'
    )
    assert (row.success, row.order_id, row.description, row.odds) == (True, FIRST, "Bears +3.5", Decimal(-108))
    assert (row.filled, row.remaining, row.game_id, row.user_reference) == (
        Decimal("2.5"),
        Decimal("37.5"),
        "g1",
        "bot-7781",
    )
    assert row.reason is None


@pytest.mark.parametrize("body", ['{"data": []}', '{"data": null}', "{}", '{"data": {}}', '{"new": 1, "data": [ ]}'])
def test_nothing_to_cancel_is_an_answer_in_good_form(body: str) -> None:
    assert wire.cancel_rows(body.encode()) == ()


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "<html>busy</html>", '{"data": [', '{"data": "done"}', '{"data": 3}', '{"data": [1', "\xff"],
)
def test_what_is_no_answer_to_a_cancel_is_unreadable(body: str) -> None:
    with pytest.raises(wire.Unreadable):
        wire.cancel_rows(body.encode("latin-1"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("37.5", Decimal("37.5")),
        ('"37.50"', Decimal("37.50")),
        ("0", Decimal(0)),
        ("54.78963963963964", Decimal("54.78963963963964")),
        ("null", None),
        ('"NaN"', None),
        ('"Infinity"', None),
        ("1e400", None),
        ("9" * 5_000, None),
        ('"soon"', None),
        ("true", None),
        ("{}", None),
    ],
)
def test_a_number_may_be_written_in_any_way_or_be_none(written: str, read: Decimal | None) -> None:
    (row,) = wire.cancel_rows(f'{{"data": [{{"success": true, "sessionID": "a", "remaining": {written}}}]}}'.encode())
    assert (row.success, row.order_id, row.remaining) == (True, "a", read)


def test_an_amount_that_is_missing_is_not_known() -> None:
    (row,) = wire.cancel_rows(b'{"data": [{"success": true, "sessionID": "a"}]}')
    assert (row.filled, row.remaining, row.odds) == (None, None, None)


@pytest.mark.parametrize(
    "odd",
    [
        f'{{"success": true, "sessionID": "{SECOND}", "odds": "even", "remaining": 5}}',
        f'{{"success": true, "sessionID": "{SECOND}", "description": ["Bears"], "remaining": "5"}}',
        f'{{"success": true, "sessionID": "{SECOND}", "gameID": 12, "remaining": 5, "filled": {"9" * 5_000}}}',
    ],
)
def test_a_row_that_is_odd_in_one_field_keeps_its_others_and_hides_no_other_row(odd: str) -> None:
    good = [
        f'{{"success": true, "sessionID": "{order_id}", "remaining": 1e400, "odds": 120}}'
        for order_id in (FIRST, THIRD)
    ]
    rows = wire.cancel_rows(f'{{"data": [{good[0]}, {odd}, {good[1]}]}}'.encode())
    assert [(row.success, row.order_id) for row in rows] == [(True, FIRST), (True, SECOND), (True, THIRD)]
    assert (rows[0].odds, rows[1].remaining) == (Decimal(120), Decimal(5))


@pytest.mark.parametrize("odd", ["7", '"gone"', "null", "[]", "true", "{}"])
def test_a_row_of_the_wrong_type_says_nothing_and_hides_no_other(odd: str) -> None:
    rows = wire.cancel_rows(f'{{"data": [{{"success": true, "sessionID": "a"}}, {odd}]}}'.encode())
    assert [(row.success, row.order_id) for row in rows] == [(True, "a"), (False, None)]


@pytest.mark.parametrize("success", ["0", "null", '"perhaps"', "[]"])
def test_what_does_not_plainly_say_that_it_succeeded_did_not(success: str) -> None:
    (row,) = wire.cancel_rows(f'{{"data": [{{"success": {success}, "sessionID": "a"}}]}}'.encode())
    assert (row.success, row.order_id) == (False, "a")


def test_a_failure_of_a_cancel_by_id_takes_its_id_from_its_place() -> None:
    failed = '{"success": false, "reason": "Not your order"}'
    body = f'{{"data": [{{"success": true, "sessionID": "{FIRST}"}}, {failed}, 7]}}'
    rows = wire.cancel_rows(body.encode(), (FIRST, SECOND, THIRD))
    assert [row.order_id for row in rows] == [FIRST, SECOND, THIRD]
    assert [row.reason for row in rows] == [None, "Not your order", None]


def test_places_mean_nothing_where_there_are_more_or_fewer_rows_than_ids() -> None:
    body = b'{"data": [{"success": false, "reason": "Not your order"}]}'
    assert [row.order_id for row in wire.cancel_rows(body, (FIRST, SECOND))] == [None]
    assert [row.order_id for row in wire.cancel_rows(body)] == [None]


def test_a_row_that_names_its_order_is_believed_over_its_place() -> None:
    (row,) = wire.cancel_rows(f'{{"data": [{{"success": true, "sessionID": "{SECOND}"}}]}}'.encode(), (FIRST,))
    assert row.order_id == SECOND


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": "Too many requests."}', "Too many requests."),
        ('{"error": {"message": "InvalidCredentials", "code": 401}}', "InvalidCredentials"),
        ('{"error": {"code": 401}}', ""),
        ('{"error": null}', ""),
        ('{"error": ["a"]}', ""),
        ("[]", ""),
        ("<html>", ""),
        ("", ""),
    ],
)
def test_both_shapes_of_an_error_are_read_and_any_other_says_nothing(body: str, words: str) -> None:
    assert wire.error_text(body.encode()) == words


def test_a_long_error_is_cut_to_what_can_be_shown() -> None:
    assert len(wire.error_text(b'{"error": "' + b"x" * 100_000 + b'"}')) == 300
