"""The composition root: builds the rooms, wires them, runs them and stops them. The only module that knows every room.

No Qt is imported before a window is asked for, and nothing slow before it shows.
"""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from panic_button import __version__
from panic_button.core.errors import SettingsError
from panic_button.core.evidence import ProgramStarted
from panic_button.core.model import Account, Addresses, Environment
from panic_button.core.ports import JournalReader, Secrets, SecretStore
from panic_button.core.snapshot import Snapshot
from panic_button.engine.engine import Engine
from panic_button.engine.keeping import Keeping
from panic_button.storage import settings
from panic_button.storage.crashes import Mistakes, dumps_kept, mistakes_caught
from panic_button.storage.late_log import HidingStore, Log
from panic_button.storage.paths import Home
from panic_button.storage.secrets import KeyringStore, SessionOnlyStore
from panic_button.storage.settings_keeper import SettingsKeeper

if TYPE_CHECKING:
    from panic_button.practice import PracticeExchange
    from panic_button.ui.main_window import MainWindow

_log = logging.getLogger(__name__)

FIRST_LABEL = "desk-1"
PRACTICE_LABEL = "practice"
PRACTICE_ORDERS = 37

START_ANYWAY_MS = 400
# Looks the same on every system. Asked for here it costs nothing; `setStyle` makes 6 ms of Qt's types known first.
STYLE = ("-style", "fusion")
JOURNAL_LIMIT_S = 1.5

# How long one thread keeps the interpreter from another that wants it. A press wants it from a busy window, and a
# window from a busy engine, after every call into Qt that gives it away: painting beside 100,000 rows at work took
# 45 ms with 0.5 ms, and 24 ms with this. Python's own is 5 ms.
SWITCH_INTERVAL_S = 0.0001


@contextlib.contextmanager
def keeping(  # noqa: PLR0913 - wired once, in one place
    told: Callable[[], None],
    *,
    home: Home,
    log: Log,
    store: SecretStore,
    practice: bool = False,
    takes_up: bool = True,
) -> Iterator[Keeping]:
    """The journal and the lockouts of a home while this lasts, and a store whose secrets the log does not show.

    `takes_up`: go on with runs that were cut off. `told` is called when evidence can't be kept, or can again.
    """
    from panic_button.storage.journal import SqliteJournal, unfinished  # noqa: PLC0415 - slow: on the engine's thread
    from panic_button.storage.lockouts import LockoutFiles, LockoutsInMemory  # noqa: PLC0415 - the same

    path = home.practice_journal if practice else home.journal
    journal = SqliteJournal(path, clean=log.begin().clean, on_trouble=lambda _words: told())
    journal.record(ProgramStarted(version=__version__, user=_user(), machine=platform.node()))
    try:
        yield Keeping(
            secrets=HidingStore(store, log),
            journal=journal,
            lockouts=LockoutsInMemory() if practice else LockoutFiles(home.run),
            unfinished=partial(unfinished, path) if takes_up and not practice else tuple,
        )
    finally:
        if not journal.close(JOURNAL_LIMIT_S):
            _log.warning("The journal did not end in time: its last entries may be missing")


@contextlib.contextmanager
def engine_for(accounts: Iterable[Account], home: Home, store: SecretStore) -> Iterator[Engine]:
    """A started engine for one command, closed in the end. It takes up nothing that was cut off."""
    with Log(home) as log:
        engine = Engine(accounts, partial(keeping, home=home, log=log, store=store, takes_up=False))
        engine.start()
        try:
            yield engine
        finally:
            if not engine.close():
                _log.warning("The engine did not end in time and was left behind")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a service may have no name
        return f"user {os.getuid()}" if hasattr(os, "getuid") else ""


def practice_account(exchange: PracticeExchange) -> tuple[Account, SecretStore]:
    """An account on a practice exchange. Its password is in memory, so it signs in by itself as a kept one does."""
    store = SessionOnlyStore()
    store.save(PRACTICE_LABEL, Secrets(password=exchange.password))
    at = exchange.addresses
    addresses = Addresses(rest_url=at.rest_url, orders_socket_url=at.orders_socket_url, user_feed_url=at.user_feed_url)
    account = Account(
        label=PRACTICE_LABEL, username=exchange.username, environment=Environment.PRACTICE, addresses=addresses
    )
    return account, store


