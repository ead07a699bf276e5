"""The lines under the button: what a press went through, or at rest what a press would rest on.

Rule: a line with a check mark has happened, and its number is counted from the press.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from panic_button.core.escalation import STARTS, Stage
from panic_button.core.model import FailureKind
from panic_button.core.snapshot import Leg, RunSnapshot, SignIn
from panic_button.ui.desk import Desk, Phase
from panic_button.ui.values import Symbol, TimeRow
from panic_button.ui.verdict_words import still_open
from panic_button.ui.words import age, clock_time, since_press

# What a run adds when it does not come to CLEAR. The last is a person's part: the window helps.
STAGES = {Stage.BY_ID: "By id", Stage.BY_GAME: "By game", Stage.HELP: "Help by hand"}
REFUSALS = {FailureKind.TOKEN_REFUSED: "401", FailureKind.FORBIDDEN: "403"}


def time_line_of(desk: Desk, now: datetime) -> tuple[TimeRow, ...]:
    if desk.run is not None and desk.phase.of_a_run:
        return (*_sent_rows(desk.run), *_outcome_rows(desk, desk.run, now))
    return _rest_rows(desk)


def _sent_rows(run: RunSnapshot) -> list[TimeRow]:
    result = run.result
    if result.sent_ms is None:
        return [TimeRow(symbol=Symbol.ELLIPSIS, label="Sending", value="")]
    rows = [TimeRow(symbol=Symbol.CHECK, label="Sent", value=since_press(result.sent_ms))]
    if result.acknowledged_ms is not None:
        rows.append(TimeRow(symbol=Symbol.CHECK, label="Acknowledged", value=since_press(result.acknowledged_ms)))
    return rows


def _outcome_rows(desk: Desk, run: RunSnapshot, now: datetime) -> list[TimeRow]:
    result = run.result
    if desk.phase is Phase.CLEAR:
        asked = "asked twice" if result.acknowledged else "asked four times"
        label = f"Clear again: {asked}" if result.late else f"Clear: {asked}"
        return [TimeRow(symbol=Symbol.CHECK, label=label, value=since_press(result.clear_ms or 0.0))]
    if desk.phase is Phase.NOT_CLEAR:
        at = "" if result.heard_ms is None else since_press(result.heard_ms)
        number = still_open(run)
        told = TimeRow(symbol=Symbol.CROSS, label=f"{number:,} still open" if number else "Not clear", value=at)
        return [told, *_stage_rows(desk, run)]
    if desk.phase is Phase.SENDING:
        waiting = "Asking what is open" if result.acknowledged else "Waiting for an answer"
        return [TimeRow(symbol=Symbol.ELLIPSIS, label=waiting, value="")]
    return [*_silence_rows(desk, run, now), *_stage_rows(desk, run)]


def _stage_rows(desk: Desk, run: RunSnapshot) -> list[TimeRow]:
    """What has been added to the cancel-all since when, and what comes next."""
    since, reached = run.result.stage_since_ms, STARTS[run.result.stage]
    rows = [
        TimeRow(symbol=Symbol.CHECK, label=words, value=f"+{age((since + STARTS[stage]) / 1000)}")
        for stage, words in STAGES.items()
        if STARTS[stage] <= reached
    ]
    to_come = next((stage for stage in STAGES if STARTS[stage] > reached), None)
    if to_come is not None and run.running:
        left_s = max(0, ceil((since + STARTS[to_come] - desk.elapsed_ms) / 1000))
        next_words = STAGES[to_come]
        label = f"Next: {next_words[:1].lower()}{next_words[1:]}"
        rows.append(TimeRow(symbol=Symbol.ELLIPSIS, label=label, value=f"in {left_s} s"))
    return rows


def _silence_rows(desk: Desk, run: RunSnapshot, now: datetime) -> list[TimeRow]:
    heard_in_run = run.pressed_at + timedelta(milliseconds=run.result.heard_ms or 0.0)
    rows = [TimeRow(symbol=Symbol.ELLIPSIS, label="No answer", value=age((now - heard_in_run).total_seconds()))]
    if desk.heard_at is not None:
        rows.append(TimeRow(symbol=Symbol.DOT, label="Last answer", value=clock_time(desk.heard_at)))
    return rows


def _rest_rows(desk: Desk) -> tuple[TimeRow, ...]:
    if not desk.accounts:
        return ()
    legs = [leg for one in desk.accounts for leg in (one.https, one.socket)]
    return (_token_row(desk), _warm_row(legs))


def _token_row(desk: Desk) -> TimeRow:
    label = "Token accepted"
    refused = next((one for one in desk.accounts if one.sign_in is SignIn.REFUSED), None)
    if refused is not None:
        value = "no" if refused.refusal is None else REFUSALS.get(refused.refusal, "no")
        return TimeRow(symbol=Symbol.CROSS, label=label, value=value)
    accepted = [one.token_accepted_at for one in desk.accounts if one.token_accepted_at is not None]
    if len(accepted) < len(desk.accounts):
        working = any(one.sign_in is SignIn.WORKING for one in desk.accounts)
        return TimeRow(symbol=Symbol.RING, label=label, value="asking" if working else "no")
    return TimeRow(symbol=Symbol.DOT, label=label, value=clock_time(min(accepted)))


def _warm_row(legs: list[Leg]) -> TimeRow:
    warm, wanted = sum(leg.warm for leg in legs), sum(leg.wanted for leg in legs)
    return TimeRow(symbol=Symbol.DOT if warm else Symbol.RING, label="Connections warm", value=f"{warm} of {wanted}")
