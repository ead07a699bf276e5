"""What every connection to the exchange shares: who we are, whom we trust, what we carry, how large a body may be.

TLS is always verified. A token goes to the address it belongs to and to no other.
"""

from __future__ import annotations

import asyncio
import ipaddress
import platform
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import truststore

from panic_button import __version__
from panic_button.core.errors import ExchangeError
from panic_button.core.evidence import fingerprint
from panic_button.core.model import Failure, FailureKind
from panic_button.exchange.pieces import PIECE

BODY_LIMIT = 64 * 1024 * 1024
USER_AGENT = f"PanicButton/{__version__} ({platform.system()})"


class Token:
    """The session token of one account, shared by its connections. Its repr shows nothing.

    `on_rotated` is told of a replacement that the exchange sent: the old one is dead from that moment.
    """

    def __init__(self, value: str | None = None, on_rotated: Callable[[str], None] | None = None) -> None:
        self.value = value
        self._on_rotated = on_rotated

    def __repr__(self) -> str:
        return "Token([secure])"

    def rotated(self, value: str) -> None:
        self.value = value
        if self._on_rotated is not None:
            self._on_rotated(value)


class Observer:
    """Told how one request goes, on the loop's thread. This one has no interest in it."""

    def sent(self) -> None:
        """All of it is on the wire."""

    def begun(self) -> None:
        """Its answer has begun to come."""

    def heard(self, status: int | None, size: int, sha256: str) -> None:
        """Its answer is here: the status (None on a socket), the body's size in bytes and its fingerprint."""


NOBODY = Observer()


async def told(observer: Observer, body: bytes, status: int | None = None) -> None:
    """Tell an observer of a whole answer. A large body takes a while to fingerprint: in a thread."""
    if observer is NOBODY:
        return
    sha256 = fingerprint(body) if len(body) <= PIECE else await asyncio.to_thread(fingerprint, body)
    observer.heard(status, len(body), sha256)


def tls_context() -> ssl.SSLContext:
    """The system's trust store, where traders' own proxies are known; certifi's where the system has none.

    Building one takes 20 to 50 ms: once, when arming.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.platform == "linux" and not _system_has_certificates():
        return ssl.create_default_context(cafile=certifi.where())
    return context


def is_loopback(url: str) -> bool:
    """Whether this address never leaves the machine: no proxy has anything to do with it."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def failed(kind: FailureKind, text: str, retry_after: float | None = None) -> ExchangeError:
    return ExchangeError(Failure(kind=kind, text=text), retry_after)


def too_large() -> ExchangeError:
    return failed(
        FailureKind.UNREADABLE,
        f"The answer was larger than {BODY_LIMIT // 1024**2} MB and was not read: what it said is not known.",
    )


def unreadable() -> ExchangeError:
    return failed(
        FailureKind.UNREADABLE,
        "The answer could not be read: it was not what the exchange sends. What it said is not known.",
    )


def not_verified(host: str) -> ExchangeError:
    return failed(
        FailureKind.UNREACHABLE,
        f"The certificate of {host} does not verify, so nothing was sent: somebody may sit between. "
        "Check this computer's clock and network, or ask who runs its proxy.",
    )


def certificate_refused(exc: BaseException | None) -> bool:
    """Whether a certificate that does not verify is at the bottom of this."""
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def _system_has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or (bool(paths.capath) and any(Path(paths.capath).iterdir()))
