"""The model of a table: a tuple of frozen rows, and the order in which the wanted ones are shown.

Rule: no copy of the rows and no text before a cell is painted. An unchanged tuple changes nothing, and rows with the
same ids in the same places are told as changed cells, so that selection and scroll position stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from panic_button.ui.order_columns import Sheet
from panic_button.ui.values import OrderRow

Index = QModelIndex | QPersistentModelIndex

# Above this, comparing row by row costs more than painting the few dozen that are seen.
MANY_ROWS = 5_000

_id_of = attrgetter("order_id")


class OrderTable(QAbstractTableModel):
    """Rows of one sheet, sorted and filtered in Python."""

    def __init__(self, sheet: Sheet[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        self._rows: tuple[OrderRow, ...] = ()
        self._ids: list[str] = []
        # Places in `_rows`, in the order shown; None: all of them, as they came.
        self._order: list[int] | None = None
        self._needle = ""
        self._sorted: tuple[int, bool] | None = None

    @property
    def rows(self) -> tuple[OrderRow, ...]:
        return self._rows

    @property
    def sorted_by(self) -> tuple[int, bool] | None:
        """The column it is sorted by, and whether descending."""
        return self._sorted

    @property
    def filtered(self) -> bool:
        return bool(self._needle)

    def row_at(self, place: int) -> OrderRow:
        return self._rows[place if self._order is None else self._order[place]]

    def shown_rows(self) -> Sequence[OrderRow]:
        return self._rows if self._order is None else [self._rows[place] for place in self._order]

    def set_rows(self, rows: tuple[OrderRow, ...]) -> None:
        if rows is self._rows:
            return
        order, ids = self._arranged(rows), list(map(_id_of, rows))
        same, self._ids = order == self._order and ids == self._ids, ids
        if same:
            before, self._rows = self._rows, rows
            self._tell_changed(before)
        else:
            self._reset(rows, order)

    def set_filter(self, text: str) -> None:
        needle = text.strip().lower()
        if needle != self._needle:
            self._needle = needle
            self._reset(self._rows, self._arranged(self._rows))

    def sort_by(self, column: int) -> None:
        """Sort ascending by a column, or turn it round if it is the one already."""
        again = self._sorted == (column, False)
        self._sorted = (column, again)
        self._reset(self._rows, self._arranged(self._rows))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.sheet.columns) - 1)

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._rows) if self._order is None else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.sheet.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self.sheet.columns[index.column()].text(self.row_at(index.row()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.sheet.columns[section].title

    def _arranged(self, rows: tuple[OrderRow, ...]) -> list[int] | None:
        """Where each row shown stands in `rows`, or None for all as they are."""
        places: list[int] | None = None
        if self._needle:
            needle, haystack = self._needle, self.sheet.haystack
            places = [place for place, row in enumerate(rows) if needle in haystack(row)]
        if self._sorted is not None:
            return self._sorted_places(rows, range(len(rows)) if places is None else places)
        return places

    def _sorted_places(self, rows: tuple[OrderRow, ...], wanted: Sequence[int]) -> list[int]:
        """Stable, by the column's own values; rows without one go last either way."""
        if self._sorted is None:
            return list(wanted)
        column, descending = self._sorted
        keys = list(map(self.sheet.columns[column].key, rows))
        known = [place for place in wanted if keys[place] is not None]
        known.sort(key=keys.__getitem__, reverse=descending)
        return known if len(known) == len(wanted) else known + [place for place in wanted if keys[place] is None]

    def _reset(self, rows: tuple[OrderRow, ...], order: list[int] | None) -> None:
        self.beginResetModel()
        self._rows, self._order = rows, order
        self.endResetModel()

    def _tell_changed(self, before: tuple[OrderRow, ...]) -> None:
        shown = self.rowCount()
        if not shown:
            return
        if shown > MANY_ROWS:
            self._tell_range(0, shown - 1)
            return
        start: int | None = None
        for place in range(shown):
            source = place if self._order is None else self._order[place]
            if before[source] != self._rows[source]:
                start = place if start is None else start
            elif start is not None:
                self._tell_range(start, place - 1)
                start = None
        if start is not None:
            self._tell_range(start, shown - 1)

    def _tell_range(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.sheet.columns) - 1))
