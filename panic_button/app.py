"""The composition root: builds the rooms, wires them, runs them and stops them. The only module that knows every room.

No Qt is imported before a window is asked for, and nothing slow before it shows.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec.structs import replace

from panic_button.core.errors import SettingsError
from panic_button.core.model import Account, Addresses, Environment
from panic_button.core.ports import Secrets, SecretStore
from panic_button.core.preferences import Guard, Theme
from panic_button.core.snapshot import Snapshot
from panic_button.engine.engine import Engine
from panic_button.storage import settings
from panic_button.storage.logs import Redactor, logging_to
from panic_button.storage.paths import Home
from panic_button.storage.secrets import KeyringStore, SessionOnlyStore

if TYPE_CHECKING:
    from panic_button.practice import PracticeExchange

_log = logging.getLogger(__name__)

FIRST_LABEL = "desk-1"
PRACTICE_LABEL = "practice"
PRACTICE_ORDERS = 37

START_ANYWAY_MS = 400

# How long one thread keeps the interpreter from another that wants it. A press wants it from a busy window, and a
# window from a busy engine, after every call into Qt that gives it away: painting beside 100,000 rows at work took
# 45 ms with 0.5 ms, and 24 ms with this. Python's own is 5 ms.
SWITCH_INTERVAL_S = 0.0001


class HidingStore:
    """A store whose secrets are hidden from the log from the moment that they pass through."""

    def __init__(self, store: SecretStore, redactor: Redactor) -> None:
        self._store = store
        self._redactor = redactor

    def load(self, label: str) -> Secrets:
        return self._hidden(self._store.load(label))

    def save(self, label: str, secrets: Secrets) -> None:
        self._store.save(label, self._hidden(secrets))

    def delete(self, label: str) -> None:
        self._store.delete(label)

    def _hidden(self, secrets: Secrets) -> Secrets:
        for secret in (secrets.token, secrets.password):
            self._redactor.hide(secret or "")
        return secrets


class SettingsKeeper:
    """The settings in use, written in a thread of their own whenever they change. A window never waits for a disk."""

    def __init__(self, home: Home, kept: settings.Settings) -> None:
        self._home = home
        self._lock = threading.Lock()  # the window changes them, and so does the engine's thread
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")
        self.kept = kept

    def keep_guard(self, guard: Guard) -> None:
        self._keep(guard=guard)

    def keep_theme(self, theme: Theme) -> None:
        self._keep(theme=theme)

    def keep_accounts(self, snapshot: Snapshot) -> None:
        """A sign-in may have brought another username."""
        accounts = tuple(one.account for one in snapshot.accounts)
        if accounts != self.kept.accounts and any(account.username for account in accounts):
            self._keep(accounts=accounts)

    def close(self) -> None:
        self._writer.shutdown()

    def _keep(self, **changes: object) -> None:
        with self._lock:
            self.kept = replace(self.kept, **changes)
            self._writer.submit(self._save, self.kept)

    def _save(self, changed: settings.Settings) -> None:
        try:
            settings.save(self._home.settings, changed)
        except SettingsError as exc:
            _log.error("%s", exc)


@contextlib.contextmanager
def logged(home: Home, store: SecretStore) -> Iterator[SecretStore]:
    """Log into this home while this lasts. Gives the store back with its secrets hidden from that log."""
    redactor = Redactor()
    with logging_to(home.logs, redactor):
        yield HidingStore(store, redactor)


@contextlib.contextmanager
def engine_for(accounts: Iterable[Account], store: SecretStore) -> Iterator[Engine]:
    """A started engine, closed in the end."""
    engine = Engine(accounts, store)
    engine.start()
    try:
        yield engine
    finally:
        if not engine.close():
            _log.warning("The engine did not end in time and was left behind")


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
        keeper = SettingsKeeper(home, kept)
        stack.callback(keeper.close)
        if practice:
            from panic_button.practice import PracticeExchange  # noqa: PLC0415 - only where it is wanted

            exchange = stack.enter_context(PracticeExchange(orders=PRACTICE_ORDERS, busy=True))
            account, store = practice_account(exchange)
            return _show(home, keeper, (account,), store)
        accounts = kept.accounts or (Account(label=FIRST_LABEL),)
        return _show(home, keeper, accounts, KeyringStore(), on_snapshot=keeper.keep_accounts)


def _tell(words: str) -> None:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - Qt is for windows alone

    from panic_button.ui.cannot_start import why_not  # noqa: PLC0415 - the same

    application = QApplication(sys.argv[:1])
    box = why_not(words)
    box.show()
    application.exec()


def _show(
    home: Home,
    keeper: SettingsKeeper,
    accounts: tuple[Account, ...],
    store: SecretStore,
    *,
    on_snapshot: Callable[[Snapshot], None] | None = None,
) -> int:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - Qt is for windows alone
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    from panic_button.ui.main_window import MainWindow  # noqa: PLC0415 - the same

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Panic Button")
    application.setDesktopFileName("panic-button")
    with logged(home, store) as hidden:
        engine = Engine(accounts, hidden)
        if on_snapshot is not None:
            engine.subscribe(on_snapshot)
        window = MainWindow(
            engine,
            keeper.kept.guard,
            keeper.kept.theme,
            on_guard_changed=keeper.keep_guard,
            on_theme_changed=keeper.keep_theme,
        )
        # The engine's imports are slow, so the window is painted first; one that is covered or minimised never is.
        window.painted.connect(engine.start)
        QTimer.singleShot(START_ANYWAY_MS, engine.start)
        window.show()
        try:
            return int(application.exec())
        finally:
            if not engine.close():
                _log.warning("The engine did not end in time and was left behind")
