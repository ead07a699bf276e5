"""The guard, with real presses: what fires, what does not, and that no press during a run is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from panic_button.core.preferences import Guard, GuardKind
from panic_button.ui.fire_button import FireButton
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Face, FaceKind

if TYPE_CHECKING:
    from tests.ui.desk import Desk

HOLD_MS = 400
LEFT = Qt.MouseButton.LeftButton

ARMED = Face(kind=FaceKind.ARMED, title=("CANCEL", "ALL", "ORDERS"), small=("37 orders", "Hold 0.4 s"))
AGAIN = Face(kind=FaceKind.AGAIN, title=("FIRE", "AGAIN"), small=("Still sending",), at_once=True)
OFF = Face(kind=FaceKind.OFF, title=("NOT", "ARMED"), small=("Signed out",), enabled=False, explanation="Signed out.")


def key_event(bench: Bench, kind: QEvent.Type, *, at: int) -> None:
    """A key event of this moment, as the system stamps it in ms."""
    event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    event.setTimestamp(at)
    QApplication.sendEvent(bench.button, event)


class Bench:
    """A button in a window with something else to focus, and a count of its shots."""

    def __init__(self, qtbot: QtBot, appearance: Appearance, guard: Guard, clock: Callable[[], float] | None) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.elsewhere = QLineEdit()
        self.button = FireButton(appearance, guard) if clock is None else FireButton(appearance, guard, clock=clock)
        column = QVBoxLayout(self.window)
        column.addWidget(self.button)
        column.addWidget(self.elsewhere)
        self.shots = 0
        self.button.fired.connect(self.on_fired)
        self.button.show_face(ARMED)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.button.setFocus()
        qtbot.waitUntil(self.button.hasFocus)

    def on_fired(self) -> None:
        self.shots += 1

    @property
    def middle(self) -> QPoint:
        return self.button.rect().center()

    def press(self) -> None:
        QTest.mousePress(self.button, LEFT, pos=self.middle)

    def release(self) -> None:
        QTest.mouseRelease(self.button, LEFT, pos=self.middle)

    def mouse(self, kind: QEvent.Type, stamp: int) -> None:
        """A mouse event with the moment at which the system saw it."""
        where = QPointF(self.middle)
        buttons = LEFT if kind is QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
        event = QMouseEvent(kind, where, where, LEFT, buttons, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(stamp)
        QApplication.sendEvent(self.button, event)


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(qtbot: QtBot, appearance: Appearance) -> MakeBench:
    def make(guard: Guard | None = None, clock: Callable[[], float] | None = None) -> Bench:
        return Bench(qtbot, appearance, guard or Guard(hold_s=HOLD_MS / 1000), clock)

    return make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()


class TestHold:
    def test_a_complete_hold_fires_exactly_once(self, bench: Bench) -> None:
        bench.press()
        assert bench.button.holding
        QTest.qWait(HOLD_MS + 150)
        assert bench.shots == 1
        QTest.qWait(HOLD_MS)
        bench.release()
        assert bench.shots == 1

    def test_it_does_not_fire_before_its_time(self, bench: Bench) -> None:
        bench.press()
        QTest.qWait(HOLD_MS // 2)
        assert bench.shots == 0
        bench.release()
        QTest.qWait(HOLD_MS)
        assert bench.shots == 0
        assert not bench.button.holding

    def test_leaving_the_circle_aborts_for_good(self, bench: Bench) -> None:
        bench.press()
        QTest.mouseMove(bench.button, QPoint(1, 1))
        QTest.qWait(20)
        assert not bench.button.holding
        QTest.mouseMove(bench.button, bench.middle)
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_a_press_beside_the_circle_is_no_press(self, bench: Bench) -> None:
        QTest.mousePress(bench.button, LEFT, pos=QPoint(2, 2))
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_another_mouse_button_is_no_press(self, bench: Bench) -> None:
        QTest.mousePress(bench.button, Qt.MouseButton.RightButton, pos=bench.middle)
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_losing_the_focus_aborts(self, bench: Bench) -> None:
        bench.press()
        bench.elsewhere.setFocus()
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_a_window_that_is_left_aborts(self, bench: Bench) -> None:
        bench.press()
        QApplication.sendEvent(bench.button, QEvent(QEvent.Type.WindowDeactivate))
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_hiding_aborts(self, bench: Bench) -> None:
        bench.press()
        bench.window.hide()
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_a_face_that_can_no_longer_fire_aborts(self, bench: Bench) -> None:
        bench.press()
        bench.button.show_face(OFF)
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_new_numbers_on_the_face_do_not_disturb_a_hold(self, bench: Bench) -> None:
        bench.press()
        bench.button.show_face(Face(kind=FaceKind.ARMED, title=ARMED.title, small=("36 orders", "Hold 0.4 s")))
        QTest.qWait(HOLD_MS + 150)
        assert bench.shots == 1

    @pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
    def test_a_held_key_fires_once(self, bench: Bench, key: Qt.Key) -> None:
        QTest.keyPress(bench.button, key)
        QTest.qWait(HOLD_MS + 150)
        QTest.keyRelease(bench.button, key)
        assert bench.shots == 1

    @pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
    def test_a_key_let_go_early_aborts(self, bench: Bench, key: Qt.Key) -> None:
        QTest.keyPress(bench.button, key)
        QTest.qWait(HOLD_MS // 2)
        QTest.keyRelease(bench.button, key)
        QTest.qWait(HOLD_MS)
        assert bench.shots == 0

    def test_auto_repeat_neither_restarts_nor_ends_a_hold(self, bench: Bench) -> None:
        QTest.keyPress(bench.button, Qt.Key.Key_Space)
        for _ in range(HOLD_MS // 50 + 3):
            for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
                repeat = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", autorep=True)
                QApplication.sendEvent(bench.button, repeat)
            QTest.qWait(50)
        assert bench.shots == 1

    def test_a_repeat_that_looks_like_a_release_and_a_press_of_one_moment_does_not_end_a_hold(
        self, bench: Bench
    ) -> None:
        key_event(bench, QEvent.Type.KeyPress, at=10_000)
        for at in range(10_030, 10_000 + HOLD_MS // 2, 30):
            key_event(bench, QEvent.Type.KeyRelease, at=at)
            key_event(bench, QEvent.Type.KeyPress, at=at)
        QTest.qWait(HOLD_MS + 150)
        assert bench.shots == 1

    def test_such_a_repeat_is_no_second_press_while_a_run_is_on(self, bench: Bench) -> None:
        bench.button.show_face(AGAIN)
        key_event(bench, QEvent.Type.KeyPress, at=10_000)
        key_event(bench, QEvent.Type.KeyRelease, at=10_700)
        key_event(bench, QEvent.Type.KeyPress, at=10_700)
        assert bench.shots == 1
        key_event(bench, QEvent.Type.KeyRelease, at=10_900)
        key_event(bench, QEvent.Type.KeyPress, at=11_000)
        assert bench.shots == 2

    def test_other_keys_do_nothing(self, bench: Bench) -> None:
        QTest.keyPress(bench.button, Qt.Key.Key_A)
        assert not bench.button.holding

    def test_a_release_that_a_busy_window_sees_late_still_aborts(self, make_bench: MakeBench) -> None:
        """The window was blocked for two seconds, but the person held for only a tenth of one."""
        now = 0.0
        bench = make_bench(clock=lambda: now)
        bench.mouse(QEvent.Type.MouseButtonPress, 10_000)
        now = 2.0
        bench.mouse(QEvent.Type.MouseButtonRelease, 10_100)
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0

    def test_a_complete_hold_that_a_busy_window_sees_late_still_fires(self, make_bench: MakeBench) -> None:
        now = 0.0
        bench = make_bench(clock=lambda: now)
        bench.mouse(QEvent.Type.MouseButtonPress, 10_000)
        now = 2.0
        bench.mouse(QEvent.Type.MouseButtonRelease, 11_900)
        assert bench.shots == 1

    def test_a_due_hold_looks_for_a_waiting_release_first(self, make_bench: MakeBench) -> None:
        now = 0.0
        bench = make_bench(clock=lambda: now)
        bench.mouse(QEvent.Type.MouseButtonPress, 10_000)
        now = 2.0
        bench.button.on_hold_due()
        assert bench.shots == 0
        bench.mouse(QEvent.Type.MouseButtonRelease, 10_100)
        QTest.qWait(50)
        assert bench.shots == 0


class TestTwoStep:
    @pytest.fixture
    def two_step(self, make_bench: MakeBench) -> Bench:
        return make_bench(Guard(kind=GuardKind.TWO_STEP))

    def test_one_click_only_asks(self, two_step: Bench) -> None:
        QTest.mouseClick(two_step.button, LEFT, pos=two_step.middle)
        assert two_step.button.asking
        assert two_step.shots == 0

    def test_a_second_click_in_time_fires_once(self, two_step: Bench) -> None:
        QTest.mouseClick(two_step.button, LEFT, pos=two_step.middle)
        QTest.qWait(100)
        QTest.mouseClick(two_step.button, LEFT, pos=two_step.middle)
        assert two_step.shots == 1
        assert not two_step.button.asking

    def test_a_late_second_click_asks_again(self, make_bench: MakeBench) -> None:
        now = 0.0
        bench = make_bench(Guard(kind=GuardKind.TWO_STEP), clock=lambda: now)
        QTest.mouseClick(bench.button, LEFT, pos=bench.middle)
        now = 2.1
        QTest.mouseClick(bench.button, LEFT, pos=bench.middle)
        assert bench.shots == 0
        assert bench.button.asking

    def test_a_held_key_is_one_click(self, two_step: Bench) -> None:
        QTest.keyPress(two_step.button, Qt.Key.Key_Space)
        repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", autorep=True)
        QApplication.sendEvent(two_step.button, repeat)
        assert two_step.shots == 0

    def test_losing_the_focus_forgets_the_first_click(self, two_step: Bench) -> None:
        QTest.mouseClick(two_step.button, LEFT, pos=two_step.middle)
        two_step.elsewhere.setFocus()
        assert not two_step.button.asking


class TestDuringARun:
    @pytest.mark.parametrize("kind", list(GuardKind))
    def test_every_press_fires_at_once(self, make_bench: MakeBench, kind: GuardKind) -> None:
        bench = make_bench(Guard(kind=kind))
        bench.button.show_face(AGAIN)
        bench.press()
        assert bench.shots == 1
        bench.release()
        QTest.mouseDClick(bench.button, LEFT, pos=bench.middle)
        assert bench.shots == 2
        QTest.keyPress(bench.button, Qt.Key.Key_Space)
        assert bench.shots == 3

    def test_a_held_key_does_not_drum(self, bench: Bench) -> None:
        bench.button.show_face(AGAIN)
        QTest.keyPress(bench.button, Qt.Key.Key_Return)
        repeat = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, autorep=True)
        QApplication.sendEvent(bench.button, repeat)
        assert bench.shots == 1


class TestNotArmed:
    def test_nothing_fires(self, bench: Bench) -> None:
        bench.button.show_face(OFF)
        bench.press()
        QTest.qWait(HOLD_MS + 100)
        assert bench.shots == 0
        assert not bench.button.isEnabled()

    def test_it_says_why(self, bench: Bench) -> None:
        bench.button.show_face(OFF)
        assert bench.button.toolTip() == "Signed out."
        assert "Signed out" in bench.button.accessibleDescription()


class TestAssistiveTools:
    def test_it_has_a_name_and_a_description(self, bench: Bench) -> None:
        assert bench.button.accessibleName() == "CANCEL ALL ORDERS"
        assert "37 orders" in bench.button.accessibleDescription()

    def test_a_click_that_cannot_hold_is_asked_for_a_second(self, bench: Bench) -> None:
        bench.button.click()
        assert bench.shots == 0
        bench.button.click()
        assert bench.shots == 1


def test_nothing_moves_at_rest(bench: Bench) -> None:
    """No timer wakes the machine while the button only waits."""
    assert not bench.button._frames.isActive()
    bench.press()
    assert bench.button._frames.isActive()
    bench.release()
    assert not bench.button._frames.isActive()
    bench.button.show_face(AGAIN)
    assert bench.button._frames.isActive()
    bench.window.hide()
    assert not bench.button._frames.isActive()


def test_every_face_is_painted(bench: Bench, desk: Desk) -> None:
    del desk
    pictures = set()
    for face in (ARMED, AGAIN, OFF, Face(kind=FaceKind.CLEAR, title=("CLEAR",), small=("0 open orders",))):
        bench.button.show_face(face)
        pixel = bench.button.grab().toImage().pixelColor(bench.middle + QPoint(0, 100))
        pictures.add(pixel.name())
    assert len(pictures) >= 3
