"""A line between an engine and an exchange that can be broken: a TCP proxy on loopback, in a thread of its own.

What it swallows is lost: a connection that lost a byte is dead that way for good, as after a router has forgotten it.
That the system itself sends again, and that a handshake goes unanswered, only namespaces.py can show.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

_HOST = "127.0.0.1"
_PIECE = 65_536
_LIMIT_S = 10.0
_NO_LINGER = struct.pack("ii", 1, 0)  # closing a socket so sends a reset


class Way(Enum):
    UP = "up"  # to the exchange
    DOWN = "down"  # from it


class _Connection:
    """One client's connection, and the line's own to the exchange for it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.writers = {Way.UP: server, Way.DOWN: client}
        self.opened_at = time.perf_counter()
        self.dead: set[Way] = set()
        self.down_left: int | None = None

    def reset(self) -> None:
        for writer in self.writers.values():
            end = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):  # the other end was first
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()


class Line:
    """Passes bytes on to a port of this machine. What is switched acts on every connection, from any thread.

    `delay_s` is one way; a new connection also waits out its handshake.
    """

    def __init__(self, exchange_port: int, *, host: str = _HOST) -> None:
        self._exchange_port = exchange_port
        self._host = host
        self._connections: set[_Connection] = set()
        self._silent: frozenset[Way] = frozenset()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self.delay_s = 0.0
        self.port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self._do(self._listen())

    # switches

    def silence(self, *ways: Way) -> None:
        """From now on everything is swallowed these ways, on connections that are open and on new ones."""
        self._silent = frozenset(ways)

    def heal(self) -> None:
        """New connections pass everything on, and can be opened. Dead ones stay dead."""
        self._silent = frozenset()
        if self._server is None:
            self._do(self._listen())

    def kill(self, *ways: Way) -> None:
        """The connections that are open now swallow everything these ways; new ones are well."""
        for connection in tuple(self._connections):
            connection.dead |= set(ways)

    def reset(self) -> None:
        """Every open connection is reset at both ends."""
        self._call(self._reset)

    def refuse(self) -> None:
        """New connections are refused until `heal`."""
        self._do(self._stop_listening())

    def cut_answers(self, after: int) -> None:
        """The connections that are open now are closed once so many bytes more have come down on them."""
        for connection in tuple(self._connections):
            connection.down_left = after

    def close(self) -> None:
        self._do(self._stop_listening())
        self.reset()
        self._do(self._ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LIMIT_S)
        self._loop.close()

    # on the loop's thread

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()  # not awaited: it would wait for the connections, which stay
            self._server = None

    async def _ended(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _reset(self) -> None:
        for connection in tuple(self._connections):
            connection.reset()

    async def _carry(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            from_server, to_server = await asyncio.open_connection(_HOST, self._exchange_port)
        except OSError:
            to_client.transport.abort()
            return
        connection = _Connection(to_client, to_server)
        self._connections.add(connection)
        try:
            await asyncio.gather(
                self._pass_on(connection, Way.UP, from_client), self._pass_on(connection, Way.DOWN, from_server)
            )
        finally:
            connection.reset()
            self._connections.discard(connection)

    async def _pass_on(self, connection: _Connection, way: Way, reader: asyncio.StreamReader) -> None:
        """One direction, until it ends; a dead one keeps its end to itself."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        writing = asyncio.create_task(_write(connection, way, pieces))
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                if way in self._silent | connection.dead:
                    connection.dead.add(way)
                else:
                    pieces.put_nowait((self._due(connection), piece))
        pieces.put_nowait((self._due(connection), b""))
        await writing

    def _due(self, connection: _Connection) -> float:
        return max(time.perf_counter(), connection.opened_at + 2 * self.delay_s) + self.delay_s

    def _call(self, act: Callable[[], None]) -> None:
        async def acted() -> None:
            act()

        self._do(acted())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_LIMIT_S)


async def _write(connection: _Connection, way: Way, pieces: asyncio.Queue[tuple[float, bytes]]) -> None:
    """Everything at its time; the empty piece is the end."""
    writer = connection.writers[way]
    while True:
        due, piece = await pieces.get()
        await asyncio.sleep(due - time.perf_counter())
        if not piece:
            if way not in connection.dead:
                writer.close()
            return
        left = connection.down_left if way is Way.DOWN else None
        writer.write(piece if left is None else piece[:left])
        if left is not None:
            connection.down_left = left - len(piece)
            if connection.down_left <= 0:
                connection.close()
        with contextlib.suppress(ConnectionError):
            await writer.drain()


@contextmanager
def line_to(rest_url: str, *, host: str = _HOST) -> Iterator[Line]:
    """A line to the exchange at this address."""
    line = Line(int(rest_url.rsplit(":", 1)[1]), host=host)
    try:
        yield line
    finally:
        line.close()
