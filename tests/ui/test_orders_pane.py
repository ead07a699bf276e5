"""The tables as a person meets them: selection, copy, export, tabs, and a hundred thousand rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from panic_button.core.model import OpenOrder, OrderResult
from panic_button.core.ports import JournalReader
from panic_button.ui.order_columns import OPEN_SHEET, RESULT_SHEET
from panic_button.ui.order_export import guarded, tab_separated, write_csv
from panic_button.ui.orders_pane import OrdersPane
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Page, Tab

if TYPE_CHECKING:
    from tests.ui.desk import Desk

Show = Callable[..., None]


@pytest.fixture
def pane(qtbot: QtBot, appearance: Appearance, no_journal: Callable[[], JournalReader]) -> OrdersPane:
    pane = OrdersPane(appearance, no_journal)
    qtbot.addWidget(pane)
    pane.resize(620, 480)
    pane.show()
    qtbot.waitExposed(pane)
    pane.make_tables()
    return pane


@pytest.fixture
def show_rows(pane: OrdersPane) -> Show:
    def show_rows(
        opened: tuple[OpenOrder, ...] = (),
        results: tuple[OrderResult, ...] = (),
        *,
        front: Tab = Tab.OPEN,
        runs: tuple[str, ...] = (),
    ) -> None:
        open_page = Page(title=f"Open orders {len(opened)}", rows=opened, empty="No open orders.")
        result_page = Page(title=f"Last result {len(results)}", rows=results, empty="No press yet.")
        pane.show_pages(open_page, result_page, front=front, runs=runs)

    return show_rows


def selected_ids(pane: OrdersPane) -> list[str]:
    return [row.order_id for row in pane.grid.selected_rows()]


class TestSelection:
    def test_it_stays_when_values_change(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        pane.open_grid.selectRow(4)
        show_rows(tuple(msgspec.structs.replace(row, filled=row.bet) for row in desk.orders()))
        assert selected_ids(pane) == [desk.order(4).order_id]

    def test_it_follows_its_order_when_others_go(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        pane.open_grid.selectRow(4)
        show_rows(desk.orders()[2:])
        assert selected_ids(pane) == [desk.order(4).order_id]
        assert pane.open_grid.currentIndex().row() == 2

    def test_it_is_dropped_when_its_order_goes(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        pane.open_grid.selectRow(0)
        show_rows(desk.orders()[1:])
        assert selected_ids(pane) == []

    def test_it_survives_a_sort(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        pane.open_grid.selectRow(0)
        pane.open_grid.table.sort_by(1)
        assert selected_ids(pane) == [desk.order(0).order_id]

    def test_a_click_on_a_heading_sorts(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        header = pane.open_grid.horizontalHeader()
        place = header.sectionViewportPosition(1) + 10
        for descending in (False, True):
            where = header.viewport().rect().topLeft()
            where.setX(place)
            where.setY(10)
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
            assert pane.open_grid.table.sorted_by == (1, descending)


class TestManyRows:
    NUMBER = 100_000

    def test_only_what_is_seen_is_asked_for(
        self, pane: OrdersPane, show_rows: Show, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = desk.orders(self.NUMBER)
        asked: set[int] = set()
        table = pane.open_grid.table
        row_at = table.row_at

        def count_row(place: int) -> object:
            asked.add(place)
            return row_at(place)

        monkeypatch.setattr(table, "row_at", count_row)
        show_rows(rows)
        pane.open_grid.scrollToBottom()
        pane.repaint()
        QTest.qWait(50)
        assert len(asked) < 400

    def test_shrinking_while_scrolled_down_keeps_a_sound_view(
        self, pane: OrdersPane, show_rows: Show, desk: Desk
    ) -> None:
        rows = desk.orders(self.NUMBER)
        show_rows(rows)
        pane.open_grid.scrollToBottom()
        show_rows(rows[:50])
        bar = pane.open_grid.verticalScrollBar()
        assert bar.value() <= 50

    def test_the_scroll_position_stays_when_one_order_goes(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        rows = desk.orders(5_000)
        show_rows(rows)
        pane.open_grid.verticalScrollBar().setValue(2_000)
        show_rows(rows[:-1])
        assert pane.open_grid.verticalScrollBar().value() == 2_000

    def test_there_is_no_proxy_model(self, pane: OrdersPane) -> None:
        assert not pane.findChildren(QSortFilterProxyModel)
        assert pane.open_grid.model() is pane.open_grid.table


class TestCopy:
    def test_selected_rows_go_to_the_clipboard(
        self, pane: OrdersPane, show_rows: Show, desk: Desk, qtbot: QtBot
    ) -> None:
        show_rows(desk.orders())
        pane.open_grid.selectRow(1)
        with qtbot.waitSignal(pane.told) as told:
            pane.on_copy()
        assert QGuiApplication.clipboard().text() == (
            "Order\tOdds\tOpen $\tFilled $\tReference\tOrder id\n"
            "Celtics +3.5\t+125\t75.00\t25.00\tmaker-8\t65b036e0b31407c2b6bc1d08\n"
        )
        assert told.args == ["Copied 1 row"]

    def test_a_large_copy_arrives_too(self, pane: OrdersPane, show_rows: Show, desk: Desk, qtbot: QtBot) -> None:
        show_rows(desk.orders(3_000))
        pane.open_grid.selectAll()
        pane.on_copy()
        qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().count("\n") == 3_001, timeout=5_000)

    def test_tabs_and_line_ends_inside_a_cell_do_not_break_the_table(self, desk: Desk) -> None:
        text = tab_separated(OPEN_SHEET, [desk.order(0, description="a\tb\nc")])
        assert text.splitlines()[1].split("\t")[0] == "a b c"


class TestExport:
    def test_the_rows_shown_are_written(
        self, pane: OrdersPane, show_rows: Show, desk: Desk, qtbot: QtBot, tmp_path: Path
    ) -> None:
        show_rows(desk.orders())
        pane.filter_box.setText("maker")
        with qtbot.waitSignal(pane.told, timeout=5_000) as told:
            pane.on_file_chosen(str(tmp_path / "orders.csv"))
        with (tmp_path / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        assert [line[0] for line in lines] == ["Order", "Lakers ML", "Celtics +3.5"]
        assert lines[1][1:3] == ["-110", "100.00"]
        assert told.args == ["Saved 2 rows to orders.csv"]

    def test_a_file_that_cannot_be_written_is_told(self, desk: Desk, tmp_path: Path) -> None:
        told = write_csv(tmp_path / "missing" / "orders.csv", OPEN_SHEET, desk.orders())
        assert told.startswith("Not saved to orders.csv: ")

    @pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@sum", "\tx", "\rx"])
    def test_formulas_become_text(self, text: str) -> None:
        assert guarded(text) == f"'{text}"

    def test_a_formula_in_a_reference_is_guarded_in_the_file(self, desk: Desk, tmp_path: Path) -> None:
        evil = desk.order(0, user_reference='=HYPERLINK("http://x")', bet=None)
        write_csv(tmp_path / "orders.csv", OPEN_SHEET, [evil])
        assert "'=HYPERLINK" in (tmp_path / "orders.csv").read_text(encoding="utf-8-sig")

    def test_large_amounts_stay_numbers(self, desk: Desk, tmp_path: Path) -> None:
        rich = msgspec.structs.replace(desk.results(1)[0], cancelled=1_234_567)
        write_csv(tmp_path / "results.csv", RESULT_SHEET, [rich])
        assert "1234567.00" in (tmp_path / "results.csv").read_text(encoding="utf-8-sig")

    def test_the_file_dialog_does_not_block(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        QGuiApplication.instance().setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)  # type: ignore[union-attr]
        show_rows(desk.orders())
        pane.export_button.click()
        dialogs = pane.findChildren(QFileDialog)
        assert len(dialogs) == 1
        dialogs[0].reject()


class TestTabs:
    def test_a_run_brings_its_result_forward_once(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        assert pane.tabs.currentIndex() == 0
        show_rows(desk.orders(), desk.results(), front=Tab.RESULT, runs=("one",))
        assert pane.tabs.currentIndex() == 1
        assert pane.grid is pane.result_grid

    def test_a_tab_that_was_chosen_is_not_taken_away(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders(), front=Tab.OPEN, runs=("one",))
        show_rows(desk.orders(), desk.results(), front=Tab.RESULT, runs=("one",))
        pane.tabs.setCurrentIndex(0)
        show_rows(desk.orders(), desk.results(), front=Tab.OPEN, runs=("one",))
        show_rows(desk.orders(), desk.results(), front=Tab.RESULT, runs=("one",))
        assert pane.tabs.currentIndex() == 0

    def test_a_new_press_may_bring_its_result_forward_again(
        self, pane: OrdersPane, show_rows: Show, desk: Desk
    ) -> None:
        show_rows(desk.orders(), desk.results(), front=Tab.RESULT, runs=("one",))
        pane.tabs.setCurrentIndex(0)
        show_rows(desk.orders(), desk.results(), front=Tab.RESULT, runs=("two",))
        assert pane.tabs.currentIndex() == 1

    def test_arrow_keys_change_the_tab(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders(), desk.results())
        pane.tabs.setFocus()
        QTest.keyClick(pane.tabs, Qt.Key.Key_Right)
        assert pane.tabs.currentIndex() == 1


class TestFilter:
    def test_few_rows_are_filtered_as_one_types(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        QTest.keyClicks(pane.filter_box, "lakers")
        assert pane.open_grid.table.rowCount() == 1

    def test_many_rows_wait_for_a_pause(self, pane: OrdersPane, show_rows: Show, desk: Desk, qtbot: QtBot) -> None:
        show_rows(desk.orders(6_000))
        qtbot.waitUntil(lambda: pane.open_grid.table.rowCount() == 6_000)
        QTest.keyClicks(pane.filter_box, "lakers")
        assert pane.open_grid.table.rowCount() == 6_000
        qtbot.waitUntil(lambda: pane.open_grid.table.rowCount() == 1)

    def test_nothing_found_disables_the_export(self, pane: OrdersPane, show_rows: Show, desk: Desk) -> None:
        show_rows(desk.orders())
        pane.filter_box.setText("zebra")
        assert not pane.export_button.isEnabled()
        pane.repaint()


def test_an_empty_table_says_why_to_a_screen_reader(pane: OrdersPane, show_rows: Show) -> None:
    show_rows()
    assert pane.open_grid.accessibleDescription() == "No open orders."
    assert not pane.open_grid.horizontalHeader().isVisible()
