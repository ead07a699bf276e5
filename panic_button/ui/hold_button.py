"""A flat button that is held for a while: for deliberate acts that are no emergency."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from panic_button.core.preferences import Guard
from panic_button.ui.fonts import Weight, font
from panic_button.ui.guarded_button import GuardedButton
from panic_button.ui.theme import Appearance

TALL = 40
SIDE = 16
ROUND = 7


class HoldButton(GuardedButton):
    """Fills up while it is held, and fires when it is full."""

    def __init__(self, appearance: Appearance, text: str, *, hold_s: float, parent: QWidget | None = None) -> None:
        super().__init__(Guard(hold_s=hold_s), parent=parent)
        self._appearance = appearance
        self._font = font(13, Weight.DemiBold)
        self.setText(text)
        self.setAccessibleDescription(f"Press and hold for {hold_s:g} s, or click twice with an assistive tool.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(round(QFontMetricsF(self._font, self).horizontalAdvance(self.text())) + 2 * SIDE, TALL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, enabled = self._appearance.tokens, self.isEnabled()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(area, ROUND, ROUND)
        if enabled:
            painter.fillPath(path, QColor(tokens.button))
        progress = self._progress
        if progress is not None:
            painter.setClipPath(path)
            painter.fillRect(QRectF(0, 0, self.width() * progress, self.height()), QColor(tokens.selection))
            painter.setClipping(False)
        edge = tokens.blue if self.hasFocus() else tokens.button_line if enabled else tokens.line
        painter.setPen(QPen(QColor(edge), 1))
        painter.drawPath(path)
        painter.setPen(QColor(tokens.button_text if enabled else tokens.disabled_text))
        painter.setFont(self._font)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._words(progress))

    def _words(self, progress: float | None) -> str:
        if progress is None:
            return self.text()
        return "Keep holding…" if self.holding else "Click again"
