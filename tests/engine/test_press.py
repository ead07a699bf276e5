"""A press: it goes out at once on every route, from any thread, and ends when the exchange shows nothing open."""

from __future__ import annotations

import threading
from decimal import Decimal

from panic_button.core.model import Answer, Outcome, Route, Trigger
from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Keep, SignIn
from panic_button.engine.engine import Engine
from panic_button.practice import Answer as Refusal
from panic_button.practice import Hang, Latency, PracticeExchange
from panic_button.storage.secrets import SessionOnlyStore
from tests.engine.desk import Desk, account_on, cancels, desk_of, desk_on, kept_in_memory
from tests.waiting import wait_until


def test_a_press_ends_clear_with_an_empty_book(exchange: PracticeExchange, desk: Desk) -> None:
    known = {order.id for order in exchange.book.open_orders()}
    at_risk = sum((order.remaining for order in exchange.book.open_orders()), Decimal(0))
    desk.armed()
    desk.fire()
    result = desk.clear()
    assert exchange.book.open_count() == 0
    assert {row.order_id for row in result.orders} == known
    assert {row.outcome for row in result.orders} <= {Outcome.CANCELLED, Outcome.PART_FILLED_THEN_CANCELLED}
    assert (result.withdrawn, result.at_risk) == (at_risk, Decimal(0))
    assert result.settled
    assert result.acknowledged
    assert result.sent_ms is not None
    assert result.acknowledged_ms is not None
    assert result.clear_ms is not None
    assert 0 < result.sent_ms < result.acknowledged_ms < result.clear_ms


def test_a_press_goes_out_on_both_routes_at_once(exchange: PracticeExchange, desk: Desk) -> None:
    exchange.faults.add(Latency(0.3), on="cancels")
    exchange.faults.add(Latency(0.3), on="messages")
    desk.armed()
    desk.fire()
    wait_until(lambda: len(cancels(exchange)) == 2)
    assert sorted(cancels(exchange)) == ["rest", "socket"]
    result = desk.clear()
    assert result.routes[Route.HTTPS].answer is Answer.OK
    assert result.routes[Route.SOCKET].answer is Answer.OK


def test_a_press_sends_even_where_nothing_is_believed_to_be_open() -> None:
    with PracticeExchange(orders=0) as exchange, desk_on(exchange) as desk:
        desk.armed()
        desk.fire()
        desk.clear()
        assert sorted(set(cancels(exchange))) == ["rest", "socket"]


