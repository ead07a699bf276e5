"""What an exchange's address may look like: the one check, for the settings and for the command line.

A session token travels to these addresses: none is accepted that would send it in the clear over a network, and a
refusal never repeats the address, because a password may stand in it.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from panic_button.core.errors import SettingsError
from panic_button.core.model import Addresses

_PRINTABLE_ASCII = re.compile(r"[!-~]+")
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)


def check_addresses(addresses: Addresses, within: str = "") -> Addresses:
    """The same addresses without trailing slashes; SettingsError names the entry that can't be used.

    `within` is put before an entry's name: `accounts[0].addresses.`, or nothing.
    """
    return Addresses(
        rest_url=_checked(addresses.rest_url, "https", f"{within}rest_url"),
        orders_socket_url=_checked_if_any(addresses.orders_socket_url, f"{within}orders_socket_url"),
        user_feed_url=_checked_if_any(addresses.user_feed_url, f"{within}user_feed_url"),
    )


def _checked_if_any(url: str | None, entry: str) -> str | None:
    return None if url is None else _checked(url, "wss", entry)


def _checked(url: str, secure: str, entry: str) -> str:
    plain = secure.removesuffix("s")
    parts = _split(url)
    if parts is None:
        raise SettingsError(
            f"`{entry}` is not an address of an exchange. Write it as {secure}://host, with a port and a path if "
            "needed, in plain ASCII without spaces."
        )
    if "@" in parts.netloc:
        raise SettingsError(
            f"`{entry}` holds a username or password, which would be kept in the clear. Remove it from the address: "
            "the sign-in keeps passwords in the system's keyring."
        )
    if "?" in url or "#" in url:
        raise SettingsError(
            f"`{entry}` holds a ? or #, but paths are added to its end. Remove that and everything after it."
        )
    if parts.scheme not in {secure, plain}:
        raise SettingsError(f"`{entry}` must begin with {secure}://. Correct the beginning of the address.")
    if parts.scheme == plain and not _is_loopback(parts.hostname or ""):
        raise SettingsError(
            f"`{entry}` is plain {plain}: anybody on the way could read the session token. Plain {plain} is accepted "
            f"for this machine alone (127.0.0.1, ::1, localhost). Write {secure}://."
        )
    return url.rstrip("/")


def _split(url: str) -> SplitResult | None:
    # urlsplit drops tabs and line ends in silence, and programs disagree about a backslash: neither gets that far.
    if not _PRINTABLE_ASCII.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not parts.netloc.endswith(":") and _is_host(parts.hostname or "")
    except ValueError:
        return None
    return parts if usable else None


def _is_host(host: str) -> bool:
    return _address(host) is not None or _HOST_NAME.fullmatch(host) is not None


def _is_loopback(host: str) -> bool:
    """No names but localhost, no short forms such as 127.1: what they reach is not known here."""
    if host == "localhost":
        return True
    address = _address(host)
    return address == IPv6Address("::1") or (isinstance(address, IPv4Address) and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
