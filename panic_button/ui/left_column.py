"""The left column: the button, the second button, and what a press went through or would rest on."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from panic_button.ui.fire_button import FireButton
from panic_button.ui.fire_paint import paint_shadow
from panic_button.ui.fonts import Weight, font
from panic_button.ui.symbols import paint_symbol
from panic_button.ui.theme import Appearance
from panic_button.ui.told import told
from panic_button.ui.values import Action, FaceKind, LockoutBox, TimeRow

WIDTH = 300
SIDE = 20
SYMBOL = 11
LABEL_LEFT = 24
ROW = 22
ABOVE = 4
BETWEEN = 9


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


class Below(QScrollArea):
    """What stands under the button: whole where there is room, else it can be scrolled."""

    def __init__(self, rows: QVBoxLayout) -> None:
        super().__init__()
        self._rows = rows
        self._room = 0
        content = QWidget()
        content.setLayout(rows)
        self.setObjectName("below")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt watches the content for this as well, but takes it for no reason to ask for another height.
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        rows, width = self._rows, WIDTH - 1
        return QSize(width, rows.heightForWidth(width) if rows.hasHeightForWidth() else rows.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH - 1, min(self.sizeHint().height(), self._room))

    def set_room(self, room: int) -> None:
        """How tall it may be before it has to be scrolled."""
        if room != self._room:
            self._room = room
            self.updateGeometry()


class LeftColumn(QWidget):
    """Lays the column out. Emits `acted` with the action of the second button, and `reset_wanted`."""

    acted = Signal(object)
    reset_wanted = Signal()

    def __init__(self, appearance: Appearance, fire_button: FireButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._fire_button = fire_button
        self._action: Action | None = None
        self.setFixedWidth(WIDTH)
        self.second = _button("")
        self.second.clicked.connect(self.on_second_clicked)
        self.reset = _button("Reset…")
        self.reset.setAccessibleDescription("Ends the lockout. It asks for a reason first and sends nothing.")
        self.reset.clicked.connect(self.reset_wanted)
        self._lockout = told(pixels=12.5)
        self._lockout.hide()
        self._lockout.setObjectName("lockout")
        self._lockout.setContentsMargins(11, 9, 11, 9)
        self._lockout.setTextFormat(Qt.TextFormat.RichText)
        self._time_line = TimeLine(appearance)
        self._notes = told(kind="quiet", pixels=12.5)
        self._notes.hide()
        self._lay_out()
        appearance.changed.connect(self.update)

    def show_action(self, action: Action | None) -> None:
        if action == self._action:
            return
        self._action = action
        if action is not None:
            self.second.setText(action.text)
        self.second.setVisible(action is not None)

    def show_lockout(self, lockout: LockoutBox | None) -> None:
        line = () if lockout is None else lockout.line
        words = "".join(f"<b>{_unbroken(span.text)}</b>" if span.strong else escape(span.text) for span in line)
        if words == self._lockout.text():
            return
        self._lockout.setText(words)
        self._lockout.setAccessibleName("".join(span.text for span in line))
        for part in (self._lockout, self.reset):
            part.setVisible(lockout is not None)

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

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.second)
        buttons.addWidget(self.reset)
        rows = QVBoxLayout()
        rows.setContentsMargins(SIDE, 0, SIDE, 12)
        rows.setSpacing(14)
        rows.addWidget(self._lockout)
        rows.addLayout(buttons)
        rows.addWidget(self._time_line)
        rows.addWidget(self._notes)
        rows.addStretch(1)
        self._below = Below(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, ABOVE, 1, 0)
        column.setSpacing(BETWEEN)
        column.addWidget(self._fire_button)
        column.addWidget(self._below)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The button gives way first, down to its smallest.
        self._below.set_room(self.height() - self._fire_button.minimumSizeHint().height() - ABOVE - BETWEEN)

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


def _unbroken(name: str) -> str:
    """A reference, which is anybody's text, as rich text that does not end a line at its hyphens."""
    return escape(name).replace("-", "\N{NON-BREAKING HYPHEN}")


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFont(font(13, Weight.DemiBold))
    button.setAutoDefault(True)
    button.hide()
    return button
