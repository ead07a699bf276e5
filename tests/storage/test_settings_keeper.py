"""The settings in use: what is kept of them, and what the journal is told of a change."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from msgspec.structs import replace

from panic_button.core.evidence import SettingsChanged
from panic_button.core.model import Account
from panic_button.core.preferences import Guard, GuardKind, Preferences, Theme
from panic_button.core.snapshot import AccountSnapshot, Snapshot
from panic_button.storage import settings
from panic_button.storage.settings import Settings
from panic_button.storage.settings_keeper import SettingsKeeper

DESK = Account(label="desk-1", username="trader")


class Desk:
    """A keeper of one account's settings, and what the journal was told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keeper = SettingsKeeper(path, Settings(accounts=(DESK,)))
        self.recorded: list[dict[str, str]] = []

    def choose(self, preferences: Preferences) -> None:
        self.keeper.keep_preferences(preferences, record=self._record)

    def on_disk(self) -> Settings:
        """What is there once all of it is written."""
        self.keeper.close()
        return settings.load(self.path)

    def _record(self, fact: SettingsChanged) -> None:
        self.recorded.append(fact.changes)


@pytest.fixture
def desk(private_tmp: Path) -> Desk:
    return Desk(private_tmp / "settings.json")


def test_what_was_chosen_last_is_kept_and_the_accounts_stay(desk: Desk) -> None:
    for theme in (Theme.DARK, Theme.LIGHT):
        desk.choose(Preferences(theme=theme))
    assert desk.keeper.kept == desk.on_disk() == Settings(accounts=(DESK,), theme=Theme.LIGHT)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (Preferences(theme=Theme.DARK), {"theme": "dark"}),
        (Preferences(guard=Guard(hold_s=0.8)), {"guard.hold_s": "0.8"}),
        (Preferences(guard=Guard(kind=GuardKind.TWO_STEP)), {"guard.kind": "two-step"}),
        (Preferences(lockout=False, telephone="+1 555"), {"lockout": "false", "telephone": "+1 555"}),
        (Preferences(reset_reasons=("bot fixed",)), {"reset_reasons": '["bot fixed"]'}),
    ],
)
def test_the_journal_is_told_each_entry_that_is_another_and_no_other(
    desk: Desk, chosen: Preferences, told: dict[str, str]
) -> None:
    desk.choose(chosen)
    assert desk.recorded == [told]
    desk.choose(chosen)
    assert desk.recorded == [told], "nothing changed the second time"
    desk.on_disk()


def test_a_username_that_a_sign_in_brought_is_kept_and_the_preferences_stay(desk: Desk) -> None:
    desk.choose(Preferences(theme=Theme.DARK))
    other = replace(DESK, username="another")
    desk.keeper.keep_accounts(Snapshot(accounts=(AccountSnapshot(account=other),)))
    assert desk.on_disk() == Settings(accounts=(other,), theme=Theme.DARK)


@pytest.mark.parametrize("accounts", [(DESK,), (Account(label="desk-1"),)])
def test_a_snapshot_with_nothing_new_about_its_accounts_writes_nothing(
    desk: Desk, accounts: tuple[Account, ...]
) -> None:
    desk.keeper.keep_accounts(Snapshot(accounts=tuple(AccountSnapshot(account=one) for one in accounts)))
    desk.keeper.close()
    assert not desk.path.exists()


def test_settings_that_can_not_be_saved_are_told_in_the_log_and_hold_all_the_same(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.path.mkdir()
    desk.choose(Preferences(theme=Theme.DARK))
    desk.keeper.close()
    assert desk.keeper.kept.theme is Theme.DARK
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "could not be saved" in caplog.text
