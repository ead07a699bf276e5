"""`panic-button reset`: which lockouts it ends, what it says and keeps, and that it sends nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from panic_button import cli
from panic_button.core.evidence import LockoutReset
from panic_button.core.model import Account
from panic_button.core.ports import KeptLockout
from panic_button.practice import PracticeExchange
from panic_button.storage import settings
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.lockouts import LockoutFiles
from tests.cli.desk import cancels, environ
from tests.engine.desk import account_on
from tests.system.desk_process import desk_process
from tests.waiting import wait_until

NOON = KeptLockout(since=datetime.now(UTC).replace(hour=14, minute=3, second=22, microsecond=0), run="run-1")


@pytest.fixture
def lockouts(home: Path) -> LockoutFiles:
    """Two accounts in the settings, and none locked out."""
    accounts = (Account(label="desk-1", username="trader"), Account(label="desk-2"))
    settings.save(home / "settings.json", settings.Settings(accounts=accounts))
    return LockoutFiles(home / "run")


def told(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> str:
    assert cli.run(["reset", "--reason", "the feed is back", *arguments]) == exit_code
    captured = capsys.readouterr()
    assert (captured.err == "") is (exit_code == 0)
    return captured.out + captured.err


def test_a_lockout_is_over_and_the_journal_says_why(
    home: Path, lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-1", NOON)
    assert told(capsys) == (
        "desk-1: the lockout that began at 14:03:22 UTC is over. New orders stay open.\ndesk-2: no lockout is on.\n"
    )
    assert lockouts.labels() == ()
    (entry,) = SqliteJournalReader(home / "journal.sqlite3").entries("run-1")
    assert (entry.account, entry.fact) == ("desk-1", LockoutReset(reason="the feed is back"))


def test_where_none_is_on_the_exit_is_0_and_there_is_nothing_to_keep(
    home: Path, lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys) == "desk-1: no lockout is on.\ndesk-2: no lockout is on.\n"
    assert lockouts.labels() == ()
    assert not (home / "journal.sqlite3").exists()


def test_only_the_named_account_is_reset(lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]) -> None:
    for label in ("desk-1", "desk-2"):
        lockouts.save(label, NOON)
    assert told(capsys, "--account", "desk-2").startswith("desk-2: the lockout ")
    assert lockouts.labels() == ("desk-1",)


@pytest.mark.parametrize("arguments", [[], ["--account", "gone/desk"]])
def test_an_account_that_the_settings_do_not_know_any_more_is_reset_as_well(
    lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    lockouts.save("gone/desk", NOON)
    assert "gone/desk: the lockout that began at 14:03:22 UTC is over." in told(capsys, *arguments)
    assert lockouts.labels() == ()


def test_a_lockout_of_another_day_is_told_with_its_day(
    lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-1", KeptLockout(since=datetime(2026, 1, 2, 14, 3, 22, tzinfo=UTC), run="run-1"))
    assert "began at 14:03:22 UTC on 2026-01-02 is over" in told(capsys)


def test_a_lockout_that_can_not_be_understood_is_on_and_is_reset(
    home: Path, lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-1", NOON)
    (home / "run" / "lockout-desk-1.json").write_text("half a f")
    assert "desk-1: the lockout that began at " in told(capsys, "--account", "desk-1")
    assert lockouts.load("desk-1") is None


def test_a_label_that_nobody_has_is_4_and_nothing_is_reset(
    lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-1", NOON)
    words = told(capsys, "--account", "desk-1", "--account", "desk-9", exit_code=4)
    assert "No account is called desk-9. There are: desk-1, desk-2. Nothing was reset." in words
    assert lockouts.load("desk-1") == NOON


@pytest.mark.usefixtures("home")
def test_without_an_account_the_exit_is_4(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No account is set up" in told(capsys, exit_code=4)


@pytest.mark.usefixtures("lockouts")
@pytest.mark.parametrize("arguments", [[], ["--reason"], ["--reason", ""], ["--reason", " \t"]])
def test_without_a_reason_the_exit_is_64(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run(["reset", *arguments])
    assert left.value.code == 64


def test_a_journal_that_can_not_be_written_is_told_and_holds_no_reset_up(
    home: Path, lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-1", NOON)
    (home / "journal.sqlite3").mkdir()
    assert cli.run(["reset", "--reason", "the feed is back"]) == 0
    captured = capsys.readouterr()
    assert "desk-1: the lockout that began at 14:03:22 UTC is over." in captured.out
    assert captured.err.startswith("panic-button: the reset is not in the journal. Evidence is not being kept: ")
    assert lockouts.labels() == ()


def test_a_lockout_that_can_not_be_taken_away_is_4_and_is_not_said_to_be_over(
    home: Path, lockouts: LockoutFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    lockouts.save("desk-2", NOON)
    (home / "run" / "lockout-desk-1.json").mkdir()
    assert "is over" not in told(capsys, "--account", "desk-1", exit_code=4)
    assert not (home / "journal.sqlite3").exists()


def test_a_running_program_notices_and_lets_its_lockout_go(
    exchange: PracticeExchange, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_process(home, account_on(exchange), exchange.token) as running:
        running.say("lock out")
        running.begin()
        running.until(lambda told: told.armed)
        run = running.fire()
        running.clear()
        wait_until(lambda: LockoutFiles(home / "run").load("desk-1"))
        running.until(lambda told: told.locked_out)
        sent = len(cancels(exchange))
        assert told(capsys).startswith("desk-1: the lockout ")
        running.until(lambda told: not told.locked_out)
        assert len(cancels(exchange)) == sent
        running.quit()
    facts = [entry.fact for entry in SqliteJournalReader(home / "journal.sqlite3").entries(run)]
    assert facts.count(LockoutReset(reason="the feed is back")) == 1


@pytest.mark.usefixtures("lockouts")
def test_it_loads_nothing_that_could_send(home: Path) -> None:
    code = (
        "import sys\nfrom panic_button import cli\nassert cli.run(['reset', '--reason', 'tested']) == 0\n"
        "print(*{'PySide6', 'httpx', 'websockets', 'keyring'} & sys.modules.keys(), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=environ(home), capture_output=True, text=True, check=True)
    assert ended.stderr == "\n"
