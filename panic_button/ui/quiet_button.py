"""A button without a frame: a shape and a word that light up under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Symbol

SYMBOL = 11
GAP = 5
SIDE = 5


class QuietButton(QAbstractButton):
    """A word to click, `strong` for a name. One with a box before it stays down until it is clicked again."""

    def __init__(
        self, text: str, appearance: Appearance, *, symbol: Symbol | None = None, strong: bool = False
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._symbol = symbol
        self._strong = strong
        self._font = font(13, Weight.DemiBold) if strong else font(12)
        self.setText(text)
        self.setCheckable(symbol is Symbol.BOX)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font, self)
        return QSize(round(2 * SIDE + self._symbol_room() + metrics.horizontalAdvance(self.text()) + 1), 24)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), round(self._symbol_room()) + 2 * SIDE + 24), whole.height())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._appearance.tokens
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.blue), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        lit = self._strong or self.underMouse() or self.hasFocus() or self.isChecked()
        colour = QColor(tokens.disabled_text if not self.isEnabled() else tokens.text if lit else tokens.dim)
        symbol = Symbol.BOX_CHECKED if self.isChecked() else self._symbol
        if symbol is not None:
            paint_symbol(painter, QRectF(SIDE, (self.height() - SYMBOL) / 2, SYMBOL, SYMBOL), symbol, colour)
        room = QRectF(self.rect()).adjusted(SIDE + self._symbol_room(), 0, -SIDE + 2, 0)
        text = QFontMetricsF(self._font, self).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(colour)
        painter.setFont(self._font)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _symbol_room(self) -> float:
        return 0.0 if self._symbol is None else SYMBOL + GAP
