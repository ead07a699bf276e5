"""Which accounts are locked out, over every end of the program: one small file an account, in the folder `run/`.

A file that is there is a lockout that is on, even where it can't be understood: what is doubtful stays locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from panic_button.core.errors import LockoutStoreError, SettingsError
from panic_button.core.ports import KeptLockout
from panic_button.storage.paths import private_folder
from panic_button.storage.whole_file import replace_file

MOST_BYTES = 10_000

# What stands around an account's label in the name of its file.
_BEFORE, _BEHIND = "lockout-", ".json"


class LockoutsInMemory:
    """Fulfils core.ports.LockoutStore until the program ends, for an exchange that ends with it."""

    def __init__(self) -> None:
        self._kept: dict[str, KeptLockout] = {}

    def load(self, label: str) -> KeptLockout | None:
        return self._kept.get(label)

    def save(self, label: str, lockout: KeptLockout) -> None:
        self._kept[label] = lockout

    def remove(self, label: str) -> None:
        self._kept.pop(label, None)


class LockoutFiles:
    """Fulfils core.ports.LockoutStore."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, label: str) -> KeptLockout | None:
        path = self._path(label)
        with _in_words("can't be read"):
            try:
                with path.open("rb") as file:
                    data = file.read(MOST_BYTES)
                    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                return None
        try:
            return msgspec.json.decode(data, type=KeptLockout)
        except (msgspec.DecodeError, UnicodeError):
            return KeptLockout(since=changed, run="")

    def save(self, label: str, lockout: KeptLockout) -> None:
        with _in_words("can't be kept, and ends with the program"):
            private_folder(self._folder)
            replace_file(self._path(label), msgspec.json.encode(lockout))

    def remove(self, label: str) -> None:
        with _in_words("can't be taken off the disk, and is on again at the next start"):
            self._path(label).unlink(missing_ok=True)

    def labels(self) -> tuple[str, ...]:
        """The accounts that are locked out, whether the settings still know them or not."""
        with _in_words("can't be looked for"):
            names = [path.name for path in self._folder.iterdir()] if self._folder.exists() else []
        kept = sorted(name for name in names if name.startswith(_BEFORE) and name.endswith(_BEHIND))
        return tuple(unquote(name.removeprefix(_BEFORE).removesuffix(_BEHIND)) for name in kept)

    def _path(self, label: str) -> Path:
        return self._folder / f"{_BEFORE}{quote(label, safe='')}{_BEHIND}"


@contextmanager
def _in_words(trouble: str) -> Iterator[None]:
    try:
        yield
    except (OSError, SettingsError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise LockoutStoreError(f"The lockout {trouble} ({why}). Free some space, or give yourself access.") from exc
