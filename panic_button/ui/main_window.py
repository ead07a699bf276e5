"""The window: renders snapshots, and hands presses and sign-ins to the engine.

Rule: it decides nothing about orders and never waits: every engine call returns at once, every dialog is non-modal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from panic_button.core.model import Trigger
from panic_button.core.ports import Engine, JournalReader
from panic_button.core.preferences import Preferences
from panic_button.core.snapshot import AccountSnapshot, SignIn, Snapshot
from panic_button.ui.banner_band import BannerBand
from panic_button.ui.bridge import Bridge
from panic_button.ui.dialogs import Dialogs
from panic_button.ui.fire_button import FireButton
from panic_button.ui.fonts import resources_folder
from panic_button.ui.footer_bar import FooterBar
from panic_button.ui.health_bar import HealthBar, TopRow
from panic_button.ui.left_column import LeftColumn
from panic_button.ui.orders_pane import OrdersPane
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Action, ActionKind
from panic_button.ui.view import view_of

if TYPE_CHECKING:
    from panic_button.ui.help_panel import HelpPanel

AGES_MS = 1_000
AGES_WHILE_RUNNING_MS = 200


def utc_now() -> datetime:
    return datetime.now(UTC)


class MainWindow(QWidget):
    """The one window. `on_preferences_changed` is told what to keep, `open_journal` is called on another thread.

    Emits `painted` once, when it is on the screen. Any thread may emit `crashed` with the place of the log: the person
    is told what is proved.
    """

    painted = Signal()
    crashed = Signal(str)

    def __init__(
        self,
        engine: Engine,
        preferences: Preferences,
        open_journal: Callable[[], JournalReader],
        *,
        on_preferences_changed: Callable[[Preferences], None],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._preferences = preferences
        self._keep = on_preferences_changed
        self._now = now
        self._snapshot = engine.snapshot
        self._painted = False
        self._leaving: tuple[str, ...] = ()
        self._leave_all_the_same = False
        self._appearance = Appearance(preferences.theme, self)
        self._dialogs = Dialogs(self, engine, self._appearance, preferences)
        # Kept for good: a menu that deletes itself while its actions hold the window can bring the process down.
        self._account_menu = QMenu(self)
        self.setWindowTitle("Panic Button")
        self.setMinimumSize(720, 520)
        self.resize(920, 640)
        # It holds the focus while nothing else should: else Qt hands it to whatever comes first.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.fire_button = FireButton(self._appearance, preferences.guard)
        self._top_row = TopRow(self._appearance)
        self._health_bar = HealthBar(self._appearance)
        self._left = LeftColumn(self._appearance, self.fire_button)
        self._banner = BannerBand(self._appearance)
        self._help: HelpPanel | None = None
        self.orders = OrdersPane(self._appearance, open_journal)
        self._footer = FooterBar(self._appearance)
        self._right = QVBoxLayout()
        self._lay_out()
        self._connect()
        self._ages = QTimer(self)
        self._ages.timeout.connect(self.on_ages_due)
        self._states: tuple[tuple[bool, bool], ...] = ()
        self._bridge = Bridge(engine, self)
        self._bridge.snapshot_changed.connect(self.on_snapshot)
        self._render()
        self._focus_the_obvious()

    @property
    def help_panel(self) -> HelpPanel:
        """Made when it is wanted: most presses come to CLEAR without."""
        if self._help is None:
            from panic_button.ui.help_panel import HelpPanel  # noqa: PLC0415 - see above

            self._help = HelpPanel()
            self._help.copy_wanted.connect(self.orders.copy_open)
            self._help.settings_wanted.connect(self._dialogs.open_settings)
            self._help.stop_wanted.connect(self.on_stop_wanted)
            self._right.insertWidget(self._right.indexOf(self.orders), self._help)
        return self._help

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.on_painted)  # by then its children are painted as well

    @Slot()
    def on_painted(self) -> None:
        """What needs not be there for the window to be seen, and would hold it up."""
        self.painted.emit()
        self.orders.make_tables()
        self._set_icon()
        self._dialogs.show_snapshot(self._snapshot, self._leaving)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving and not self._leave_all_the_same:
            self._dialogs.ask_to_leave(self._leaving)
            event.ignore()
        else:
            super().closeEvent(event)

    @Slot(object)
    def on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._render()
        if self._painted:
            self._dialogs.show_snapshot(snapshot, self._leaving)

    @Slot()
    def on_ages_due(self) -> None:
        self._render()

    @Slot()
    def on_fired(self) -> None:
        self._engine.fire(Trigger.BUTTON)

    @Slot(object)
    def on_acted(self, action: Action) -> None:
        if action.kind is ActionKind.FIRE:
            self.on_fired()
        else:
            self.open_sign_in(action.label)

    @Slot(QPoint)
    def on_account_clicked(self, position: QPoint) -> None:
        self._account_menu.clear()
        several = len(self._snapshot.accounts) > 1
        for account in self._snapshot.accounts:
            label = account.account.label
            suffix = f" · {label}" if several else ""
            if account.sign_in is SignIn.SIGNED_IN:
                self._account_menu.addAction(f"Sign out{suffix}", partial(self._engine.sign_out, label))
            else:
                self._account_menu.addAction(f"Sign in…{suffix}", partial(self.open_sign_in, label))
        self._account_menu.popup(position)

    @Slot(object)
    def on_preferences_chosen(self, preferences: Preferences) -> None:
        before, self._preferences = self._preferences, preferences
        if preferences.locks_out is not before.locks_out:
            self._engine.lock_out(on=preferences.locks_out)
        if preferences.theme is not before.theme:
            self._appearance.set_theme(preferences.theme)
        self.fire_button.set_guard(preferences.guard)
        self._dialogs.show_preferences(preferences)
        self._keep(preferences)
        self._render()

    @Slot()
    def on_reset_wanted(self) -> None:
        self._dialogs.open_reset(self._snapshot.accounts)

    @Slot(object)
    def on_stop_wanted(self, labels: tuple[str, ...]) -> None:
        for label in labels:
            self._engine.stop(label)

    @Slot()
    def on_left(self) -> None:
        self._leave_all_the_same = True
        self.close()

    @Slot(str)
    def on_crashed(self, log: str) -> None:
        from panic_button.ui.crash_dialog import crash_words  # noqa: PLC0415 - as all that dialogs need

        self._dialogs.tell_crash(crash_words(self._snapshot, log))

    def say(self, notice: str) -> None:
        self._footer.say(notice)

    @Slot(bool)
    def on_pin_toggled(self, pinned: bool) -> None:  # noqa: FBT001 - a Qt slot
        place = self.geometry()
        # Changing the hint takes the window off the screen: it is put back where it was.
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, pinned)
        self.setGeometry(place)
        self.show()
        self.activateWindow()

    def open_sign_in(self, label: str) -> None:
        account = self._account(label)
        if account is not None:
            self._dialogs.open_sign_in(account)

    def _account(self, label: str) -> AccountSnapshot | None:
        return next((one for one in self._snapshot.accounts if one.account.label == label), None)

    def _render(self) -> None:
        view = view_of(self._snapshot, self._preferences, self._now())
        self._top_row.show_practice(practice=view.practice)
        self._health_bar.show_health(view.health)
        face_changed = view.face.enabled is not self.fire_button.face.enabled
        nowhere = self.focusWidget() in {None, self}
        at_home = nowhere or self.focusWidget() in {self.fire_button, self._left.second}
        if view.face.kind is not self.fire_button.face.kind:
            self._left.update()  # it paints the shadow
        self.fire_button.show_face(view.face)
        self._left.show_action(view.action)
        lost = at_home and self.focusWidget() not in {self.fire_button, self._left.second}
        if nowhere or lost or (face_changed and at_home):
            self._focus_the_obvious()
        self._left.show_lockout(view.lockout)
        self._left.show_time_line(view.time_line)
        self._left.show_notes(view.notes)
        self._banner.show_banner(view.banner)
        if self._help is not None or view.help is not None:
            self.help_panel.show_help(view.help)
        self.orders.show_pages(view.open_page, view.result_page, front=view.front, runs=view.runs)
        if view.states != self._states:
            self._states = view.states
            self.orders.runs_changed()
        self._footer.show_footer(view.footer)
        self._leaving = view.leaving
        self._ages.start(AGES_WHILE_RUNNING_MS if view.ticking else AGES_MS)

    def _focus_the_obvious(self) -> None:
        """Keys go to the button, or to what brings it back; a person who is elsewhere is left there."""
        second = self._left.second
        home = self.fire_button if self.fire_button.isEnabled() else self if second.isHidden() else second
        home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_icon(self) -> None:
        folder = resources_folder()
        if folder is not None:
            self.setWindowIcon(QIcon(str(folder / "icons" / "panic-button.svg")))

    def _connect(self) -> None:
        self.fire_button.fired.connect(self.on_fired)
        self._left.acted.connect(self.on_acted)
        self._health_bar.account_clicked.connect(self.on_account_clicked)
        self._top_row.pin.toggled.connect(self.on_pin_toggled)
        self._top_row.settings.clicked.connect(self._dialogs.open_settings)
        self._left.reset_wanted.connect(self.on_reset_wanted)
        self._dialogs.chosen.connect(self.on_preferences_chosen)
        self._dialogs.left.connect(self.on_left)
        self.crashed.connect(self.on_crashed, Qt.ConnectionType.QueuedConnection)  # not in the midst of the mistake
        self.orders.told.connect(self._footer.say)

    def _lay_out(self) -> None:
        right = self._right
        right.setSpacing(0)
        right.addWidget(self._banner)
        right.addWidget(self.orders, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left)
        middle.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_row)
        column.addWidget(self._health_bar)
        column.addLayout(middle, 1)
        column.addWidget(self._footer)
