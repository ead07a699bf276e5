"""What the window is run on in tests: an engine that only remembers, and a journal that holds what it is given."""

from __future__ import annotations

import threading
from collections.abc import Callable

from panic_button.core.errors import JournalError
from panic_button.core.evidence import Entry, RunSummary, UnfinishedRun
from panic_button.core.model import (
    Trigger,
)
from panic_button.core.preferences import Guard, Preferences, Theme
from panic_button.core.snapshot import (
    Keep,
    Snapshot,
)

# Of a desk that has been in use: no question comes up.
ANSWERED = Preferences(guard=Guard(hold_s=0.4), theme=Theme.DARK, lockout=True)


class FakeEngine:
    """An engine that does nothing but remember what it was asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._tell: list[Callable[[Snapshot], None]] = []
        self.fired: list[Trigger] = []
        self.sign_ins: list[tuple[str, str, str, Keep]] = []
        self.sign_outs: list[str] = []
        self.stops: list[str] = []
        self.lockouts: list[bool] = []
        self.resets: list[tuple[str, str]] = []
        self.kept: list[Preferences] = []

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        self._tell.append(on_snapshot)

    def fire(self, trigger: Trigger) -> None:
        self.fired.append(trigger)

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None:
        self.sign_ins.append((label, username, password, keep))

    def sign_out(self, label: str) -> None:
        self.sign_outs.append(label)

    def stop(self, label: str) -> None:
        self.stops.append(label)

    def lock_out(self, *, on: bool) -> None:
        self.lockouts.append(on)

    def reset(self, label: str, reason: str) -> None:
        self.resets.append((label, reason))

    def say(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        for tell in self._tell:
            tell(snapshot)


class FakeJournal:
    """A journal that holds these runs, or can't be read."""

    def __init__(self, runs: dict[RunSummary, tuple[Entry, ...]] | None = None, trouble: str = "") -> None:
        self._kept = {} if runs is None else runs
        self.trouble = trouble
        self.threads: set[int] = set()

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        self._read()
        return tuple(self._kept)[:limit]

    def entries(self, run: str) -> tuple[Entry, ...]:
        self._read()
        return next((entries for summary, entries in self._kept.items() if summary.run == run), ())

    def unfinished(self) -> tuple[UnfinishedRun, ...]:
        return ()

    def _read(self) -> None:
        self.threads.add(threading.get_ident())
        if self.trouble:
            raise JournalError(self.trouble)
