"""The shapes that go with the words, painted as vectors: the same on every system, whatever fonts it has.

Rule: a shape fits the square it is given and is told from the others without its colour.
"""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from panic_button.ui.values import Symbol

GEAR_TEETH = 8


def paint_symbol(painter: QPainter, square: QRectF, symbol: Symbol, colour: QColor) -> None:
    """Paint a symbol into a square, in one colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(square.topLeft())
    painter.scale(square.width() / 16, square.height() / 16)
    fill, stroke = _PATHS[symbol]
    if fill is not None:
        painter.fillPath(fill, colour)
    if stroke is not None:
        path, width = stroke
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        painter.strokePath(path, pen)
    painter.restore()


def _circle(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), radius, radius)
    return path


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _lines(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for first, *rest in lines:
        path.moveTo(*first)
        for point in rest:
            path.lineTo(*point)
    return path


def _half() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(8, 8)
    path.arcTo(QRectF(2, 2, 12, 12), 90, 180)
    path.closeSubpath()
    return path


def _question() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(4.6, 5.6)
    path.cubicTo(4.6, 0.9, 11.4, 0.9, 11.4, 5.4)
    path.cubicTo(11.4, 7.9, 8, 7.8, 8, 10.8)
    return path


def _dots(*centres: tuple[float, float], radius: float) -> QPainterPath:
    path = QPainterPath()
    for x, y in centres:
        path.addEllipse(QPointF(x, y), radius, radius)
    return path


def _box(*inside: tuple[float, float]) -> QPainterPath:
    path = _lines(inside) if inside else QPainterPath()
    path.addRect(QRectF(2.7, 2.7, 10.6, 10.6))
    return path


def _gear() -> QPainterPath:
    teeth = QPainterPath()
    step = 2 * pi / GEAR_TEETH
    points = []
    for tooth in range(GEAR_TEETH):
        for offset, radius in ((-0.34, 5.2), (-0.2, 7.2), (0.2, 7.2), (0.34, 5.2)):
            angle = (tooth + offset) * step
            points.append(QPointF(8 + radius * cos(angle), 8 + radius * sin(angle)))
    teeth.addPolygon(QPolygonF(points))
    teeth.closeSubpath()
    return teeth.subtracted(_circle(2.6))


_PATHS: dict[Symbol, tuple[QPainterPath | None, tuple[QPainterPath, float] | None]] = {
    Symbol.DOT: (_circle(5.6), None),
    Symbol.RING: (None, (_circle(5.2), 1.6)),
    Symbol.DIAMOND: (_polygon((8, 1.6), (14.4, 8), (8, 14.4), (1.6, 8)), None),
    Symbol.TRIANGLE: (_polygon((8, 1.8), (15, 14), (1, 14)), None),
    Symbol.CHECK: (None, (_lines(((2.4, 8.6), (6.2, 12.4), (13.6, 3.8))), 2.2)),
    Symbol.CROSS: (None, (_lines(((3.2, 3.2), (12.8, 12.8)), ((12.8, 3.2), (3.2, 12.8))), 2.2)),
    Symbol.HALF: (_half(), (_circle(5.4), 1.4)),
    Symbol.QUESTION: (_dots((8, 13.6), radius=1.3), (_question(), 2.1)),
    Symbol.ELLIPSIS: (_dots((3.2, 10), (8, 10), (12.8, 10), radius=1.35), None),
    Symbol.BOX: (None, (_box(), 1.3)),
    Symbol.BOX_CHECKED: (None, (_box((4.8, 8.2), (7.2, 10.6), (11.4, 5.4)), 1.5)),
    Symbol.GEAR: (_gear(), None),
    Symbol.BACK: (None, (_lines(((10.4, 2.6), (5, 8), (10.4, 13.4))), 1.8)),
}
