"""`panic-button accounts` on a real keyring."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from panic_button.core.ports import Secrets
from panic_button.practice import Answer, PracticeExchange
from panic_button.storage.secrets import KeyringStore
from tests.cli.desk import elsewhere, ran

DESK = "desk-1"


@pytest.fixture(autouse=True)
def unlocked(desktop_keyring: Callable[[str], None]) -> None:
    desktop_keyring("unlocked")


def add(exchange: PracticeExchange, home: Path, label: str = DESK) -> None:
    done = ran(
        home, "accounts", "add", label, f"--username={exchange.username}", "--password-stdin", *elsewhere(exchange),
        typed=exchange.password + "\n",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"{label} is signed in as {exchange.username}.\n")


def test_an_account_is_added_checked_fired_listed_and_removed(exchange: PracticeExchange, home: Path) -> None:
    add(exchange, home)
    kept = KeyringStore().load(DESK)
    assert kept.password == exchange.password
    assert exchange.book.account.knows(kept.token)
    checked = ran(home, "accounts", "check")
    assert (checked.returncode, checked.stdout) == (0, f"{DESK}: accepted, as {exchange.username}.\n")
    listed = ran(home, "accounts", "list")
    assert listed.stdout == f"{DESK}\t{exchange.username}\tcustom\t{exchange.addresses.rest_url}\n"
    orders = ran(home, "orders", "--account", DESK, "--json")
    assert json.loads(orders.stdout)["accounts"][0]["open"] == 6
    fired = ran(home, "fire", "--yes", "--json")
    assert fired.returncode == 0
    assert json.loads(fired.stdout)["accounts"][0]["account"] == DESK
    assert exchange.book.open_count() == 0
    removed = ran(home, "accounts", "remove", DESK)
    assert (removed.returncode, removed.stdout) == (0, f"{DESK} is forgotten.\n")
    assert KeyringStore().load(DESK) == Secrets()
    assert not exchange.book.account.knows(kept.token)
    assert "No account is set up" in ran(home, "accounts", "list").stdout
    assert (home / "settings.json").read_bytes().find(exchange.password.encode()) == -1


def test_a_kept_password_signs_in_again_where_the_kept_token_is_refused(exchange: PracticeExchange, home: Path) -> None:
    add(exchange, home)
    exchange.book.account.revoke_tokens()
    done = ran(home, "fire", "--yes", "--json")
    assert done.returncode == 0
    assert exchange.book.open_count() == 0
    assert exchange.book.account.knows(KeyringStore().load(DESK).token)


def test_a_token_is_taken_from_standard_input_and_asked_whose_it_is(exchange: PracticeExchange, home: Path) -> None:
    done = ran(home, "accounts", "add", DESK, "--token-stdin", *elsewhere(exchange), typed=exchange.token + "\n")
    assert (done.returncode, done.stdout) == (0, f"{DESK} is signed in as {exchange.username}.\n")
    assert KeyringStore().load(DESK) == Secrets(token=exchange.token)


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (["--token-stdin"], "wr0ng\n"),
        (["--token-stdin"], "two words\n"),
        (["--token-stdin"], ""),
        (["--username=practice", "--password-stdin"], "wr0ng\n"),
        (["--username=practice", "--password-stdin"], ""),
        (["--username=practice"], "n0body reads this\n"),
        (["--password-stdin"], "hunter2\n"),
    ],
)
def test_nothing_is_kept_of_a_sign_in_that_is_not_accepted(
    exchange: PracticeExchange, home: Path, arguments: list[str], typed: str
) -> None:
    done = ran(home, "accounts", "add", DESK, *arguments, *elsewhere(exchange), typed=typed)
    assert done.returncode == 4
    assert done.stderr.startswith("panic-button: ")
    assert "Traceback" not in done.stderr
    assert KeyringStore().load(DESK) == Secrets()
    assert not (home / "settings.json").exists()
    if typed.strip():
        assert typed.strip() not in done.stdout + done.stderr


def test_check_says_which_account_is_not_ready_and_exits_with_the_worst(exchange: PracticeExchange, home: Path) -> None:
    add(exchange, home)
    add(exchange, home, "desk-2")
    exchange.book.account.log_out(KeyringStore().load("desk-2").token or "")
    both = ran(home, "accounts", "check")
    assert both.returncode == 4
    assert f"{DESK}: accepted" in both.stdout
    assert "desk-2: not ready." in both.stdout
    assert ran(home, "accounts", "check", DESK).returncode == 0


def test_of_several_accounts_the_worst_verdict_is_the_commands(exchange: PracticeExchange, home: Path) -> None:
    with PracticeExchange(orders=2, seed=3) as other:
        add(exchange, home)
        add(other, home, "desk-2")
        other.faults.add(Answer(503), on="listings")
        done = ran(home, "fire", "--yes", "--json", "--deadline=3")
        told = json.loads(done.stdout)
        assert (done.returncode, told["verdict"]) == (3, "UNCONFIRMED")
        assert {one["account"]: one["verdict"] for one in told["accounts"]} == {
            DESK: "CLEAR",
            "desk-2": "UNCONFIRMED",
        }
        named = ran(home, "fire", "--yes", "--json", "--account", DESK)
        assert [one["account"] for one in json.loads(named.stdout)["accounts"]] == [DESK]


def test_a_label_that_nobody_has_is_named_and_nothing_is_sent(exchange: PracticeExchange, home: Path) -> None:
    add(exchange, home)
    asked = len(exchange.log)
    done = ran(home, "fire", "--yes", "--account", "desk-9")
    assert done.returncode == 4
    assert "No account is called desk-9. There are: desk-1." in done.stderr
    assert len(exchange.log) == asked


def test_a_locked_keyring_is_told_and_nothing_is_sent(
    exchange: PracticeExchange, home: Path, desktop_keyring: Callable[[str], None]
) -> None:
    add(exchange, home)
    desktop_keyring("locked")
    asked = len(exchange.log)
    done = ran(home, "fire", "--yes", "--deadline=10")
    assert done.returncode == 4
    assert "keyring" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(exchange.log) == asked
