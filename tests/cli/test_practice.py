"""`panic-button practice` as a drill's script uses it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from panic_button.practice import SCENARIOS
from tests.cli.desk import COMMAND, environ, ran


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_one_line_of_json_and_serves_until_it_is_ended(home: Path, end: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "practice", "--orders=3", "--seed=5"], env=environ(home), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert list(told) == ["rest_url", "orders_socket_url", "user_feed_url", "username", "password", "token"]
        fired = ran(home, "fire", "--yes", f"--rest-url={told['rest_url']}", token=told["token"])
        assert fired.returncode == 0
        process.send_signal(end)
        rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")


def test_with_a_scenario_the_first_cancel_meets_it_and_a_press_still_ends_clear(home: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "practice", "--orders=4", "--seed=5", "--scenario=reply-lost"],
        env=environ(home),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        fired = ran(
            home,
            "fire",
            "--yes",
            "--json",
            f"--rest-url={told['rest_url']}",
            f"--orders-socket-url={told['orders_socket_url']}",
            token=told["token"],
        )
        process.terminate()
    result = json.loads(fired.stdout)
    assert (fired.returncode, result["verdict"]) == (0, "CLEAR")
    (account,) = result["accounts"]
    assert all(route["answer"] != "ok" or route["attempts"] > 1 for route in account["routes"].values())


def test_a_scenario_that_is_not_there_is_wrong_usage_that_names_those_that_are(home: Path) -> None:
    done = ran(home, "practice", "--scenario=doom")
    assert done.returncode == 64
    assert done.stdout == ""
    assert all(name in done.stderr for name in ("doom", *SCENARIOS))
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ran(home, "practice", f"--port={taken.getsockname()[1]}")
    assert done.returncode == 4
    assert done.stderr.startswith("panic-button: ")
    assert "Traceback" not in done.stderr
