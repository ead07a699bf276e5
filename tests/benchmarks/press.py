"""`press`: from `Engine.fire` to the first byte at the server, warm, on loopback."""

from __future__ import annotations

import sys

from panic_button.app import SWITCH_INTERVAL_S
from tests.benchmarks.measuring import Measured, Row
from tests.benchmarks.pressing import Presses, peers, press
from tests.benchmarks.served import StampingServer, armed_engine

TARGET_MS = 2.0
MANY_ORDERS = 10_000


def measure(*, quick: bool) -> Measured:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    presses = Presses()
    with StampingServer() as server, armed_engine(server) as engine, peers(server) as (raw, client):
        server.stamps(quiet_s=0.3)
        for _ in range(15 if quick else 100):
            press(engine, server, presses)
            raw.press()
            client.press()
    many = Presses()
    with StampingServer(orders=MANY_ORDERS) as server, armed_engine(server) as engine:
        server.stamps(quiet_s=0.3)
        for _ in range(3 if quick else 10):
            press(engine, server, many)
    return Measured(
        rows=(
            Row(figure="press", what="engine, either route", samples=tuple(presses.first), target=TARGET_MS),
            Row(figure="press", what="engine, https", samples=tuple(presses.https)),
            Row(figure="press", what="engine, Orders socket", samples=tuple(presses.socket)),
            Row(figure="press", what="limit: warm raw socket", samples=tuple(raw.samples)),
            Row(figure="press", what="peer: warm httpx client", samples=tuple(client.samples)),
            Row(figure="press", what=f"engine, {MANY_ORDERS:,} open orders known", samples=tuple(many.first)),
        )
    )
