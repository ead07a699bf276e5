"""The band over the tables: the verdict large, and under it the sentence that says what it rests on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.tokens import Band, Tokens
from panic_button.ui.values import Banner, BannerKind

SIDE = 18
ABOVE = 13
ICON = 38
GAP = 14
STRIPE = 16
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class BannerBand(QWidget):
    """Shows a banner, or nothing at all."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._banner: Banner | None = None
        self._title_font = font(21, Weight.ExtraBold)
        self._text_font = font(12.5)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()
        appearance.changed.connect(self.update)

    def show_banner(self, banner: Banner | None) -> None:
        if banner == self._banner:
            return
        self._banner = banner
        if banner is not None:
            self.setAccessibleName(banner.title)
            self.setAccessibleDescription(banner.text)
        self.setVisible(banner is not None)
        self._fit_height()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._banner is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._appearance.tokens
        band = _band(tokens, self._banner.kind)
        self._paint_ground(painter, band)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens.line))
        self._paint_icon(painter, band)
        self._paint_words(painter, band)

    def _paint_ground(self, painter: QPainter, band: Band) -> None:
        painter.fillRect(self.rect(), QColor(band.fill))
        if band.stripe == band.fill:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(band.stripe))
        # Stripes of 16 px, measured across, that lean to the right.
        step, height = STRIPE * 2**0.5, self.height()
        left = -float(height)
        while left < self.width():
            corners = [(left + height, 0), (left + height + step, 0), (left + step, height), (left, height)]
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
            left += 2 * step

    def _paint_icon(self, painter: QPainter, band: Band) -> None:
        circle = QRectF(SIDE, (self.height() - 1 - ICON) / 2, ICON, ICON)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(band.icon.fill))
        painter.drawEllipse(circle)
        if self._banner is not None:
            paint_symbol(painter, circle.adjusted(11, 11, -11, -11), self._banner.symbol, QColor(band.icon.ink))

    def _paint_words(self, painter: QPainter, band: Band) -> None:
        if self._banner is None:
            return
        left = SIDE + ICON + GAP
        room = self.width() - left - SIDE
        title_height = self._title_height(room)
        text_height = self._block(self._text_font, self._banner.text, room)
        top = (self.height() - 1 - title_height - text_height) / 2
        painter.setFont(self._title_font)
        painter.setPen(QColor(band.title))
        painter.drawText(QRectF(left, top, room, title_height), int(WRAP), self._banner.title)
        painter.setFont(self._text_font)
        painter.setPen(QColor(band.text))
        painter.drawText(QRectF(left, top + title_height, room, text_height + 2), int(WRAP), self._banner.text)

    def _fit_height(self) -> None:
        if self._banner is None:
            return
        room = self.width() - 2 * SIDE - ICON - GAP
        words = self._title_height(room) + self._block(self._text_font, self._banner.text, room)
        self.setFixedHeight(round(max(ICON, words) + 2 * ABOVE + 1))

    def _title_height(self, room: float) -> float:
        return 0.0 if self._banner is None else self._block(self._title_font, self._banner.title, room)

    def _block(self, written: QFont, text: str, room: float) -> float:
        metrics = QFontMetricsF(written, self)
        return metrics.boundingRect(QRectF(0, 0, room, 10_000), int(WRAP), text).height()


def _band(tokens: Tokens, kind: BannerKind) -> Band:
    return {
        BannerKind.CLEAR: tokens.band_clear,
        BannerKind.NOT_CLEAR: tokens.band_not_clear,
        BannerKind.UNCONFIRMED: tokens.band_unconfirmed,
        BannerKind.SINCE: tokens.band_unconfirmed,
        BannerKind.SENDING: tokens.band_sending,
    }[kind]
