"""Rehearses an emergency in the real window on a virtual screen: real mouse, real keys, real sockets.

It signs in, looks at the orders, holds the button, and waits for the verdict; then it presses once more by keyboard
while the exchange is silent, and waits for it to come back. A picture of every state is saved, the results are printed,
and it exits 0 only where both presses end in CLEAR and the practice exchange's own book says the same.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from panic_button.app import FIRST_LABEL, STYLE, engine_for, practice_account
from panic_button.core.model import OrderResult, Verdict
from panic_button.core.preferences import Preferences, Theme
from panic_button.core.snapshot import AccountSnapshot, Readiness, RunSnapshot, SignIn
from panic_button.engine.engine import Engine
from panic_button.practice import Hang, OrdersRefused, PracticeExchange
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.paths import Home
from panic_button.storage.secrets import SessionOnlyStore
from panic_button.ui.main_window import MainWindow

ORDERS = 37
LIMIT_S = 30.0
POLL_S = 0.02
SETTLE_S = 0.15
ABORT_S = 0.4
HOLD_S = 0.8
SILENT_S = 4.0
REFUSED = 2
REFUSED_UNTIL_LIFTED = 1_000_000
# Answered already, so that no question comes up in the middle of the play.
PREFERENCES = Preferences(theme=Theme.DARK, lockout=False)

_Value = TypeVar("_Value")


class RehearsalError(Exception):
    """Something that should have happened did not."""


class Stage(QObject):
    """Lets the rehearsal's thread have things done on the window's."""

    _asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._asked.connect(self.on_asked, Qt.ConnectionType.QueuedConnection)

    def do(self, work: Callable[[], _Value]) -> _Value:
        done: Future[_Value] = Future()

        def run() -> None:
            try:
                done.set_result(work())
            except Exception as exc:  # noqa: BLE001 - it belongs to the thread that asked
                done.set_exception(exc)

        self._asked.emit(run)
        return done.result(LIMIT_S)

    @Slot(object)
    def on_asked(self, run: Callable[[], None]) -> None:
        run()


class Rehearsal:
    """The play, scene by scene, on a thread of its own."""

    def __init__(self, stage: Stage, window: MainWindow, engine: Engine, exchange: PracticeExchange) -> None:
        self._stage = stage
        self._window = window
        self._engine = engine
        self._exchange = exchange
        self._pictures: list[Path] = []
        self.runs: list[RunSnapshot] = []

    def play(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        picture = partial(self._picture, folder)
        self._await("the window", lambda: self._stage.do(self._window.isActiveWindow))
        self._await("the question for a sign-in", lambda: self._account.sign_in is SignIn.SIGNED_OUT)
        self._say("not signed in", picture("not-armed"))
        self._sign_in(picture)
        self._await("ARMED", lambda: self._account.readiness is Readiness.ARMED)
        self._say(f"armed: {len(self._account.open_orders or ())} orders open", picture("armed"))
        self._abort(picture)
        self._first_press(picture)
        self._second_press(picture)
        self._stage.do(lambda: self._window.on_preferences_chosen(replace(PREFERENCES, theme=Theme.LIGHT)))
        self._await("the socket", lambda: self._account.readiness is Readiness.ARMED)
        self._say("the same in light", picture("clear-light"))
        for path in self._pictures:
            print(path)

    # scenes

    def _sign_in(self, picture: Callable[[str], Path]) -> None:
        self._point_at(lambda: _button(self._window, "Sign in…"))
        self._xdotool("click", "1")
        self._await("the sign-in dialog", lambda: isinstance(self._stage.do(QApplication.focusWidget), QLineEdit))
        self._type(self._exchange.username)
        self._xdotool("key", "Tab")
        self._type(self._exchange.password)
        self._say("signing in", picture("sign-in"))
        self._xdotool("key", "Return")
        self._await("the sign-in", lambda: self._account.sign_in is SignIn.SIGNED_IN)

    def _abort(self, picture: Callable[[str], Path]) -> None:
        self._hold(ABORT_S, meanwhile=lambda: self._say("holding", picture("holding")))
        if self._account.run is not None or self._exchange.book.open_count() != ORDERS:
            raise RehearsalError("A button that was let go too early has fired.")
        print("       let go early: nothing was sent")

    def _first_press(self, picture: Callable[[str], Path]) -> None:
        refused = OrdersRefused(
            order_ids=frozenset(order.id for order in self._exchange.book.open_orders()[:REFUSED]),
            tries=REFUSED_UNTIL_LIFTED,
            reason="Order is being matched",
        )
        refusing = self._exchange.faults.add(refused)
        self._hold(HOLD_S)
        self._await("NOT CLEAR", lambda: self._verdict is Verdict.NOT_CLEAR)
        self._say(f"not clear: {self._run.result.counts.still_open} refused at first", picture("not-clear"))
        self._exchange.faults.lift(refusing)
        self._await("CLEAR", lambda: self._verdict is Verdict.CLEAR)
        self._say(f"clear after {self._run.result.clear_ms:,.0f} ms", picture("clear"))
        self._keep_run()

    def _second_press(self, picture: Callable[[str], Path]) -> None:
        # While CLEAR is being watched, late orders are cancelled as well.
        self._await("the end of the watch", lambda: not self._run.watching)
        self._exchange.makers.start_placing(every_s=0.02, count=ORDERS)
        self._await("new orders", lambda: len(self._account.open_orders or ()) == ORDERS)
        silence = self._exchange.faults.add(Hang())
        self._exchange.faults.drop_sockets()
        self._hold_key()
        self._await("silence", lambda: self._verdict is Verdict.UNCONFIRMED and self._age_s > SILENT_S)
        self._say("not confirmed: the exchange is silent", picture("not-confirmed"))
        self._exchange.faults.lift(silence)
        self._await("CLEAR", lambda: self._verdict is Verdict.CLEAR)
        self._say("clear by itself, once the exchange was back", picture("clear-again"))
        self._keep_run()

    def _keep_run(self) -> None:
        if left := self._exchange.book.open_count():
            raise RehearsalError(f"CLEAR was said while the exchange's own book holds {left} orders.")
        self.runs.append(self._run)

    # what they need

    @property
    def _account(self) -> AccountSnapshot:
        return self._engine.snapshot.accounts[0]

    @property
    def _run(self) -> RunSnapshot:
        run = self._account.run
        if run is None:
            raise RehearsalError("There is no run.")
        return run

    @property
    def _verdict(self) -> Verdict | None:
        """Of the press that is on; None before there is one."""
        run = self._account.run
        if run is None or run.run in {before.run for before in self.runs}:
            return None
        return run.result.verdict

    @property
    def _age_s(self) -> float:
        return (datetime.now(UTC) - self._run.pressed_at).total_seconds()

    def _hold(self, seconds: float, *, meanwhile: Callable[[], None] | None = None) -> None:
        """Press the left button of a real mouse over the window's, and let go after a while."""
        self._point_at(lambda: self._window.fire_button)
        pressed = time.monotonic()
        self._xdotool("mousedown", "1")
        if meanwhile is not None:
            time.sleep(seconds / 2)
            meanwhile()
        time.sleep(max(0.0, pressed + seconds - time.monotonic()))
        self._xdotool("mouseup", "1")

    def _hold_key(self) -> None:
        """The same by keyboard alone: the button has the keys, because nothing else was asked for."""
        self._xdotool("keydown", "space")
        time.sleep(HOLD_S)
        self._xdotool("keyup", "space")

    def _point_at(self, widget: Callable[[], QWidget]) -> None:
        at = self._stage.do(lambda: widget().mapToGlobal(widget().rect().center()))
        self._xdotool("mousemove", str(at.x()), str(at.y()))
        time.sleep(SETTLE_S)

    def _type(self, text: str) -> None:
        self._xdotool("type", "--delay", "5", text)

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], check=True, timeout=LIMIT_S)

    def _await(self, what: str, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > end:
                raise RehearsalError(f"Waited {LIMIT_S:g} s in vain for: {what}.")
            time.sleep(POLL_S)
        time.sleep(SETTLE_S)  # for the window to have painted it

    def _picture(self, folder: Path, name: str) -> Path:
        path = folder / f"{name}.png"
        self._stage.do(lambda: _grab(self._window, path))
        self._pictures.append(path)
        return path

    def _say(self, what: str, path: Path) -> None:
        print(f"{path.stem:<14} {what}", flush=True)


def _button(window: QWidget, text: str) -> QAbstractButton:
    return next(button for button in window.findChildren(QAbstractButton) if button.text() == text)


def _grab(window: QWidget, path: Path) -> None:
    """What the screen shows where the window is, its dialogs included."""
    frame = window.frameGeometry()
    screen = window.screen().grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
    if not screen.save(str(path)):
        raise RehearsalError(f"The picture {path} could not be saved. Free some space, or choose another folder.")


def table(run: RunSnapshot) -> str:
    """The outcome of every order, as the window's results grid has it."""
    result = run.result
    clear = "" if result.clear_ms is None else f", {result.clear_ms:,.0f} ms after the press"
    lines = [
        f"{result.verdict.value}{clear}: ${result.withdrawn:,.2f} withdrawn, ${result.matched_before:,.2f} matched"
    ]
    lines += [_row(row) for row in result.orders]
    return "\n".join(lines)


def _row(row: OrderResult) -> str:
    odds = "" if row.odds is None else f"{row.odds:+f}"
    outcome = row.outcome.value.replace("_", " ")
    return f"  {outcome:<28} {row.description:<30.30} {odds:>7} {row.cancelled:>10.2f} {row.filled:>9.2f}"


def rehearse(folder: Path) -> int:
    """The whole of it. 0 only where every press ended in CLEAR."""
    application = QApplication([*sys.argv[:1], *STYLE])
    stage = Stage()
    told: list[BaseException] = []
    with PracticeExchange(orders=ORDERS) as exchange:
        account = replace(practice_account(exchange)[0], label=FIRST_LABEL, username="")
        with tempfile.TemporaryDirectory() as at:
            home = Home.under(Path(at) / "home")
            with engine_for((account,), home, SessionOnlyStore()) as engine:
                engine.lock_out(on=PREFERENCES.locks_out)
                journal = partial(SqliteJournalReader, home.journal)
                window = MainWindow(engine, PREFERENCES, journal, on_preferences_changed=_nothing_to_keep)
                window.show()
                rehearsal = Rehearsal(stage, window, engine, exchange)
                actor = threading.Thread(target=_perform, args=(rehearsal, folder, told, stage))
                actor.start()
                application.exec()
                actor.join()
                window.close()
    for run in rehearsal.runs:
        print(table(run))
    for trouble in told:
        print(f"rehearsal: {trouble!r}", file=sys.stderr)
    return 1 if told else 0


def _perform(rehearsal: Rehearsal, folder: Path, told: list[BaseException], stage: Stage) -> None:
    try:
        rehearsal.play(folder)
    except Exception as exc:  # noqa: BLE001 - told by the one who waits for this thread
        told.append(exc)
    finally:
        stage.do(QApplication.quit)


def _nothing_to_keep(_choice: object) -> None:
    """A rehearsal leaves no settings behind."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, metavar="FOLDER", help="where the pictures go")
    return rehearse(parser.parse_args().pictures)


if __name__ == "__main__":
    sys.exit(main())
