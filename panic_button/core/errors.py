"""Every error of the package, one tree.

PanicButtonError            what a person can act on: its text says what happened, what it means, what to do now
├── SettingsError           settings.json can't be read or written; the file is left as it is
├── JournalError            the evidence can't be kept, read or written out; cancelling works as before
├── LockoutStoreError       whether an account is locked out can't be read or written; the lockout itself goes on
├── SecretStoreError        the system's keyring is absent, locked or did not keep what it was given
└── ExchangeError           a request got no answer in good form; carries a core.model.Failure

Anything else that is raised is a bug.
"""

from __future__ import annotations

from panic_button.core.model import Failure


class PanicButtonError(Exception):
    """What a person can act on."""


class SettingsError(PanicButtonError):
    """The settings can't be read or written; the file is left as it is."""


class JournalError(PanicButtonError):
    """The evidence can't be kept, read or written out. Cancelling works as before."""


class LockoutStoreError(PanicButtonError):
    """Whether an account is locked out can't be read or written. The lockout itself goes on."""


class SecretStoreError(PanicButtonError):
    """The system's keyring is absent, locked, or did not keep what it was given."""


class ExchangeError(PanicButtonError):
    """A request got no answer in good form. `retry_after` is in ms, where the exchange named a time."""

    def __init__(self, failure: Failure, retry_after: float | None = None) -> None:
        super().__init__(failure.text)
        self.failure = failure
        self.retry_after = retry_after