def run_window(home: Home, *, practice: bool) -> int:
    """The window until it is closed; on the built-in practice exchange, nothing real is touched or kept.

    SettingsError, told in a window first, where the settings can't be understood.
    """
    try:
        kept = settings.load(home.settings)
    except SettingsError as exc:
        _tell(str(exc))
        raise
    with contextlib.ExitStack() as stack:
        watched = stack.enter_context(_watched(home))
        keeper = SettingsKeeper(home.settings, kept)
        stack.callback(keeper.close)
        if practice:
            from panic_button.practice import PracticeExchange  # noqa: PLC0415 - only where it is wanted

            exchange = stack.enter_context(PracticeExchange(orders=PRACTICE_ORDERS, busy=True))
            account, store = practice_account(exchange)
            return _show(watched, keeper, (account,), store, practice=True)
        accounts = kept.accounts or (Account(label=FIRST_LABEL),)
        return _show(watched, keeper, accounts, KeyringStore(), on_snapshot=keeper.keep_accounts)


class Watched(Struct, frozen=True):
    """A home whose log hears of every mistake. `dump` is what the interpreter left when it last crashed."""

    home: Home
    log: Log
    mistakes: Mistakes
    dump: str


@contextlib.contextmanager
def _watched(home: Home) -> Iterator[Watched]:
    from panic_button.ui.qt_messages import qt_messages_logged  # noqa: PLC0415 - Qt is for windows alone

    with Log(home) as log, mistakes_caught(log.begin) as mistakes, dumps_kept(home.logs) as dump, qt_messages_logged():
        yield Watched(home, log, mistakes, dump)


def _tell_of_crash(window: MainWindow, watched: Watched) -> None:
    _log.error("The program crashed when it last ran. It was here:\n%s", watched.dump)
    window.say(f"Panic Button crashed when it last ran. The log tells where: it is in {watched.home.logs}.")


def _journal_reader(path: Path) -> JournalReader:
    from panic_button.storage.journal import SqliteJournalReader  # noqa: PLC0415 - slow: when a journal is opened

    return SqliteJournalReader(path)


def _tell(words: str) -> None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - Qt is for windows alone

    from panic_button.ui.cannot_start import why_not  # noqa: PLC0415 - the same

    application = QApplication([*sys.argv[:1], *STYLE])
    box = why_not(words)
    box.show()
    application.exec()


def _show(  # noqa: PLR0913 - wired once, in one place
    watched: Watched,
    keeper: SettingsKeeper,
    accounts: tuple[Account, ...],
    store: SecretStore,
    *,
    practice: bool = False,
    on_snapshot: Callable[[Snapshot], None] | None = None,
) -> int:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - Qt is for windows alone
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    from panic_button.ui.main_window import MainWindow  # noqa: PLC0415 - the same

    home = watched.home
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = QApplication([*sys.argv[:1], *STYLE])
    application.setApplicationName("Panic Button")
    application.setDesktopFileName("panic-button")
    engine = Engine(accounts, partial(keeping, home=home, log=watched.log, store=store, practice=practice))
    engine.lock_out(on=keeper.kept.locks_out)
    if on_snapshot is not None:
        engine.subscribe(on_snapshot)
    window = MainWindow(
        engine,
        keeper.kept.preferences,
        partial(_journal_reader, home.practice_journal if practice else home.journal),
        on_preferences_changed=partial(keeper.keep_preferences, record=engine.record),
    )
    watched.mistakes.tell = partial(window.crashed.emit, str(home.logs))
    if watched.dump:
        window.painted.connect(partial(_tell_of_crash, window, watched))
    # What these import is slow, so the window is painted first; one that is covered or minimised never is.
    window.painted.connect(engine.start)
    QTimer.singleShot(START_ANYWAY_MS, engine.start)
    window.show()
    try:
        return int(application.exec())
    finally:
        if not engine.close():
            _log.warning("The engine did not end in time and was left behind")
