"""A log that begins when it is first needed, and a store whose secrets it never shows."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Self

from panic_button.core.ports import Secrets, SecretStore
from panic_button.storage.paths import Home

if TYPE_CHECKING:
    from panic_button.storage.logs import Redactor


class Log:
    """The log of a home, once it has begun. Its imports take 9 ms, so a window begins it when it has been painted."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._redactor: Redactor | None = None
        self._begun = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._begun.close()

    def begin(self) -> Redactor:
        """Begin, unless it has begun. Gives what takes secrets out of the log."""
        from panic_button.storage.logs import Redactor, logging_to  # noqa: PLC0415 - see above

        with self._lock:
            if self._redactor is None:
                self._redactor = Redactor()
                self._begun.enter_context(logging_to(self._home.logs, self._redactor))
            return self._redactor


class HidingStore:
    """A store whose secrets are hidden from the log from the moment that they pass through."""

    def __init__(self, store: SecretStore, log: Log) -> None:
        self._store = store
        self._log = log

    def load(self, label: str) -> Secrets:
        return self._hidden(self._store.load(label))

    def save(self, label: str, secrets: Secrets) -> None:
        self._store.save(label, self._hidden(secrets))

    def delete(self, label: str) -> None:
        self._store.delete(label)

    def _hidden(self, secrets: Secrets) -> Secrets:
        for secret in (secrets.token, secrets.password):
            self._log.begin().hide(secret or "")
        return secrets
