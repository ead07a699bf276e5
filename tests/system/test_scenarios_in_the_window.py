"""Every scenario of a drill as a trader meets it: the real window, its button held by mouse, until it says CLEAR."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from panic_button.app import engine_for, practice_account
from panic_button.core.preferences import Guard, Preferences
from panic_button.practice import SCENARIOS, PracticeExchange
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.paths import Home
from panic_button.ui.main_window import MainWindow
from panic_button.ui.values import FaceKind

ORDERS = 25
HOLD_S = 0.4
ARMED_MS = 30_000
CLEAR_MS = 60_000


class Drill:
    """One window on one practice exchange. `said`: every banner that it showed."""

    def __init__(self, exchange: PracticeExchange, window: MainWindow) -> None:
        self.exchange = exchange
        self.window = window
        self.said: list[str] = []
        window._bridge.snapshot_changed.connect(self.on_shown)

    def on_shown(self) -> None:
        banner = self.window._banner.accessibleName()
        if banner and banner not in self.said[-1:]:
            self.said.append(banner)

    @property
    def armed(self) -> bool:
        return self.window.fire_button.face.kind is FaceKind.ARMED

    @property
    def is_clear(self) -> bool:
        """Whether the window says CLEAR, and nothing is open."""
        return self.window.fire_button.face.kind is FaceKind.CLEAR and self.exchange.book.open_count() == 0

    def hold(self) -> None:
        button = self.window.fire_button
        QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=button.rect().center())


@contextmanager
def drill(name: str, folder: Path, qtbot: QtBot) -> Iterator[Drill]:
    home = Home.under(folder / name)
    with PracticeExchange(orders=ORDERS, seed=3, scenario=name) as exchange:
        account, store = practice_account(exchange)
        with engine_for((account,), home, store) as engine:
            window = MainWindow(
                engine,
                Preferences(guard=Guard(hold_s=HOLD_S), lockout=False),
                lambda: SqliteJournalReader(home.journal),
                on_preferences_changed=lambda _changed: None,
            )
            qtbot.addWidget(window)
            window.show()
            yield Drill(exchange, window)
            window.hide()


def test_from_the_window_every_scenario_ends_clear_with_nothing_open(tmp_path: Path, qtbot: QtBot) -> None:
    with ExitStack() as stack:
        drills = {name: stack.enter_context(drill(name, tmp_path, qtbot)) for name in SCENARIOS}
        qtbot.waitUntil(lambda: all(one.armed for one in drills.values()), timeout=ARMED_MS)
        for one in drills.values():
            # A hold ends where its window loses the focus: each is held until it fires, before the next.
            one.window.activateWindow()
            one.hold()
            qtbot.waitUntil(partial(_fired, one), timeout=ARMED_MS)
        qtbot.waitUntil(lambda: all(one.is_clear for one in drills.values()), timeout=CLEAR_MS)
        said = {name: one.said for name, one in drills.items()}
    assert [banners[-1][:5] for banners in said.values()] == ["CLEAR"] * len(SCENARIOS)
    assert any(banner.startswith("NOT CLEAR") for banner in said["half-fail"]), said
    assert any(banner.startswith("NOT CONFIRMED") for banner in said["line-dead"]), said


def _fired(one: Drill) -> bool:
    return one.window.fire_button.face.at_once or one.is_clear
