"""Presses of a warm engine, one at a time, each apart from every other request; and what they are compared with."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from panic_button.core.model import Trigger
from panic_button.engine.engine import Engine
from tests.benchmarks.served import HTTPS_CANCEL, PEERS_CANCEL, SOCKET_CANCEL, Stamp, StampingServer, wait_until_clear

QUIET_S = 0.15
TOKEN = "Bearer made-up"


@dataclass(slots=True)
class Presses:
    """Samples in ms, one a press."""

    call: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    https: list[float] = field(default_factory=list)
    socket: list[float] = field(default_factory=list)


def press(engine: Engine, server: StampingServer, into: Presses) -> None:
    """One press of an engine at rest, followed to its CLEAR; then the orders are put back, and all is quiet again."""
    run = engine.snapshot.accounts[0].run
    before = "" if run is None else run.run
    pressed = time.perf_counter()
    engine.fire(Trigger.BUTTON)
    returned = time.perf_counter()
    time.sleep(0.1)  # nothing of ours runs while the press does
    stamps = server.stamps(of=(HTTPS_CANCEL, SOCKET_CANCEL), quiet_s=0.0)
    https, over_socket = (_delay(stamps, what, pressed) for what in (HTTPS_CANCEL, SOCKET_CANCEL))
    into.call.append((returned - pressed) * 1000)
    into.https.append(https)
    into.socket.append(over_socket)
    into.first.append(min(https, over_socket))
    wait_until_clear(engine, before)
    server.refill(engine)
    server.stamps(quiet_s=QUIET_S)


class RawSocket:
    """A warm socket and bytes made beforehand: the limit."""

    def __init__(self, server: StampingServer) -> None:
        self._server = server
        self._channel = socket.create_connection(("127.0.0.1", server.port))
        self._channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = (
            f"POST {PEERS_CANCEL} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: {TOKEN}\r\n"
            "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        self._request = head.encode()
        self.samples: list[float] = []

    def press(self) -> None:
        pressed = time.perf_counter()
        self._channel.sendall(self._request)
        stamps = self._server.stamps(of=(PEERS_CANCEL,), quiet_s=QUIET_S)
        self._channel.recv(65_536)
        self.samples.append(_delay(stamps, PEERS_CANCEL, pressed))

    def close(self) -> None:
        self._channel.close()


class PlainHttpx:
    """A warm httpx client, used as its manual says: a peer."""

    def __init__(self, server: StampingServer) -> None:
        self._server = server
        limits = httpx.Limits(keepalive_expiry=None)
        self._client = httpx.Client(base_url=server.addresses.rest_url, headers={"Authorization": TOKEN}, limits=limits)
        self._client.get("/user/getUnmatched")
        self.samples: list[float] = []

    def press(self) -> None:
        pressed = time.perf_counter()
        self._client.post(PEERS_CANCEL, json={})
        self.samples.append(_delay(self._server.stamps(of=(PEERS_CANCEL,), quiet_s=QUIET_S), PEERS_CANCEL, pressed))

    def close(self) -> None:
        self._client.close()


@contextmanager
def peers(server: StampingServer) -> Iterator[tuple[RawSocket, PlainHttpx]]:
    raw, client = RawSocket(server), PlainHttpx(server)
    try:
        yield raw, client
    finally:
        raw.close()
        client.close()


def _delay(stamps: list[Stamp], what: str, pressed: float) -> float:
    """Milliseconds from the press to the first request of this kind."""
    return (min(stamp.at for stamp in stamps if stamp.what == what) - pressed) * 1000
