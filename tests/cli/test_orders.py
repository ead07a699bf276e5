"""`panic-button orders`: what is open, asked at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from panic_button import cli
from panic_button.practice import Answer, Cut, PracticeExchange
from tests.cli.desk import elsewhere, ran


@pytest.fixture(autouse=True)
def token(exchange: PracticeExchange, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del home  # set up first: it clears the variable
    monkeypatch.setenv("PANIC_BUTTON_TOKEN", exchange.token)


def test_the_json_lists_every_open_order(exchange: PracticeExchange, home: Path) -> None:
    done = ran(home, "orders", "--json", *elsewhere(exchange), token=exchange.token)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert list(told) == ["schema", "asked_at", "accounts"]
    assert told["schema"] == 1
    (account,) = told["accounts"]
    assert list(account) == ["account", "open", "at_risk", "orders", "error"]
    orders = {order.id: order for order in exchange.book.open_orders()}
    assert (account["account"], account["open"], account["error"]) == ("custom", 6, None)
    assert account["at_risk"] == f"{sum(order.remaining for order in orders.values()):.2f}"
    for row in account["orders"]:
        assert list(row) == [
            "order_id", "description", "odds", "bet", "filled", "at_risk", "user_reference", "game_id",
        ]  # fmt: skip
        order = orders.pop(row["order_id"])
        assert (row["bet"], row["filled"], row["at_risk"]) == (
            f"{order.bet:.2f}",
            f"{order.filled:.2f}",
            f"{order.remaining:.2f}",
        )
        assert (row["user_reference"], row["game_id"]) == (order.user_reference, order.game.id)
    assert orders == {}


def test_for_a_person_it_is_a_line_an_order(exchange: PracticeExchange, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["orders", *elsewhere(exchange)]) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith("custom: 6 open, $")
    assert [row.split()[0] for row in rows] == [order.id for order in exchange.book.open_orders()]


@pytest.mark.parametrize(
    ("trouble", "code"), [(Answer(401), 4), (Answer(403), 4), (Answer(503), 3), (Answer(429), 3), (Cut(), 3)]
)
def test_what_is_not_known_is_never_none_open(
    exchange: PracticeExchange, capsys: pytest.CaptureFixture[str], trouble: Answer | Cut, code: int
) -> None:
    exchange.faults.add(trouble, on="listings")
    assert cli.run(["orders", "--json", *elsewhere(exchange)]) == code
    (account,) = json.loads(capsys.readouterr().out)["accounts"]
    assert (account["open"], account["at_risk"], account["orders"]) == (None, None, [])
    assert account["error"]
    assert cli.run(["orders", *elsewhere(exchange)]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "not known what is open" in told.err
