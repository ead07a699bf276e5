"""The two nights that this program is for: a maker that goes on placing, and an exchange that dies and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from panic_button.core.model import Account, Addresses, Environment, Verdict
from panic_button.core.snapshot import Readiness, SignIn
from panic_button.engine import sign_in
from panic_button.practice import OrdersRefused, PracticeExchange
from tests.engine.desk import desk_of, desk_on, keeping


def test_500_orders_that_fail_at_first_and_a_maker_that_goes_on_placing_end_clear_within_the_budget() -> None:
    with PracticeExchange(orders=500, seed=21) as exchange, desk_on(exchange) as desk:
        desk.armed()
        exchange.faults.add(OrdersRefused(share=0.05))
        exchange.makers.start_placing(every_s=0.1, count=20)
        placing_from = datetime.now(UTC)
        truly_open: list[int] = []
        desk.engine.subscribe(lambda _snapshot: truly_open.append(exchange.book.open_count()))
        desk.fire()
        desk.run(lambda result: len(result.orders) > 515, within_s=30)
        result = desk.clear(within_s=30)
        assert exchange.book.open_count() == 0
        assert max(truly_open) > 0
        wanted_s = 1.5
        assert (datetime.now(UTC) - placing_from).total_seconds() > wanted_s
        assert result.counts.still_open == 0
        assert sum(order.outcome == "cancelled" for order in result.orders) >= 470
        sends = [request.at for request in exchange.log if request.what.startswith("cancel")]
    for first, sixth in zip(sends, sends[5:], strict=False):
        assert sixth - first > 0.95, "more than five cancel calls within a second"  # arrival wavers by some ms


@contextmanager
def practice_process(*, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "panic_button", "practice", f"--port={port}", "--orders=80", "--seed=4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("password", [True, False], ids=["kept password", "token of the same seed"])
def test_an_exchange_killed_in_the_middle_of_a_press_is_unconfirmed_and_clear_once_back(
    monkeypatch: pytest.MonkeyPatch, *, password: bool
) -> None:
    monkeypatch.setattr(sign_in, "RENEW_APART_S", 1.0)
    with practice_process() as (process, told):
        addresses = Addresses(
            rest_url=told["rest_url"],
            orders_socket_url=told["orders_socket_url"],
            user_feed_url=told["user_feed_url"],
        )
        account = Account(
            label="desk-1", username=told["username"], environment=Environment.PRACTICE, addresses=addresses
        )
        # With a password the token is one that the exchange, once back, has never heard of.
        store = keeping(password=told["password"]) if password else keeping(token=told["token"])
        with desk_of((account,), store) as desk:
            desk.armed()
            desk.fire()
            process.kill()
            process.wait()
            dead = desk.until(lambda one: one.run is not None and "can't be reached" in one.https.trouble)
            assert dead.run is not None
            assert dead.run.result.verdict is Verdict.UNCONFIRMED
            assert dead.run.running
            with practice_process(port=int(told["rest_url"].rsplit(":", 1)[1])):
                result = desk.clear(within_s=30)
                assert result.acknowledged
                assert result.counts.still_open == 0
                desk.until(lambda one: one.sign_in is SignIn.SIGNED_IN and one.open_orders == ())
                desk.until(lambda one: one.readiness is Readiness.ARMED)
