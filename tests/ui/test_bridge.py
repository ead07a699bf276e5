"""From the engine's thread to the window's: everything newest, nothing twice, nothing late."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from panic_button.core.model import Account
from panic_button.core.snapshot import AccountSnapshot, Snapshot
from panic_button.ui.bridge import Bridge

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.stand_ins import FakeEngine

MakeEngine = Callable[[Snapshot], Any]


def numbered(number: int) -> Snapshot:
    return Snapshot(accounts=(AccountSnapshot(account=Account(label=str(number))),))


def has_length(heard: list[Snapshot], wanted: int) -> bool:
    return len(heard) == wanted


def say_all(engine: FakeEngine, snapshots: list[Snapshot]) -> None:
    def say() -> None:
        for snapshot in snapshots:
            engine.say(snapshot)

    thread = Thread(target=say)
    thread.start()
    thread.join()


def test_a_busy_window_gets_only_the_newest(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine(numbered(0))
    bridge = Bridge(engine)
    heard: list[Snapshot] = []
    bridge.snapshot_changed.connect(heard.append)
    woken: list[None] = []
    bridge._arrived.connect(lambda: woken.append(None), Qt.ConnectionType.DirectConnection)
    snapshots = [numbered(number) for number in range(500)]
    say_all(engine, snapshots)
    assert heard == []
    assert len(woken) == 1
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(50)
    assert heard == [snapshots[-1]]


def test_each_snapshot_arrives_while_the_window_keeps_up(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine(numbered(0))
    bridge = Bridge(engine)
    heard: list[Snapshot] = []
    bridge.snapshot_changed.connect(heard.append)
    for number in range(3):
        say_all(engine, [numbered(number)])
        qtbot.waitUntil(partial(has_length, heard, number + 1))
    assert [snapshot.accounts[0].account.label for snapshot in heard] == ["0", "1", "2"]


def test_it_is_delivered_on_the_windows_thread(qtbot: QtBot, make_engine: MakeEngine, desk: Desk) -> None:
    engine = make_engine(desk.armed())
    bridge = Bridge(engine)
    threads: list[Thread] = []
    bridge.snapshot_changed.connect(lambda _snapshot: threads.append(current_thread()))
    say_all(engine, [desk.clear()])
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [current_thread()]


def test_the_snapshot_is_handed_over_as_it_is(qtbot: QtBot, make_engine: MakeEngine, desk: Desk) -> None:
    engine = make_engine(desk.armed())
    bridge = Bridge(engine)
    snapshot = desk.clear()
    with qtbot.waitSignal(bridge.snapshot_changed) as heard:
        say_all(engine, [snapshot])
    assert heard.args is not None
    assert heard.args[0] is snapshot
