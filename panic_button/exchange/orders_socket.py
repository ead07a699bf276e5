"""The Orders WebSocket: the second route. Commands out, replies matched by their request id.

It is a command channel and can't be asked what is open: nothing that it says is proof. Any close, error or silence
ends the connection, and every request that is out fails with it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from ssl import SSLContext
from typing import NamedTuple

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from panic_button.core.errors import ExchangeError
from panic_button.core.model import CancelRow, FailureKind
from panic_button.exchange import wire
from panic_button.exchange.connection import (
    BODY_LIMIT,
    NOBODY,
    USER_AGENT,
    Observer,
    Token,
    certificate_refused,
    failed,
    is_loopback,
    not_verified,
    told,
    unreadable,
)
from panic_button.exchange.pieces import PIECE

_log = logging.getLogger(__name__)

OPEN_LIMIT_S = 5.0
CANCEL_LIMIT_S = 60.0
CANCEL_SOME_LIMIT_S = 5.0
PING_EVERY_S = 10.0
PONG_WITHIN_S = 10.0


class _Waiting(NamedTuple):
    """A command whose reply is awaited."""

    reply: asyncio.Future[tuple[CancelRow, ...]]
    observer: Observer


class _Connect(connect):
    """A redirect is not followed: it would carry our commands elsewhere, and the token with older libraries."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_socket(url: str, token: Token, tls: SSLContext) -> ClientConnection:
    """Open a WebSocket of the exchange with our token. Raises ExchangeError."""
    if token.value is None:
        raise failed(FailureKind.TOKEN_REFUSED, "There is no sign-in to open the socket with.")
    host = url.split("//", 1)[-1].split("/", 1)[0]
    try:
        return await _Connect(
            url,
            ssl=tls if url.startswith("wss:") else None,
            proxy=None if is_loopback(url) else True,
            additional_headers={"Authorization": token.value},
            user_agent_header=USER_AGENT,
            open_timeout=OPEN_LIMIT_S,
            ping_interval=PING_EVERY_S,
            ping_timeout=PONG_WITHIN_S,
            close_timeout=1.0,
            max_size=BODY_LIMIT,
            compression=None,
        )
    except InvalidStatus as exc:
        status = exc.response.status_code
        kind = {401: FailureKind.TOKEN_REFUSED, 403: FailureKind.FORBIDDEN}.get(status, FailureKind.ERROR)
        raise failed(kind, f"{host} refused the connection ({status}).") from exc
    except (OSError, TimeoutError, WebSocketException) as exc:
        if certificate_refused(exc):
            raise not_verified(host) from exc
        raise failed(FailureKind.UNREACHABLE, f"{host} can't be reached. Check this computer's network.") from exc


class OrdersSocket:
    """One open connection. `closed` is done when it has ended."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._waiting: dict[str, _Waiting] = {}
        self.closed = asyncio.create_task(self._read(), name="orders socket")

    @classmethod
    async def open(cls, url: str, token: Token, tls: SSLContext) -> OrdersSocket:
        return cls(await open_socket(url, token, tls))

    async def aclose(self) -> None:
        await self._connection.close()
        await self.closed

    async def round_trip_ms(self) -> float:
        """One ping and its pong. Raises ExchangeError when the connection ends first."""
        try:
            return await (await self._connection.ping()) * 1000
        except WebSocketException as exc:
            raise _ended() from exc

    async def cancel_all(self, observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        return await self._ask("cancelAll", {}, CANCEL_LIMIT_S, observer)

    async def cancel_these(self, order_ids: tuple[str, ...], observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        return await self._ask("cancelMultiple", {"orderIDs": order_ids}, CANCEL_SOME_LIMIT_S, observer)

    async def cancel_game(self, game_id: str, observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        return await self._ask("cancelAllByGame", {"gameId": game_id}, CANCEL_SOME_LIMIT_S, observer)

    async def _ask(
        self, kind: str, payload: dict[str, object], limit: float, observer: Observer
    ) -> tuple[CancelRow, ...]:
        """One command and its rows. Raises ExchangeError for all but an answer in good form within the limit."""
        request_id = f"panic-{next(self._ids):04d}"
        reply: asyncio.Future[tuple[CancelRow, ...]] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = _Waiting(reply, observer)
        frame = msgspec.json.encode([kind, {"requestID": request_id, **payload}]).decode()
        try:
            async with asyncio.timeout(limit):
                await self._connection.send(frame)
                observer.sent()
                return await reply
        except TimeoutError as exc:
            raise failed(
                FailureKind.TIMED_OUT, f"No answer on the Orders socket within {limit:g} s. It may have been done."
            ) from exc
        except WebSocketException as exc:
            raise _ended() from exc
        finally:
            self._waiting.pop(request_id, None)

    async def _read(self) -> None:
        """Hand replies out until the connection ends."""
        try:
            async for frame in self._connection:
                await self._answer(frame if isinstance(frame, bytes) else frame.encode())
        except WebSocketException:
            pass  # however it ended, whoever waits is told below
        finally:
            for waiting in self._waiting.values():
                if not waiting.reply.done():
                    waiting.reply.set_exception(_ended())

    async def _answer(self, frame: bytes) -> None:
        try:
            small = len(frame) <= PIECE
            message = wire.socket_reply(frame) if small else await asyncio.to_thread(wire.socket_reply, frame)
        except Exception as exc:  # noqa: BLE001 - a mistake of our own must not end the connection
            if not isinstance(exc, wire.Unreadable):
                _log.error("A frame could not be decoded, in a way that nobody expected", exc_info=exc)
            if (waiting := self._waiting_for(None)) is not None:
                waiting.reply.set_exception(unreadable())
            return
        waiting = self._waiting_for(message.request_id)
        if waiting is None:
            return
        await told(waiting.observer, frame)
        if waiting.reply.done():  # its time was up meanwhile
            return
        if message.error is None:
            waiting.reply.set_result(message.rows)
        else:
            words = f"The Orders socket answered with an error. It says: {message.error}"
            waiting.reply.set_exception(failed(FailureKind.ERROR, words))

    def _waiting_for(self, request_id: str | None) -> _Waiting | None:
        """Whose reply this is. One without an id can only be told where a single request waits."""
        if request_id is not None:
            waiting = self._waiting.get(request_id)
        else:
            waiting = next(iter(self._waiting.values())) if len(self._waiting) == 1 else None
        return None if waiting is None or waiting.reply.done() else waiting


def _ended() -> ExchangeError:
    return failed(FailureKind.CLOSED, "The Orders socket closed before an answer. Whether it was done is not known.")
