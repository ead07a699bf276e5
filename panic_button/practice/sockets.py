"""The WebSocket surfaces: the Orders socket, which takes commands, and the user feed, which only tells.

A command is `["type", {"requestID": ...}]`, its answer an object; commands run side by side and may be answered in any
order (docs.4casters.io/pages/websocket).
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from panic_button.practice import forms, rows
from panic_button.practice.cancel_rows import socket_cancel, socket_reason
from panic_button.practice.faults import ConnectionCutError, NoAnswerError
from panic_button.practice.line import Line
from panic_button.practice.model import Failure, NotCancelled, Order, is_object_id
from panic_button.practice.operations import OPERATIONS, Operation
from panic_button.practice.placing import place
from panic_button.practice.refusal import RefusalError, page
from panic_button.practice.user_feed import UserFeed
from panic_button.practice.venue import Venue, written
from panic_button.practice.wording import encode

_OUT_OF_SERVICE = 503

Payload = Mapping[str, object]


class CommandError(Exception):
    """The whole command is refused; the text is the envelope's `error`."""


async def cancel_all(venue: Venue, _payload: Payload) -> object:
    return await written(await venue.cancel_where(), socket_cancel)


async def cancel_all_by_game(venue: Venue, payload: Payload) -> object:
    game = venue.book.games.get(str(_either(payload, "gameId", "gameID")))
    if game is None:
        raise CommandError("game not found")
    market, side, outcome = payload.get("type"), payload.get("side"), payload.get("market")

    def fits(order: Order) -> bool:
        return (
            order.game is game
            and market in (None, order.market)
            and side in (None, order.side)
            and outcome in (None, order.three_way_market)
        )

    return await written(await venue.cancel_where(fits), socket_cancel)


async def cancel_multiple(venue: Venue, payload: Payload) -> object:
    ids = _either(payload, "orderIDs", "orderIds")
    if not isinstance(ids, list):
        raise CommandError("Failed to process cancelMultiple")
    if not all(map(is_object_id, ids)):
        raise CommandError("invalid order ID format")
    return await written(venue.cancel_ids(ids), socket_cancel)


async def cancel_by_id(venue: Venue, payload: Payload) -> object:
    (outcome,) = venue.cancel_ids([str(_either(payload, "orderId", "orderID"))])
    if isinstance(outcome, NotCancelled) and outcome.failure is not Failure.REFUSED:
        raise CommandError(socket_reason(outcome))
    return [socket_cancel(outcome)]


async def heartbeat(venue: Venue, payload: Payload) -> object:
    timeout_s = payload.get("requestTimeout")
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float) or timeout_s <= 0:
        raise CommandError("Invalid heartbeat timeout")
    return rows.heartbeat_ack(venue.heartbeat("socket", timeout_s), timeout_s)


async def place_v3(venue: Venue, payload: Payload) -> object:
    orders = payload.get("orders")
    if not isinstance(orders, list):
        raise CommandError("Failed to process placeV3")
    return [place(venue.book, order, error_key="error_type") for order in orders]


Handler = Callable[[Venue, Payload], Awaitable[object]]

_HANDLERS: dict[str, Handler] = {
    "cancelAll": cancel_all,
    "cancelAllByGame": cancel_all_by_game,
    "cancelMultiple": cancel_multiple,
    "cancelById": cancel_by_id,
    "heartbeat": heartbeat,
    "placeV3": place_v3,
}


class OrdersSocket:
    """One client's command channel, from its handshake to its end."""

    def __init__(self, venue: Venue, line: Line) -> None:
        self._venue = venue
        self._line = line
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        if not await self._line.opens():
            return
        try:
            async for frame in self._line.frames():
                task = asyncio.create_task(self._command(frame))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        finally:
            await asyncio.gather(*self._tasks)  # what was received is done, even for a client who has left

    async def _command(self, frame: str | bytes) -> None:
        kind, payload = _read(frame)
        operation = OPERATIONS.get(("socket", kind))
        named: forms.Answer = {"requestID": payload.get("requestID") or uuid.uuid4().hex}
        answer: forms.Answer | str
        try:
            answer = {**named, **await self._take(operation, payload)}
        except NoAnswerError:
            return
        except ConnectionCutError:
            self._line.cut()
            return
        except RefusalError as refusal:
            answer = page(refusal.status) if refusal.html else {**named, "error": _error(refusal, kind)}
        if operation is not None:
            answer = self._venue.faults.formed(operation, answer, forms.of_answer)
        await self._line.send(answer if isinstance(answer, str) else encode(answer).decode())

    async def _take(self, operation: Operation | None, payload: Payload) -> forms.Answer:
        if operation is None:
            return {"error": "Invalid message format"}
        handler = _HANDLERS[operation.name]
        try:
            data = await self._venue.take(operation, lambda: handler(self._venue, payload), self._line.is_gone)
        except CommandError as refused:
            return {"error": str(refused)}
        return {"data": data}


def routes(venue: Venue) -> list[WebSocketRoute]:
    async def orders_socket(websocket: WebSocket) -> None:
        await OrdersSocket(venue, Line(venue, websocket, "ordersSocket")).serve()

    async def user_feed(websocket: WebSocket) -> None:
        await UserFeed(venue, Line(venue, websocket, "userFeed")).serve()

    return [WebSocketRoute("/orders/ws", orders_socket), WebSocketRoute("/v2/user", user_feed)]


def _error(refusal: RefusalError, kind: str) -> str:
    return f"Failed to process {kind}" if refusal.status == _OUT_OF_SERVICE else refusal.message


def _read(frame: str | bytes) -> tuple[str, Payload]:
    """A command's type and payload; what is neither is the command of no name."""
    try:
        return msgspec.json.decode(frame, type=tuple[str, dict[str, object]])
    except msgspec.MsgspecError:
        return "", {}


def _either(payload: Payload, documented: str, older: str) -> object:
    return payload.get(documented, payload.get(older))
