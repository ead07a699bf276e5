"""The tables' model: its order, its filter, and that it does no work for rows that nobody sees."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from panic_button.core.model import Outcome
from panic_button.ui.order_columns import OPEN_SHEET, RESULT_SHEET
from panic_button.ui.order_table import OrderTable

if TYPE_CHECKING:
    from tests.ui.desk import Desk

ODDS, OPEN = 1, 2


@pytest.fixture
def table(qtbot: QtBot) -> OrderTable:  # noqa: ARG001 - Qt runs
    return OrderTable(OPEN_SHEET)


@pytest.fixture
def result_table(qtbot: QtBot) -> OrderTable:  # noqa: ARG001 - Qt runs
    return OrderTable(RESULT_SHEET)


def cell(table: OrderTable, row: int, column: int) -> object:
    return table.data(table.index(row, column))


def column_of(table: OrderTable, column: int) -> list[object]:
    return [cell(table, row, column) for row in range(table.rowCount())]


def test_it_is_a_sound_model(table: OrderTable, desk: Desk, qtmodeltester: ModelTester) -> None:
    table.set_rows(desk.orders())
    qtmodeltester.check(table, force_py=True)  # type: ignore[no-untyped-call]


def test_cells_are_written_as_in_the_picture(table: OrderTable, desk: Desk) -> None:
    table.set_rows((desk.order(1), desk.order(0, bet=Decimal(12345))))
    assert [cell(table, 0, column) for column in range(6)] == [
        "Celtics +3.5",
        "+125",
        "75.00",
        "25.00",
        "maker-8",
        "65b036e0b31407c2b6bc1d08",
    ]
    assert cell(table, 1, ODDS) == "-110"
    assert cell(table, 1, OPEN) == "12,345.00"


def test_open_orders_come_as_the_exchange_gave_them(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders())
    assert column_of(table, 0)[:2] == ["Lakers ML", "Celtics +3.5"]
    assert table.sorted_by is None


def test_numbers_sort_as_numbers_and_unknown_ones_go_last(table: OrderTable, desk: Desk) -> None:
    table.set_rows((desk.order(0), desk.order(3), desk.order(4, bet=None), desk.order(7)))
    table.sort_by(OPEN)
    assert column_of(table, OPEN) == ["60.00", "100.00", "500.00", ""]
    table.sort_by(OPEN)
    assert column_of(table, OPEN) == ["500.00", "100.00", "60.00", ""]


def test_odds_sort_by_value(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders(4))
    table.sort_by(ODDS)
    assert column_of(table, ODDS) == ["-110", "-108", "-104", "+125"]


def test_equal_rows_keep_their_order(table: OrderTable, desk: Desk) -> None:
    rows = tuple(desk.order(place, odds=Decimal(100)) for place in range(6))
    table.set_rows(rows)
    for _ in range(2):
        table.sort_by(ODDS)
        assert column_of(table, 5) == [row.order_id for row in rows]


def test_the_sort_stays_when_rows_change(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders(4))
    table.sort_by(ODDS)
    table.set_rows(desk.orders(3))
    assert column_of(table, ODDS) == ["-110", "-104", "+125"]


def test_the_filter_looks_through_all_words(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders())
    for text, found in (("LAKERS", 1), ("maker", 2), ("c1d4c", 1), (" ml ", 4), ("zebra", 0), ("", 10)):
        table.set_filter(text)
        assert table.rowCount() == found, text


def test_the_filter_finds_outcomes_and_reasons(result_table: OrderTable, desk: Desk) -> None:
    result_table.set_rows(desk.results(failed=(3, 6)))
    result_table.set_filter("failed")
    assert result_table.rowCount() == 2
    result_table.set_filter("timed out")
    assert result_table.rowCount() == 1


def test_filter_and_sort_go_together(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders())
    table.set_filter("ml")
    table.sort_by(OPEN)
    assert column_of(table, OPEN) == ["90.00", "100.00", "310.00", "400.00"]


def test_results_stand_as_they_come_with_the_failed_told_apart(result_table: OrderTable, desk: Desk) -> None:
    rows = desk.results(failed=(0,))
    result_table.set_rows((msgspec.structs.replace(rows[1], outcome=Outcome.UNKNOWN), rows[0], *rows[2:]))
    assert column_of(result_table, 0)[:3] == ["Unknown", "Failed", "Cancelled"]
    failed = [result_table.sheet.failed(row) for row in result_table.shown_rows()]
    assert failed[:3] == [False, True, False]


def test_every_outcome_has_a_word_and_a_shape(result_table: OrderTable, desk: Desk) -> None:
    for outcome in Outcome:
        result_table.set_rows((msgspec.structs.replace(desk.results(1)[0], outcome=outcome),))
        assert cell(result_table, 0, 0)
        mark = result_table.sheet.mark(result_table.row_at(0), 0)
        assert isinstance(mark, tuple)
        assert mark[1] is not None


def test_the_same_rows_change_nothing(
    table: OrderTable, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = desk.orders()
    table.set_rows(rows)
    monkeypatch.setattr(table, "_arranged", None)  # an unchanged tuple is not even looked through
    with qtbot.assertNotEmitted(table.modelReset), qtbot.assertNotEmitted(table.dataChanged):
        table.set_rows(rows)


def test_changed_cells_are_told_without_a_reset(table: OrderTable, desk: Desk, qtbot: QtBot) -> None:
    table.set_rows(desk.orders())
    told: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    changed = list(desk.orders())
    for place in (2, 3, 9):
        changed[place] = msgspec.structs.replace(changed[place], filled=Decimal(1))
    with qtbot.assertNotEmitted(table.modelReset):
        table.set_rows(tuple(changed))
    assert told == [(2, 3), (9, 9)]
    assert cell(table, 9, 3) == "1.00"


def test_a_changed_value_moves_its_row_where_it_is_sorted_by(table: OrderTable, desk: Desk) -> None:
    table.set_rows(desk.orders(3))
    table.sort_by(OPEN)
    table.set_rows((desk.order(0, bet=Decimal(999)), desk.order(1), desk.order(2)))
    assert column_of(table, OPEN) == ["75.00", "250.00", "999.00"]


def test_headings_are_the_columns_titles(result_table: OrderTable) -> None:
    titles = [result_table.headerData(number, Qt.Orientation.Horizontal) for number in range(8)]
    assert titles == [
        "Result",
        "Order",
        "Odds",
        "Cancelled $",
        "Filled $",
        "Reason",
        "Reference",
        "Order id",
    ]
