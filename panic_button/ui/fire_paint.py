"""How the round button looks: its ball, its rings and its words, painted at any size.

Rule: it paints a picture that it is handed. Whether and when the button fires is decided in `fire_button.py`.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QConicalGradient,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPen,
    QRadialGradient,
)

from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.tokens import Ball, Tokens
from panic_button.ui.values import Symbol

RADIUS = 118.0
RING_INSIDE = 4.0
RING_WIDTH = 9.0
EDGE_WIDTH = 2.0
SPIN_WIDTH = 6.0
FOCUS_GAP = 15.5
# Half of the picture's square: the ball, its rings and the focus ring.
REACH = 137.0
STRIPE = 12.0
WORDS_WIDTH = 190.0
MOST_SMALL_LINES = 4


class Look(Enum):
    """Which ball is painted."""

    ARMED = "armed"
    HELD = "held"
    CLEAR = "clear"
    OFF = "off"


class Picture(Struct, frozen=True, kw_only=True):
    """The button at one moment: `filled` of the hold ring, and where the running ring stands, in turns."""

    look: Look
    title: tuple[str, ...]
    small: tuple[str, ...]
    filled: float | None = None
    turned: float | None = None
    focused: bool = False


def paint_shadow(painter: QPainter, centre: QPointF, scale: float, tokens: Tokens) -> None:
    """The soft shadow that the button throws on what lies behind it."""
    middle = centre + QPointF(0, 12 * scale)
    reach = (RADIUS + 34) * scale
    shade = QRadialGradient(middle, reach)
    dark = QColor(tokens.shadow)
    for stop, strength in ((0.0, 1.0), (0.74, 1.0), (0.84, 0.5), (0.92, 0.15), (1.0, 0.0)):
        faded = QColor(dark)
        faded.setAlphaF(dark.alphaF() * strength)
        shade.setColorAt(stop, faded)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawEllipse(middle, reach, reach)


def paint_button(painter: QPainter, centre: QPointF, scale: float, picture: Picture, tokens: Tokens) -> None:
    """The whole button around `centre`; at a scale of 1 the ball is 236 px wide."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    painter.scale(scale, scale)
    ball = _ball(tokens, picture.look)
    _paint_rings(painter, picture, ball, tokens)
    _paint_ball(painter, picture.look, ball, tokens)
    _paint_words(painter, picture, ball)
    if picture.focused:
        _paint_ring(painter, RADIUS + FOCUS_GAP, 2, QBrush(QColor(tokens.blue)))
    painter.restore()


def _ball(tokens: Tokens, look: Look) -> Ball:
    return {
        Look.ARMED: tokens.ball_armed,
        Look.HELD: tokens.ball_held,
        Look.CLEAR: tokens.ball_clear,
        Look.OFF: tokens.ball_off,
    }[look]


def _paint_ring(painter: QPainter, middle: float, width: float, brush: QBrush) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(brush, width))
    painter.drawEllipse(QPointF(0, 0), middle, middle)


def _paint_rings(painter: QPainter, picture: Picture, ball: Ball, tokens: Tokens) -> None:
    _paint_ring(painter, RADIUS + RING_WIDTH / 2, RING_WIDTH, QBrush(QColor(ball.ring)))
    _paint_ring(painter, RADIUS + RING_WIDTH + EDGE_WIDTH / 2, EDGE_WIDTH, QBrush(QColor(ball.ring_edge)))
    if picture.filled is not None:
        middle = RADIUS + RING_INSIDE + RING_WIDTH / 2
        _paint_ring(painter, middle, RING_WIDTH, QBrush(QColor(tokens.hold_track)))
        painter.setPen(QPen(QColor(tokens.hold_ring), RING_WIDTH, c=Qt.PenCapStyle.FlatCap))
        area = QRectF(-middle, -middle, 2 * middle, 2 * middle)
        # Sixteenths of a degree, from the top, clockwise.
        painter.drawArc(area, 90 * 16, -round(min(1.0, picture.filled) * 360 * 16))
    if picture.turned is not None:
        sweep = QConicalGradient(QPointF(0, 0), 90 - picture.turned * 360)
        bright = QColor(tokens.hold_ring)
        gone = QColor(bright)
        gone.setAlpha(0)
        sweep.setColorAt(0.0, bright)
        sweep.setColorAt(1.0, gone)
        _paint_ring(painter, RADIUS + RING_INSIDE + RING_WIDTH - SPIN_WIDTH / 2, SPIN_WIDTH, QBrush(sweep))


