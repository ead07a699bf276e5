"""The left column: the button, the second button, and what a press went through or would rest on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from panic_button.ui.fire_button import FireButton
from panic_button.ui.fire_paint import paint_shadow
from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Action, FaceKind, TimeRow

WIDTH = 300
SIDE = 20
SYMBOL = 11
LABEL_LEFT = 24
ROW = 22


class TimeLine(QLabel):
    """A few lines of shape, label and value."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._rows: tuple[TimeRow, ...] = ()
        self._plain = font(12.5)
        self._strong = font(12.5, Weight.DemiBold, tabular=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_rows(self, rows: tuple[TimeRow, ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        self.setText("\n".join(f"{row.label} {row.value}".strip() for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * SIDE, ROW * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = self._appearance.tokens
        metrics = QFontMetricsF(self._strong, self)
        # Values start at one edge, as far left as the widest of them needs.
        widest = max((metrics.horizontalAdvance(row.value) for row in self._rows), default=0.0)
        value_left = self.width() - widest - 1
        for number, row in enumerate(self._rows):
            top = number * ROW
            square = QRectF(1, top + (ROW - SYMBOL) / 2, SYMBOL, SYMBOL)
            paint_symbol(painter, square, row.symbol, QColor(tokens.dim))
            painter.setPen(QColor(tokens.dim))
            painter.setFont(self._plain)
            room = QRectF(LABEL_LEFT, top, value_left - LABEL_LEFT - 6, ROW)
            label = QFontMetricsF(self._plain, self).elidedText(row.label, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, label)
            painter.setPen(QColor(tokens.text))
            painter.setFont(self._strong)
            painter.drawText(QRectF(value_left, top, widest + 2, ROW), Qt.AlignmentFlag.AlignVCenter, row.value)


class LeftColumn(QWidget):
    """Lays the column out. Emits `acted` with the action of the second button."""

    acted = Signal(object)

    def __init__(self, appearance: Appearance, fire_button: FireButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._fire_button = fire_button
        self._action: Action | None = None
        self.setFixedWidth(WIDTH)
        self.second = QPushButton()
        self.second.setFont(font(13, Weight.DemiBold))
        self.second.setAutoDefault(True)
        self.second.clicked.connect(self.on_second_clicked)
        self.second.hide()
        self._time_line = TimeLine(appearance)
        self._notes = QLabel()
        self._notes.setFont(font(12.5))
        self._notes.setWordWrap(True)
        self._notes.setProperty("quiet", True)  # noqa: FBT003 - Qt's own signature
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.hide()
        below = QVBoxLayout()
        below.setContentsMargins(SIDE, 0, SIDE, 12)
        below.setSpacing(14)
        below.addWidget(self.second)
        below.addWidget(self._time_line)
        below.addWidget(self._notes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 1, 0)
        column.setSpacing(9)
        column.addWidget(fire_button)
        column.addLayout(below)
        column.addStretch(1)
        appearance.changed.connect(self.update)

    def show_action(self, action: Action | None) -> None:
        if action == self._action:
            return
        self._action = action
        if action is not None:
            self.second.setText(action.text)
        self.second.setVisible(action is not None)

    def show_time_line(self, rows: tuple[TimeRow, ...]) -> None:
        self._time_line.show_rows(rows)

    def show_notes(self, notes: tuple[str, ...]) -> None:
        text = "\n\n".join(notes)
        if text != self._notes.text():
            self._notes.setText(text)
            self._notes.setVisible(bool(text))

    @Slot()
    def on_second_clicked(self) -> None:
        if self._action is not None:
            self.acted.emit(self._action)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._appearance.tokens
        ground = QLinearGradient(0, 0, 0, self.height())
        ground.setColorAt(0.0, QColor(tokens.left_top))
        ground.setColorAt(1.0, QColor(tokens.left_bottom))
        painter.fillRect(self.rect(), ground)
        if self._fire_button.face.kind in {FaceKind.ARMED, FaceKind.AGAIN}:
            centre = self._fire_button.centre() + QPointF(self._fire_button.pos())
            paint_shadow(painter, centre, self._fire_button.scale(), tokens)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), QColor(tokens.line))
