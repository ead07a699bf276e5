"""The right side: the two tables and the journal under their tabs, with the filter, copy and export.

Rule: the window brings the table forward that a new press fills, once; after the person has chosen a tab it stays.
The tables are made when the window has been painted, or when first asked for: with their imports they take 40 ms. The
journal is made when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from panic_button.core.model import OpenOrder, OrderResult
from panic_button.core.ports import JournalReader
from panic_button.ui.background import in_background
from panic_button.ui.fonts import font
from panic_button.ui.quiet_button import QuietButton
from panic_button.ui.tab_strip import TabStrip
from panic_button.ui.theme import Appearance
from panic_button.ui.values import OrderRow, Page, Tab
from panic_button.ui.words import count

if TYPE_CHECKING:
    from panic_button.ui.journal_pane import JournalPane
    from panic_button.ui.order_grid import OrderGrid

# ruff: noqa: PLC0415 - see above

TABS = (Tab.OPEN, Tab.RESULT, Tab.JOURNAL)
TITLES = ("Open orders", "Last result", "Journal")
FILTER_WIDTH = 150
ROOMY = 480
FILTER_PAUSE_MS = 150
COPIED_AT_ONCE = 2_000
LONG_PAGE = 5_000


class OrdersPane(QWidget):
    """Both tables and the journal. Emits `told` with a sentence for the person."""

    told = Signal(str)
    _copy_made = Signal(str)

    def __init__(
        self, appearance: Appearance, open_journal: Callable[[], JournalReader], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._open_journal = open_journal
        self._journal: JournalPane | None = None
        self._front: Tab | None = None
        self._runs: tuple[str, ...] = ()
        self._chosen_by_person = False
        self._appearance = appearance
        self._pages: tuple[Page[OpenOrder], Page[OrderResult]] | None = None
        self._grids: tuple[OrderGrid, ...] = ()
        self._grid_in_front = 0
        self.tabs = TabStrip(appearance)
        for title in TITLES:
            self.tabs.addTab(title)
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText("Filter…")
        self.filter_box.setAccessibleName("Filter the rows")
        self.filter_box.setFont(font(12))
        self.filter_box.setMaximumWidth(FILTER_WIDTH)
        self.filter_box.setClearButtonEnabled(True)
        self.export_button = QuietButton("Export…", appearance)
        self.export_button.setToolTip("Save the rows shown as a CSV file.")
        self._enable_export()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show_tables)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(FILTER_PAUSE_MS)
        self._stack = QStackedWidget()
        # The banner and the help by hand are read first: the tables give way, and can be scrolled.
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._menu = QMenu(self)  # kept for good, see the main window's
        self._lay_out()
        self._connect()
        self._make_actions()

    @property
    def open_grid(self) -> OrderGrid:
        return self._made()[0]

    @property
    def result_grid(self) -> OrderGrid:
        return self._made()[1]

    @property
    def grid(self) -> OrderGrid:
        """The table in front, or the one that was before the journal."""
        return self._made()[self._grid_in_front]

    @property
    def journal(self) -> JournalPane:
        if self._journal is None:
            from panic_button.ui.journal_pane import JournalPane

            self._journal = JournalPane(self._open_journal, self._appearance)
            self._stack.addWidget(self._journal)
        return self._journal

    def show_pages(
        self, open_page: Page[OpenOrder], result_page: Page[OrderResult], *, front: Tab, runs: tuple[str, ...]
    ) -> None:
        for number, title in enumerate((open_page.title, result_page.title)):
            if self.tabs.tabText(number) != title:
                self.tabs.setTabText(number, title)
        self._pages = open_page, result_page
        # Many rows get a turn of their own: with all else that a snapshot changes they would keep the window for 25 ms.
        if max(len(open_page.rows), len(result_page.rows)) > LONG_PAGE:
            self._soon.start()
        else:
            self._show_tables()
        if runs != self._runs:
            self._runs = runs
            self._chosen_by_person = False
        if not self._chosen_by_person:
            self._front = front
            self.tabs.setCurrentIndex(TABS.index(front))

    def make_tables(self) -> None:
        """Make the tables, and show in them what there is to show."""
        if self._grids:
            return
        from panic_button.ui.order_columns import OPEN_SHEET, RESULT_SHEET
        from panic_button.ui.order_grid import OrderGrid

        self._grids = (OrderGrid(OPEN_SHEET, self._appearance), OrderGrid(RESULT_SHEET, self._appearance))
        for number, grid in enumerate(self._grids):
            grid.setAccessibleName(TITLES[number])
            grid.menu_wanted.connect(self.on_menu_wanted)
            self._stack.addWidget(grid)
        if TABS[self.tabs.currentIndex()] is not Tab.JOURNAL:
            self._stack.setCurrentWidget(self.grid)
        self._show_tables()

    def runs_changed(self) -> None:
        """A run has begun, gone on or ended: an open journal reads again."""
        if self._journal is not None and self._journal.isVisible():
            self._journal.refresh_soon()

    def copy_open(self) -> None:
        """Copy the whole list of open orders, as the exchange last told it."""
        rows = () if self._pages is None else self._pages[0].rows
        self._copy(self.open_grid, rows)

    @Slot(int)
    def on_tab_changed(self, index: int) -> None:
        self._chosen_by_person = TABS[index] is not self._front
        self._fit_head()
        if TABS[index] is not Tab.JOURNAL:
            self._grid_in_front = index
            if self._grids:
                self._stack.setCurrentWidget(self._grids[index])
            self._enable_export()
        else:
            self._stack.setCurrentWidget(self.journal)
            self.journal.refresh()

    @Slot()
    def on_filter_edited(self) -> None:
        from panic_button.ui.order_table import MANY_ROWS

        if max(len(self.open_grid.table.rows), len(self.result_grid.table.rows)) > MANY_ROWS:
            self._pause.start()
        else:
            self.on_filter_settled()

    @Slot()
    def on_filter_settled(self) -> None:
        self.open_grid.table.set_filter(self.filter_box.text())
        self.result_grid.table.set_filter(self.filter_box.text())
        self._enable_export()

    @Slot()
    def on_copy(self) -> None:
        self._copy(self.grid, self.grid.selected_rows())

    @Slot(str)
    def on_copy_made(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def on_export(self) -> None:
        dialog = QFileDialog(self, "Export the rows shown", "orders.csv", "CSV files (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self.on_file_chosen)
        dialog.open()

    @Slot(str)
    def on_file_chosen(self, path: str) -> None:
        from panic_button.ui.order_export import write_csv

        table = self.grid.table
        in_background(partial(write_csv, Path(path), table.sheet, tuple(table.shown_rows())), self.told)

    @Slot(QPoint)
    def on_menu_wanted(self, position: QPoint) -> None:
        menu = self._menu
        menu.clear()
        self._copy_action.setEnabled(self.grid.selectionModel().hasSelection())
        menu.addAction(self._copy_action)
        menu.addAction("Select all", self.grid.selectAll)
        menu.addSeparator()
        sorting = menu.addMenu("Sort by")
        for section, column in enumerate(self.grid.table.sheet.columns):
            sorting.addAction(column.title, partial(self.grid.table.sort_by, section))
        menu.addAction("Export to CSV…", self.on_export)
        menu.popup(position)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """The tools of the tables, not of the journal. Where it is narrow, export is in the menu of the rows alone."""
        of_orders = TABS[self.tabs.currentIndex()] is not Tab.JOURNAL
        self.filter_box.setVisible(of_orders)
        self.export_button.setVisible(of_orders and self.width() >= ROOMY)

    def _made(self) -> tuple[OrderGrid, ...]:
        self.make_tables()
        return self._grids

    def _show_tables(self) -> None:
        if self._grids and self._pages is not None:
            self.open_grid.show_page(self._pages[0])
            self.result_grid.show_page(self._pages[1])
            self._enable_export()

    def _enable_export(self) -> None:
        self.export_button.setEnabled(bool(self._grids) and self.grid.table.rowCount() > 0)

    def _copy(self, grid: OrderGrid, rows: Sequence[OrderRow]) -> None:
        from panic_button.ui.order_export import tab_separated

        if not rows:
            return
        if len(rows) <= COPIED_AT_ONCE:
            self.on_copy_made(tab_separated(grid.table.sheet, rows))
        else:
            in_background(partial(tab_separated, grid.table.sheet, rows), self._copy_made)
        self.told.emit(f"Copied {count(len(rows), 'row')}")

    def _lay_out(self) -> None:
        head = QFrame()
        head.setObjectName("tab_row")
        row = QHBoxLayout(head)
        row.setContentsMargins(18, 0, 18, 1)
        row.setSpacing(6)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.export_button)
        row.addWidget(self.filter_box, 100)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self.on_tab_changed)
        self.filter_box.textChanged.connect(self.on_filter_edited)
        self._copy_made.connect(self.on_copy_made)
        self._pause.timeout.connect(self.on_filter_settled)
        self.export_button.clicked.connect(self.on_export)

    def _make_actions(self) -> None:
        self._copy_action = QAction("Copy", self)
        self._copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self._copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._copy_action.triggered.connect(self.on_copy)
        self._stack.addAction(self._copy_action)
        find = QAction("Filter", self)
        find.setShortcut(QKeySequence.StandardKey.Find)
        find.triggered.connect(self.filter_box.setFocus)
        self.addAction(find)
