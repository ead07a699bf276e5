"""The table widget: shows an `OrderTable`, keeps what the person selected, and sizes its columns cheaply.

Rule: never a proxy model and never a measure over all rows. Resets keep the selection by order id and scroll up first:
shrinking a long table while it is scrolled down would block the window for half a second.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from panic_button.core.model import OpenOrder, OrderResult
from panic_button.ui.fonts import font
from panic_button.ui.order_columns import Sheet
from panic_button.ui.order_paint import PADDING, ROW, SYMBOL_ROOM, CellFonts, OrderHeader, RowDelegate
from panic_button.ui.order_table import OrderTable
from panic_button.ui.theme import Appearance
from panic_button.ui.values import OrderRow, Page

# The rows whose texts set the widths.
MEASURED_ROWS = 200
NARROWEST = 124
# However long its texts, a column takes no more than this by itself.
WIDEST = 240.0
# Selections up to this size are kept over a reset.
KEPT_SELECTION = 1_000
LONG_TABLE = 1_000
EMPTY_ABOVE = 60


class OrderGrid(QTableView):
    """One table. Emits `menu_wanted` with where a context menu should open."""

    menu_wanted = Signal(QPoint)

    def __init__(self, sheet: Sheet[Any], appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._sheet = sheet
        self._fonts = CellFonts()
        self._empty = ""
        self._empty_font = font(13)
        self._sized_by_hand = False
        self._fitting = False
        self._kept_ids: set[str] = set()
        self._kept_current: str | None = None
        self._kept_scroll = 0
        self.table = OrderTable(sheet, self)
        self.setModel(self.table)
        self._header = OrderHeader(appearance, self.table, self._fonts, self)
        self._set_up()
        self.setItemDelegate(RowDelegate(appearance, self.table, self._fonts, self))
        self.table.modelAboutToBeReset.connect(self.on_about_to_reset)
        self.table.modelReset.connect(self.on_reset)
        self._header.sectionClicked.connect(self.table.sort_by)
        self._header.sectionResized.connect(self.on_section_resized)
        self.customContextMenuRequested.connect(self.on_menu_requested)
        appearance.changed.connect(self.viewport().update)

    def show_page(self, page: Page[OpenOrder] | Page[OrderResult]) -> None:
        self._empty = page.empty
        self.table.set_rows(page.rows)
        self._header.setVisible(bool(page.rows))
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if page.rows else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(policy)
        self.setAccessibleDescription("" if page.rows else page.empty)
        if not self.table.rowCount():
            self.viewport().update()

    def selected_rows(self) -> list[OrderRow]:
        """The selected rows in the order shown. Ranges are walked, so that "select all" stays cheap."""
        places = {place for first, last in self._selected_spans() for place in range(first, last + 1)}
        return [self.table.row_at(place) for place in sorted(places)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.table.rowCount():
            return
        text = "Nothing matches the filter." if self.table.rows and self.table.filtered else self._empty
        painter = QPainter(self.viewport())
        painter.setFont(self._empty_font)
        painter.setPen(QColor(self._appearance.tokens.dim))
        room = QRectF(self.viewport().rect()).adjusted(24, EMPTY_ABOVE, -24, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), text)

    @Slot()
    def on_about_to_reset(self) -> None:
        self._kept_ids = self._few_selected_ids()
        current = self.currentIndex()
        self._kept_current = self.table.row_at(current.row()).order_id if current.isValid() else None
        self._kept_scroll = self.verticalScrollBar().value()
        if self.table.rowCount() > LONG_TABLE:
            self.scrollToTop()

    @Slot()
    def on_reset(self) -> None:
        self._fit_columns()
        self._select_again()
        if self._kept_scroll < self.table.rowCount():
            self.verticalScrollBar().setValue(self._kept_scroll)

    @Slot()
    def on_section_resized(self) -> None:
        self._sized_by_hand = self._sized_by_hand or not self._fitting

    @Slot(QPoint)
    def on_menu_requested(self, position: QPoint) -> None:
        self.menu_wanted.emit(self.viewport().mapToGlobal(position))

    def _set_up(self) -> None:
        self.setHorizontalHeader(self._header)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _selected_spans(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        spans = (selection.at(number) for number in range(selection.count()))
        return [(span.top(), span.bottom()) for span in spans]

    def _few_selected_ids(self) -> set[str]:
        if sum(last - first + 1 for first, last in self._selected_spans()) > KEPT_SELECTION:
            return set()
        return {row.order_id for row in self.selected_rows()}

    def _select_again(self) -> None:
        if not self._kept_ids and self._kept_current is None:
            return
        last = self.table.columnCount() - 1
        again = QItemSelection()
        for place, row in enumerate(self.table.shown_rows()):
            if row.order_id in self._kept_ids:
                again.select(self.table.index(place, 0), self.table.index(place, last))
            if row.order_id == self._kept_current:
                self.selectionModel().setCurrentIndex(
                    self.table.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate
                )
        self.selectionModel().select(again, QItemSelectionModel.SelectionFlag.Select)

    def _fit_columns(self) -> None:
        """Widths from the headings and the longest of the first texts; the elastic ones give and take."""
        if self._sized_by_hand:
            return
        widths = [self._width_of(section) for section in range(len(self._sheet.columns))]
        room = self.viewport().width()
        wanting = sum(widths[: self._sheet.essential]) - room
        for section in self._sheet.elastic:
            given = min(max(0, widths[section] - NARROWEST), max(0, wanting))
            widths[section] -= given
            wanting -= given
        widths[self._sheet.elastic[0]] += max(0, room - sum(widths))
        self._fitting = True
        for section, width in enumerate(widths):
            self._header.resizeSection(section, width)
        self._fitting = False

    def _width_of(self, section: int) -> int:
        column = self._sheet.columns[section]
        first = range(min(MEASURED_ROWS, self.table.rowCount()))
        longest = max((column.text(self.table.row_at(place)) for place in first), key=len, default="")
        marked = any(self._sheet.mark(self.table.row_at(place), section) for place in first)
        cells = QFontMetricsF(self._fonts.mono if column.mono else self._fonts.strong if marked else self._fonts.plain)
        words = max(cells.horizontalAdvance(longest), cells.horizontalAdvance(column.sample))
        symbol = SYMBOL_ROOM if marked and section == 0 else 0
        heading = QFontMetricsF(self._fonts.heading).horizontalAdvance(column.title)
        return round(max(min(words + symbol, WIDEST), heading) + 2 * PADDING + 1)