def _paint_ball(painter: QPainter, look: Look, ball: Ball, tokens: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if look is Look.OFF:
        _paint_striped_ball(painter, ball)
        return
    light = QRadialGradient(QPointF(0, -0.32 * RADIUS), 1.66 * RADIUS)
    light.setColorAt(0.0, QColor(ball.high))
    light.setColorAt(0.58, QColor(ball.middle))
    light.setColorAt(1.0, QColor(ball.low))
    painter.setBrush(light)
    painter.drawEllipse(QPointF(0, 0), RADIUS, RADIUS)
    if look is Look.CLEAR:
        return
    shade = QRadialGradient(QPointF(0, -9), RADIUS + 8)
    dark = QColor(tokens.inner_shadow)
    none = QColor(dark)
    none.setAlpha(0)
    shade.setColorAt(0.82, none)
    shade.setColorAt(1.0, dark)
    painter.setBrush(shade)
    painter.drawEllipse(QPointF(0, 0), RADIUS, RADIUS)


def _paint_striped_ball(painter: QPainter, ball: Ball) -> None:
    stripes = QLinearGradient(QPointF(0, 0), QPointF(1, -1) * (2 * STRIPE / 2**0.5))
    stripes.setSpread(QLinearGradient.Spread.RepeatSpread)
    # Two stops this close make an edge, and one soft enough not to look torn.
    soft = 0.5 / (2 * STRIPE)
    for stop, colour in (
        (0.0, ball.high),
        (0.5 - soft, ball.high),
        (0.5 + soft, ball.middle),
        (1 - 2 * soft, ball.middle),
        (1.0, ball.high),
    ):
        stripes.setColorAt(stop, QColor(colour))
    painter.setBrush(stripes)
    painter.drawEllipse(QPointF(0, 0), RADIUS, RADIUS)


def _paint_words(painter: QPainter, picture: Picture, ball: Ball) -> None:
    title_font = font(27, Weight.ExtraBold)
    title_font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.3)
    small_font = font(12.5, Weight.Medium)
    title_step, small_step = 29.2, 16.3
    small = _wrapped(picture.small, QFontMetricsF(small_font))
    sign = 58.0 if picture.look is Look.CLEAR else 0.0
    whole = sign + title_step * len(picture.title) + (9 + small_step * len(small) if small else 0)
    top = -whole / 2
    if sign:
        paint_symbol(painter, QRectF(-23, top + 2, 46, 46), Symbol.CHECK, QColor(ball.ink))
        top += sign
    painter.setPen(QColor(ball.ink))
    top = _paint_lines(painter, picture.title, title_font, top, title_step)
    _paint_lines(painter, tuple(small), small_font, top + 9, small_step)


def _paint_lines(painter: QPainter, lines: tuple[str, ...], written: QFont, top: float, step: float) -> float:
    """Lines centred one under the other; returns where the next one would begin."""
    metrics = QFontMetricsF(written)
    painter.setFont(written)
    for line in lines:
        baseline = top + (step + metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(-metrics.horizontalAdvance(line) / 2, baseline), line)
        top += step
    return top


def _wrapped(lines: tuple[str, ...], metrics: QFontMetricsF) -> list[str]:
    """Lines broken at spaces to fit into the ball, with an ellipsis where there are too many."""
    broken: list[str] = []
    for line in lines:
        current = ""
        for word in line.split(" "):
            longer = f"{current} {word}".strip()
            if current and metrics.horizontalAdvance(longer) > WORDS_WIDTH:
                broken.append(current)
                longer = word
            current = longer
        broken.append(current)
    if len(broken) > MOST_SMALL_LINES:
        broken = [*broken[: MOST_SMALL_LINES - 1], f"{broken[MOST_SMALL_LINES - 1]}…"]
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, WORDS_WIDTH) for line in broken]
