"""`fire-returns`: how long `Engine.fire` keeps the thread that calls it."""

from __future__ import annotations

import sys
import time

from panic_button.app import SWITCH_INTERVAL_S
from panic_button.core.model import Trigger
from tests.benchmarks.measuring import Measured, Row
from tests.benchmarks.pressing import Presses, press
from tests.benchmarks.served import StampingServer, armed_engine

TARGET_MS = 1.0


def measure(*, quick: bool) -> Measured:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    presses = Presses()
    again: list[float] = []
    with StampingServer() as server, armed_engine(server) as engine:
        server.stamps(quiet_s=0.3)
        for _ in range(5 if quick else 25):
            press(engine, server, presses)
        for _ in range(50 if quick else 200):
            pressed = time.perf_counter()
            engine.fire(Trigger.BUTTON)
            again.append((time.perf_counter() - pressed) * 1000)
            time.sleep(0.02)
    return Measured(
        rows=(
            Row(figure="fire-returns", what="a press that starts a run", samples=tuple(presses.call), target=TARGET_MS),
            Row(figure="fire-returns", what="presses 20 ms apart", samples=tuple(again), target=TARGET_MS),
        )
    )
