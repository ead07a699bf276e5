"""What a person is told of a mistake of the program: what is proved first, one at a time, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from panic_button.core.model import Account
from panic_button.core.snapshot import Readiness, Snapshot
from panic_button.ui.crash_dialog import CrashDialog, crash_words
from panic_button.ui.main_window import MainWindow
from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]
LOG = "/desk/logs"


def first_line(snapshot: Snapshot) -> str:
    return crash_words(snapshot, LOG).splitlines()[0]


class TestWords:
    def test_clear_is_proved_with_its_moment(self, desk: Desk) -> None:
        assert first_line(desk.watching()) == "Proved: the exchange showed nothing open at 14:03:22.841 UTC."

    def test_open_orders_are_not_proved(self, desk: Desk) -> None:
        assert first_line(desk.not_clear()) == "Not proved: 2 orders of desk-1 were still open when last asked."

    def test_silence_is_not_known(self, desk: Desk) -> None:
        assert first_line(desk.unconfirmed()) == (
            "Not proved: whether orders of desk-1 are open is not known, the exchange last answered at 14:03:18 UTC."
        )

    def test_at_rest_nothing_was_under_way(self, desk: Desk) -> None:
        assert first_line(desk.armed()) == "No cancel was under way."
        assert first_line(desk.of()) == "Nothing was sent: no account is set up."

    def test_each_account_is_told_by_name(self, desk: Desk) -> None:
        other = replace(desk.not_clear().accounts[0], account=Account(label="desk-2"))
        assert first_line(desk.of(desk.watching().accounts[0], other)) == (
            "Proved for desk-1: the exchange showed nothing open at 14:03:22.841 UTC. "
            "Not proved for desk-2: 2 orders of desk-2 were still open when last asked."
        )

    def test_a_run_that_goes_on_is_told_and_so_is_the_log(self, desk: Desk) -> None:
        words = crash_words(desk.not_clear(), LOG)
        assert "The program made a mistake. The cancel goes on by itself." in words
        assert words.endswith("It is in /desk/logs.")
        assert "goes on" not in crash_words(desk.watching(), LOG)

    def test_the_button_is_said_to_work_only_where_it_does(self, desk: Desk) -> None:
        assert "The button works as before" in crash_words(desk.armed(), LOG)
        gone = replace(desk.armed().accounts[0], readiness=Readiness.NOT_ARMED, reason="Start Panic Button anew.")
        words = crash_words(desk.of(gone), LOG)
        assert "The program made a mistake. Start Panic Button anew." in words
        assert "works" not in words


def test_the_window_tells_one_mistake_at_a_time_and_stays_usable(
    desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
) -> None:
    window = show(make_engine(desk.not_clear()), now=desk.at(3))
    threads = [threading.Thread(target=window.crashed.emit, args=(LOG,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    QApplication.processEvents()
    (dialog,) = window.findChildren(CrashDialog)
    assert dialog.proof.text() == "Not proved: 2 orders of desk-1 were still open when last asked."
    assert QApplication.activeModalWidget() is None
    assert window.fire_button.isEnabled()
    dialog.accept()
