"""`panic-button fire`: its exit codes, its JSON, and what it never does."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from panic_button import cli
from panic_button.practice import Answer, Hang, PracticeExchange
from panic_button.practice.troubles import LiveDelayed
from tests.cli.desk import COMMAND, cancels, elsewhere, environ, ran
from tests.waiting import wait_until


def fire(exchange: PracticeExchange, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return ran(home, "fire", "--yes", *elsewhere(exchange), *more, token=exchange.token)


def test_clear_is_0_and_says_so_first(exchange: PracticeExchange, home: Path) -> None:
    done = fire(exchange, home)
    assert done.returncode == 0
    assert done.stdout.startswith("custom: CLEAR after ")
    assert "6 cancelled" in done.stdout
    assert done.stderr == ""
    assert exchange.book.open_count() == 0


def test_the_json_is_the_documented_object_and_nothing_else(exchange: PracticeExchange, home: Path) -> None:
    orders = {order.id: order for order in exchange.book.open_orders()}
    done = fire(exchange, home, "--json")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert list(told) == ["schema", "run", "trigger", "verdict", "pressed_at", "lockout", "accounts"]
    assert (told["schema"], told["trigger"], told["verdict"], told["lockout"]) == (1, "command", "CLEAR", False)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", told["run"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["pressed_at"])
    assert datetime.fromisoformat(told["pressed_at"]).tzinfo is not None
    (account,) = told["accounts"]
    assert list(account) == [
        "account", "verdict", "sent_ms", "acknowledged_ms", "clear_ms",
        "routes", "counts", "withdrawn", "matched_before", "orders", "late", "escalation",
    ]  # fmt: skip
    assert (account["account"], account["verdict"]) == ("custom", "CLEAR")
    assert 0 < account["sent_ms"] < account["acknowledged_ms"] < account["clear_ms"]
    assert set(account["routes"]) == {"https", "socket"}
    assert account["routes"]["https"]["answer"] == "ok"
    assert all(isinstance(route["attempts"], int) and len(route) == 2 for route in account["routes"].values())
    assert (account["late"], account["escalation"]["stage"]) == (0, "all")
    assert account["escalation"]["since_ms"] >= 0
    counts = account["counts"]
    assert list(counts) == ["cancelled", "part_filled_then_cancelled", "filled_first", "still_open", "unknown"]
    assert sum(counts.values()) == len(account["orders"]) == 6
    assert Decimal(account["withdrawn"]) == sum(order.remaining for order in orders.values())
    assert Decimal(account["matched_before"]) == sum(order.filled for order in orders.values())
    for row in account["orders"]:
        assert list(row) == [
            "order_id", "outcome", "description", "odds", "cancelled", "filled",
            "reason", "user_reference", "game_id",
        ]  # fmt: skip
        order = orders[row["order_id"]]
        assert re.fullmatch(r"[+-]\d+", row["odds"])
        assert int(row["odds"]) == order.odds
        assert row["cancelled"] == f"{order.remaining:.2f}"
        assert row["filled"] == f"{order.filled:.2f}"
        assert row["outcome"] == ("part_filled_then_cancelled" if order.filled else "cancelled")
        assert (row["reason"], row["game_id"], row["user_reference"]) == (None, order.game.id, order.user_reference)
        assert row["description"]


def test_not_clear_is_2_and_names_what_is_open(exchange: PracticeExchange, home: Path) -> None:
    for name in ("cancels", "messages"):
        exchange.faults.add(Answer(503), on=name)
    done = fire(exchange, home, "--deadline=2")
    assert done.returncode == 2
    assert done.stdout.startswith("custom: NOT CLEAR: 0 cancelled")
    assert all(order.id in done.stdout for order in exchange.book.open_orders())
    assert "What to do now" in done.stdout


def test_unconfirmed_is_3(exchange: PracticeExchange, home: Path) -> None:
    exchange.faults.add(Answer(503), on="listings")
    done = fire(exchange, home, "--deadline=1.5", "--json")
    assert done.returncode == 3
    (account,) = json.loads(done.stdout)["accounts"]
    assert (account["verdict"], account["clear_ms"]) == ("UNCONFIRMED", None)
    assert account["acknowledged_ms"] > 0


def test_a_refused_token_is_not_clear_and_does_not_wait_for_the_deadline(
    exchange: PracticeExchange, home: Path
) -> None:
    done = ran(home, "fire", "--yes", "--json", *elsewhere(exchange), token="wr0ng")
    assert done.returncode == 2
    (account,) = json.loads(done.stdout)["accounts"]
    assert account["routes"]["https"]["answer"] == "refused"
    assert "wr0ng" not in done.stdout + done.stderr


def test_no_exchange_at_all_is_unconfirmed(home: Path) -> None:
    with PracticeExchange(orders=0) as gone:
        where = elsewhere(gone)
    done = ran(home, "fire", "--yes", "--deadline=1", "--json", *where, token="t0ken")
    assert done.returncode == 3
    (account,) = json.loads(done.stdout)["accounts"]
    assert (account["sent_ms"], account["routes"]["https"]["answer"]) == (None, "no answer")


def test_with_nobody_to_ask_and_no_yes_nothing_is_sent(exchange: PracticeExchange, home: Path) -> None:
    done = ran(home, "fire", *elsewhere(exchange), token=exchange.token, typed="y\n")
    assert done.returncode == 4
    assert done.stdout == ""
    assert "nothing was sent" in done.stderr
    assert "--yes" in done.stderr
    assert list(exchange.log) == []


class Terminal:
    """Somebody at a terminal who types one line."""

    def __init__(self, line: str) -> None:
        self.readline = lambda: line

    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 4), ("\n", 4), ("", 4)])
def test_on_a_terminal_it_asks_once_and_only_a_yes_fires(
    exchange: PracticeExchange,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
) -> None:
    monkeypatch.setenv("PANIC_BUTTON_TOKEN", exchange.token)
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert cli.run(["fire", *elsewhere(exchange)]) == code
    assert "Cancel every open order of custom? [y/N]" in capsys.readouterr().err
    assert (exchange.book.open_count() == 0) is (code == 0)
    assert bool(cancels(exchange)) is (code == 0)


def test_the_token_in_the_environment_is_used_and_never_stored_or_shown(exchange: PracticeExchange, home: Path) -> None:
    done = fire(exchange, home, "--json")
    assert done.returncode == 0
    assert exchange.token not in done.stdout + done.stderr
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files, "not even a log was written"
    assert all(exchange.token.encode() not in path.read_bytes() for path in files)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A background job ignores interrupts, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_with_130_and_no_traceback(exchange: PracticeExchange, home: Path) -> None:
    exchange.faults.add(Hang())
    command = [*COMMAND, "fire", "--yes", *elsewhere(exchange)]
    with subprocess.Popen(
        command,
        env=environ(home, PANIC_BUTTON_TOKEN=exchange.token),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: cancels(exchange))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_a_home_that_cannot_be_written_does_not_stop_a_press(exchange: PracticeExchange, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way of the folder")
    done = fire(exchange, tmp_path)
    assert done.returncode == 0
    assert "There is no log" in done.stderr


def test_a_watch_stays_for_late_orders_and_cancels_them(exchange: PracticeExchange, home: Path) -> None:
    exchange.faults.add(LiveDelayed(after_s=1.5), on="cancelAllOrders", times=1)
    done = fire(exchange, home, "--json", "--watch=3")
    assert done.returncode == 0
    (account,) = json.loads(done.stdout)["accounts"]
    assert (account["verdict"], account["late"], len(account["orders"])) == ("CLEAR", 1, 7)
    assert exchange.book.open_count() == 0


def test_what_a_command_did_is_in_the_journal_and_the_run_has_its_end(exchange: PracticeExchange, home: Path) -> None:
    run = json.loads(fire(exchange, home, "--json").stdout)["run"]
    shown = ran(home, "journal", "show", run)
    assert shown.returncode == 0
    assert "Ended CLEAR" in shown.stdout
    assert ran(home, "journal", "verify").returncode == 0
    assert exchange.token not in shown.stdout


def test_a_deadline_that_passes_ends_the_run_in_the_journal_too(exchange: PracticeExchange, home: Path) -> None:
    exchange.faults.add(Hang(), on="rest")
    exchange.faults.add(Hang(), on="messages")
    done = fire(exchange, home, "--json", "--deadline=1.5")
    assert done.returncode == 3
    assert "Ended UNCONFIRMED: stopped" in ran(home, "journal", "show", json.loads(done.stdout)["run"]).stdout


def test_evidence_that_cannot_be_kept_stops_nothing_and_is_told(exchange: PracticeExchange, home: Path) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "journal.sqlite3").mkdir()
    done = fire(exchange, home, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == "CLEAR"
    assert "Cancelling works as before" in done.stderr