def test_fire_waits_for_nothing_even_while_the_engines_thread_is_stuck(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    stuck, go_on = threading.Event(), threading.Event()

    def block(_snapshot: object) -> None:
        stuck.set()
        go_on.wait(10)

    desk.engine.subscribe(block)
    assert stuck.wait(10)
    before = len(cancels(exchange))
    for _ in range(3):
        desk.fire()  # would hang here if it waited for the loop, or did the work itself
    assert len(cancels(exchange)) == before
    go_on.set()
    desk.clear()


def test_a_press_before_the_engine_has_started_goes_out_with_it(exchange: PracticeExchange) -> None:
    store = SessionOnlyStore()
    store.save("desk-1", Secrets(token=exchange.token))
    engine = Engine((account_on(exchange),), kept_in_memory(store))
    desk = Desk(engine)
    engine.fire(Trigger.COMMAND)
    engine.start()
    try:
        run = desk.run(lambda result: result.settled)
        assert run.trigger is Trigger.COMMAND
        assert exchange.book.open_count() == 0
    finally:
        assert engine.close(10)


class SlowStore(SessionOnlyStore):
    """A keyring whose unlock prompt stands open until `unlock` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.unlock = threading.Event()

    def load(self, label: str) -> Secrets:
        self.asked.set()
        self.unlock.wait(30)
        return super().load(label)


def test_a_press_while_the_sign_in_is_still_being_read_goes_out_with_it(exchange: PracticeExchange) -> None:
    store = SlowStore()
    store.save("desk-1", Secrets(token=exchange.token))
    with desk_of((account_on(exchange),), store) as desk:
        assert store.asked.wait(10)
        desk.fire()
        assert cancels(exchange) == []
        store.unlock.set()
        desk.clear()
        assert exchange.book.open_count() == 0


def test_a_press_while_somebody_signs_in_goes_out_with_the_new_sign_in(exchange: PracticeExchange) -> None:
    exchange.faults.add(Latency(0.5), on="login")
    exchange.faults.add(Refusal(401), on="login", times=1)
    with desk_of((account_on(exchange),), SessionOnlyStore()) as desk:
        desk.until(lambda one: one.reason == "Sign in first.")
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        desk.until(lambda one: one.sign_in is SignIn.WORKING)
        desk.fire()
        desk.until(lambda one: one.sign_in is SignIn.REFUSED)
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        assert desk.armed().run is None  # a press does not outlive the sign-in that it waited for

        desk.engine.sign_out("desk-1")
        desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        desk.until(lambda one: one.sign_in is SignIn.WORKING)
        desk.fire()
        desk.clear()


def test_without_a_sign_in_a_press_sends_nothing(exchange: PracticeExchange) -> None:
    with desk_of((account_on(exchange),), SessionOnlyStore()) as desk:
        desk.until(lambda one: one.reason == "Sign in first.")
        desk.fire()
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        assert desk.armed().run is None  # the press was taken up before the sign-in was
        assert cancels(exchange) == []


def test_a_second_press_sends_again_on_every_route_with_no_cancel_in_flight(
    exchange: PracticeExchange, desk: Desk
) -> None:
    desk.armed()
    exchange.faults.add(Hang(), on="getUnmatched")  # so that the run goes on
    hanging = exchange.faults.add(Hang(), on="cancelAllOrders", times=1)
    desk.fire()
    desk.run(lambda result: result.routes[Route.SOCKET].answer is Answer.OK)
    before = cancels(exchange)
    desk.fire()
    wait_until(lambda: cancels(exchange).count("socket") > before.count("socket"))
    assert cancels(exchange).count("rest") == 1  # its first is still out
    exchange.faults.lift(hanging)
    wait_until(lambda: cancels(exchange).count("rest") == 2)


def test_a_press_never_waits_behind_pings(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    exchange.faults.add(Hang(), on="getUnmatched", times=1)
    asked = sum(request.what == "getUnmatched" for request in exchange.log)
    wait_until(lambda: sum(request.what == "getUnmatched" for request in exchange.log) > asked)
    desk.fire()  # a ping is out, and will be for 3 s
    run = desk.run(lambda result: result.routes[Route.HTTPS].answer is Answer.OK)
    assert run.result.sent_ms is not None
    assert run.result.sent_ms < 1_000
    desk.clear()


def test_a_new_press_after_clear_is_a_new_run(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    desk.fire()
    desk.clear()
    first = desk.account().run
    sent = len(cancels(exchange))
    desk.fire()
    second = desk.until(lambda one: one.run is not None and first is not None and one.run.run != first.run).run
    assert second is not None
    desk.clear()
    assert len(cancels(exchange)) > sent


def test_snapshots_are_gathered_and_not_told_more_often_than_a_screen_can_show() -> None:
    with PracticeExchange(orders=400, seed=2) as exchange, desk_on(exchange) as desk:
        desk.armed()
        before = len(desk.seen)
        desk.fire()
        result = desk.clear()
        assert result.clear_ms is not None
        told = len(desk.seen) - before
        assert 1 < told < 10 + result.clear_ms / 25  # the feed alone told of 400 orders


def test_the_machine_gets_its_answers_in_the_engines_one_thread(exchange: PracticeExchange, desk: Desk) -> None:
    threads: set[str] = set()
    desk.engine.subscribe(lambda _snapshot: threads.add(threading.current_thread().name))
    desk.armed()
    desk.fire()
    desk.clear()
    assert threads == {"engine"}
    assert exchange.book.open_count() == 0
