"""The Orders socket: replies find their request, and no request waits for a connection that has ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from panic_button.core.errors import ExchangeError
from panic_button.core.model import CancelRow, FailureKind
from panic_button.exchange import orders_socket
from panic_button.exchange.connection import Token
from panic_button.exchange.orders_socket import OrdersSocket
from tests.exchange.lanes import NO_TLS, Notes, outcome_of

Script = Callable[[ServerConnection], Awaitable[None]]
Talk = Callable[[OrdersSocket], Awaitable[Any]]


def row(order_id: str) -> dict[str, object]:
    return {"success": True, "orderID": order_id}


def reply(request: list[Any], **fields: object) -> str:
    return json.dumps({"requestID": request[1]["requestID"], **fields})


async def read(server: ServerConnection) -> Any:  # noqa: ANN401 - JSON
    return json.loads(await server.recv())


def over(script: Script, talk: Talk) -> Any:  # noqa: ANN401 - whatever the talk comes to
    """What the talk comes to, with a server that follows the script and then stays."""

    async def serve_one(connection: ServerConnection) -> None:
        await script(connection)
        await connection.wait_closed()

    async def run() -> Any:  # noqa: ANN401 - the same
        async with serve(serve_one, "127.0.0.1", 0, ping_interval=None, close_timeout=0.1) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            socket = await OrdersSocket.open(f"ws://127.0.0.1:{port}", Token("t0ken"), NO_TLS)
            try:
                return await talk(socket)
            finally:
                await socket.aclose()

    return asyncio.run(run())


def one_cancel(script: Script) -> Any:  # noqa: ANN401 - rows or the error
    return over(script, lambda socket: outcome_of(socket.cancel_all()))


def answering(**fields: object) -> Script:
    async def script(server: ServerConnection) -> None:
        await server.send(reply(await read(server), **fields))

    return script


def test_commands_are_written_as_the_exchange_documents_them() -> None:
    seen: list[Any] = []

    async def script(server: ServerConnection) -> None:
        for _ in range(3):
            seen.append(await read(server))
            await server.send(reply(seen[-1], data=[]))

    async def talk(socket: OrdersSocket) -> None:
        await socket.cancel_all()
        await socket.cancel_these(("a", "b"))
        await socket.cancel_game("g")

    over(script, talk)
    ids = [request[1].pop("requestID") for request in seen]
    assert seen == [
        ["cancelAll", {}],
        ["cancelMultiple", {"orderIDs": ["a", "b"]}],
        ["cancelAllByGame", {"gameId": "g"}],
    ]
    assert len(set(ids)) == 3


def test_replies_in_any_order_find_their_requests() -> None:
    async def script(server: ServerConnection) -> None:
        first, second = await read(server), await read(server)
        await server.send(reply(second, data=[row("second")]))
        await server.send(reply(first, data=[row("first")]))

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - rows
        return await asyncio.gather(socket.cancel_all(), socket.cancel_these(("second",)))

    first, second = over(script, talk)
    assert ([one.order_id for one in first], [one.order_id for one in second]) == (["first"], ["second"])


def test_a_reply_without_a_request_id_belongs_to_the_one_request_that_waits() -> None:
    async def script(server: ServerConnection) -> None:
        await read(server)
        await server.send(json.dumps({"data": [row("a")]}))

    assert one_cancel(script) == (CancelRow(success=True, order_id="a"),)


def test_a_reply_without_a_request_id_is_nobodys_where_two_wait() -> None:
    async def script(server: ServerConnection) -> None:
        first, second = await read(server), await read(server)
        await server.send(json.dumps({"data": [row("whose")]}))
        await server.send(reply(first, data=[row("first")]))
        await server.send(reply(second, data=[row("second")]))

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - rows
        return await asyncio.gather(socket.cancel_all(), socket.cancel_these(("second",)))

    assert [rows[0].order_id for rows in over(script, talk)] == ["first", "second"]


def test_a_reply_to_a_request_that_nobody_made_is_ignored() -> None:
    async def script(server: ServerConnection) -> None:
        request = await read(server)
        await server.send(json.dumps({"requestID": "another", "data": [row("theirs")]}))
        await server.send(reply(request, data=[row("ours")]))

    assert one_cancel(script) == (CancelRow(success=True, order_id="ours"),)


@pytest.mark.parametrize("fields", [{"data": []}, {"data": None}, {}])
def test_nothing_to_cancel_is_an_answer_in_good_form(fields: dict[str, object]) -> None:
    assert one_cancel(answering(**fields)) == ()


def test_rows_in_a_responses_wrapper_are_read() -> None:
    rows = one_cancel(answering(responses=[{"data": [row("a"), row("b")], "requestID": "x"}]))
    assert [one.order_id for one in rows] == ["a", "b"]


def test_the_reason_of_a_failed_row_stands_where_a_success_has_its_description() -> None:
    rows = one_cancel(
        answering(data=[{"success": False, "orderID": "a", "description": "order already cancelled"}, row("b")])
    )
    assert [(one.reason, one.description) for one in rows] == [("order already cancelled", ""), (None, "")]


@pytest.mark.parametrize("error", ["Failed to process cancelAll", {"message": "Failed to process cancelAll"}])
def test_an_envelope_that_failed_as_a_whole_is_an_error_in_its_own_words(error: object) -> None:
    outcome = one_cancel(answering(error=error))
    assert isinstance(outcome, ExchangeError)
    assert outcome.failure.kind is FailureKind.ERROR
    assert "Failed to process cancelAll" in outcome.failure.text


@pytest.mark.parametrize("frame", ["garbage", "[1, 2]", "", '{"requestID": 4', b"\xff\x00", '{"type": "welcome"}'])
def test_a_frame_that_is_no_reply_never_counts_as_an_answer(frame: str | bytes) -> None:
    async def script(server: ServerConnection) -> None:
        await read(server)
        await server.send(frame)

    outcome = one_cancel(script)
    assert isinstance(outcome, ExchangeError)
    assert outcome.failure.kind is FailureKind.UNREADABLE


def test_a_connection_goes_on_after_a_garbage_frame() -> None:
    async def script(server: ServerConnection) -> None:
        await read(server)
        await server.send("garbage")
        await server.send(reply(await read(server), data=[row("a")]))

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - rows
        await outcome_of(socket.cancel_all())
        return await socket.cancel_all()

    assert over(script, talk)[0].order_id == "a"


def test_a_large_reply_is_read_whole() -> None:
    rows = one_cancel(answering(data=[row(f"{n:024x}") for n in range(5_000)]))
    assert [one.order_id for one in rows] == [f"{n:024x}" for n in range(5_000)]


@pytest.mark.parametrize("code", [1000, 1011, 1012, 4001])
def test_a_close_fails_every_request_that_waits_at_once(code: int, caplog: pytest.LogCaptureFixture) -> None:
    async def script(server: ServerConnection) -> None:
        for _ in range(3):
            await read(server)
        await server.close(code)

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - errors
        outcomes = await asyncio.gather(*(outcome_of(socket.cancel_all()) for _ in range(3)))
        later = await outcome_of(socket.cancel_all())
        assert socket.closed.done()
        return [*outcomes, later]

    for outcome in over(script, talk):
        assert isinstance(outcome, ExchangeError)
        assert outcome.failure.kind is FailureKind.CLOSED
        assert "not known" in outcome.failure.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_connection_that_ends_without_a_close_fails_the_request_that_waits() -> None:
    async def script(server: ServerConnection) -> None:
        await read(server)
        server.transport.abort()

    outcome = one_cancel(script)
    assert isinstance(outcome, ExchangeError)
    assert outcome.failure.kind is FailureKind.CLOSED


def test_a_frame_over_the_limit_ends_the_connection_and_fails_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_socket, "BODY_LIMIT", 10_000)
    outcome = one_cancel(answering(data=[], padding="x" * 20_000))
    assert isinstance(outcome, ExchangeError)
    assert outcome.failure.kind is FailureKind.CLOSED


def test_silence_is_given_up_at_the_limit_and_a_late_reply_harms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_socket, "CANCEL_LIMIT_S", 0.05)

    async def script(server: ServerConnection) -> None:
        first, second = await read(server), await read(server)
        await server.send(reply(first, data=[row("late")]))
        await server.send(reply(second, data=[row("second")]))

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - outcomes
        return await outcome_of(socket.cancel_all()), await socket.cancel_these(("second",))

    outcome, rows = over(script, talk)
    assert isinstance(outcome, ExchangeError)
    assert outcome.failure.kind is FailureKind.TIMED_OUT
    assert [one.order_id for one in rows] == ["second"]


def test_a_round_trip_takes_some_time_and_fails_on_a_closed_connection() -> None:
    async def script(server: ServerConnection) -> None:
        await read(server)
        await server.close()

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - outcomes
        round_trip = await socket.round_trip_ms()
        await outcome_of(socket.cancel_all())
        return round_trip, await outcome_of(socket.round_trip_ms())

    round_trip, ended = over(script, talk)
    assert 0 < round_trip < 5_000
    assert isinstance(ended, ExchangeError)


def test_a_command_tells_that_it_is_on_the_wire_before_it_is_answered() -> None:
    notes = Notes()

    async def talk(socket: OrdersSocket) -> Any:  # noqa: ANN401 - rows
        return await socket.cancel_all(notes)

    over(answering(data=[]), talk)
    assert notes.told == ["sent", "heard"]


def test_no_proxy_stands_before_this_machine_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "WS_PROXY", "ALL_PROXY", "http_proxy", "ws_proxy", "all_proxy", "socks_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    assert one_cancel(answering(data=[])) == ()
