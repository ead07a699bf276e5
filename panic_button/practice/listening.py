"""The server beneath the surfaces: it listens, ticks, cuts connections and plays dead, all below HTTP and WebSocket."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from panic_button.practice.faults import Faults
from panic_button.practice.troubles import PortClosed

STOP_LIMIT_S = 5.0

_TICK_S = 0.02
_NAME_OF_PATH = {"/orders/ws": "ordersSocket", "/v2/user": "userFeed"}


class Server(uvicorn.Server):
    """Uvicorn, ticking with the book, with no hand on the signals, and with an end that waits for no idle client."""

    def __init__(
        self, config: uvicorn.Config, faults: Faults, *, on_listening: Callable[[], None], tick: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._faults = faults
        self._on_listening = on_listening
        self._tick = tick
        self._address: tuple[str, int] = ("", 0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._address = self.servers[0].sockets[0].getsockname()
        self._on_listening()

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter):
            self._tick()
            await self._open_or_close_port()
            self._stop_or_go_on_reading()
            counter += 1
            await asyncio.sleep(_TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        del sockets  # asyncio's servers close their own
        self._faults.clear()
        self._close_port()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=STOP_LIMIT_S)

    def cut(self, client: tuple[str, int]) -> None:
        """Ends a client's connection with no word."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol | WebSocketsSansIOProtocol) and connection.client == client:
                connection.transport.abort()

    async def _open_or_close_port(self) -> None:
        closed = self._faults.now_on(PortClosed) is not None
        if closed and self.servers:
            self._close_port()
        elif not closed and not self.servers:
            with contextlib.suppress(OSError):  # somebody else has it: tried again with the next tick
                await super().startup([socket.create_server(self._address)])

    def _close_port(self) -> None:
        for server in self.servers:
            server.close()
        self.servers = []

    def _stop_or_go_on_reading(self) -> None:
        """A half-open line is one whose other end reads nothing: no command, no ping, no closing handshake."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, WebSocketsSansIOProtocol) and not connection.transport.is_closing():
                half_open = self._faults.is_half_open(_NAME_OF_PATH.get(connection.scope["path"], ""))
                if half_open and connection.transport.is_reading():
                    connection.transport.pause_reading()
                elif not half_open and not connection.read_paused:
                    connection.transport.resume_reading()
