"""The button: takes presses by mouse and keyboard through the guard, and emits `fired`.

Rule: while the face says `at_once`, a press fires as it begins, and no press is ever swallowed. Otherwise nothing fires
that was let go, moved off, or interrupted before the guard was satisfied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from panic_button.core.preferences import Guard
from panic_button.ui.fire_paint import RADIUS, REACH, Look, Picture, paint_button
from panic_button.ui.hold import GuardMachine
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Face, FaceKind

FIRE_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
GUARD_FRAME_MS = 16
TURN_FRAME_MS = 33
TURN_S = 1.1
SMALLEST = 0.72

OFF = Face(kind=FaceKind.OFF, title=("NOT", "ARMED"), small=(), enabled=False)


class FireButton(QAbstractButton):
    """The round button. `fired` is the only thing it says."""

    fired = Signal()

    def __init__(
        self,
        appearance: Appearance,
        guard: Guard,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._clock = clock
        self._face = OFF
        self._guard = GuardMachine(guard)
        self._pressed_stamp = 0
        self._focus_by_key = False
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self.on_frame)
        self._due = QTimer(self)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self.on_hold_due)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setEnabled(False)
        self.clicked.connect(self.on_clicked_by_tool)
        appearance.changed.connect(self.update)

    @property
    def face(self) -> Face:
        return self._face

    @property
    def holding(self) -> bool:
        return self._guard.holding

    @property
    def asking(self) -> bool:
        """Whether it waits for the second click of the two-step guard."""
        return self._guard.asking(self._clock())

    def show_face(self, face: Face) -> None:
        if face == self._face:
            return
        self._face = face
        if not face.enabled:
            self._abort()
        self.setEnabled(face.enabled)
        self.setAccessibleName(" ".join(face.title))
        self.setAccessibleDescription(f"{'. '.join(face.small)}. {face.explanation}")
        self.setToolTip("" if face.enabled else face.explanation)
        self._run_frames()
        self.update()

    def set_guard(self, guard: Guard) -> None:
        if guard != self._guard.guard:
            self._guard = GuardMachine(guard)
            self._run_frames()
            self.update()

    def centre(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def scale(self) -> float:
        return min(1.0, self.height() / (2 * REACH), self.width() / (2 * REACH))

    def sizeHint(self) -> QSize:
        return QSize(round(2 * REACH), round(2 * REACH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() * SMALLEST

    def hitButton(self, pos: QPointF) -> bool:  # type: ignore[override]
        return self._inside(QPointF(pos))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._inside(event.position()):
            self._focus_by_key = False
            self._press(event.timestamp())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._guard.holding and not self._inside(event.position()):
            self._abort()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._release(event.timestamp())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in FIRE_KEYS:
            event.ignore()
        elif not event.isAutoRepeat():
            self._focus_by_key = True
            self._press(event.timestamp())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in FIRE_KEYS:
            event.ignore()
        elif not event.isAutoRepeat():
            self._release(event.timestamp())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        }
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._abort()
        super().focusOutEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_frames()

    def hideEvent(self, event: QHideEvent) -> None:
        self._abort()
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowDeactivate:
            self._abort()
        return super().event(event)

    @Slot()
    def on_clicked_by_tool(self) -> None:
        """A click from an assistive tool, which can't hold: it is asked for a second one."""
        if self._face.at_once or self._guard.clicked(self._clock()):
            self._fire()
        self._run_frames()
        self.update()

    @Slot()
    def on_frame(self) -> None:
        self._run_frames()
        self.update()

    @Slot()
    def on_hold_due(self) -> None:
        # A window that was busy may find the due hold before the release that came in time: look at the queue first.
        QTimer.singleShot(0, self, self.on_hold_done)

    @Slot()
    def on_hold_done(self) -> None:
        now = self._clock()
        if self._guard.elapsed(now):
            self._fire()
        elif self._guard.holding:
            self._wait_for_hold(now)
        self._run_frames()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_button(painter, self.centre(), self.scale(), self._picture(), self._appearance.tokens)

    def _picture(self) -> Picture:
        now, face = self._clock(), self._face
        focused = self.hasFocus() and self._focus_by_key
        progress = self._guard.progress(now)
        if progress is not None:
            title = ("KEEP", "HOLDING") if self._guard.holding else ("CLICK", "AGAIN")
            small = ("Release to abort",) if self._guard.holding else ("Click again to fire",)
            return Picture(look=Look.HELD, title=title, small=small, filled=progress, focused=focused)
        turned = now / TURN_S % 1.0 if face.kind is FaceKind.AGAIN else None
        return Picture(look=_LOOKS[face.kind], title=face.title, small=face.small, turned=turned, focused=focused)

    def _inside(self, position: QPointF) -> bool:
        away = position - self.centre()
        return away.x() ** 2 + away.y() ** 2 <= (RADIUS * self.scale()) ** 2

    def _press(self, stamp: int) -> None:
        if self._face.at_once:
            self._fire()
            return
        now = self._clock()
        self._pressed_stamp = stamp
        if self._guard.pressed(now):
            self._fire()
        elif self._guard.holding:
            self._wait_for_hold(now)
        self._run_frames()
        self.update()

    def _release(self, stamp: int) -> None:
        lasted = (stamp - self._pressed_stamp) / 1000 if 0 < self._pressed_stamp <= stamp else None
        if self._guard.released(self._clock(), lasted=lasted):
            self._fire()
        self._due.stop()
        self._run_frames()
        self.update()

    def _abort(self) -> None:
        self._guard.abort()
        self._due.stop()
        self._run_frames()
        self.update()

    def _fire(self) -> None:
        self._due.stop()
        self.fired.emit()

    def _wait_for_hold(self, now: float) -> None:
        left = 1.0 - (self._guard.progress(now) or 0.0)
        self._due.start(ceil(left * self._guard.guard.hold_s * 1000))

    def _run_frames(self) -> None:
        """Frames are drawn only while something moves."""
        guarding = self._guard.progress(self._clock()) is not None
        if guarding or (self._face.kind is FaceKind.AGAIN and self.isVisible()):
            interval = GUARD_FRAME_MS if guarding else TURN_FRAME_MS
            if not self._frames.isActive() or self._frames.interval() != interval:
                self._frames.start(interval)
        else:
            self._frames.stop()


_LOOKS = {
    FaceKind.ARMED: Look.ARMED,
    FaceKind.AGAIN: Look.ARMED,
    FaceKind.CLEAR: Look.CLEAR,
    FaceKind.OFF: Look.OFF,
}
