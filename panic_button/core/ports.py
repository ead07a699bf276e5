"""The protocols that rooms fulfil for each other, so that each can be run on a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

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
