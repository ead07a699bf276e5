"""`panic-button reset`: ends lockouts. It sends nothing to the exchange, and loads nothing that could.

A running instance notices within a second that its kept lockout is gone, and ends its own.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from panic_button.cli.exits import Exit
from panic_button.cli.journal_words import visible
from panic_button.core.errors import PanicButtonError
from panic_button.core.evidence import LockoutReset
from panic_button.core.ports import KeptLockout
from panic_button.storage import settings
from panic_button.storage.journal import SqliteJournal
from panic_button.storage.lockouts import LockoutFiles
from panic_button.storage.logs import Redactor
from panic_button.storage.paths import Home

JOURNAL_LIMIT_S = 10.0


def reset(options: argparse.Namespace) -> int:
    home = Home.find(options.home, os.environ)
    lockouts = LockoutFiles(home.run)
    ended: dict[str, KeptLockout] = {}
    try:
        for label in _labels(home, lockouts, options.account):
            kept = lockouts.load(label)
            if kept is None:
                _print(f"{label}: no lockout is on.")
                continue
            lockouts.remove(label)
            ended[label] = kept
            _print(f"{label}: the lockout that began at {_moment(kept.since)} is over. New orders stay open.")
    finally:
        if ended:
            _journal(home, ended, options.reason)
    return Exit.DONE


def _labels(home: Home, lockouts: LockoutFiles, wanted: Iterable[str] | None) -> list[str]:
    """The accounts that are meant: those in the settings, then those that are not there any more but locked out."""
    known = [account.label for account in settings.load(home.settings).accounts]
    known += [label for label in lockouts.labels() if label not in known]
    if not known:
        raise PanicButtonError("No account is set up and none is locked out. Nothing was reset.")
    if wanted is None:
        return known
    if unknown := set(wanted) - set(known):
        raise PanicButtonError(
            f"No account is called {', '.join(sorted(unknown))}. There are: {', '.join(known)}. Nothing was reset."
        )
    return [label for label in known if label in wanted]


def _journal(home: Home, ended: dict[str, KeptLockout], reason: str) -> None:
    """Written once the lockouts are over: the evidence never tells of a reset that failed."""
    journal = SqliteJournal(home.journal, clean=Redactor().clean, on_trouble=lambda _words: None)
    for label, kept in ended.items():
        journal.record(LockoutReset(reason=reason), run=kept.run or None, account=label)
    if not journal.close(JOURNAL_LIMIT_S):
        trouble = journal.trouble or "The journal did not answer in time."
        print(f"panic-button: the reset is not in the journal. {trouble}", file=sys.stderr)  # noqa: T201 - as below


def _moment(since: datetime) -> str:
    """The time of day in UTC, and the day where it is another one."""
    day = "" if since.date() == datetime.now(UTC).date() else f" on {since:%Y-%m-%d}"
    return f"{since:%H:%M:%S} UTC{day}"


def _print(words: str) -> None:
    print(visible(words))  # noqa: T201 - the command line's own voice
