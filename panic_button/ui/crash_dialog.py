"""What a person is told when the program made a mistake: first what is proved of the orders, then the rest.

Rule: it never says more than the last snapshot does, and never stands in the way of the fire button.
"""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from panic_button.core.model import Verdict
from panic_button.core.snapshot import AccountSnapshot, Readiness, RunSnapshot, Snapshot
from panic_button.ui.sized_dialog import SizedDialog
from panic_button.ui.told import heading, told
from panic_button.ui.words import clock_time, count, exact_time

WIDTH = 460


def crash_words(snapshot: Snapshot, log: str) -> str:
    """What is proved and what is not, on the first line; then the mistake, and where the log is."""
    proofs = [_proof_words(one, alone=len(snapshot.accounts) == 1) for one in snapshot.accounts]
    trying = [one for one in snapshot.accounts if one.run is not None and one.run.running]
    goes_on = " The cancel goes on by itself." if trying else ""
    unarmed = [one.reason for one in snapshot.accounts if one.readiness is Readiness.NOT_ARMED]
    works = len(unarmed) < len(snapshot.accounts)
    button = "The button works as before: press it if in doubt." if works else " ".join(dict.fromkeys(unarmed))
    return (
        f"{' '.join(proofs) or 'Nothing was sent: no account is set up.'}\n"
        f"The program made a mistake.{goes_on} {button}".rstrip()
        + "\n"
        f"The log tells more. It is in {log}."
    )


def _proof_words(one: AccountSnapshot, *, alone: bool) -> str:
    label, run = one.account.label, one.run
    for_whom = "" if alone else f" for {label}"
    if run is None:
        return f"No cancel was under way{for_whom}."
    if run.result.verdict is Verdict.CLEAR:
        cleared_at = run.pressed_at + timedelta(milliseconds=run.result.clear_ms or 0.0)
        return f"Proved{for_whom}: the exchange showed nothing open at {exact_time(cleared_at)} UTC."
    return f"Not proved{for_whom}: {_open_words(one, run)}"


def _open_words(one: AccountSnapshot, run: RunSnapshot) -> str:
    number, label = run.result.listed_open, one.account.label
    if number:
        verb = "was" if number == 1 else "were"
        return f"{count(number, 'order')} of {label} {verb} still open when last asked."
    heard_at = one.heard_at or one.listed_at
    last = f"the exchange last answered at {clock_time(heard_at)} UTC" if heard_at else "the exchange has not answered"
    return f"whether orders of {label} are open is not known, {last}."


class CrashDialog(SizedDialog):
    """Shows the words; closing it changes nothing."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__("Panic Button made a mistake", WIDTH, parent)
        proof, _, rest = words.partition("\n")
        self.proof = heading(proof, 15)
        self.rest = told(rest.replace("\n", "\n\n"))
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = self.column
        column.addWidget(self.proof)
        column.addWidget(self.rest)
        column.addLayout(row)
