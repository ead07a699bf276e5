"""The stamping server from the outside: its process, its stamps, and an armed engine on it."""

from __future__ import annotations

import contextlib
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from panic_button.app import engine_for
from panic_button.core.model import Account, Addresses, Environment
from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Readiness
from panic_button.engine.engine import Engine
from panic_button.storage.paths import Home
from panic_button.storage.secrets import SessionOnlyStore
from tests.waiting import wait_until

HTTPS_CANCEL = "/session/cancelAllOrders"
PEERS_CANCEL = "/session/cancelAllOrders?peer"  # stamped like the other, and leaves the orders
SOCKET_CANCEL = "socket cancelAll"

LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """The first byte of one request came in at this moment, on `time.perf_counter`."""

    at: float
    what: str


class StampingServer:
    """A server process, from `with` to its end."""

    def __init__(self, *, orders: int = 40) -> None:
        program = [sys.executable, str(Path(__file__).with_name("stamping_server.py")), "--orders", str(orders)]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._chooser = selectors.DefaultSelector()
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the server has no pipes")
        self._in, self._out = self._process.stdin, self._process.stdout
        self._chooser.register(self._out, selectors.EVENT_READ)
        self._left = b""
        self.port = int(self.wait_for(""))
        self._insist_on_one_clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in.close()
        self._process.wait(LIMIT_S)
        self._out.close()

    @property
    def addresses(self) -> Addresses:
        host = f"127.0.0.1:{self.port}"
        return Addresses(
            rest_url=f"http://{host}",
            orders_socket_url=f"ws://{host}/orders/ws",
            user_feed_url=f"ws://{host}/v2/user",
        )

    def refill(self, engine: Engine) -> None:
        """Put the orders back, and wait until the engine has seen them."""
        self._in.write(b"refill\n")
        wait_until(lambda: engine.snapshot.accounts[0].open_orders, "the listing", LIMIT_S)

    def stamps(self, *, of: Collection[str] = (), quiet_s: float) -> list[Stamp]:
        """Every request until all of these have come, and none any more for so long."""
        stamps: list[Stamp] = []
        ends_at = time.monotonic() + LIMIT_S
        while time.monotonic() < ends_at:
            complete = set(of) <= {stamp.what for stamp in stamps}
            if self._chooser.select(quiet_s if complete else LIMIT_S):
                stamps += self._read()
            elif complete:
                return stamps
        raise TimeoutError(f"{', '.join(of) or 'quiet'} did not come; what came: {stamps}")

    def wait_for(self, what: str) -> str:
        """The next stamp that begins with this."""
        ends_at = time.monotonic() + LIMIT_S
        while time.monotonic() < ends_at:
            if self._chooser.select(LIMIT_S):
                for stamp in self._read():
                    if stamp.what.startswith(what):
                        return stamp.what
        raise TimeoutError(f"the server never told of {what}")

    def _read(self) -> list[Stamp]:
        data = self._out.read(65_536) or b""
        if not data:
            raise RuntimeError("the server has ended")
        *lines, self._left = (self._left + data).split(b"\n")
        pairs = (line.decode().split(" ", 1) for line in lines)
        return [Stamp(float(at), what) for at, what in pairs]

    def _insist_on_one_clock(self) -> None:
        before = time.perf_counter()
        self._in.write(b"now\n")
        self._chooser.select(LIMIT_S)
        told = [stamp.at for stamp in self._read()]
        if not all(before <= at <= time.perf_counter() for at in told):
            raise RuntimeError("processes of this machine don't share one clock: there is nothing to measure with")


@contextlib.contextmanager
def armed_engine(server: StampingServer) -> Iterator[Engine]:
    """An engine on this server as the program runs it, log file and all, once it is armed."""
    account = Account(label="bench", username="bench", environment=Environment.CUSTOM, addresses=server.addresses)
    store = SessionOnlyStore()
    store.save("bench", Secrets(token="made-up"))
    with (
        tempfile.TemporaryDirectory() as folder,
        engine_for((account,), Home.under(Path(folder) / "home"), store) as engine,
    ):
        wait_until_armed(engine)
        yield engine


def wait_until_armed(engine: Engine) -> None:
    """Every connection open, and the open orders listed."""

    def armed() -> bool:
        one = engine.snapshot.accounts[0]
        return one.readiness is Readiness.ARMED and one.socket.round_trip_ms is not None

    wait_until(armed, "the armed engine", LIMIT_S)


def wait_until_clear(engine: Engine, before: str) -> None:
    """Until the run after that one is CLEAR."""

    def clear() -> bool:
        run = engine.snapshot.accounts[0].run
        return run is not None and run.run != before and not run.running

    wait_until(clear, "CLEAR", LIMIT_S)
