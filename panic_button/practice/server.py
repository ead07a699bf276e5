"""Serves the practice exchange: in a thread of its own for tests, drills and the window, or in the foreground.

It listens on 127.0.0.1 and nowhere else. What a test does to `book`, `faults` and `makers` from its own thread is safe:
they lock.
"""

import asyncio
import json
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from panic_button.practice import control, rest_routes, sockets
from panic_button.practice.faults import Faults
from panic_button.practice.happenings import Happenings
from panic_button.practice.listening import STOP_LIMIT_S, Server
from panic_button.practice.makers import Makers
from panic_button.practice.model import Now
from panic_button.practice.scenarios import begin
from panic_button.practice.venue import Venue
from panic_button.practice.wording import utc_now
from panic_button.practice.world import build_book

_log = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_START_LIMIT_S = 10.0
_KEEP_ALIVE_S = 75
_BUSY_PLACING_S = 4.0
_BUSY_TAKING_S = 9.0


@dataclass(frozen=True, slots=True)
class Addresses:
    rest_url: str
    orders_socket_url: str
    user_feed_url: str


class _Exchange:
    """Everything that one practice exchange is made of, bound to its port."""

    def __init__(  # noqa: PLR0913 -- settings, all by name
        self,
        *,
        port: int,
        orders: int,
        seed: int,
        busy: bool,
        scenario: str,
        ssl_context: ssl.SSLContext | None,
        now: Now,
        on_listening: Callable[[], None],
    ) -> None:
        self.faults = Faults(now=now, seed=seed)
        self.book = build_book(seed=seed, orders=orders, now=now)
        self.makers = Makers(self.book, Random(f"makers {seed}"))
        if busy:
            self.makers.start_placing(every_s=_BUSY_PLACING_S)
            self.makers.start_taking(every_s=_BUSY_TAKING_S)
        self._happenings = Happenings(self.book, self.faults, Random(f"happenings {seed}"))
        venue = Venue(self.book, self.faults, self._cut)
        self.log = venue.log
        self._server = Server(_config(venue, ssl_context), self.faults, on_listening=on_listening, tick=self._tick)
        begin(self.faults, scenario)
        self._listener = socket.create_server((_HOST, port))
        host, tls = f"{_HOST}:{self._listener.getsockname()[1]}", "s" if ssl_context else ""
        self.addresses = Addresses(
            rest_url=f"http{tls}://{host}",
            orders_socket_url=f"ws{tls}://{host}/orders/ws",
            user_feed_url=f"ws{tls}://{host}/v2/user",
        )

    def run(self) -> None:
        """Serves until `end` is called."""
        asyncio.run(self._server.serve([self._listener]))

    def end(self) -> None:
        """Frees what the faults hold, closes every connection and lets `run` return. Safe in a signal handler."""
        self._server.should_exit = True

    def _tick(self) -> None:
        self.book.tick()
        self.makers.tick()
        self._happenings.tick()

    def _cut(self, client: tuple[str, int]) -> None:
        self._server.cut(client)


def _config(venue: Venue, ssl_context: ssl.SSLContext | None) -> uvicorn.Config:
    """Uvicorn's own log is off, for it calls a refused handshake an error; large answers are not compressed, for that
    would keep every other client waiting.
    """
    app = Starlette(
        routes=[*rest_routes.routes(venue), *sockets.routes(venue), *control.routes(venue)],
        exception_handlers=rest_routes.ERROR_HANDLERS,
    )
    return uvicorn.Config(
        _reporting(app),
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        ws_ping_interval=None,  # a half-open line would be ended by it
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        ssl_context_factory=None if ssl_context is None else lambda *_: ssl_context,
    )


def _reporting(app: ASGIApp) -> ASGIApp:
    """Logs what a handler did not mean to raise."""

    async def reported(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            _log.exception("the practice exchange failed at %s", scope["path"])
            raise

    return reported


class PracticeExchange:
    """A practice exchange in a background thread, listening from its construction until `stop`; also a context manager.

    `port` 0 takes a free one (OSError if a given one is taken). `busy` has bots place and strangers take now and then;
    without it the book is still. `scenario` is what goes wrong from the first cancel on (ValueError for one
    that is not there). `now` is the exchange's clock: heartbeats, expiries, game starts and faults go by it.
    """

    def __init__(  # noqa: PLR0913 -- settings, all by name, none needed
        self,
        *,
        port: int = 0,
        orders: int = 40,
        seed: int = 1,
        busy: bool = False,
        scenario: str = "calm",
        ssl_context: ssl.SSLContext | None = None,
        now: Now = utc_now,
    ) -> None:
        listening = threading.Event()
        self._exchange = _Exchange(
            port=port,
            orders=orders,
            seed=seed,
            busy=busy,
            scenario=scenario,
            ssl_context=ssl_context,
            now=now,
            on_listening=listening.set,
        )
        self.addresses = self._exchange.addresses
        self.book = self._exchange.book
        self.faults = self._exchange.faults
        self.makers = self._exchange.makers
        self.log = self._exchange.log
        self.username = self.book.account.username
        self.password = self.book.account.password
        self.token = self.book.account.first_token
        self._thread = threading.Thread(target=self._exchange.run, name="practice-exchange", daemon=True)
        self._thread.start()
        if not listening.wait(_START_LIMIT_S):
            raise TimeoutError("the practice exchange did not start listening")

    def stop(self) -> None:
        """Closes every connection and frees the port. Calling it again does nothing."""
        self._exchange.end()
        self._thread.join(2 * STOP_LIMIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(*, port: int = 0, orders: int = 40, seed: int = 1, busy: bool = True, scenario: str = "calm") -> None:
    """Serves in the foreground until SIGINT or SIGTERM, on the main thread. OSError if the port is taken.

    Once it listens it prints one line of JSON: the addresses, the username, the password and a token.
    """

    def tell() -> None:
        account = exchange.book.account
        line = {
            **asdict(exchange.addresses),
            "username": account.username,
            "password": account.password,
            "token": account.first_token,
        }
        print(json.dumps(line), flush=True)  # noqa: T201 -- the one line that the caller waits for

    def end(_signal: int, _frame: FrameType | None) -> None:
        exchange.end()

    exchange = _Exchange(
        port=port,
        orders=orders,
        seed=seed,
        busy=busy,
        scenario=scenario,
        ssl_context=None,
        now=utc_now,
        on_listening=tell,
    )
    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        exchange.run()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
