"""Every scenario of a drill once through the engine, and once as a script meets it: `fire` against `practice`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from panic_button.core.model import Verdict
from panic_button.practice import SCENARIOS, PracticeExchange
from tests.engine.desk import desk_on

ORDERS = 25
_OUTCOMES = {"cancelled", "part_filled_then_cancelled", "filled_first", "still_open", "unknown"}
# With nothing but a token, one that was revoked can't be renewed. The socket may have cancelled all by
# then: UNCONFIRMED, or NOT CLEAR where it was refused as well, and never CLEAR.
_NO_PROOF = "token-revoked"
_TIME_OF_ID = 8  # an order's id begins with the second in which it was placed
_COMMAND = (sys.executable, "-m", "panic_button")


def through_the_engine(name: str) -> list[str]:
    """What is wrong with a press in this scenario."""
    with PracticeExchange(orders=ORDERS, seed=3, scenario=name) as exchange, desk_on(exchange) as desk:
        at_first = {order.id for order in exchange.book.open_orders()}
        desk.armed()
        desk.fire()
        result = desk.clear(within_s=30)
        wrong = [] if at_first <= {row.order_id for row in result.orders} else ["an order is not told of"]
        if name != "rival-bot" and result.counts.still_open:  # there one may open between verdict and look
            wrong.append(f"CLEAR with {result.counts}")
        if name not in {"rival-bot", "live-delay"} and exchange.book.open_count():
            wrong.append("CLEAR, and orders are open")
        if name in {"rival-bot", "live-delay"}:
            late = desk.run(lambda one: one.verdict is Verdict.CLEAR and exchange.book.open_count() == 0, within_s=30)
            wrong += [] if late.result.verdict is Verdict.CLEAR else ["not CLEAR in the end"]
    return wrong


@contextmanager
def practice(name: str) -> Iterator[dict[str, Any]]:
    command = [*_COMMAND, "practice", f"--scenario={name}", f"--orders={ORDERS}", "--seed=3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(20)


def fired(name: str, home: Path) -> tuple[int, dict[str, Any], list[str]]:
    """`fire --alone --yes --json` in this scenario: its exit code, its JSON, and what is open then in spite of it.

    That leaves out what the practice exchange's own bots placed after the last listing had arrived.
    """
    with practice(name) as told:
        urls = [f"--{key.replace('_', '-')}={told[key]}" for key in told if key.endswith("_url")]
        environment = {**os.environ, "PANIC_BUTTON_HOME": str(home), "PANIC_BUTTON_TOKEN": told["token"]}
        deadline = f"--deadline={8 if name == _NO_PROOF else 30}"
        command = [*_COMMAND, "fire", "--alone", "--yes", "--json", deadline, *urls]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
        left = asked(told, "book")["ids"]
        listed_at = max(one["at"] for one in asked(told, "log")["requests"] if one["what"] == "getUnmatched")
    listed_on = int(time.time() - (time.perf_counter() - listed_at))
    return done.returncode, json.loads(done.stdout), [one for one in left if int(one[:_TIME_OF_ID], 16) < listed_on]


def asked(told: dict[str, Any], what: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{told['rest_url']}/practice/{what}", timeout=10) as answer:  # noqa: S310 - loopback
        data: dict[str, Any] = json.load(answer)["data"]
    return data


@pytest.mark.timeout(120)
def test_a_press_in_every_scenario_comes_to_clear() -> None:
    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        wrong = dict(zip(SCENARIOS, pool.map(through_the_engine, SCENARIOS), strict=True))
    assert wrong == {name: [] for name in SCENARIOS}


@pytest.mark.timeout(240)
def test_fire_in_every_scenario_ends_with_the_exit_code_and_the_json_that_scripts_build_on(tmp_path: Path) -> None:
    homes = []
    for name in SCENARIOS:
        homes.append(tmp_path / name)
        homes[-1].mkdir(mode=0o700)
    with ThreadPoolExecutor(4) as pool:
        outcomes = dict(zip(SCENARIOS, pool.map(fired, SCENARIOS, homes), strict=True))
    for name, (code, told, left) in outcomes.items():
        (account,) = told["accounts"]
        assert code == {"CLEAR": 0, "NOT CLEAR": 2, "UNCONFIRMED": 3}[told["verdict"]], name
        assert told["schema"] == 1, name
        assert told["trigger"] == "command", name
        assert sum(account["counts"].values()) == len(account["orders"]) >= ORDERS, name
        assert len({row["order_id"] for row in account["orders"]}) == len(account["orders"]), name
        assert {row["outcome"] for row in account["orders"]} <= _OUTCOMES, name
        assert (told["verdict"] == "CLEAR") is (name != _NO_PROOF), name
        assert code != 0 or not left, name
