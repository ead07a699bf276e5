"""A table of plain text, as the journal has it.

Rule: nothing is measured over all rows: the time line of a long run has thousands.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from panic_button.ui.fonts import font
from panic_button.ui.theme import Appearance

ROW = 30
PADDING = 9
EMPTY_ABOVE = 60
MEASURED_ROWS = 200
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Cells = tuple[str, ...]
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class FactModel(QAbstractTableModel):
    """The rows, as they were handed over. A whole text is its cell's tooltip as well."""

    def __init__(self, titles: Cells, figures: frozenset[int]) -> None:
        super().__init__()
        self.titles = titles
        self.rows: tuple[Cells, ...] = ()
        self._figures = figures

    def set_rows(self, rows: tuple[Cells, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self.rows[index.row()][index.column()]
        return self._alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        return RIGHT if column in self._figures else LEFT


class FactTable(QTableView):
    """Emits `opened` with the row of a double click or of Enter.

    `figures` are the columns of numbers. The last column takes the room that is left.
    """

    opened = Signal(int)

    def __init__(
        self,
        titles: Cells,
        appearance: Appearance,
        *,
        figures: frozenset[int] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("facts")  # the style sheet's name for it: the tables of orders paint themselves, and faster
        self._appearance = appearance
        self._empty = ""
        self._empty_font = font(13)
        self.facts = FactModel(titles, figures)
        self.facts.setParent(self)
        self.setModel(self.facts)
        self.setFont(font(12.5, tabular=True))
        self._set_up()
        self.doubleClicked.connect(self.on_double_clicked)
        appearance.changed.connect(self.viewport().update)

    def show_rows(self, rows: tuple[Cells, ...], empty: str) -> None:
        """Show these, or a sentence where there are none. The chosen row stays chosen by its place."""
        self._empty = empty
        self.setAccessibleDescription("" if rows else empty)
        self.horizontalHeader().setVisible(bool(rows))
        if rows != self.facts.rows:
            chosen = max(0, self.currentIndex().row())
            self.facts.set_rows(rows)
            self._fit_columns()
            if rows:
                self.selectRow(min(chosen, len(rows) - 1))
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.facts.rows:
            return
        painter = QPainter(self.viewport())
        painter.setFont(self._empty_font)
        painter.setPen(QColor(self._appearance.tokens.dim))
        room = QRectF(self.viewport().rect()).adjusted(24, EMPTY_ABOVE, -24, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), self._empty)

    @Slot(QModelIndex)
    def on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _set_up(self) -> None:
        header = self.horizontalHeader()
        header.setFont(font(12.5))
        header.setHighlightSections(False)
        header.setMinimumSectionSize(ROW)
        header.setStretchLastSection(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _fit_columns(self) -> None:
        """Each as wide as its heading and its first texts; the last takes the rest, if there is any."""
        metrics = QFontMetricsF(self.font(), self)
        first = self.facts.rows[:MEASURED_ROWS]
        for section, title in enumerate(self.facts.titles):
            words = max(metrics.horizontalAdvance(text) for text in (title, *(row[section] for row in first)))
            self.setColumnWidth(section, round(words) + 2 * PADDING)
