"""What the journal keeps: one frozen value a fact, and what is read back of a run.

Facts never carry a secret, a body or a header. Durations are milliseconds, money is `Decimal` dollars of risk, moments
are aware UTC datetimes. The `tag` of a fact is its name in the file: it may never change.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

from panic_button.core.model import Counts, OpenOrder, OrderResult, Route, Trigger, Verdict

ORDERS_A_FACT: Final = 500


def fingerprint(body: bytes) -> str:
    """The SHA-256 of a body as eight groups of hex digits: in one run, the redactor would take them for a token."""
    import hashlib  # noqa: PLC0415 - 3 ms that a window need not wait for

    return hashlib.sha256(body).digest().hex("-", 4)


class HowEnded(StrEnum):
    """What ended a run."""

    CLEAR = "clear"
    STOPPED = "stopped"
    SIGNED_OUT = "signed out"
    QUIT = "quit"
    SETTLED_AFTER_A_RESTART = "settled after a restart"


class _Fact(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What facts have in common: the field that names them in the file."""


class ProgramStarted(_Fact, frozen=True, kw_only=True, tag="program_started"):
    version: str
    user: str
    machine: str


class Pressed(_Fact, frozen=True, kw_only=True, tag="pressed"):
    """The intent. `open_orders` and `at_risk` are what was believed then; `lockout`: whether one was asked for."""

    trigger: Trigger
    pressed_at: datetime
    open_orders: int
    at_risk: Decimal
    lockout: bool


class OrdersBefore(_Fact, frozen=True, kw_only=True, tag="orders_before"):
    """Orders known open at the press, at most ORDERS_A_FACT of them; the next fact goes on."""

    orders: tuple[OpenOrder, ...]


class PressedAgain(_Fact, frozen=True, kw_only=True, tag="pressed_again"):
    """A press during the run."""


class Asked(_Fact, frozen=True, kw_only=True, tag="asked"):
    """A request left. `what` names it ("cancel all"); `attempt` counts a route's cancels, None for anything else."""

    route: Route
    what: str
    attempt: int | None = None


class Answered(_Fact, frozen=True, kw_only=True, tag="answered"):
    """What came of a request. `status` is None on the socket or with no answer, `failure` empty when all is well.

    `size` is in bytes, `sha256` what `fingerprint` gives, empty with no answer.
    """

    route: Route
    what: str
    took_ms: float
    attempt: int | None = None
    status: int | None = None
    size: int = 0
    sha256: str = ""
    failure: str = ""


class Listed(_Fact, frozen=True, kw_only=True, tag="listed"):
    """A listing: orders that could be read, and rows that could not."""

    open: int
    unreadable: int


class VerdictSaid(_Fact, frozen=True, kw_only=True, tag="verdict_said"):
    verdict: Verdict
    after_ms: float


class Outcomes(_Fact, frozen=True, kw_only=True, tag="outcomes"):
    """What became of each order, at most ORDERS_A_FACT of them; the next fact goes on."""

    orders: tuple[OrderResult, ...]


class RunEnded(_Fact, frozen=True, kw_only=True, tag="run_ended"):
    verdict: Verdict
    how: HowEnded
    counts: Counts
    withdrawn: Decimal
    matched_before: Decimal


class LockoutStarted(_Fact, frozen=True, kw_only=True, tag="lockout_started"):
    since: datetime


class LockoutCaught(_Fact, frozen=True, kw_only=True, tag="lockout_caught"):
    """An order that opened during the lockout and is cancelled for it."""

    order_id: str
    user_reference: str | None
    description: str


class LockoutReset(_Fact, frozen=True, kw_only=True, tag="lockout_reset"):
    reason: str


class SignedIn(_Fact, frozen=True, kw_only=True, tag="signed_in"):
    username: str
    how: str


class SignInRefused(_Fact, frozen=True, kw_only=True, tag="sign_in_refused"):
    words: str


class SignedOut(_Fact, frozen=True, kw_only=True, tag="signed_out"):
    """By a person, or because the exchange no longer takes the token."""


class SettingsChanged(_Fact, frozen=True, kw_only=True, tag="settings_changed"):
    """By entry of settings.json: its new value as text."""

    changes: dict[str, str]


class EvidenceLost(_Fact, frozen=True, kw_only=True, tag="evidence_lost"):
    """What the journal says of itself: so many entries were not kept, and why."""

    entries: int
    words: str


Fact = (
    ProgramStarted
    | Pressed
    | OrdersBefore
    | PressedAgain
    | Asked
    | Answered
    | Listed
    | VerdictSaid
    | Outcomes
    | RunEnded
    | LockoutStarted
    | LockoutCaught
    | LockoutReset
    | SignedIn
    | SignInRefused
    | SignedOut
    | SettingsChanged
    | EvidenceLost
)


class Entry(Struct, frozen=True, kw_only=True):
    """One fact as it was kept. `mono_ns` is the machine's monotonic clock: durations that no change of clock bends."""

    seq: int
    at: datetime
    mono_ns: int
    run: str | None
    account: str | None
    fact: Fact


# The monotonic clock begins anew with the machine: two entries that disagree by more have a restart between them.
_RESTARTED_MS: Final = 60_000.0


def since(press: Entry, entry: Entry) -> float:
    """Milliseconds from one entry to another; as the clock on the wall says where a restart lies in between."""
    on_the_wall = (entry.at - press.at) / timedelta(milliseconds=1)
    monotonic = (entry.mono_ns - press.mono_ns) / 1e6
    return monotonic if abs(monotonic - on_the_wall) < _RESTARTED_MS else on_the_wall


class RunSummary(Struct, frozen=True, kw_only=True):
    """One run on one line, its accounts joined: the worst verdict, and the sums of those that ended.

    `verdict` is None where none was ever said, `counts` where no account's run ended.
    """

    run: str
    pressed_at: datetime
    trigger: Trigger
    accounts: tuple[str, ...]
    verdict: Verdict | None
    ended: bool
    counts: Counts | None
    withdrawn: Decimal


class UnfinishedRun(Struct, frozen=True, kw_only=True):
    """A press of one account whose end was never written. `orders` were open when it began."""

    run: str
    account: str
    trigger: Trigger
    pressed_at: datetime
    orders: tuple[OpenOrder, ...]
