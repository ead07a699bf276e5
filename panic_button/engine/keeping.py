"""What an engine keeps on this machine: secrets, evidence, lockouts. One value, so that it is wired in one place."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from panic_button.core.evidence import Fact, UnfinishedRun
from panic_button.core.ports import Journal, LockoutStore, SecretStore


class Keeping(Struct, frozen=True, kw_only=True):
    """`unfinished` tells which presses never came to an end; it may block, and raise JournalError."""

    secrets: SecretStore
    journal: Journal
    lockouts: LockoutStore
    unfinished: Callable[[], tuple[UnfinishedRun, ...]]


class AccountEvidence:
    """The journal of one account."""

    def __init__(self, journal: Journal, account: str) -> None:
        self._journal = journal
        self._account = account

    def record(self, fact: Fact, *, run: str | None = None) -> None:
        self._journal.record(fact, run=run, account=self._account)
