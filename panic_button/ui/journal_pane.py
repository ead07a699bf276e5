"""The journal under its tab: the runs, the newest first, and one of them opened in their place.

Rule: evidence is read on another thread. Of several readings only the last one asked for is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from panic_button.core.errors import JournalError
from panic_button.core.evidence import RunSummary
from panic_button.core.ports import JournalReader
from panic_button.ui.background import in_background
from panic_button.ui.fact_table import FactTable
from panic_button.ui.journal_words import RUN_FIGURES, RUN_TITLES, RunPage, run_cells, run_page
from panic_button.ui.order_columns import RESULT_SHEET
from panic_button.ui.order_grid import OrderGrid
from panic_button.ui.quiet_button import QuietButton
from panic_button.ui.theme import Appearance
from panic_button.ui.told import heading
from panic_button.ui.values import Page, Symbol

MOST_RUNS = 200
# The journal's own thread writes a moment after the engine has told.
WRITTEN_AFTER_MS = 400
READING = "Reading the journal…"
NO_RUNS = "No press has been kept yet. Each will stand here, with what became of every order."

OpenJournal = Callable[[], JournalReader]
RunList = tuple[tuple[RunSummary, ...], str]


class JournalPane(QWidget):
    """Shows what a reader reads. `refresh` reads again."""

    _runs_read = Signal(object)
    _run_read = Signal(object)

    def __init__(self, open_journal: OpenJournal, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_journal = open_journal
        self._runs: tuple[RunSummary, ...] = ()
        self._asked_list = self._asked_run = 0
        self.list = FactTable(RUN_TITLES, appearance, figures=RUN_FIGURES)
        self.list.setAccessibleName("Journal: all runs")
        self.lines = FactTable(("When", "What happened"), appearance)
        self.lines.setAccessibleName("Time line of the run")
        self.orders = OrderGrid(RESULT_SHEET, appearance)
        self.orders.setAccessibleName("What became of its orders")
        self.back = QuietButton("All runs", appearance, symbol=Symbol.BACK)
        self.back.setAccessibleName("Back to all runs")
        self.title = heading("", 12.5)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WRITTEN_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        self._stack = QStackedWidget()
        self._lay_out()
        self._runs_read.connect(self.on_runs_read)
        self._run_read.connect(self.on_run_read)
        self.list.opened.connect(self.on_run_opened)
        self.back.clicked.connect(self.show_list)
        escape = QShortcut(QKeySequence.StandardKey.Cancel, self, self.show_list)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @Slot()
    def refresh(self) -> None:
        """Read the list of the runs again."""
        self._asked_list += 1
        if not self._runs:
            self.list.show_rows((), READING)
        in_background(partial(_read_runs, self._open_journal, self._asked_list), self._runs_read)

    def refresh_soon(self) -> None:
        """A run has begun, ended or gone on: what is written of it is read in a moment."""
        self._soon.start()

    @Slot()
    def show_list(self) -> None:
        self._asked_run += 1
        self._stack.setCurrentIndex(0)
        self.list.setFocus()

    @Slot(object)
    def on_runs_read(self, answer: tuple[int, RunList]) -> None:
        number, (runs, trouble) = answer
        if number != self._asked_list:
            return
        self._runs = runs
        self.list.show_rows(tuple(run_cells(run) for run in runs), trouble or NO_RUNS)

    @Slot(int)
    def on_run_opened(self, row: int) -> None:
        run = self._runs[row]
        self._asked_run += 1
        self._show_page(RunPage(title=run_cells(run)[0], trouble=READING))
        self._stack.setCurrentIndex(1)
        self.lines.setFocus()
        in_background(partial(_read_run, self._open_journal, run, self._asked_run), self._run_read)

    @Slot(object)
    def on_run_read(self, answer: tuple[int, RunPage]) -> None:
        number, page = answer
        if number == self._asked_run:
            self._show_page(page)

    def _show_page(self, page: RunPage) -> None:
        self.title.setText(page.title)
        self.lines.show_rows(page.lines, page.trouble)
        self.orders.show_page(Page(title="", rows=page.orders, empty="" if page.trouble else "No outcomes were kept."))

    def _lay_out(self) -> None:
        opened = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(14, 4, 18, 4)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        column = QVBoxLayout(opened)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.lines, 1)
        column.addWidget(self.orders, 1)
        self._stack.addWidget(self.list)
        self._stack.addWidget(opened)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)


def _read_runs(open_journal: OpenJournal, number: int) -> tuple[int, RunList]:
    try:
        return number, (open_journal().runs(MOST_RUNS), "")
    except JournalError as exc:
        return number, ((), str(exc))


def _read_run(open_journal: OpenJournal, run: RunSummary, number: int) -> tuple[int, RunPage]:
    try:
        return number, run_page(run, open_journal().entries(run.run))
    except JournalError as exc:
        return number, RunPage(title=run_cells(run)[0], trouble=str(exc))
