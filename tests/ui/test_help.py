"""Help by hand: what it says after 30 s, where it leads, and that trying ends by two clicks only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from panic_button.core.escalation import Stage
from panic_button.core.model import Account, Addresses, Answer, Environment, Route, RouteReport, Verdict
from panic_button.core.preferences import Guard, Preferences, Theme
from panic_button.core.snapshot import Snapshot
from panic_button.ui.help_panel import SECOND_CLICK_MS, STOP, SURE, HelpPanel
from panic_button.ui.main_window import MainWindow
from panic_button.ui.settings_dialog import SettingsDialog
from panic_button.ui.values import Help
from panic_button.ui.view import view_of
from tests.ui.desk import Desk

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]
TROUBLED = {
    Route.HTTPS: RouteReport(attempts=40, answer=Answer.LIMITED, trouble="Too many requests (429)"),
    Route.SOCKET: RouteReport(attempts=32, answer=Answer.NO_ANSWER, trouble="The connection was lost"),
}


def help_of(snapshot: Snapshot, desk: Desk, telephone: str = "") -> Help | None:
    return view_of(snapshot, Preferences(telephone=telephone), desk.at(41)).help


def shown(snapshot: Snapshot, desk: Desk, telephone: str = "") -> Help:
    told = help_of(snapshot, desk, telephone)
    assert told is not None
    return told


class TestWords:
    @pytest.mark.parametrize("stage", [Stage.ALL, Stage.BY_ID, Stage.BY_GAME])
    def test_it_comes_no_sooner_than_its_stage(self, desk: Desk, stage: Stage) -> None:
        assert help_of(desk.not_clear(stage=stage), desk) is None

    def test_it_goes_away_with_clear(self, desk: Desk) -> None:
        assert help_of(desk.watching(stage=Stage.HELP), desk) is None

    def test_it_says_how_each_route_fails_and_what_is_open(self, desk: Desk) -> None:
        told = shown(desk.not_clear(stage=Stage.HELP, routes=TROUBLED), desk, "+1 555 0100")
        assert told.title == "Not CLEAR within 30 s: cancel by hand as well"
        assert told.routes == ("HTTPS: Too many requests (429).", "Orders socket: The connection was lost.")
        assert told.orders_title == "Open when last listed at 14:03:22 UTC:"
        assert [order.split(" \N{MIDDLE DOT} ")[0] for order in told.orders] == [
            "Chiefs \N{MINUS SIGN}2.5",
            "Rangers ML",
        ]
        assert told.sites == ("https://4casters.io",)
        assert told.telephone == "+1 555 0100"
        assert told.stoppable == ("desk-1",)

    def test_a_route_without_a_trouble_is_not_given_one(self, desk: Desk) -> None:
        routes = {Route.HTTPS: RouteReport(attempts=9, answer=Answer.OK), Route.SOCKET: RouteReport()}
        assert shown(desk.not_clear(stage=Stage.HELP, routes=routes), desk).routes == (
            "HTTPS: It answers, but the cancel did not end it.",
            "Orders socket: Nothing could be sent over it.",
        )

    def test_a_long_list_is_named_by_its_first_and_counted(self, desk: Desk) -> None:
        told = shown(desk.unconfirmed(stage=Stage.HELP), desk)
        assert len(told.orders) == 4
        assert told.orders[-1] == "and 7 more"

    def test_orders_that_were_never_listed_are_not_invented(self, desk: Desk) -> None:
        unlisted = replace(desk.unconfirmed(stage=Stage.HELP).accounts[0], open_orders=None, listed_at=None)
        told = shown(desk.of(unlisted), desk)
        assert told.orders == ()
        assert told.orders_title == "The exchange has never listed what is open."

    def test_another_exchange_is_named_by_its_host(self, desk: Desk) -> None:
        own = Account(
            label="x", environment=Environment.CUSTOM, addresses=Addresses(rest_url="https://api.example.com/v1")
        )
        one = replace(desk.not_clear(stage=Stage.HELP).accounts[0], account=own)
        assert shown(desk.of(one), desk).sites == ("api.example.com",)

    def test_stopping_says_that_the_lockout_ends_with_it(self, desk: Desk) -> None:
        helped = desk.not_clear(stage=Stage.HELP)
        assert "lockout" not in shown(helped, desk).stopping
        assert "the lockout ends" in shown(desk.locked(helped), desk).stopping

    def test_a_run_that_is_over_can_not_be_stopped(self, desk: Desk) -> None:
        run = desk.run(Verdict.NOT_CLEAR, running=False, stage=Stage.HELP, listed_open=2)
        over = replace(desk.not_clear().accounts[0], run=run, listed_at=desk.at(0))
        assert shown(desk.of(over), desk).stoppable == ()


class TestPanel:
    @pytest.fixture
    def panel(self, qtbot: QtBot, desk: Desk) -> HelpPanel:
        panel = HelpPanel()
        qtbot.addWidget(panel)
        panel.show_help(shown(desk.not_clear(stage=Stage.HELP, routes=TROUBLED), desk))
        return panel

    def test_one_click_does_not_stop(self, panel: HelpPanel) -> None:
        told: list[object] = []
        panel.stop_wanted.connect(told.append)
        panel.stop.click()
        assert told == []
        assert panel.stop.text() == SURE

    def test_two_clicks_stop(self, panel: HelpPanel) -> None:
        told: list[object] = []
        panel.stop_wanted.connect(told.append)
        panel.stop.click()
        panel.stop.click()
        assert told == [("desk-1",)]
        assert panel.stop.text() == STOP

    def test_the_second_click_must_come_in_time(self, panel: HelpPanel) -> None:
        assert panel._second_click.interval() == SECOND_CLICK_MS == 3_000
        told: list[object] = []
        panel.stop_wanted.connect(told.append)
        panel.stop.click()
        panel._second_click.timeout.emit()
        panel.stop.click()
        assert told == []

    def test_a_first_click_is_forgotten_when_the_panel_goes(self, panel: HelpPanel, desk: Desk) -> None:
        told: list[object] = []
        panel.stop_wanted.connect(told.append)
        panel.stop.click()
        panel.show_help(None)
        panel.show_help(shown(desk.not_clear(stage=Stage.HELP), desk))
        panel.stop.click()
        assert told == []

    def test_the_site_is_opened_and_the_settings_are_asked_for(
        self, panel: HelpPanel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
    ) -> None:
        opened: list[str] = []
        monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
        assert "https://4casters.io" in panel.where.text()
        panel.where.linkActivated.emit("https://4casters.io")
        assert opened == ["https://4casters.io"]
        with qtbot.waitSignal(panel.settings_wanted):
            panel.where.linkActivated.emit("settings")

    def test_a_telephone_is_text_and_never_markup(self, panel: HelpPanel, desk: Desk) -> None:
        panel.show_help(shown(desk.not_clear(stage=Stage.HELP), desk, "<b>1</b>"))
        assert "&lt;b&gt;1" in panel.where.text()


class TestInTheWindow:
    def test_it_copies_the_whole_list(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.unconfirmed(stage=Stage.HELP)), now=desk.at(41))
        window.help_panel.copy.click()
        lines = QGuiApplication.clipboard().text().splitlines()
        assert len(lines) == 11
        assert "65b036dfb31407c2b6bc1cfe" in lines[1]

    def test_it_stops_the_run_of_every_account_that_goes_on(
        self, desk: Desk, make_engine: MakeEngine, show: Show
    ) -> None:
        one = desk.not_clear(stage=Stage.HELP).accounts[0]
        clear = replace(desk.watching().accounts[0], account=Account(label="desk-2"))
        engine = make_engine(desk.of(one, clear))
        window = show(engine, now=desk.at(41))
        window.help_panel.stop.click()
        assert engine.stops == []
        window.help_panel.stop.click()
        assert engine.stops == ["desk-1"]

    def test_settings_open_from_it(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.not_clear(stage=Stage.HELP)), now=desk.at(41))
        window.help_panel.where.linkActivated.emit("settings")
        assert len(window.findChildren(SettingsDialog)) == 1
        window.findChildren(SettingsDialog)[0].reject()

    def test_it_goes_away_with_clear(self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
        engine = make_engine(desk.not_clear(stage=Stage.HELP))
        window = show(engine, now=desk.at(41))
        assert window.help_panel.isVisible()
        engine.say(desk.watching())
        qtbot.waitUntil(lambda: not window.help_panel.isVisible())

    def test_the_keyboard_reaches_all_of_it(self, desk: Desk, make_engine: MakeEngine, show: Show) -> None:
        window = show(make_engine(desk.not_clear(stage=Stage.HELP)), now=desk.at(41))
        window.activateWindow()
        seen = []
        for _ in range(14):
            seen.append(window.focusWidget())
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        for wanted in (window.help_panel.where, window.help_panel.copy, window.help_panel.stop):
            assert wanted in seen

    @pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
    @pytest.mark.parametrize("size", [(720, 520), (1400, 900)])
    def test_none_of_its_words_are_cut(
        self, desk: Desk, make_engine: MakeEngine, show: Show, theme: Theme, size: tuple[int, int]
    ) -> None:
        preferences = Preferences(guard=Guard(hold_s=0.4), theme=theme, lockout=True)
        window = show(make_engine(desk.unconfirmed(stage=Stage.HELP)), preferences=preferences, now=desk.at(41))
        window.resize(*size)
        QApplication.processEvents()
        for label in (window.help_panel.routes, window.help_panel.orders, window.help_panel.where):
            assert label.height() >= label.heightForWidth(label.width())
        assert window.help_panel.stop.visibleRegion().boundingRect() == window.help_panel.stop.rect()
