"""A line of plain and strong pieces ("HTTPS **41 ms**"), cut short at the end where there is no room.

Rule: it paints what it is handed. Screen readers get the same line as the label's text.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from panic_button.ui.fonts import Weight, font
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Line

ROOM_FOR_ELLIPSIS = 24


class LineLabel(QLabel):
    """One line of text with strong pieces; those have figures of one width, so that ages do not tremble."""

    def __init__(self, appearance: Appearance, *, pixels: float = 13, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._line: Line = ()
        self._plain = font(pixels)
        self._strong = font(pixels, Weight.DemiBold, tabular=True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        appearance.changed.connect(self.update)

    def show_line(self, line: Line) -> None:
        if line == self._line:
            return
        self._line = line
        self.setText("".join(span.text for span in line))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = sum(self._metrics(strong=span.strong).horizontalAdvance(span.text) for span in self._line)
        return QSize(round(width + 1), round(self._metrics(strong=False).height()))

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(ROOM_FOR_ELLIPSIS, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self._appearance.tokens
        left, room = 0.0, float(self.width())
        for span in self._line:
            metrics = self._metrics(strong=span.strong)
            text = metrics.elidedText(span.text, Qt.TextElideMode.ElideRight, max(0.0, room - left) + 1)
            painter.setFont(self._strong if span.strong else self._plain)
            painter.setPen(QColor(tokens.text if span.strong else tokens.dim))
            painter.drawText(QRectF(left, 0, room - left + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            left += metrics.horizontalAdvance(span.text)
            if text != span.text:
                break

    def _metrics(self, *, strong: bool) -> QFontMetricsF:
        return QFontMetricsF(self._strong if strong else self._plain, self)
