"""One client's WebSocket, whatever it is for: its handshake, its frames, and how it ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from panic_button.practice.faults import ConnectionCutError, NoAnswerError
from panic_button.practice.operations import OPERATIONS
from panic_button.practice.refusal import RefusalError
from panic_button.practice.rest import bare_token, refused
from panic_button.practice.troubles import AcceptThenClose, Form, SocketsClosed
from panic_button.practice.venue import Venue

_CLIENT_LEFT = (WebSocketDisconnect, OSError)  # the latter before the handshake is done
_UNAUTHORIZED = 401
_POLL_S = 0.005


class Line:
    """`name` is `ordersSocket` or `userFeed`."""

    def __init__(self, venue: Venue, websocket: WebSocket, name: str) -> None:
        self._venue = venue
        self._websocket = websocket
        self._name = name
        self._operation = OPERATIONS["handshake", name]

    async def opens(self) -> bool:
        """Accepts a client with a good token; a bad one is refused with the plain HTTP status."""
        account, header = self._venue.book.account, self._websocket.headers.get("authorization", "")

        async def work() -> None:
            if not account.knows(bare_token(header)):
                raise RefusalError(_UNAUTHORIZED)
            await self._websocket.accept()

        try:
            await self._venue.take(self._operation, work, self.is_gone)
        except RefusalError as refusal:
            with contextlib.suppress(*_CLIENT_LEFT):
                await self._turn_away(refusal)
        except (ConnectionCutError, NoAnswerError):
            self.cut()
        except _CLIENT_LEFT:
            pass  # the client left before its handshake was answered
        else:
            return True
        return False

    async def frames(self) -> AsyncIterator[str | bytes]:
        """What the client sends, until one of the two has ended it."""
        loop = asyncio.get_running_loop()

        def close(trouble: SocketsClosed) -> None:
            if trouble.sockets in {self._name, "both"}:
                loop.call_soon_threadsafe(self._venue.later, 0, lambda: self._close(trouble.code))

        forget = self._venue.faults.on_drop(close)
        try:
            while (message := await self._websocket.receive())["type"] == "websocket.receive":
                yield message.get("text") or message.get("bytes") or ""
        finally:
            forget()

    async def send(self, frame: str) -> None:
        """Sends to a client who is still there; on a half-open line, once that is over."""
        # Polled: the line heals on any thread.
        while self._venue.faults.is_half_open(self._name):
            if await self.is_gone():
                return
            await asyncio.sleep(_POLL_S)
        if not await self.is_gone():
            with contextlib.suppress(*_CLIENT_LEFT):
                await self._websocket.send_text(frame)

    async def is_gone(self) -> bool:
        return WebSocketState.DISCONNECTED in {self._websocket.client_state, self._websocket.application_state}

    def cut(self) -> None:
        self._venue.cut(self._websocket.scope["client"])

    async def _close(self, code: int | None) -> None:
        if code is None:
            self.cut()
        elif not await self.is_gone():
            with contextlib.suppress(*_CLIENT_LEFT):
                await self._websocket.close(code)

    async def _turn_away(self, refusal: RefusalError) -> None:
        """With the refusal's status; where a fault let the handshake through first, there is none left to give."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            self.cut()
            return
        closing = self._venue.faults.formed(self._operation, int(refusal.status), _close_code)
        if closing == refusal.status:
            await self._websocket.send_denial_response(refused(refusal))
        else:
            await self._websocket.accept()
            await self._websocket.close(closing)


def _close_code(form: Form, status: int) -> int | None:
    return form.code if isinstance(form, AcceptThenClose) and status == _UNAUTHORIZED else None
