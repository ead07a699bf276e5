"""What is known at one moment, as frozen values: of a run, of an account, of the whole engine.

Durations are milliseconds since the press, moments are aware UTC datetimes, money is `Decimal` dollars of risk. What is
not known is None, never a guess.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from panic_button.core.escalation import Stage
from panic_button.core.lockout import Lockout
from panic_button.core.model import (
    ZERO,
    Account,
    AtRisk,
    Counts,
    FailureKind,
    OpenOrder,
    OrderResult,
    Route,
    RouteReport,
    Trigger,
    Verdict,
)


class Step(StrEnum):
    """What a run waits for, or does next."""

    CANCEL_ALL = "cancel all"
    CANCEL_THESE = "cancel these"
    CANCEL_GAME = "cancel game"
    LISTING = "listing"
    SECOND_LISTING = "second listing"
    SIGN_IN = "sign in"
    NOTHING = "nothing"


class Waiting(Struct, frozen=True, kw_only=True):
    """What a run waits for since when, and what comes next if nothing does."""

    step: Step
    since: float
    then: Step
    then_at: float | None = None


class Result(Struct, frozen=True, kw_only=True):
    """All that a mass cancel may say of itself at one moment.

    `settled` means that the verdict will not get better by waiting: CLEAR, or refused with nothing left to try.
    `acknowledged` tells whether any route ever answered a cancel-all in good form. `listed_open` is how many orders
    the newest listing showed, None before the first or after one that failed. `late` counts the orders that showed up
    after a CLEAR. `stage` is how far the run had to go since `stage_since_ms`, when it was pressed or last ceased to be
    CLEAR. `calls_left` is what the budget of cancel calls still allows within this second. `watch_ends_ms` is set while
    CLEAR is being watched; a lockout watches for as long as it is on.
    """

    verdict: Verdict
    settled: bool
    acknowledged: bool
    waiting: Waiting
    routes: dict[Route, RouteReport]
    orders: tuple[OrderResult, ...] = ()
    counts: Counts = Counts()
    withdrawn: Decimal = ZERO
    matched_before: Decimal = ZERO
    at_risk: Decimal = ZERO
    listed_open: int | None = None
    sent_ms: float | None = None
    acknowledged_ms: float | None = None
    clear_ms: float | None = None
    heard_ms: float | None = None
    late: int = 0
    stage: Stage = Stage.ALL
    stage_since_ms: float = 0.0
    calls_left: int = 0
    watch_ends_ms: float | None = None


class RunSnapshot(Struct, frozen=True, kw_only=True):
    """One mass cancel of one account.

    While `running`, it goes on trying by itself; `watching`, it is CLEAR and looks out for late orders. `resumed`: the
    program ended in the middle of it, and has taken it up again.
    """

    run: str
    trigger: Trigger
    pressed_at: datetime
    running: bool
    watching: bool = False
    resumed: bool = False
    result: Result


class Leg(Struct, frozen=True, kw_only=True):
    """One route at rest. `trouble` is empty when all is well; `unanswered_since` is set while nothing comes back.

    `refused` tells trouble that only a sign-in can end from trouble with the line.
    """

    warm: int = 0
    wanted: int = 1
    round_trip_ms: float | None = None
    trouble: str = ""
    refused: bool = False
    unanswered_since: datetime | None = None


class Readiness(StrEnum):
    """Whether a press made now would work."""

    ARMED = "armed"
    DEGRADED = "degraded"
    NOT_ARMED = "not armed"


class SignIn(StrEnum):
    """Where an account's sign-in stands."""

    SIGNED_OUT = "signed out"
    WORKING = "working"
    SIGNED_IN = "signed in"
    REFUSED = "refused"


class Keep(StrEnum):
    """What a sign-in keeps in the system's keyring."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    NOTHING = "nothing"


class AccountSnapshot(Struct, frozen=True, kw_only=True):
    """All that a window shows of one account at one moment.

    `open_orders` is None before the first listing; `listed_at` is when the exchange last told. `sign_in_trouble` and
    `keyring_trouble` are sentences for a person, empty when all is well. `refusal`: how the exchange refused it.
    """

    account: Account
    readiness: Readiness = Readiness.NOT_ARMED
    reason: str = ""
    sign_in: SignIn = SignIn.SIGNED_OUT
    sign_in_trouble: str = ""
    refusal: FailureKind | None = None
    keyring_trouble: str = ""
    token_accepted_at: datetime | None = None
    https: Leg = Leg()
    socket: Leg = Leg()
    open_orders: tuple[OpenOrder, ...] | None = None
    unreadable_orders: int = 0
    at_risk: AtRisk = AtRisk()
    listed_at: datetime | None = None
    heard_at: datetime | None = None
    run: RunSnapshot | None = None
    lockout: Lockout | None = None


class Snapshot(Struct, frozen=True, kw_only=True):
    """The whole engine at one moment. `evidence_trouble` is a sentence while the journal can't be written."""

    accounts: tuple[AccountSnapshot, ...] = ()
    evidence_trouble: str = ""
