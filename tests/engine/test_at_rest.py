"""An account at rest: warm lanes, pings in turn, the listing in the snapshot, and how it ends."""

from __future__ import annotations

import threading

import pytest

from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Readiness
from panic_button.engine.engine import Engine
from panic_button.exchange import connection
from panic_button.practice import Hang, PracticeExchange
from panic_button.storage.secrets import SessionOnlyStore
from tests.engine.desk import Desk, account_on, cancels, desk_of, desk_on, kept_in_memory, session_of
from tests.waiting import wait_until


def test_both_lanes_stay_warm_because_pings_take_turns(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    lanes = session_of(desk)._connections._lanes
    before = [lane.used_at for lane in lanes]
    wait_until(lambda: all(lane.used_at > used for lane, used in zip(lanes, before, strict=True)))
    assert len(lanes) == 2
    assert all(lane.warm and lane.round_trip_ms is not None for lane in lanes)
    assert exchange.book.open_count() == 12


def test_the_snapshot_shows_what_is_open(exchange: PracticeExchange, desk: Desk) -> None:
    told = desk.armed()
    assert told.open_orders is not None
    assert {order.order_id for order in told.open_orders} == {order.id for order in exchange.book.open_orders()}
    assert all(order.description and order.bet for order in told.open_orders)
    assert told.listed_at is not None
    assert told.token_accepted_at is not None


def test_what_happens_at_the_exchange_reaches_the_snapshot(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    filled = exchange.book.open_orders()[0].id
    exchange.book.fill(filled)
    told = desk.until(lambda one: one.open_orders is not None and len(one.open_orders) == 11)
    assert told.open_orders is not None
    assert filled not in {order.order_id for order in told.open_orders}


def test_all_is_opened_again_after_the_exchange_came_back() -> None:
    with PracticeExchange(orders=3, seed=5) as exchange:
        port = int(exchange.addresses.rest_url.rsplit(":", 1)[1])
        with desk_on(exchange) as desk:
            desk.armed()
            exchange.stop()
            desk.until(lambda one: "can't be reached" in one.https.trouble)
            with PracticeExchange(orders=2, seed=5, port=port):
                told = desk.until(lambda one: one.readiness is Readiness.ARMED)
                assert told.socket.warm == 1
                desk.until(lambda one: one.open_orders is not None and len(one.open_orders) == 2)


def test_close_ends_the_thread_in_the_middle_of_a_run(exchange: PracticeExchange) -> None:
    with desk_on(exchange) as desk:
        desk.armed()
        exchange.faults.add(Hang())
        desk.fire()
        desk.until(lambda one: one.run is not None)
        assert desk.engine.close()
    assert "engine" not in {thread.name for thread in threading.enumerate()}


class BlockedStore(SessionOnlyStore):
    """A keyring that answers nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.let_go = threading.Event()

    def load(self, label: str) -> Secrets:
        self.asked.set()
        self.let_go.wait(60)
        return super().load(label)


def test_close_does_not_wait_for_a_blocked_keyring_whose_late_answer_harms_nothing(exchange: PracticeExchange) -> None:
    store = BlockedStore()
    with desk_of((account_on(exchange),), store) as desk:
        assert store.asked.wait(10)
        assert desk.engine.close()
    store.let_go.set()
    wait_until(lambda: "blocking work" not in {thread.name for thread in threading.enumerate()})


def test_close_of_an_engine_that_never_started_is_done(exchange: PracticeExchange) -> None:
    engine = Engine((account_on(exchange),), kept_in_memory(SessionOnlyStore()))
    assert engine.close()


@pytest.mark.usefixtures("meant_to_fail")
def test_an_engine_that_ends_by_a_mistake_says_that_nothing_can_be_sent(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken() -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(connection, "tls_context", mistaken)
    with desk_on(exchange) as desk:
        told = desk.until(lambda one: "Start Panic Button anew" in one.reason)
        assert told.readiness is Readiness.NOT_ARMED
        desk.fire()  # to nobody, and without an error
        assert cancels(exchange) == []
