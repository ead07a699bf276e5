"""The protocols that rooms fulfil for each other, so that each can be run on a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from panic_button.core.evidence import Entry, Fact, RunSummary, UnfinishedRun
from panic_button.core.model import Trigger
from panic_button.core.snapshot import Keep, Snapshot


class Secrets(Struct, frozen=True, kw_only=True):
    """What is kept of one account. Its repr shows nothing."""

    token: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return "Secrets([secure])"


class SecretStore(Protocol):
    """Keeps secrets by account label. Every method may block and raise SecretStoreError."""

    def load(self, label: str) -> Secrets: ...

    def save(self, label: str, secrets: Secrets) -> None: ...

    def delete(self, label: str) -> None: ...


class Engine(Protocol):
    """What a window needs of the worker thread. Every method returns at once; the outcome comes as a snapshot."""

    @property
    def snapshot(self) -> Snapshot: ...

    def subscribe(self, on_snapshot: Callable[[Snapshot], None]) -> None:
        """Hand every new snapshot to `on_snapshot`, on the engine's own thread."""

    def fire(self, trigger: Trigger) -> None: ...

    def sign_in(self, label: str, *, username: str, password: str, keep: Keep) -> None: ...

    def sign_out(self, label: str) -> None: ...

    def stop(self, label: str) -> None:
        """Have the run of this account try no more. What is open stays open."""

    def lock_out(self, *, on: bool) -> None:
        """Whether presses from now on start a lockout. It neither starts nor ends one."""

    def reset(self, label: str, reason: str) -> None:
        """End the lockout of this account. It sends nothing."""


class Journal(Protocol):
    """Keeps evidence. Nothing that it does, or fails to do, may hold up or stop a press."""

    @property
    def trouble(self) -> str:
        """A sentence for a person while evidence is not being kept, else empty."""

    def record(self, fact: Fact, *, run: str | None = None, account: str | None = None) -> None:
        """Keep a fact, stamped with this moment. Any thread may call it; it returns at once and never raises."""


class JournalReader(Protocol):
    """Reads evidence back. Every method may block and raise JournalError."""

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The newest runs, the newest first."""

    def entries(self, run: str) -> tuple[Entry, ...]:
        """All that was kept of one run, in the order it was written; empty if there is no such run."""

    def unfinished(self) -> tuple[UnfinishedRun, ...]:
        """Presses whose end was never written."""


class KeptLockout(Struct, frozen=True, kw_only=True):
    """What outlives the program of a lockout that is on."""

    since: datetime
    run: str


class LockoutStore(Protocol):
    """Keeps which accounts are locked out, by label. Every method may block and raise LockoutStoreError."""

    def load(self, label: str) -> KeptLockout | None: ...

    def save(self, label: str, lockout: KeptLockout) -> None: ...

    def remove(self, label: str) -> None: ...
