"""Tokens and passwords, by account: in the system's keyring, or in memory for one session.

A secret is in one of these two places and in no message: errors carry the kind of a backend's failure, never its text.
Every method of KeyringStore may block for as long as a person leaves an unlock prompt open: call it in a thread, with a
time limit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from panic_button.core.errors import SecretStoreError
from panic_button.core.ports import Secrets
from panic_button.storage.vaults import Backend, Vault, vaults_of

SERVICE: Final = "panic-button"


class SessionOnlyStore:
    """Keeps secrets in memory, until the program ends."""

    def __init__(self) -> None:
        self._kept: dict[str, Secrets] = {}

    def load(self, label: str) -> Secrets:
        return self._kept.get(label, Secrets())

    def save(self, label: str, secrets: Secrets) -> None:
        self._kept[label] = secrets

    def delete(self, label: str) -> None:
        self._kept.pop(label, None)


class KeyringStore:
    """Keeps secrets in the system's keyring, one entry an account. What was written is read back before it counts.

    Every method may block on an unlock prompt: call it in a thread, with a time limit. It raises SecretStoreError with
    a sentence for a person when the keyring is absent or locked, its prompt was declined, or it failed.
    """

    def __init__(self, vaults: Sequence[Vault] | None = None) -> None:
        self._vaults = vaults_of() if vaults is None else vaults

    def load(self, label: str) -> Secrets:
        """What is kept of an account: nothing is an answer, a damaged entry an error."""
        with _in_words(f"could not give the sign-in of {label}"):
            kept = self._open()[1].get_password(SERVICE, label)
        if kept is None:
            return Secrets()
        try:
            entry = msgspec.json.decode(kept, type=_Entry)
        except (msgspec.DecodeError, UnicodeError):
            # Not chained: the damaged entry may hold half a password, and so may what a decoder says of it.
            raise SecretStoreError(
                f"The keyring's entry for {label} is damaged and can't be used. Sign in again: that replaces it."
            ) from None
        return Secrets(token=entry.token, password=entry.password)

    def save(self, label: str, secrets: Secrets) -> None:
        """Keep an account's secrets in place of what was kept before."""
        with _in_words(f"did not keep the sign-in of {label}"):
            entry = msgspec.json.encode(_Entry(token=secrets.token, password=secrets.password)).decode()
            vault, backend = self._open()
            if vault.limit is not None and (length := len(entry.encode("utf-16-le")) // 2) > vault.limit:
                raise SecretStoreError(
                    f"The sign-in of {label} is {length:,} characters long, and {vault.name} takes {vault.limit:,}: "
                    "nothing was kept. Keep the token or the password alone, or neither: this session works anyhow."
                )
            backend.set_password(SERVICE, label, entry)
            kept = backend.get_password(SERVICE, label)
        if kept != entry:
            raise SecretStoreError(
                f"{vault.name} took the sign-in of {label} but did not keep it. Keep it for this session only, and "
                "look at the keyring's own settings."
            )

    def delete(self, label: str) -> None:
        """Forget an account. Forgetting what is not there is fine."""
        with _in_words(f"did not forget the sign-in of {label}"):
            from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - slow, and needed here alone

            vault, backend = self._open()
            # Backends say the same of what is not there and of what they may not delete: looking again tells.
            with contextlib.suppress(PasswordDeleteError):
                backend.delete_password(SERVICE, label)
            left = backend.get_password(SERVICE, label)
        if left is not None:
            raise SecretStoreError(
                f"{vault.name} still holds the sign-in of {label}. Allow it to be deleted, or delete the entry "
                f"{SERVICE} in the keyring's own window."
            )

    def _open(self) -> tuple[Vault, Backend]:
        """The first keyring that is there; found anew each time, because one may be started or restarted meanwhile."""
        reasons = []
        for vault in self._vaults:
            try:
                return vault, vault.build()
            except Exception as exc:  # noqa: BLE001 - whatever a backend's own libraries raise: it can't be used
                reasons.append(f"{vault.name}: {exc}")
        raise SecretStoreError(
            f"No keyring of this system can be used ({'; '.join(reasons)}), so nothing can be kept or read. Keep the "
            "sign-in for this session only, or start the keyring and try again."
        )


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an account's secrets are written."""

    token: str | None
    password: str | None

    def __repr__(self) -> str:
        return "_Entry([secure])"


@contextlib.contextmanager
def _in_words(failed: str) -> Iterator[None]:
    """Turn whatever a backend raises into a sentence."""
    try:
        yield
    except SecretStoreError:
        raise
    except Exception as exc:
        from keyring.errors import InitError, KeyringLocked  # noqa: PLC0415 - slow, and needed here alone

        if isinstance(exc, (KeyringLocked, InitError)):  # the latter where a first keyring was to be made
            raise SecretStoreError(
                f"The system's keyring {failed}: it is locked, or its question was declined. Keep the sign-in for this "
                "session only, or unlock the keyring and try again."
            ) from exc
        raise SecretStoreError(
            f"The system's keyring {failed}: it failed ({type(exc).__name__}). Keep the sign-in for this session only, "
            "or look at the keyring's own window and try again."
        ) from exc
