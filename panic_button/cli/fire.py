"""`panic-button fire`: cancel every open order and prove it, from a terminal, a script or a key. It imports no Qt."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from threading import Condition

from panic_button.app import engine_for
from panic_button.cli import report
from panic_button.cli.accounts_in_use import accounts_in_use, home_of
from panic_button.cli.exits import OF_VERDICT, Exit
from panic_button.core.model import Account, Trigger
from panic_button.core.snapshot import AccountSnapshot, SignIn, Snapshot


def fire(options: argparse.Namespace) -> int:
    accounts, store = accounts_in_use(options, os.environ)
    if not options.yes and not _confirmed(accounts):
        return Exit.NOTHING_SENT
    with engine_for(accounts, home_of(options), store) as engine:
        outcome = _Outcome(engine.snapshot)
        engine.subscribe(outcome.take)
        engine.watch(at_least_s=options.watch or 0.0)
        engine.fire(Trigger.COMMAND)
        outcome.wait(_all_settled, options.deadline)
        if options.watch:
            outcome.wait(_never, options.watch)
            outcome.wait(_all_settled, options.deadline)
        for account in accounts:
            engine.stop(account.label)  # nobody is left to go on trying
        snapshot = outcome.snapshot
    told = snapshot.accounts
    if snapshot.evidence_trouble:
        _say(snapshot.evidence_trouble)
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

    @property
    def snapshot(self) -> Snapshot:
        with self._changed:
            return self._snapshot

    def wait(self, fits: Callable[[Snapshot], bool], deadline_s: float) -> None:
        """Until a snapshot fits, or until the deadline."""
        end = time.monotonic() + deadline_s
        with self._changed:
            while not fits(self._snapshot):
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)


def _all_settled(snapshot: Snapshot) -> bool:
    return all(map(_settled, snapshot.accounts))


def _never(_snapshot: Snapshot) -> bool:
    return False


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
