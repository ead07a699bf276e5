"""What the journal is told of a run: the intent, requests and answers, listings, outcomes, verdicts, the end."""

from __future__ import annotations

import pytest

from panic_button.core.evidence import (
    Answered,
    Asked,
    HowEnded,
    Listed,
    Outcomes,
    Pressed,
    PressedAgain,
    RunEnded,
    SignedIn,
    SignedOut,
    SignInRefused,
    VerdictSaid,
)
from panic_button.core.model import Route, Verdict
from panic_button.core.snapshot import Keep, SignIn
from panic_button.engine.engine import Engine
from panic_button.practice import Answer, Hang, PracticeExchange
from panic_button.storage.secrets import SessionOnlyStore
from tests.engine.desk import Desk, Notes, account_on, keeping, kept_in_memory
from tests.waiting import wait_until


@pytest.fixture
def noted(exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Notes]:
    """An armed engine and its journal, with a short watch."""
    monkeypatch.setattr("panic_button.core.mass_cancel.WATCH", 100.0)
    notes = Notes()
    engine = Engine((account_on(exchange),), kept_in_memory(keeping(token=exchange.token), journal=notes))
    desk = Desk(engine)
    engine.start()
    desk.armed()
    return desk, notes


def test_a_press_is_told_from_its_intent_to_its_end(exchange: PracticeExchange, noted: tuple[Desk, Notes]) -> None:
    desk, notes = noted
    desk.fire()
    desk.clear()
    wait_until(lambda: notes.facts(RunEnded))
    assert desk.engine.close(10)
    run = desk.account().run
    assert run is not None
    facts = [type(fact) for of, fact in notes.told if of == run.run]
    assert facts[0] is Pressed
    assert facts[-1] is RunEnded
    cancels = [fact for fact in notes.facts(Answered, run.run) if fact.what == "cancel all"]
    assert {(fact.route, fact.status, fact.failure) for fact in cancels} == {
        (Route.HTTPS, 200, ""),
        (Route.SOCKET, None, ""),
    }
    assert all(fact.size and len(fact.sha256) == 71 and fact.took_ms > 0 for fact in cancels)
    asked = notes.facts(Asked, run.run)
    assert len(asked) == len(notes.facts(Answered, run.run))
    assert [fact.open for fact in notes.facts(Listed, run.run)][-2:] == [0, 0]
    assert [fact.verdict for fact in notes.facts(VerdictSaid, run.run)][-1] is Verdict.CLEAR
    told = {order.order_id: order.outcome for fact in notes.facts(Outcomes, run.run) for order in fact.orders}
    assert told == {order.order_id: order.outcome for order in run.result.orders}
    (ended,) = notes.facts(RunEnded, run.run)
    assert (ended.how, ended.verdict, ended.counts) == (HowEnded.CLEAR, Verdict.CLEAR, run.result.counts)
    assert exchange.book.open_count() == 0


def test_what_fails_is_told_with_its_status_and_sentence(exchange: PracticeExchange, noted: tuple[Desk, Notes]) -> None:
    desk, notes = noted
    exchange.faults.add(Answer(503), on="cancelAllOrders", times=1)
    desk.fire()
    desk.clear()
    assert desk.engine.close(10)
    (failed,) = [fact for fact in notes.facts(Answered) if fact.status == 503]
    assert "503" in failed.failure
    assert failed.sha256


def test_a_second_press_is_told_and_a_run_that_quits_before_clear_has_no_end(
    exchange: PracticeExchange, noted: tuple[Desk, Notes]
) -> None:
    desk, notes = noted
    exchange.faults.add(Hang(), on="getUnmatched")
    desk.fire()
    desk.fire()
    wait_until(lambda: notes.facts(PressedAgain))
    assert desk.engine.close(10)
    assert notes.facts(RunEnded) == []  # to be taken up again


def test_a_run_that_is_clear_ends_with_the_program(noted: tuple[Desk, Notes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panic_button.core.mass_cancel.WATCH", 60_000.0)
    desk, notes = noted
    desk.fire()
    desk.clear()
    assert desk.engine.close(10)
    assert [fact.how for fact in notes.facts(RunEnded)] == [HowEnded.QUIT]


def test_sign_ins_are_told_with_no_secret_in_them(exchange: PracticeExchange) -> None:
    notes = Notes()
    engine = Engine((account_on(exchange),), kept_in_memory(SessionOnlyStore(), journal=notes))
    desk = Desk(engine)
    engine.start()
    desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
    engine.sign_in("desk-1", username=exchange.username, password="wrong", keep=Keep.NOTHING)
    desk.until(lambda one: one.sign_in is SignIn.REFUSED)
    engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
    desk.armed()
    engine.sign_out("desk-1")
    desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
    assert engine.close(10)
    assert len(notes.facts(SignInRefused)) == 1
    assert [(fact.username, fact.how) for fact in notes.facts(SignedIn)] == [(exchange.username, "by a person")]
    assert len(notes.facts(SignedOut)) == 1
    everything = repr(notes.told)
    assert exchange.password not in everything
    assert "wrong" not in everything


def test_trouble_with_the_journal_is_in_every_snapshot_and_stops_no_press(
    exchange: PracticeExchange, noted: tuple[Desk, Notes]
) -> None:
    desk, notes = noted
    notes.trouble = "The disk is full: no evidence is kept."
    desk.fire()
    desk.clear()
    assert desk.seen[-1].evidence_trouble == "The disk is full: no evidence is kept."
    assert exchange.book.open_count() == 0
    assert desk.engine.close(10)
