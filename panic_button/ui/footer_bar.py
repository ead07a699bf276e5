"""The quiet line at the bottom: the guard, which exchange this is, and when a press was last proved to work."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from panic_button.ui.chip_label import ChipLabel
from panic_button.ui.line_label import LineLabel
from panic_button.ui.theme import Appearance
from panic_button.ui.values import Chip, Footer, Span, Symbol, Tone

TALL = 30
NOTICE_MS = 12_000


class FooterBar(QFrame):
    """Shows the footer; a notice ("Saved 37 rows…") takes the right end for a few seconds."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("footer")
        self.setFixedHeight(TALL)
        self._footer: Footer | None = None
        self._guard = LineLabel(appearance, pixels=11.5)
        self._exchange = LineLabel(appearance, pixels=11.5)
        self._right = LineLabel(appearance, pixels=11.5)
        self._evidence = ChipLabel(appearance, small=True)
        self._evidence.hide()
        self._notice = QTimer(self)
        self._notice.setSingleShot(True)
        self._notice.setInterval(NOTICE_MS)
        self._notice.timeout.connect(self.on_notice_over)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(16)
        row.addWidget(self._guard)
        row.addWidget(self._exchange)
        row.addWidget(self._evidence)
        row.addStretch(1)
        row.addWidget(self._right)

    def show_footer(self, footer: Footer) -> None:
        if footer == self._footer:
            return
        self._footer = footer
        self._guard.show_line(footer.guard)
        self._exchange.show_line(footer.exchange)
        trouble = footer.evidence_trouble
        self._evidence.setVisible(bool(trouble))
        self._evidence.show_chip(
            Chip(tone=Tone.WARN, symbol=Symbol.TRIANGLE, text="NO EVIDENCE IS KEPT", explanation=trouble)
        )
        if not self._notice.isActive():
            self.on_notice_over()

    def say(self, notice: str) -> None:
        self._right.show_line((Span(notice, strong=True),))
        self._right.setToolTip(notice)
        self._notice.start()

    @Slot()
    def on_notice_over(self) -> None:
        self._right.setToolTip("")
        self._right.show_line((Span(self._footer.proved),) if self._footer is not None else ())
