"""The settings of this desk: read whole or refused by name, written whole or not at all.

A file that can't be understood is never replaced by defaults: it stays as it is until its owner changes it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import replace

from panic_button.core.errors import SettingsError
from panic_button.core.evidence import SettingsChanged
from panic_button.core.model import PRODUCTION, Account, Environment
from panic_button.core.preferences import GuardKind, Preferences, Theme
from panic_button.storage.addresses import check_addresses
from panic_button.storage.paths import private_folder
from panic_button.storage.whole_file import replace_file

MOST_BYTES: Final = 1_000_000
LONGEST_LABEL: Final = 64
LONGEST_TELEPHONE: Final = 64
HOLD_S: Final = (0.4, 1.5)

_MEANING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts": "the exchange logins of this desk",
        "label": "the name of an account on this desk",
        "username": "the name used to sign in",
        "environment": "which exchange an account belongs to",
        "addresses": "where an exchange is reached",
        "rest_url": "where the exchange takes https requests",
        "orders_socket_url": "where the exchange takes orders by WebSocket",
        "user_feed_url": "where the exchange tells about an account's orders",
        "guard": "what keeps a slip of the hand from firing",
        "kind": "how the button is guarded",
        "hold_s": "how long the button is held, in seconds",
        "theme": "how the window looks",
        "lockout": "whether orders that open after a press are cancelled as well",
        "telephone": "the telephone of the exchange's desk",
        "reset_reasons": "the last reasons given for ending a lockout",
    }
)
_CHOICES: Final[Mapping[str, type[StrEnum]]] = MappingProxyType(
    {
        "environment": Environment,
        "kind": GuardKind,
        "theme": Theme,
    }
)
_COMPLAINT = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<entry>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_AT_BYTE = re.compile(r" \(byte (\d+)\)$")


class Settings(Preferences, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that settings.json holds: the preferences, and the accounts. Never a secret."""

    accounts: tuple[Account, ...] = ()

    @property
    def preferences(self) -> Preferences:
        return Preferences(**{name: getattr(self, name) for name in Preferences.__struct_fields__})


def load(path: Path) -> Settings:
    """The settings in `path`, or the defaults where there is no such file; SettingsError names what is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as exc:
        raise SettingsError(
            f"The settings in {path} can't be opened ({exc.strerror}), so no account is known. The file is left as it "
            "is. Give yourself access to it, or choose another place with --home."
        ) from exc
    private_folder(path.parent)
    try:
        return check(_decoded(data))
    except SettingsError as refusal:
        raise SettingsError(
            f"{refusal} Nothing in {path} is used and the file is left as it is: correct it, or move it away to start "
            "with no settings."
        ) from refusal


def save(path: Path, settings: Settings) -> None:
    """Replace the settings in `path` at once and for good; SettingsError says why not, and then the old ones stay."""
    data = msgspec.json.format(msgspec.json.encode(check(settings)), indent=2) + b"\n"
    if len(data) > MOST_BYTES:
        raise SettingsError(
            f"The settings are more than {MOST_BYTES:,} bytes and were not saved. Remove some accounts."
        )
    private_folder(path.parent)
    try:
        replace_file(path, data)
    except OSError as exc:
        raise SettingsError(
            f"The settings could not be saved in {path} ({exc.strerror}); what was there before still is. Free some "
            "space or give yourself access to the file, and save again."
        ) from exc


def changed(before: Preferences, after: Preferences) -> SettingsChanged:
    """The entries with another value than before, by their names in the file. No preference is a secret."""
    old, new = dict(_entries(msgspec.to_builtins(before))), dict(_entries(msgspec.to_builtins(after)))
    return SettingsChanged(changes={name: text for name, text in new.items() if old[name] != text})


def _entries(values: Mapping[str, object], within: str = "") -> Iterator[tuple[str, str]]:
    """Every entry as errors name it (`guard.hold_s`), with its value as text."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _entries(value, f"{within}{name}.")
        else:
            yield within + name, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def check(settings: Settings) -> Settings:
    """The same settings with their addresses in one form; SettingsError for what no type can refuse."""
    shortest, longest = HOLD_S
    if not shortest <= settings.guard.hold_s <= longest:
        raise SettingsError(
            f"`guard.hold_s` ({_MEANING['hold_s']}) is {settings.guard.hold_s:g}: shorter than {shortest} is no guard, "
            f"longer than {longest} is no emergency stop. Choose a number between the two."
        )
    if len(settings.telephone) > LONGEST_TELEPHONE or not settings.telephone.isprintable():
        raise SettingsError(
            f"`telephone` ({_MEANING['telephone']}) must be at most {LONGEST_TELEPHONE} visible characters. Shorten it."
        )
    entries: dict[str, str] = {}
    accounts = []
    for number, account in enumerate(settings.accounts):
        entry = f"accounts[{number}]"
        _check_names(account, entry)
        # Upper and lower case are one and the same to some keyrings, which file secrets by label.
        if twin := entries.get(account.label.casefold()):
            raise SettingsError(
                f"`{entry}.label` is the same as `{twin}.label`, so a press could not say which account it means. "
                "Give one of them another label; upper and lower case count as the same."
            )
        entries[account.label.casefold()] = entry
        accounts.append(replace(account, addresses=check_addresses(account.addresses, f"{entry}.addresses.")))
        if (account.environment is Environment.PRODUCTION) is not (accounts[-1].addresses == PRODUCTION):
            raise SettingsError(
                f"`{entry}.environment` ({_MEANING['environment']}) is {account.environment.value}, and the addresses "
                "are another exchange's. Give it its own addresses, or the environment that they belong to."
            )
    return replace(settings, accounts=tuple(accounts))


