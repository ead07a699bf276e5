"""The panel of help by hand: why each route fails, what is still open, where to go, and the end of the trying.

Rule: what it says comes with the view. Trying ends by two clicks only, the second within 3 s.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from panic_button.ui.fonts import Weight, font
from panic_button.ui.told import heading, told
from panic_button.ui.values import Help

SECOND_CLICK_MS = 3_000
STOP = "Stop trying…"
SURE = "Click again to stop"
SETTINGS = "settings"
LINKS = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard


class HelpPanel(QFrame):
    """Emits `copy_wanted`, `settings_wanted`, and `stop_wanted` with the labels of the accounts."""

    copy_wanted = Signal()
    settings_wanted = Signal()
    stop_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setAccessibleName("Help by hand")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._help: Help | None = None
        self._title = heading("")
        self.routes = told(pixels=12.5)
        self.orders = told(pixels=12.5)
        self.where = told(pixels=12.5)
        self.where.setTextFormat(Qt.TextFormat.RichText)
        self.where.setTextInteractionFlags(LINKS)
        self.where.linkActivated.connect(self.on_link)
        self.copy = _button("Copy the list")
        self.copy.clicked.connect(self.copy_wanted)
        self.stop = _button(STOP)
        self.stop.clicked.connect(self.on_stop_clicked)
        self._second_click = QTimer(self)
        self._second_click.setSingleShot(True)
        self._second_click.setInterval(SECOND_CLICK_MS)
        self._second_click.timeout.connect(self.on_second_click_over)
        self._lay_out()
        self.hide()

    def show_help(self, shown: Help | None) -> None:
        if shown == self._help:
            return
        self._help = shown
        self.setVisible(shown is not None)
        if shown is None:
            self.on_second_click_over()
            return
        self._title.setText(shown.title)
        self.routes.setText("\n".join(shown.routes))
        self.orders.setText(" ".join((shown.orders_title, "; ".join(shown.orders))))
        self.where.setText(_where(shown))
        self.copy.setVisible(bool(shown.orders))
        self.stop.setVisible(bool(shown.stoppable))
        self.stop.setToolTip(shown.stopping)
        self.stop.setAccessibleDescription(f"{shown.stopping} It takes a second click within 3 s.")

    @Slot()
    def on_stop_clicked(self) -> None:
        if self._second_click.isActive():
            self.on_second_click_over()
            if self._help is not None:
                self.stop_wanted.emit(self._help.stoppable)
        else:
            self.stop.setText(SURE)
            self._second_click.start()

    @Slot()
    def on_second_click_over(self) -> None:
        self._second_click.stop()
        self.stop.setText(STOP)

    @Slot(str)
    def on_link(self, link: str) -> None:
        if link == SETTINGS:
            self.settings_wanted.emit()
        else:
            QDesktopServices.openUrl(QUrl(link))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.stop)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 10, 18, 11)
        column.setSpacing(5)
        for part in (self._title, self.routes, self.orders, self.where):
            column.addWidget(part)
        column.addSpacing(2)
        column.addLayout(row)


def _where(shown: Help) -> str:
    """Where a person goes on: the exchange's site, and its desk's telephone."""
    sites = [f'<a href="{site}">{site}</a>' if site.startswith("https://") else escape(site) for site in shown.sites]
    telephone = escape(shown.telephone) or f'No telephone is set: <a href="{SETTINGS}">Settings</a>'
    return f"The exchange: {', '.join(sites)} · Its desk: {telephone}"


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFont(font(12.5, Weight.DemiBold))
    button.setAutoDefault(True)
    return button
