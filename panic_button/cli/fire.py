"""`panic-button fire`: cancel every open order and prove it, from a terminal, a script or a key. It imports no Qt."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from threading import Condition

from panic_button.app import engine_for, logged
from panic_button.cli import report
from panic_button.cli.accounts_in_use import accounts_in_use, home_of
from panic_button.cli.exits import OF_VERDICT, Exit
from panic_button.core.model import Account, Trigger
from panic_button.core.snapshot import AccountSnapshot, SignIn, Snapshot


def fire(options: argparse.Namespace) -> int:
    accounts, store = accounts_in_use(options, os.environ)
    if not options.yes and not _confirmed(accounts):
        return Exit.NOTHING_SENT
    with logged(home_of(options), store) as hidden, engine_for(accounts, hidden) as engine:
        outcome = _Outcome(engine.snapshot)
        engine.subscribe(outcome.take)
        engine.fire(Trigger.COMMAND)
        told = outcome.wait(options.deadline)
    if all(one.run is None for one in told):
        for one in told:
            _say(f"{one.account.label}: nothing was sent. {one.keyring_trouble or one.reason}")
        return Exit.NOTHING_SENT
    print(report.as_json(told).decode() if options.json else report.as_text(told))  # noqa: T201 - its whole purpose
    return OF_VERDICT[report.verdict_of(told)]


class _Outcome:
    """Waits for what every account has to say."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._changed = Condition()
        self._snapshot = snapshot

    def take(self, snapshot: Snapshot) -> None:
        with self._changed:
            self._snapshot = snapshot
            self._changed.notify_all()

    def wait(self, deadline_s: float) -> Sequence[AccountSnapshot]:
        """The accounts as they are once all have settled, or at the deadline."""
        end = time.monotonic() + deadline_s
        with self._changed:
            while not all(map(_settled, self._snapshot.accounts)):
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return self._snapshot.accounts


def _settled(account: AccountSnapshot) -> bool:
    if account.run is not None:
        return account.run.result.settled
    return account.sign_in in (SignIn.SIGNED_OUT, SignIn.REFUSED)


def _confirmed(accounts: Sequence[Account]) -> bool:
    if not sys.stdin.isatty():
        _say("nothing was sent: there is no terminal to ask at. Say --yes where nobody can answer.")
        return False
    labels = ", ".join(account.label for account in accounts)
    sys.stderr.write(f"Cancel every open order of {labels}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    _say("nothing was sent.")
    return False


def _say(words: str) -> None:
    print(f"panic-button: {words}", file=sys.stderr)  # noqa: T201 - the command line's own voice
