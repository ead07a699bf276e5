"""A button behind a guard: takes presses by mouse, keyboard and assistive tools, and emits `fired`.

Rule: while `at_once`, a press fires as it begins, and no press is ever swallowed. Otherwise nothing fires that was let
go, moved off, or interrupted before the guard was satisfied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from panic_button.core.preferences import Guard
from panic_button.ui.hold import GuardMachine

FIRE_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
GUARD_FRAME_MS = 16


class GuardedButton(QAbstractButton):
    """What is guarded and how, whatever it looks like. `fired` is the only thing it says."""

    fired = Signal()

    def __init__(
        self, guard: Guard, *, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._guard = GuardMachine(guard)
        self._pressed_stamp = self._released_stamp = 0
        self._focus_by_key = False
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self.on_frame)
        self._due = QTimer(self)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self.on_hold_due)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.on_clicked_by_tool)

    @property
    def at_once(self) -> bool:
        """Whether a press needs no guard now."""
        return False

    @property
    def holding(self) -> bool:
        return self._guard.holding

    @property
    def asking(self) -> bool:
        """Whether it waits for the second click of the two-step guard."""
        return self._guard.asking(self._clock())

    def set_guard(self, guard: Guard) -> None:
        if guard != self._guard.guard:
            self._guard = GuardMachine(guard)
            self._run_frames()
            self.update()

    def inside(self, position: QPointF) -> bool:
        """Whether a press there is one of this button."""
        return self.rect().contains(position.toPoint())

    def resting_frame_ms(self) -> int | None:
        """How often it is painted while nobody presses; None where nothing moves then."""
        return None

    def hitButton(self, pos: QPointF) -> bool:  # type: ignore[override]
        return self.inside(QPointF(pos))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.inside(event.position()):
            self._focus_by_key = False
            self._press(event.timestamp())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._guard.holding and not self.inside(event.position()):
            self.abort()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._release(event.timestamp())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in FIRE_KEYS:
            event.ignore()
        elif self._is_repeated(event):
            self._go_on()
        elif not event.isAutoRepeat():
            self._focus_by_key = True
            self._press(event.timestamp())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() not in FIRE_KEYS:
            event.ignore()
        elif not event.isAutoRepeat():
            self._released_stamp = event.timestamp()
            self._release(event.timestamp())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        }
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.abort()
        super().focusOutEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_frames()

    def hideEvent(self, event: QHideEvent) -> None:
        self.abort()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange and not self.isEnabled():
            self.abort()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowDeactivate:
            self.abort()
        return super().event(event)

    def abort(self) -> None:
        """Whatever was begun is over: the next press begins anew."""
        self._guard.abort()
        self._due.stop()
        self._run_frames()
        self.update()

    @Slot()
    def on_clicked_by_tool(self) -> None:
        """A click from an assistive tool, which can't hold: it is asked for a second one."""
        if self.at_once or self._guard.clicked(self._clock()):
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

    @property
    def _progress(self) -> float | None:
        return self._guard.progress(self._clock())

    @property
    def _shows_focus(self) -> bool:
        """A press by mouse takes the keys as well, and is no reason for a ring."""
        return self.hasFocus() and self._focus_by_key

    def _press(self, stamp: int) -> None:
        if self.at_once:
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

    def _is_repeated(self, event: QKeyEvent) -> bool:
        """Whether a key is only being repeated by the system.

        WORKAROUND: under X11 Qt takes some repeats for a release and a new press. Theirs come with one and the same
        time, which those of no hand do.
        """
        return not event.isAutoRepeat() and 0 < self._released_stamp == event.timestamp()

    def _go_on(self) -> None:
        now = self._clock()
        if self._guard.resumed():
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

    def _fire(self) -> None:
        self._due.stop()
        self.fired.emit()

    def _wait_for_hold(self, now: float) -> None:
        left = 1.0 - (self._guard.progress(now) or 0.0)
        self._due.start(ceil(left * self._guard.guard.hold_s * 1000))

    def _run_frames(self) -> None:
        """Frames are drawn only while something moves."""
        guarding = self._progress is not None
        interval = GUARD_FRAME_MS if guarding else self.resting_frame_ms() if self.isVisible() else None
        if interval is None:
            self._frames.stop()
        elif not self._frames.isActive() or self._frames.interval() != interval:
            self._frames.start(interval)
