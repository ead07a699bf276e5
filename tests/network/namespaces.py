"""The same with the system's own network: a desk, a road and an exchange, each in a network namespace of its own.

Here a dropped packet is sent again by the system, and a handshake goes unanswered. It takes Linux, root and iproute2,
and changes nothing outside of its namespaces. Delay is left to line.py: not every kernel has netem.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from panic_button.practice import PracticeExchange
from tests.network.cases import ORDERS, Report, desk_over, pressed
from tests.network.line import line_to

DESK, ROAD, EXCHANGE = (f"panic-{os.getpid()}-{name}" for name in ("desk", "road", "exchange"))
_DESK_AT, _DESK_LATER, _DESK_DOOR = "10.99.1.2", "10.99.1.3", "10.99.1.1"
_EXCHANGE_AT, _EXCHANGE_DOOR = "10.99.2.2", "10.99.2.1"
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET


def reason_not() -> str | None:
    """Why this machine has no namespaces for us, or None."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        return "network namespaces take Linux, root and iproute2"
    made = subprocess.run(["ip", "netns", "add", DESK], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"no network namespace can be made here: {made.stderr.strip()}"
    _ip("netns", "del", DESK)
    return None


def carried_out() -> Iterator[Report]:
    os.environ["NO_PROXY"] = "*"  # the exchange is not on loopback here
    for name, breaks, heals in (
        ("nothing wrong", (), ()),
        ("dropped both ways", ("forward", "0"), ("forward", "1")),
        ("dropped to the exchange", ("route", "add", "blackhole", _EXCHANGE_AT), ("route", "del", _EXCHANGE_AT)),
        ("dropped from the exchange", ("route", "add", "blackhole", _DESK_AT), ("route", "del", _DESK_AT)),
        ("unreachable, and told so", ("route", "add", "unreachable", _EXCHANGE_AT), ("route", "del", _EXCHANGE_AT)),
        ("the desk's address changes", ("move",), ()),
    ):
        with _roads():
            yield _one(name, _doing(breaks), _doing(heals) if heals else None)


def _one(name: str, breaks: Callable[[], None], heals: Callable[[], None] | None) -> Report:
    """Threads stay in the namespace in which they were begun."""
    with (
        _inside(EXCHANGE),
        PracticeExchange(orders=ORDERS, seed=11) as exchange,
        line_to(exchange.addresses.rest_url, host=_EXCHANGE_AT) as line,
        _inside(DESK),
        desk_over(exchange, line, host=_EXCHANGE_AT) as desk,
    ):
        return pressed(name, desk, exchange, breaks=breaks, heals=heals)


def _doing(what: tuple[str, ...]) -> Callable[[], None]:
    match what:
        case ():
            return lambda: None
        case ("forward", on):
            return lambda: _forward(on)
        case ("move",):
            return _move
        case _:
            return lambda: _ip("-n", ROAD, *what)


def _forward(on: str) -> None:
    told = ["ip", "netns", "exec", ROAD, "sh", "-c", f"echo {on} > /proc/sys/net/ipv4/ip_forward"]
    subprocess.run(told, check=True)


def _move() -> None:
    _ip("-n", DESK, "addr", "del", f"{_DESK_AT}/24", "dev", "road")
    _ip("-n", DESK, "addr", "add", f"{_DESK_LATER}/24", "dev", "road")
    _ip("-n", DESK, "route", "add", "default", "via", _DESK_DOOR)


@contextmanager
def _roads() -> Iterator[None]:
    """The desk and the exchange, each with its own link to the road between them."""
    made = []
    try:
        for name in (DESK, ROAD, EXCHANGE):
            _ip("netns", "add", name)
            made.append(name)
            _ip("-n", name, "link", "set", "lo", "up")
        for name, at, door, link in (
            (DESK, _DESK_AT, _DESK_DOOR, "to-desk"),
            (EXCHANGE, _EXCHANGE_AT, _EXCHANGE_DOOR, "to-exchange"),
        ):
            _ip("-n", ROAD, "link", "add", link, "type", "veth", "peer", "name", "road", "netns", name)
            _ip("-n", ROAD, "addr", "add", f"{door}/24", "dev", link)
            _ip("-n", name, "addr", "add", f"{at}/24", "dev", "road")
            _ip("-n", ROAD, "link", "set", link, "up")
            _ip("-n", name, "link", "set", "road", "up")
            _ip("-n", name, "route", "add", "default", "via", door)
        _forward("1")
        yield
    finally:
        for name in made:
            _ip("netns", "del", name)


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    """This thread, and those that it begins, in a namespace."""
    with Path("/proc/thread-self/ns/net").open() as before, Path(f"/run/netns/{namespace}").open() as within:
        _enter(within.fileno())
        try:
            yield
        finally:
            _enter(before.fileno())


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NEW_NETWORK):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
