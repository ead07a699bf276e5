"""A cancel-all over https that is not answered goes out again on other connections, and never twice on one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from panic_button.core.model import Answer, Route
from panic_button.engine import connections, hedge
from panic_button.engine.hedge import Hedge
from panic_button.engine.tasks import Tasks
from panic_button.practice import Answer as Refusal
from panic_button.practice import Hang, PracticeExchange
from tests.engine.desk import Desk, desk_on
from tests.waiting import wait_until


def posts(exchange: PracticeExchange) -> int:
    return sum(request.what == "cancelAllOrders" for request in exchange.log)


@pytest.fixture
def without_socket(exchange: PracticeExchange) -> None:
    """Https alone: no other route helps it along."""
    exchange.faults.add(Refusal(503), on="ordersSocket")


@pytest.mark.usefixtures("without_socket")
def test_a_cancel_that_is_not_answered_goes_out_again_and_the_second_answer_is_enough(
    exchange: PracticeExchange,
) -> None:
    with desk_on(exchange) as desk:
        desk.until(lambda one: one.https.warm >= 2)
        held = exchange.faults.add(Hang(), on="cancelAllOrders", times=1)
        desk.fire()
        result = desk.clear()
        assert result.acknowledged
        assert result.routes[Route.HTTPS].answer is Answer.OK
        assert posts(exchange) >= 2
        assert exchange.book.open_count() == 0
        exchange.faults.lift(held)


@pytest.mark.usefixtures("without_socket")
def test_every_hedge_goes_out_on_a_connection_of_its_own(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hedge, "AGAIN_S", 0.3)
    with desk_on(exchange) as desk:
        desk.until(lambda one: one.https.warm >= 2)
        held = exchange.faults.add(Hang(), on="cancelAllOrders")
        desk.fire()
        wait_until(lambda: posts(exchange) >= 4)  # on one connection the second would wait for the first
        sends = sorted(request.at for request in exchange.log if request.what.startswith("cancel"))
        exchange.faults.lift(held)
    assert all(sixth - first > 0.95 for first, sixth in zip(sends, sends[5:], strict=False))


def test_a_cancel_that_is_answered_in_time_is_not_sent_again(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEDGE_AT_LEAST_S", 5.0)
    with desk_on(exchange) as desk:
        desk.armed()
        desk.fire()
        assert desk.clear().routes[Route.HTTPS].attempts == 1
        assert posts(exchange) == 1


def test_a_press_begins_a_fresh_connection_as_soon_as_it_is_out(exchange: PracticeExchange, desk: Desk) -> None:
    desk.armed()
    before = sum(request.what == "getMe" for request in exchange.log)
    desk.fire()
    desk.clear()
    what = [request.what for request in exchange.log]
    assert what.count("getMe") == before + 1
    assert what.index("cancelAllOrders") < len(what) - what[::-1].index("getMe")
    told = desk.until(lambda one: one.https.warm == one.https.wanted)  # it took the place of another
    assert told.https.warm == 2


class Ways:
    """Stands in for the connections of a hedge: `fresh` opens when the test says so."""

    def __init__(self) -> None:
        self.hedge_after_s = 0.0
        self.fresh = asyncio.Event()
        self.opened = 0

    async def open_fresh(self) -> None:
        self.opened += 1
        await self.fresh.wait()


def watched(script: Callable[[Hedge, Ways, list[str]], object], *, of_a_press: bool = True) -> list[str]:
    """What a hedge did while the script ran."""
    did: list[str] = []

    async def talk() -> None:
        ways, tasks = Ways(), Tasks()
        one = Hedge(ways, tasks, lambda: did.append("send"))  # type: ignore[arg-type]
        watching = tasks.start(one.watch(of_a_press=of_a_press))
        await script(one, ways, did)  # type: ignore[misc]
        one.over()
        await asyncio.wait_for(watching, 5)
        await tasks.stop()

    asyncio.run(talk())
    return did


async def turns(number: int = 10) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_nothing_is_begun_before_the_first_call_is_out() -> None:
    async def script(_hedge: Hedge, ways: Ways, _did: list[str]) -> None:
        await turns()
        assert ways.opened == 0
        _hedge.sent()
        await turns()
        assert ways.opened == 1

    watched(script)


def test_the_second_warm_connection_is_used_first_and_the_fresh_one_once_it_is_open() -> None:
    async def script(one: Hedge, ways: Ways, did: list[str]) -> None:
        one.sent()
        while did != ["send"]:
            await turns()
        await turns()
        assert did == ["send"]
        ways.fresh.set()
        while did != ["send", "send"]:
            await turns()

    assert watched(script) == ["send", "send"]


def test_once_it_is_over_nothing_more_is_sent() -> None:
    async def script(one: Hedge, ways: Ways, did: list[str]) -> None:
        one.sent()
        while not did:
            await turns()
        one.over()
        ways.fresh.set()
        await turns(50)

    assert watched(script) == ["send"]


def test_a_repeat_begins_no_fresh_connection_before_it_is_late() -> None:
    async def script(one: Hedge, ways: Ways, did: list[str]) -> None:
        ways.hedge_after_s = 60.0
        one.sent()
        await turns()
        assert (ways.opened, did) == (0, [])

    assert watched(script, of_a_press=False) == []
