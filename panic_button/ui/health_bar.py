"""The two rows on top: what the window is and its quiet buttons, then the state, the routes and the stake."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from panic_button.ui.chip_label import ChipLabel
from panic_button.ui.fonts import font
from panic_button.ui.line_label import LineLabel
from panic_button.ui.quiet_button import QuietButton
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Chip, Health, Span, Symbol, Tone

TOP_ROW = 34
BAR = 44
# Below this the row says "Socket" and leaves the exchange's name to the footer.
ROOMY = 860
LONGEST_NAME = 220


class TopRow(QFrame):
    """The window's name and, at the right end, the quiet buttons."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_row")
        self.setFixedHeight(TOP_ROW)
        name = QLabel("Panic Button")
        name.setFont(font(12))
        name.setProperty("quiet", True)  # noqa: FBT003 - Qt's own signature
        self._practice = ChipLabel(appearance, small=True)
        self._practice.show_chip(Chip(tone=Tone.PRACTICE, symbol=Symbol.RING, text="PRACTICE"))
        self.pin = QuietButton("Pin on top", appearance, symbol=Symbol.BOX)
        self.pin.setToolTip("Keep this window above all others.")
        self.settings = QuietButton("Settings", appearance, symbol=Symbol.GEAR)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(0)
        row.addWidget(name)
        row.addSpacing(10)
        row.addWidget(self._practice)
        row.addStretch(1)
        row.addWidget(self.pin)
        row.addWidget(self.settings)

    def show_practice(self, *, practice: bool) -> None:
        self._practice.setVisible(practice)


class HealthBar(QFrame):
    """The state in one word, the account, both routes, and what is open. Emits `account_clicked` with where."""

    account_clicked = Signal(QPoint)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("health_bar")
        self.setFixedHeight(BAR)
        self._health: Health | None = None
        self._chip = ChipLabel(appearance)
        self._account = QuietButton("", appearance, strong=True)
        self._account.setToolTip("Sign in or out")
        self._account.clicked.connect(self.on_account_clicked)
        self._exchange = LineLabel(appearance)
        self._routes = LineLabel(appearance)
        self._stake = LineLabel(appearance)
        self._stake.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._stake.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        row.addWidget(self._chip)
        row.addSpacing(13)
        row.addWidget(self._account)
        row.addWidget(self._exchange)
        row.addSpacing(18)
        row.addWidget(self._routes)
        row.addStretch(1)
        row.addSpacing(12)
        row.addWidget(self._stake)

    def show_health(self, health: Health) -> None:
        if health == self._health:
            return
        self._health = health
        self._chip.show_chip(health.chip)
        self._account.setText(health.account)
        self._account.setAccessibleName(f"Account {health.account}")
        self._account.updateGeometry()
        self._stake.show_line(
            (Span("Open "), Span(health.open, strong=True), Span("   At risk "), Span(health.at_risk, strong=True))
        )
        self._routes.setToolTip(health.route_troubles)
        self._fit(health)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._health is not None:
            self._fit(self._health)

    @Slot()
    def on_account_clicked(self) -> None:
        self.account_clicked.emit(self._account.mapToGlobal(QPoint(0, self._account.height() + 4)))

    def _fit(self, health: Health) -> None:
        roomy = self.width() >= ROOMY
        self._account.setMaximumWidth(LONGEST_NAME if roomy else LONGEST_NAME // 2)
        self._exchange.setVisible(roomy and bool(health.exchange))
        self._exchange.show_line((Span(f"· {health.exchange}"),))
        self._routes.show_line(
            (
                Span("HTTPS "),
                Span(health.https, strong=True),
                Span("   Orders socket " if roomy else "   Socket "),
                Span(health.socket, strong=True),
            )
        )
