"""The keyrings that may hold secrets, by system: an allow list.

Each is built directly. keyring's own search obeys an environment variable and a file that can name a backend which
keeps nothing or keeps it in the clear, and it probes whatever is installed (125 to 270 ms, against 72).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

B = TypeVar("B", bound="KeyringBackend")

# Windows takes 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), and keyring writes UTF-16.
WINDOWS_LIMIT: Final = 1_280


class Backend(Protocol):
    """What is used of a keyring backend. Its methods may block on a person, and raise what they like."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


class Vault(Struct, frozen=True, kw_only=True):
    """One keyring: `build` raises, saying why, where it is not there. `limit` is in UTF-16 units."""

    name: str
    build: Callable[[], Backend]
    limit: int | None = None


def vaults_of(platform: str = sys.platform) -> tuple[Vault, ...]:
    """The keyrings to try on a system, the best first."""
    if platform == "win32":
        return (Vault(name="Windows Credential Manager", build=_credential_manager, limit=WINDOWS_LIMIT),)
    if platform == "darwin":
        return (Vault(name="macOS Keychain", build=_keychain),)
    return (Vault(name="Secret Service", build=_secret_service), Vault(name="KWallet", build=_kwallet))


def _secret_service() -> Backend:
    from keyring.backends.SecretService import Keyring  # noqa: PLC0415 - slow, and needed at sign-in alone

    return _built(Keyring)


def _kwallet() -> Backend:
    from keyring.backends.kwallet import DBusKeyring  # noqa: PLC0415 - slow, and needed at sign-in alone

    return _built(DBusKeyring)


def _keychain() -> Backend:
    from keyring.backends.macOS import Keyring  # noqa: PLC0415 - slow, and needed at sign-in alone

    return _built(Keyring)


def _credential_manager() -> Backend:
    from keyring.backends.Windows import WinVaultKeyring  # noqa: PLC0415 - slow, and needed at sign-in alone

    keyring = _built(WinVaultKeyring)
    keyring.persist = "local machine"  # else it roams to every machine of the domain
    return keyring


def _built(kind: type[B]) -> B:
    kind.priority  # noqa: B018 - raises, saying why this keyring is not there
    return kind()
