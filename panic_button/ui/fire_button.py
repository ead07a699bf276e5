"""The button of this program: round, behind its guard, with the face that a snapshot asks for.

Rule: what it says and whether it can be pressed comes with the face. The guard is `guarded_button`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from panic_button.core.preferences import Guard
from panic_button.ui.fire_paint import RADIUS, REACH, Look, Picture, paint_button
from panic_button.ui.guarded_button import GuardedButton
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Face, FaceKind

TURN_FRAME_MS = 33
TURN_S = 1.1
SMALLEST = 0.72

OFF = Face(kind=FaceKind.OFF, title=("NOT", "ARMED"), small=(), enabled=False)


class FireButton(GuardedButton):
    """The round button. While a run is on, its face lets a press fire at once."""

    def __init__(
        self,
        appearance: Appearance,
        guard: Guard,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(guard, clock=clock, parent=parent)
        self._appearance = appearance
        self._face = OFF
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setEnabled(False)
        appearance.changed.connect(self.update)

    @property
    def face(self) -> Face:
        return self._face

    @property
    def at_once(self) -> bool:
        return self._face.at_once

    def show_face(self, face: Face) -> None:
        if face == self._face:
            return
        self._face = face
        self.setEnabled(face.enabled)
        self.setAccessibleName(" ".join(face.title))
        self.setAccessibleDescription(f"{'. '.join(face.small)}. {face.explanation}")
        self.setToolTip("" if face.enabled else face.explanation)
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

    def inside(self, position: QPointF) -> bool:
        away = position - self.centre()
        return away.x() ** 2 + away.y() ** 2 <= (RADIUS * self.scale()) ** 2

    def resting_frame_ms(self) -> int | None:
        return TURN_FRAME_MS if self._face.kind is FaceKind.AGAIN else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_button(painter, self.centre(), self.scale(), self._picture(), self._appearance.tokens)

    def _picture(self) -> Picture:
        face, focused, progress = self._face, self._shows_focus, self._progress
        if progress is not None:
            title = ("KEEP", "HOLDING") if self.holding else ("CLICK", "AGAIN")
            small = ("Release to abort",) if self.holding else ("Click again to fire",)
            return Picture(look=Look.HELD, title=title, small=small, filled=progress, focused=focused)
        turned = self._clock() / TURN_S % 1.0 if face.kind is FaceKind.AGAIN else None
        return Picture(look=_LOOKS[face.kind], title=face.title, small=face.small, turned=turned, focused=focused)


_LOOKS = {
    FaceKind.ARMED: Look.ARMED,
    FaceKind.AGAIN: Look.ARMED,
    FaceKind.CLEAR: Look.CLEAR,
    FaceKind.OFF: Look.OFF,
}
