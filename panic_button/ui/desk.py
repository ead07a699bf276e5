"""All accounts of a snapshot taken as one desk: how ready, how much is open, and where the last press stands.

Rule: several accounts are never better than the worst of them. CLEAR is kept only as long as nothing newer contradicts
it; a later listing with open orders, or not being able to ask any more, ends the green.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from panic_button.core.model import ZERO, AtRisk, OpenOrder, Verdict
from panic_button.core.snapshot import (
    AccountSnapshot,
    Readiness,
    RunSnapshot,
    SignIn,
    Snapshot,
)
from panic_button.ui.joined_run import all_known, joined_run

# A press that works is answered well within this; until then silence is waiting, not trouble.
PATIENCE_MS = 1500.0

_WAYS_OUT = {
    SignIn.SIGNED_OUT: "You are signed out.",
    SignIn.WORKING: "Signing in…",
    SignIn.REFUSED: "The exchange refused the sign-in.",
}


class Phase(Enum):
    """Where the last press stands.

    The last four are of the past: a press, then something newer that its verdict does not cover.
    """

    REST = "rest"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    NOT_CLEAR = "not clear"
    CLEAR = "clear"
    REOPENED = "reopened"
    LEFT_OUT = "left out"
    STALE = "stale"
    OVERTAKEN = "overtaken"

    @property
    def of_a_run(self) -> bool:
        return self in {*NOT_YET_CLEAR, Phase.CLEAR}


NOT_YET_CLEAR = frozenset({Phase.SENDING, Phase.UNCONFIRMED, Phase.NOT_CLEAR})


class Desk(Struct, frozen=True, kw_only=True):
    """The accounts as one. `open_count` is None as long as any account's open orders were never told."""

    accounts: tuple[AccountSnapshot, ...]
    readiness: Readiness
    reason: str
    open_count: int | None
    at_risk: AtRisk
    run: RunSnapshot | None
    phase: Phase
    elapsed_ms: float = 0.0

    @property
    def heard_at(self) -> datetime | None:
        """When the exchange last told anything: of several accounts, the one that has been silent for longest."""
        return all_known(min, [snapshot.heard_at or snapshot.listed_at for snapshot in self.accounts])

    @property
    def labels(self) -> str:
        return labels_of(self.accounts)

    @property
    def trying(self) -> tuple[AccountSnapshot, ...]:
        """The accounts whose run is not CLEAR and goes on."""
        return tuple(one for one in self.accounts if one.run is not None and one.run.running)

    @property
    def locked(self) -> tuple[AccountSnapshot, ...]:
        """The accounts whose lockout is on."""
        return tuple(one for one in self.accounts if one.lockout is not None)


def labels_of(accounts: tuple[AccountSnapshot, ...]) -> str:
    return ", ".join(snapshot.account.label for snapshot in accounts)


def desk_of(snapshot: Snapshot, now: datetime) -> Desk:
    accounts = snapshot.accounts
    run = joined_run([account.run for account in accounts if account.run is not None])
    readiness = _readiness(accounts)
    elapsed_ms = 0.0 if run is None else (now - run.pressed_at) / timedelta(milliseconds=1)
    phase = Phase.REST if run is None else _phase(accounts, run, readiness, elapsed_ms)
    counts = [open_count(account, ended_clear=phase is Phase.CLEAR) for account in accounts]
    return Desk(
        accounts=accounts,
        readiness=readiness,
        reason=_reason(accounts),
        open_count=all_known(sum, counts),
        at_risk=_at_risk(accounts, ended_clear=phase is Phase.CLEAR),
        run=run,
        phase=phase,
        elapsed_ms=elapsed_ms,
    )


def open_orders(account: AccountSnapshot, *, ended_clear: bool) -> tuple[OpenOrder, ...]:
    """The rows to show: none of a listing that is older than the CLEAR which overruled it."""
    return () if ended_clear or account.open_orders is None else account.open_orders


def open_count(account: AccountSnapshot, *, ended_clear: bool) -> int | None:
    if ended_clear:
        return 0
    return None if account.open_orders is None else len(account.open_orders) + account.unreadable_orders


def clear_moment(run: RunSnapshot) -> datetime:
    """When the listing came that CLEAR rests on."""
    return run.pressed_at + timedelta(milliseconds=run.result.clear_ms or 0.0)


def _phase(accounts: tuple[AccountSnapshot, ...], run: RunSnapshot, readiness: Readiness, elapsed_ms: float) -> Phase:
    result = run.result
    if result.verdict is Verdict.CLEAR:
        return _phase_after_clear(accounts, run, readiness)
    if not run.running and _overtaken(accounts):
        return Phase.OVERTAKEN
    if result.verdict is Verdict.NOT_CLEAR:
        return Phase.NOT_CLEAR
    if run.running and elapsed_ms - result.stage_since_ms < PATIENCE_MS:
        return Phase.SENDING
    heard_lately = result.heard_ms is not None and elapsed_ms - result.heard_ms < PATIENCE_MS
    if run.running and heard_lately and result.listed_open is not None:
        # The exchange answers, and a new send has only just outdated the listing: what that one showed still stands.
        return Phase.NOT_CLEAR if result.listed_open else Phase.SENDING
    return Phase.UNCONFIRMED


def _phase_after_clear(accounts: tuple[AccountSnapshot, ...], run: RunSnapshot, readiness: Readiness) -> Phase:
    if any(_opened_since(account) for account in accounts):
        return Phase.REOPENED
    if any(account.run is None and open_count(account, ended_clear=False) != 0 for account in accounts):
        return Phase.LEFT_OUT
    if not run.running and readiness is Readiness.NOT_ARMED:
        return Phase.STALE
    return Phase.CLEAR


def _opened_since(account: AccountSnapshot) -> bool:
    run = account.run
    return (
        run is not None
        and account.listed_at is not None
        and account.listed_at > clear_moment(run)
        and bool(open_count(account, ended_clear=False))
    )


def _overtaken(accounts: tuple[AccountSnapshot, ...]) -> bool:
    """Whether every account with a run was listed after the last thing that its run knows of."""
    return all(
        account.listed_at is not None and account.listed_at > _last_moment(account.run)
        for account in accounts
        if account.run is not None
    )


def _last_moment(run: RunSnapshot) -> datetime:
    result = run.result
    known = (result.sent_ms, result.acknowledged_ms, result.heard_ms)
    return run.pressed_at + timedelta(milliseconds=max((at for at in known if at is not None), default=0.0))


def _readiness(accounts: tuple[AccountSnapshot, ...]) -> Readiness:
    states = {account.readiness for account in accounts}
    if states == {Readiness.ARMED}:
        return Readiness.ARMED
    return Readiness.NOT_ARMED if states <= {Readiness.NOT_ARMED} else Readiness.DEGRADED


def _reason(accounts: tuple[AccountSnapshot, ...]) -> str:
    if not accounts:
        return "No account is set up."
    behind = [account for account in accounts if account.readiness is not Readiness.ARMED]
    if not behind:
        return ""
    account = next((account for account in behind if account.readiness is Readiness.NOT_ARMED), behind[0])
    reason = account.reason or account.sign_in_trouble or _WAYS_OUT.get(account.sign_in, "")
    return reason if len(accounts) == 1 else f"{account.account.label}: {reason}"


def _at_risk(accounts: tuple[AccountSnapshot, ...], *, ended_clear: bool) -> AtRisk:
    if ended_clear:
        return AtRisk()
    return AtRisk(
        dollars=sum((account.at_risk.dollars for account in accounts), ZERO),
        complete=all(account.at_risk.complete for account in accounts),
    )
