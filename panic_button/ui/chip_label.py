"""The state in one word: a rounded chip with a shape, a word and a colour that all say the same."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.tokens import Pair, Tokens
from panic_button.ui.values import Chip, Symbol, Tone

SIDE = 11
SYMBOL = 11
GAP = 6
TALL = 25
SMALL_TALL = 20


class ChipLabel(QLabel):
    """A chip. A `small` one marks; a large one tells the state."""

    def __init__(self, appearance: Appearance, *, small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._chip = Chip(tone=Tone.NEUTRAL, symbol=Symbol.RING, text="")
        self._font = font(10.5 if small else 12, Weight.Bold)
        self._tall = SMALL_TALL if small else TALL
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_chip(self, chip: Chip) -> None:
        if chip == self._chip:
            return
        self._chip = chip
        self.setText(chip.text)
        self.setToolTip(chip.explanation)
        self.setAccessibleDescription(chip.explanation)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        text = QFontMetricsF(self._font, self).horizontalAdvance(self._chip.text)
        return QSize(round(2 * SIDE + SYMBOL + GAP + text), self._tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = chip_colours(self._appearance.tokens, self._chip.tone)
        area = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.fill))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        square = QRectF(SIDE - 1, (area.height() - SYMBOL) / 2, SYMBOL, SYMBOL)
        paint_symbol(painter, square, self._chip.symbol, QColor(colours.ink))
        painter.setPen(QColor(colours.ink))
        painter.setFont(self._font)
        painter.drawText(
            area.adjusted(SIDE + SYMBOL + GAP - 1, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._chip.text
        )


def chip_colours(tokens: Tokens, tone: Tone) -> Pair:
    return {
        Tone.OK: tokens.chip_ok,
        Tone.WARN: tokens.chip_warn,
        Tone.BAD: tokens.chip_bad,
        Tone.PRACTICE: tokens.chip_practice,
        Tone.NEUTRAL: Pair(fill=tokens.panel, ink=tokens.dim),
    }[tone]
