"""The two tabs over the tables: light, underlined, and reachable by keyboard like every tab bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from panic_button.ui.fonts import Weight, font
from panic_button.ui.theme import Appearance

TALL = 36
GAP = 20
UNDERLINE = 2


class TabStrip(QTabBar):
    """A tab bar without boxes. Emits `tabBarClicked` and `currentChanged` as usual."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._plain = font(13, tabular=True)
        self._strong = font(13, Weight.DemiBold, tabular=True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        appearance.changed.connect(self.update)

    def tabSizeHint(self, index: int) -> QSize:
        # Wide enough for the strong face, so that nothing moves when a tab is chosen.
        width = QFontMetricsF(self._strong, self).horizontalAdvance(self.tabText(index))
        return QSize(round(width + 1) + GAP, TALL)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._appearance.tokens
        for index in range(self.count()):
            chosen = index == self.currentIndex()
            area = QRectF(self.tabRect(index)).adjusted(0, 0, -GAP, 0)
            painter.setFont(self._strong if chosen else self._plain)
            painter.setPen(QColor(tokens.text if chosen else tokens.dim))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.tabText(index))
            if chosen:
                painter.fillRect(
                    QRectF(area.left(), area.bottom() - UNDERLINE, area.width(), UNDERLINE), QColor(tokens.blue)
                )
                if self.hasFocus():
                    painter.setPen(QPen(QColor(tokens.blue), 1.2))
                    painter.drawRoundedRect(area.adjusted(-4, 6, 4, -6), 4, 4)
