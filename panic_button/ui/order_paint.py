"""How rows and headings of the tables are painted: flat, one hairline under each, numbers to the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from panic_button.ui.fonts import Weight, font, mono_font
from panic_button.ui.order_table import OrderTable
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.tokens import Tokens
from panic_button.ui.values import Symbol, Tone

PADDING = 9
ROW = 30
SYMBOL = 10
SYMBOL_ROOM = 15

Index = QModelIndex | QPersistentModelIndex
Mark = tuple[Tone, Symbol | None]


class CellFonts:
    """The fonts of cells, made once."""

    def __init__(self) -> None:
        self.plain = font(12.5)
        self.number = font(12.5, tabular=True)
        self.strong = font(12.5, Weight.DemiBold)
        self.mono = mono_font(11)
        self.heading = font(12.5)


class RowDelegate(QStyledItemDelegate):
    """Paints a cell. It asks the table for the row itself: through Qt's roles a screen took 4.2 ms, so 3.0."""

    def __init__(self, appearance: Appearance, table: OrderTable, fonts: CellFonts, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._table = table
        self._fonts = fonts

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = self._appearance.tokens
        sheet, row = self._table.sheet, self._table.row_at(index.row())
        area = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.selection))
        elif sheet.failed(row):
            painter.fillRect(area, QColor(tokens.failed_row))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(tokens.row_line))
        column = sheet.columns[index.column()]
        room = QRectF(area).adjusted(PADDING, 0, -PADDING, -1)
        if column.number:
            self._paint_number(painter, room, column.text(row))
        else:
            self._paint_text(painter, room, column.text(row), sheet.mark(row, index.column()), mono=column.mono)

    def _paint_text(self, painter: QPainter, room: QRectF, text: str, mark: Mark | None, *, mono: bool) -> None:
        tokens = self._appearance.tokens
        colour = tokens.dim if mono else tokens.text
        written = self._fonts.mono if mono else self._fonts.plain
        if mark is not None:
            tone, symbol = mark
            colour, written = _tone_text(tokens, tone), self._fonts.strong
            if symbol is not None:
                square = QRectF(room.left(), room.center().y() - SYMBOL / 2, SYMBOL, SYMBOL)
                paint_symbol(painter, square, symbol, QColor(colour))
                room = room.adjusted(SYMBOL_ROOM, 0, 0, 0)
        shown = QFontMetricsF(written).elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.setFont(written)
        painter.setPen(QColor(colour))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def _paint_number(self, painter: QPainter, room: QRectF, text: str) -> None:
        """Digits of one width under each other; the sign keeps its own, or a minus would stand far off."""
        painter.setPen(QColor(self._appearance.tokens.text))
        digits = text.lstrip("+-")
        painter.setFont(self._fonts.number)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), digits)
        if digits != text:
            width = QFontMetricsF(self._fonts.number).horizontalAdvance(digits)
            painter.setFont(self._fonts.plain)
            before = room.adjusted(0, 0, -width, 0)
            painter.drawText(before, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text[:1])


class OrderHeader(QHeaderView):
    """The headings: quiet words, and an arrow at the one that the rows are sorted by."""

    def __init__(self, appearance: Appearance, model: OrderTable, fonts: CellFonts, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._appearance = appearance
        self._model = model
        self._font: QFont = fonts.heading
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ROW + 1)

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        tokens = self._appearance.tokens
        column = self._model.sheet.columns[section]
        painter.fillRect(area, QColor(tokens.background))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(tokens.line))
        sorted_by = self._model.sorted_by
        arrowed = sorted_by is not None and sorted_by[0] == section
        room = QRectF(area).adjusted(PADDING, 0, -PADDING, -1)
        painter.setFont(self._font)
        painter.setPen(QColor(tokens.dim))
        side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), column.title)
        if sorted_by is not None and arrowed:
            words = QFontMetricsF(self._font).horizontalAdvance(column.title)
            left = room.right() + 1 if column.number else room.left() + words + 3
            _paint_arrow(painter, left, room.center().y(), descending=sorted_by[1], colour=QColor(tokens.dim))


def _paint_arrow(painter: QPainter, left: float, middle: float, *, descending: bool, colour: QColor) -> None:
    tip, base = (middle + 3, middle - 2) if descending else (middle - 2.5, middle + 2.5)
    arrow = QPolygonF()
    for x, y in ((left, base), (left + 7, base), (left + 3.5, tip)):
        arrow.append(QRectF(x, y, 0, 0).topLeft())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(arrow)
    painter.restore()


def _tone_text(tokens: Tokens, tone: Tone) -> str:
    return {Tone.OK: tokens.ok_text, Tone.WARN: tokens.warn_text, Tone.BAD: tokens.bad_text}.get(tone, tokens.text)
