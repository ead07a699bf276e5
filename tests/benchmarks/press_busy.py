"""`press-busy`: a press while the window's thread sorts 100,000 rows of the order table, again and again."""

from __future__ import annotations

import sys
import threading
from itertools import cycle
from random import Random

from PySide6.QtWidgets import QApplication

from panic_button.app import SWITCH_INTERVAL_S
from panic_button.ui.order_columns import OPEN_SHEET
from panic_button.ui.order_table import OrderTable
from tests.benchmarks.made_orders import open_orders
from tests.benchmarks.measuring import Measured, Row
from tests.benchmarks.pressing import Presses, press
from tests.benchmarks.served import StampingServer, armed_engine

TARGET_MS = 5.0
ROWS = 100_000
PYTHONS_OWN_S = 0.005


def measure(*, quick: bool) -> Measured:
    QApplication([])
    table = OrderTable(OPEN_SHEET)
    rows = list(open_orders(ROWS))
    Random(1).shuffle(rows)  # as the exchange may send them: a sorted list would sort in no time
    table.set_rows(tuple(rows))
    number = 8 if quick else 30
    # Both intervals in turn, so that whatever else goes on here meets them alike.
    ours, pythons = Presses(), Presses()
    for _ in range(2 if quick else 3):
        _press_while_sorting(table, SWITCH_INTERVAL_S, number // 2, ours)
        _press_while_sorting(table, PYTHONS_OWN_S, number // 4, pythons)
    return Measured(
        rows=(
            Row(figure="press-busy", what="engine, either route", samples=tuple(ours.first), target=TARGET_MS),
            Row(figure="press-busy", what="engine, https", samples=tuple(ours.https)),
            Row(figure="press-busy", what="the call itself", samples=tuple(ours.call)),
            Row(figure="press-busy", what="Python's own switch interval", samples=tuple(pythons.first)),
        )
    )


def _press_while_sorting(table: OrderTable, switch_interval_s: float, number: int, into: Presses) -> None:
    sys.setswitchinterval(switch_interval_s)
    with StampingServer() as server, armed_engine(server) as engine:
        server.stamps(quiet_s=0.3)

        def press_on() -> None:
            for _ in range(number):
                press(engine, server, into)

        presser = threading.Thread(target=press_on, daemon=True)
        presser.start()
        columns = cycle(range(len(OPEN_SHEET.columns)))
        while presser.is_alive():
            table.sort_by(next(columns))
            QApplication.processEvents()
