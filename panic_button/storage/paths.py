"""Where this desk's files are kept.

Every folder made here is its user's alone (0700), whatever the umask. A folder that was there before is put right only
when nothing but our own files is in it: closing somebody's shared folder would be worse than refusing it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from platformdirs import PlatformDirs

from panic_button.core.errors import SettingsError

HOME_VARIABLE = "PANIC_BUTTON_HOME"
SETTINGS_NAME = "settings.json"
LOG_NAME = "panic-button.log"
JOURNAL_NAME = "journal.sqlite3"
PRACTICE_JOURNAL_NAME = "practice-journal.sqlite3"

_LOGS_NAME = "logs"
_RUN_NAME = "run"
# SQLite, the log and the settings put more files beside their own, whose names begin with these.
_OURS = (SETTINGS_NAME, LOG_NAME, JOURNAL_NAME, PRACTICE_JOURNAL_NAME)
_OUR_FOLDERS = (_LOGS_NAME, _RUN_NAME)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Home(Struct, frozen=True, kw_only=True):
    """The places of one installation. Naming them creates nothing: `private_folder` does, when they are needed."""

    settings: Path
    journal: Path
    practice_journal: Path
    logs: Path
    run: Path

    @classmethod
    def find(cls, option: Path | None, environ: Mapping[str, str]) -> Home:
        """The home that `--home` names, else PANIC_BUTTON_HOME, else the system's own places."""
        if option is not None:
            return cls.under(option)
        if named := environ.get(HOME_VARIABLE):
            return cls.under(Path(named))
        return cls.of_this_system()

    @classmethod
    def under(cls, folder: Path) -> Home:
        """Everything in one folder."""
        folder = folder.expanduser().absolute()
        return cls(
            settings=folder / SETTINGS_NAME,
            journal=folder / JOURNAL_NAME,
            practice_journal=folder / PRACTICE_JOURNAL_NAME,
            logs=folder / _LOGS_NAME,
            run=folder / _RUN_NAME,
        )

    @classmethod
    def of_this_system(cls) -> Home:
        places = PlatformDirs("panic-button", appauthor=False)
        return cls(
            settings=places.user_config_path / SETTINGS_NAME,
            journal=places.user_data_path / JOURNAL_NAME,
            practice_journal=places.user_data_path / PRACTICE_JOURNAL_NAME,
            logs=places.user_log_path,
            # Not the system's place for sockets: where there is none, that is a guessable name in a shared folder.
            run=places.user_state_path / _RUN_NAME,
        )


def private_folder(folder: Path) -> Path:
    """Make `folder` exist for its user alone and give it back; SettingsError where that can't be had.

    On Windows the access list that a folder inherits from its user's profile does this, so there it is only made.
    """
    try:
        _make(folder)
        if sys.platform != "win32":
            _insist_on_privacy(folder)
    except OSError as exc:
        raise SettingsError(
            f"The folder {folder} can't be used ({exc.strerror}), so nothing can be read from it or kept in it. "
            f"Give yourself access to it, or choose another with --home or {HOME_VARIABLE}."
        ) from exc
    return folder


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True, mode=stat.S_IRWXU)
    folder.chmod(stat.S_IRWXU)  # the umask may have taken from the mode that mkdir was given


def _insist_on_privacy(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise SettingsError(
            f"The folder {folder} belongs to another user, who could change where orders are cancelled. "
            f"Nothing in it is used. Choose a folder of your own with --home or {HOME_VARIABLE}."
        )
    if found.st_mode & _OTHERS and all(_is_ours(entry.name) for entry in folder.iterdir()):
        folder.chmod(stat.S_IRWXU)
        found = folder.stat()
    if found.st_mode & _OTHERS:
        raise SettingsError(
            f"The folder {folder} is open to other users of this machine, and holds more than Panic Button's own "
            f'files. Nothing in it is used or changed. Run: chmod 700 "{folder}"; or choose another with --home or '
            f"{HOME_VARIABLE}."
        )


def _is_ours(name: str) -> bool:
    return name in _OUR_FOLDERS or name.startswith(_OURS)
