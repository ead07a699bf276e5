"""The settings in use, written in a thread of their own whenever they change. A window never waits for a disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from panic_button.core.errors import SettingsError
from panic_button.core.evidence import SettingsChanged
from panic_button.core.preferences import Preferences
from panic_button.core.snapshot import Snapshot
from panic_button.storage import settings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_log = logging.getLogger(__name__)


class SettingsKeeper:
    """`kept` is what holds now, on the disk or on its way there."""

    def __init__(self, path: Path, kept: settings.Settings) -> None:
        self._path = path
        self._lock = threading.Lock()  # the window changes them, and so does the engine's thread
        self._writer: ThreadPoolExecutor | None = None
        self.kept = kept

    def keep_preferences(self, preferences: Preferences, *, record: Callable[[SettingsChanged], object]) -> None:
        """A person chose. `record` is told what is another than before, for the journal."""
        changed = settings.changed(self.kept.preferences, preferences)
        self._keep(**asdict(preferences))
        if changed.changes:
            record(changed)

    def keep_accounts(self, snapshot: Snapshot) -> None:
        """A sign-in may have brought another username."""
        accounts = tuple(one.account for one in snapshot.accounts)
        if accounts != self.kept.accounts and any(account.username for account in accounts):
            self._keep(accounts=accounts)

    def close(self) -> None:
        """What is on its way to the disk arrives there."""
        if self._writer is not None:
            self._writer.shutdown()

    def _keep(self, **changes: object) -> None:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - 3 ms that a window need not wait for

        with self._lock:
            self.kept = replace(self.kept, **changes)
            self._writer = self._writer or ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")
            self._writer.submit(self._save, self.kept)

    def _save(self, kept: settings.Settings) -> None:
        try:
            settings.save(self._path, kept)
        except SettingsError as exc:
            _log.error("%s", exc)
