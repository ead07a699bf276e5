"""The WebSocket surfaces: the Orders socket, which takes commands, and the user feed, which only tells.

A command is `["type", {"requestID": ...}]`, its answer an object; commands run side by side and may be answered in any
order (docs.4casters.io/pages/websocket).
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from panic_button.practice import rows
from panic_button.practice.cancel_rows import socket_cancel, socket_reason
from panic_button.practice.faults import ConnectionCutError, NoAnswerError
from panic_button.practice.feed import Message
from panic_button.practice.model import Failure, NotCancelled, Order, is_object_id
from panic_button.practice.operations import OPERATIONS
from panic_button.practice.placing import place
from panic_button.practice.refusal import RefusalError
from panic_button.practice.rest import bare_token, json_response
from panic_button.practice.venue import Venue, written
from panic_button.practice.wording import encode

_RESTARTING = 1012
_OUT_OF_SERVICE = 503

Payload = Mapping[str, object]

_CLIENT_LEFT = (WebSocketDisconnect, OSError)  # the latter before the handshake is done


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
    return rows.heartbeat_ack(venue.book.heartbeat(timeout_s), timeout_s)


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

    def __init__(self, venue: Venue, websocket: WebSocket) -> None:
        self._venue = venue
        self._websocket = websocket
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        if not await _shake_hands(self._venue, self._websocket, "ordersSocket"):
            return
        loop = asyncio.get_running_loop()

        def drop() -> None:
            loop.call_soon_threadsafe(lambda: self._start(self._close()))

        forget = self._venue.faults.on_drop(drop)
        try:
            async for frame in _frames(self._websocket):
                self._start(self._command(frame))
        finally:
            forget()
            await asyncio.gather(*self._tasks)  # what was received is done, even for a client who has left

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self) -> None:
        if not await _is_gone(self._websocket):
            await self._websocket.close(_RESTARTING)

    async def _command(self, frame: str | bytes) -> None:
        kind, payload = _read(frame)
        answer: dict[str, object] = {"requestID": payload.get("requestID") or uuid.uuid4().hex}
        try:
            answer["data"] = await self._take(kind, payload)
        except CommandError as refused:
            answer["error"] = str(refused)
        except RefusalError as refusal:
            answer["error"] = f"Failed to process {kind}" if refusal.status == _OUT_OF_SERVICE else refusal.message
        except NoAnswerError:
            return
        except ConnectionCutError:
            self._venue.cut(self._websocket.scope["client"])
            return
        await self._send(answer)

    async def _take(self, kind: str, payload: Payload) -> object:
        handler = _HANDLERS.get(kind)
        if handler is None:
            raise CommandError("Invalid message format")
        return await self._venue.take(
            OPERATIONS["socket", kind], lambda: handler(self._venue, payload), lambda: _is_gone(self._websocket)
        )

    async def _send(self, answer: dict[str, object]) -> None:
        if await _is_gone(self._websocket):
            return
        with contextlib.suppress(*_CLIENT_LEFT):
            await self._websocket.send_text(encode(answer).decode())


class UserFeed:
    """One client's feed: every message of the account from the handshake on, and no snapshot first."""

    def __init__(self, venue: Venue, websocket: WebSocket) -> None:
        self._venue = venue
        self._websocket = websocket
        self._batches: asyncio.Queue[Sequence[Message]] = asyncio.Queue()

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()

        def hand_on(batch: Sequence[Message]) -> None:
            loop.call_soon_threadsafe(self._batches.put_nowait, batch)

        unsubscribe = self._venue.book.stream.subscribe(hand_on)
        try:
            if await _shake_hands(self._venue, self._websocket, "userFeed"):
                await self._tell()
        finally:
            unsubscribe()

    async def _tell(self) -> None:
        telling = asyncio.create_task(self._send_batches())
        async for _ in _frames(self._websocket):
            pass  # the feed takes no commands
        telling.cancel()

    async def _send_batches(self) -> None:
        with contextlib.suppress(*_CLIENT_LEFT):
            while True:
                for message in await self._batches.get():
                    await self._websocket.send_text(encode(message).decode())
                    await asyncio.sleep(0)


def routes(venue: Venue) -> list[WebSocketRoute]:
    async def orders_socket(websocket: WebSocket) -> None:
        await OrdersSocket(venue, websocket).serve()

    async def user_feed(websocket: WebSocket) -> None:
        await UserFeed(venue, websocket).serve()

    return [WebSocketRoute("/orders/ws", orders_socket), WebSocketRoute("/v2/user", user_feed)]


async def _shake_hands(venue: Venue, websocket: WebSocket, name: str) -> bool:
    """Accepts a client with a good token; a bad one is refused with the plain HTTP status."""

    async def work() -> None:
        if not venue.book.account.knows(bare_token(websocket.headers.get("authorization", ""))):
            raise RefusalError(401)
        await websocket.accept()

    try:
        await venue.take(OPERATIONS["handshake", name], work, lambda: _is_gone(websocket))
    except RefusalError as refusal:
        await _turn_away(venue, websocket, refusal)
    except (ConnectionCutError, NoAnswerError):
        venue.cut(websocket.scope["client"])
    except _CLIENT_LEFT:
        pass  # the client left before its handshake was answered
    else:
        return True
    return False


async def _turn_away(venue: Venue, websocket: WebSocket, refusal: RefusalError) -> None:
    """With the refusal's status; where a fault let the handshake through first, there is none left to give."""
    if websocket.application_state is WebSocketState.CONNECTED:
        venue.cut(websocket.scope["client"])
        return
    with contextlib.suppress(*_CLIENT_LEFT):
        await websocket.send_denial_response(json_response(refusal.status, refusal.body, refusal.headers))


async def _frames(websocket: WebSocket) -> AsyncIterator[str | bytes]:
    """What the client sends, until it has left."""
    while (message := await websocket.receive())["type"] == "websocket.receive":
        yield message.get("text") or message.get("bytes") or ""


async def _is_gone(websocket: WebSocket) -> bool:
    return WebSocketState.DISCONNECTED in {websocket.client_state, websocket.application_state}


def _read(frame: str | bytes) -> tuple[str, Payload]:
    """A command's type and payload; what is neither is the command of no name."""
    try:
        return msgspec.json.decode(frame, type=tuple[str, dict[str, object]])
    except msgspec.MsgspecError:
        return "", {}


def _either(payload: Payload, documented: str, older: str) -> object:
    return payload.get(documented, payload.get(older))
