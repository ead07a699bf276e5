"""The journal under its tab: read off the window's thread, the newest first, and one run opened in place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from panic_button.core.evidence import (
    Answered,
    Asked,
    Entry,
    EvidenceLost,
    Fact,
    HowEnded,
    Listed,
    LockoutCaught,
    LockoutReset,
    LockoutStarted,
    OrdersBefore,
    Outcomes,
    Pressed,
    PressedAgain,
    ProgramStarted,
    RunEnded,
    RunSummary,
    SettingsChanged,
    SignedIn,
    SignedOut,
    SignInRefused,
    VerdictSaid,
)
from panic_button.core.model import Counts, Route, Trigger, Verdict
from panic_button.core.snapshot import Snapshot
from panic_button.ui.journal_pane import NO_RUNS, JournalPane
from panic_button.ui.journal_words import fact_words, run_cells, run_page
from panic_button.ui.main_window import MainWindow
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Tab
from tests.ui.desk import PRESSED, Desk, orders, results
from tests.ui.stand_ins import FakeJournal

MakeEngine = Callable[[Snapshot], Any]
Show = Callable[..., MainWindow]

RUN = RunSummary(
    run="run-1",
    pressed_at=PRESSED,
    trigger=Trigger.BUTTON,
    accounts=("desk-1",),
    verdict=Verdict.CLEAR,
    ended=True,
    counts=Counts(cancelled=33, part_filled_then_cancelled=4),
    withdrawn=Decimal("12430.00"),
)
CUT_OFF = replace(RUN, run="run-0", verdict=None, ended=False, counts=None, withdrawn=Decimal(0))

FACTS: tuple[tuple[Fact, str], ...] = (
    (ProgramStarted(version="1", user="u", machine="m"), "The program started: version 1, u on m."),
    (
        Pressed(trigger=Trigger.BUTTON, pressed_at=PRESSED, open_orders=37, at_risk=Decimal(12430), lockout=True),
        "Pressed (button): 37 orders open, $12,430.00 at risk, with a lockout.",
    ),
    (OrdersBefore(orders=orders(2)), "2 orders open before the press."),
    (PressedAgain(), "Pressed again."),
    (Asked(route=Route.HTTPS, what="cancel all", attempt=2), "HTTPS: cancel all, attempt 2, sent."),
    (Asked(route=Route.HTTPS, what="listing"), "HTTPS: listing sent."),
    (
        Answered(route=Route.SOCKET, what="cancel all", attempt=1, took_ms=41.4, size=8123, sha256="a"),
        "Orders socket: cancel all, attempt 1, answered after 41 ms, 8,123 bytes.",
    ),
    (
        Answered(route=Route.HTTPS, what="listing", took_ms=5000.0, failure="No answer in 5 s"),
        "HTTPS: listing failed after 5,000 ms. No answer in 5 s.",
    ),
    (Listed(open=2, unreadable=1), "The exchange listed 3 open orders, 1 of them unreadable."),
    (VerdictSaid(verdict=Verdict.NOT_CLEAR, after_ms=91.0), "NOT CLEAR."),
    (Outcomes(orders=results(2)), "What became of 2 orders: below."),
    (
        RunEnded(
            verdict=Verdict.CLEAR,
            how=HowEnded.CLEAR,
            counts=Counts(),
            withdrawn=Decimal(5),
            matched_before=Decimal(0),
        ),
        "Ended CLEAR: clear, $5.00 withdrawn.",
    ),
    (LockoutStarted(since=PRESSED), "Lockout on: new orders are cancelled as they appear."),
    (
        LockoutCaught(order_id="1", user_reference="mm-1", description="Lakers ML"),
        "New order, to be cancelled: Lakers ML, mm-1.",
    ),
    (LockoutReset(reason="Feed is back"), "Lockout reset: Feed is back."),
    (SignedIn(username="trader", how="password"), "trader signed in, password."),
    (SignInRefused(words="Not known"), "Sign-in refused: Not known."),
    (SignedOut(), "Signed out."),
    (SettingsChanged(changes={"theme": "dark"}), "Settings changed: theme = dark."),
    (EvidenceLost(entries=3, words="The disk was full"), "3 entries of evidence lost: The disk was full."),
)


def entry(ms: float, fact: Fact) -> Entry:
    return Entry(
        seq=1,
        at=PRESSED + timedelta(milliseconds=ms),
        mono_ns=int(ms * 1e6),
        run="run-1",
        account="desk-1",
        fact=fact,
    )


KEPT = {
    RUN: (
        entry(0.0, FACTS[1][0]),
        entry(0.6, FACTS[4][0]),
        entry(584.0, VerdictSaid(verdict=Verdict.CLEAR, after_ms=584.0)),
        entry(590.0, Outcomes(orders=results(10))),
    ),
    CUT_OFF: (),
}


class TestWords:
    @pytest.mark.parametrize(("fact", "words"), FACTS)
    def test_every_fact_is_told(self, fact: Fact, words: str) -> None:
        assert fact_words(fact) == words

    def test_no_fact_is_without_words(self) -> None:
        assert {type(fact) for fact, _ in FACTS} == set(get_args(Fact))

    def test_a_run_is_one_line(self) -> None:
        assert run_cells(RUN) == (
            "2026-11-22 14:03:22", "button", "desk-1", "CLEAR", "37", "12,430.00", "yes",
        )  # fmt: skip

    def test_a_run_that_was_cut_off_claims_nothing(self) -> None:
        assert run_cells(CUT_OFF)[3:] == ("none said", "", "", "no")

    def test_moments_are_counted_from_the_press(self) -> None:
        assert [at for at, _ in run_page(RUN, KEPT[RUN]).lines] == ["+0.0 ms", "+0.6 ms", "+584 ms", "+590 ms"]

    def test_after_a_restart_the_clock_on_the_wall_tells(self) -> None:
        restarted = replace(entry(600_000.0, SignedOut()), mono_ns=5)
        assert run_page(RUN, (*KEPT[RUN], restarted)).lines[-1][0] == "+10 min 0 s"

    def test_the_newest_outcome_of_an_order_counts(self) -> None:
        later = entry(9_000.0, Outcomes(orders=results(10, failed=(3,))))
        page = run_page(RUN, (*KEPT[RUN], later))
        assert page.orders == results(10, failed=(3,))

    def test_several_accounts_are_told_apart(self) -> None:
        page = run_page(replace(RUN, accounts=("desk-1", "desk-2")), KEPT[RUN])
        assert page.lines[0][1].startswith("desk-1: Pressed")


class TestPane:
    @pytest.fixture
    def open_pane(self, qtbot: QtBot, appearance: Appearance) -> Callable[[FakeJournal], JournalPane]:
        def open_on(journal: FakeJournal) -> JournalPane:
            pane = JournalPane(lambda: journal, appearance)
            qtbot.addWidget(pane)
            pane.resize(620, 480)
            pane.show()
            qtbot.waitExposed(pane)
            pane.refresh()
            qtbot.waitUntil(lambda: "Reading" not in pane.list.accessibleDescription())
            return pane

        return open_on

    def test_it_lists_the_runs_and_reads_them_on_another_thread(
        self, open_pane: Callable[[FakeJournal], JournalPane]
    ) -> None:
        journal = FakeJournal(KEPT)
        pane = open_pane(journal)
        assert pane.list.facts.rowCount() == 2
        assert journal.threads
        assert threading.get_ident() not in journal.threads

    def test_an_empty_journal_says_so(self, open_pane: Callable[[FakeJournal], JournalPane]) -> None:
        assert open_pane(FakeJournal()).list.accessibleDescription() == NO_RUNS

    def test_a_journal_that_can_not_be_read_says_why(self, open_pane: Callable[[FakeJournal], JournalPane]) -> None:
        pane = open_pane(FakeJournal(trouble="The journal is damaged. Cancelling works as before."))
        assert pane.list.accessibleDescription() == "The journal is damaged. Cancelling works as before."
        assert pane.list.facts.rowCount() == 0

    def test_enter_opens_a_run_and_escape_goes_back(
        self, open_pane: Callable[[FakeJournal], JournalPane], qtbot: QtBot
    ) -> None:
        pane = open_pane(FakeJournal(KEPT))
        pane.activateWindow()
        pane.list.setFocus()
        QTest.keyClick(pane.list, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: pane.lines.facts.rowCount() == 4)
        assert pane.orders.table.rowCount() == 10
        assert pane.title.text() == "2026-11-22 14:03:22 UTC \N{MIDDLE DOT} desk-1"
        assert pane.lines.isVisible()
        QTest.keyClick(pane.lines, Qt.Key.Key_Escape)
        qtbot.waitUntil(pane.list.isVisible)
        assert pane.focusWidget() is pane.list

    def test_a_double_click_opens_the_run_under_it(
        self, open_pane: Callable[[FakeJournal], JournalPane], qtbot: QtBot
    ) -> None:
        pane = open_pane(FakeJournal(KEPT))
        second = pane.list.visualRect(pane.list.model().index(1, 0)).center()
        QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=second)
        QTest.mouseDClick(pane.list.viewport(), Qt.MouseButton.LeftButton, pos=second)
        qtbot.waitUntil(pane.lines.isVisible)
        assert pane._asked_run == 1
        pane.back.click()
        assert pane.list.isVisible()

    def test_a_run_that_can_not_be_read_says_why(
        self, open_pane: Callable[[FakeJournal], JournalPane], qtbot: QtBot
    ) -> None:
        journal = FakeJournal(KEPT)
        pane = open_pane(journal)
        journal.trouble = "The disk is gone."
        pane.on_run_opened(0)
        qtbot.waitUntil(lambda: pane.lines.accessibleDescription() == "The disk is gone.")

    def test_a_run_that_comes_too_late_does_not_replace_the_one_that_was_asked_for(
        self, open_pane: Callable[[FakeJournal], JournalPane], qtbot: QtBot
    ) -> None:
        pane = open_pane(FakeJournal(KEPT))
        pane.on_run_opened(0)
        qtbot.waitUntil(lambda: pane.lines.facts.rowCount() == 4)
        pane.on_run_read((pane._asked_run - 1, run_page(CUT_OFF, ())))
        assert pane.lines.facts.rowCount() == 4


class TestInTheWindow:
    def test_it_is_made_and_read_when_its_tab_is_opened(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        journal = FakeJournal(KEPT)
        window = show(make_engine(desk.armed()), journal=journal)
        assert window.orders._journal is None
        assert journal.threads == set()
        window.orders.tabs.setCurrentIndex(2)
        qtbot.waitUntil(lambda: window.orders.journal.list.facts.rowCount() == 2)
        assert not window.orders.filter_box.isVisible()
        window.orders.tabs.setCurrentIndex(0)
        assert window.orders.filter_box.isVisible()
        assert window.orders.open_grid.isVisible()

    def test_a_run_that_ends_is_read(self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot) -> None:
        kept: dict[RunSummary, tuple[Entry, ...]] = {}
        engine = make_engine(desk.not_clear())
        window = show(engine, journal=FakeJournal(kept), now=desk.at(3))
        window.orders.tabs.setCurrentIndex(2)
        qtbot.waitUntil(lambda: window.orders.journal.list.accessibleDescription() == NO_RUNS)
        kept.update(KEPT)
        engine.say(desk.watching())
        qtbot.waitUntil(lambda: window.orders.journal.list.facts.rowCount() == 2)

    def test_a_new_press_brings_its_results_forward(
        self, desk: Desk, make_engine: MakeEngine, show: Show, qtbot: QtBot
    ) -> None:
        engine = make_engine(desk.armed())
        window = show(engine, now=desk.at(3))
        window.orders.tabs.setCurrentIndex(2)
        engine.say(desk.watching())
        qtbot.waitUntil(lambda: window.orders.tabs.currentIndex() == list(Tab).index(Tab.RESULT))
        assert window.orders.result_grid.isVisible()