def _check_names(account: Account, entry: str) -> None:
    label = account.label
    if not label or label != label.strip() or len(label) > LONGEST_LABEL or not label.isprintable():
        raise SettingsError(
            f"`{entry}.label` ({_MEANING['label']}) must be 1 to {LONGEST_LABEL} visible characters with no space at "
            "either end. Give the account such a label."
        )
    if not account.username.isprintable():
        raise SettingsError(
            f"`{entry}.username` ({_MEANING['username']}) holds characters that can't be seen. Type it again."
        )


def _decoded(data: bytes) -> Settings:
    if len(data) > MOST_BYTES:
        raise SettingsError(f"The file is more than {MOST_BYTES:,} bytes: these are no settings.")
    data = data.removeprefix(codecs.BOM_UTF8)  # Windows editors put one there
    try:
        return msgspec.json.decode(data, type=Settings)
    except msgspec.ValidationError as exc:
        raise SettingsError(_in_words(str(exc))) from exc
    except UnicodeDecodeError as exc:
        raise SettingsError("The file is not text in UTF-8. Save it as UTF-8.") from exc
    except msgspec.DecodeError as exc:
        raise SettingsError(f"The file is not JSON: {_with_line(str(exc), data)}.") from exc


def _in_words(complaint: str) -> str:
    """A complaint of msgspec as a sentence that names the entry and what it is for."""
    found = _COMPLAINT.fullmatch(complaint)
    problem, entry = (found["problem"], found["entry"] or "") if found else (complaint, "")
    within = f"{entry}." if entry else ""
    if unknown := _UNKNOWN.fullmatch(problem):
        return f"`{within}{unknown[1]}` is no setting: misspelt, or of another version. Correct or remove it."
    if missing := _MISSING.fullmatch(problem):
        return f"`{within}{missing[1]}` ({_MEANING[missing[1]]}) is missing. Add it."
    if not entry:
        return f"The file does not hold one JSON object: {problem}."
    name = entry.rpartition(".")[2].partition("[")[0]
    choices = f" Choose one of: {', '.join(_CHOICES[name])}." if name in _CHOICES else ""
    return f"`{entry}` ({_MEANING[name]}) can't be read: {problem}.{choices}"


def _with_line(complaint: str, data: bytes) -> str:
    if not (at := _AT_BYTE.search(complaint)):
        return complaint
    line = data.count(b"\n", 0, int(at[1])) + 1
    return f"{complaint[: at.start()]}, line {line}"
