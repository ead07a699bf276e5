"""What is known of one account now, and the frozen snapshot of it that a window shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from panic_button.core.errors import ExchangeError
from panic_button.core.lockout import Lockout
from panic_button.core.model import (
    Account,
    AtRisk,
    Failure,
    FailureKind,
    Listing,
    at_risk_of,
)
from panic_button.core.readiness import readiness
from panic_button.core.snapshot import AccountSnapshot, Leg, RunSnapshot, SignIn
from panic_button.engine.connections import WARM_LANES, Connections

# A run has this long before silence is called silence.
_SILENT_AFTER = timedelta(seconds=1)
_SILENCE = frozenset({FailureKind.CLOSED, FailureKind.UNREACHABLE, FailureKind.TIMED_OUT})
_REFUSALS = frozenset({FailureKind.TOKEN_REFUSED, FailureKind.FORBIDDEN})


def utc_now() -> datetime:
    return datetime.now(UTC)


class Facts:
    """Facts of one account; whoever learns one sets it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sign_in = SignIn.SIGNED_OUT
        self.sign_in_trouble = ""
        self.keyring_trouble = ""
        self.token_accepted_at: datetime | None = None
        self.refusal: FailureKind | None = None
        self.https_failure: Failure | None = None
        self.socket_failure: Failure | None = None
        self.socket_round_trip_ms: float | None = None
        self.listing: Listing | None = None
        self.at_risk = AtRisk()
        self.listed_at: datetime | None = None
        self.heard_at: datetime | None = None
        self._silent = False

    def signed_out(self) -> None:
        self.__init__(self.account)  # type: ignore[misc]  # nothing that was known outlives the sign-in

    def listed(self, outcome: Listing | ExchangeError) -> None:
        """The exchange was asked what is open: its answer, or how it failed."""
        if isinstance(outcome, ExchangeError):
            self.https_failure = outcome.failure
            self._silent = outcome.failure.kind in _SILENCE
            if not self._silent:
                self.heard_at = utc_now()
            return
        self.listing = outcome
        self.listed_at = self.heard_at = self.token_accepted_at = utc_now()
        self.at_risk = at_risk_of(outcome)
        self.https_failure, self._silent = None, False
        self.accepted()

    def accepted(self) -> None:
        self.sign_in, self.sign_in_trouble, self.refusal = SignIn.SIGNED_IN, "", None

    def refused(self, words: str, refusal: FailureKind) -> None:
        self.sign_in, self.sign_in_trouble, self.refusal = SignIn.REFUSED, words, refusal

    def snapshot(self, connections: Connections, run: RunSnapshot | None, lockout: Lockout | None) -> AccountSnapshot:
        now = utc_now()
        heard_at = self._heard(run)
        running = run is not None and run.running
        silent = running and now - max(heard_at or now, run.pressed_at if run else now) > _SILENT_AFTER
        https = Leg(
            warm=connections.warm,
            wanted=WARM_LANES,
            round_trip_ms=connections.round_trip_ms,
            trouble="" if self.https_failure is None else self.https_failure.text,
            refused=_is_refusal(self.https_failure),
            unanswered_since=heard_at if silent or self._silent else None,
        )
        socket = Leg(
            warm=0 if connections.socket is None else 1,
            wanted=0 if connections.addresses.orders_socket_url is None else 1,
            round_trip_ms=self.socket_round_trip_ms,
            trouble="" if self.socket_failure is None else f"Orders socket: {self.socket_failure.text}",
            refused=_is_refusal(self.socket_failure),
        )
        ready, reason = readiness(
            self.sign_in,
            trouble=self.sign_in_trouble,
            https=https,
            socket=socket,
            proved_s_ago=None if self.listed_at is None else (now - self.listed_at).total_seconds(),
        )
        return AccountSnapshot(
            account=self.account,
            readiness=ready,
            reason=reason,
            sign_in=self.sign_in,
            sign_in_trouble=self.sign_in_trouble,
            refusal=self.refusal,
            keyring_trouble=self.keyring_trouble,
            token_accepted_at=self.token_accepted_at,
            https=https,
            socket=socket,
            open_orders=None if self.listing is None else self.listing.orders,
            unreadable_orders=0 if self.listing is None else self.listing.unreadable,
            at_risk=self.at_risk,
            listed_at=self.listed_at,
            heard_at=heard_at,
            run=run,
            lockout=lockout,
        )

    def _heard(self, run: RunSnapshot | None) -> datetime | None:
        """When the exchange last answered anything, over any route."""
        moments = [] if self.heard_at is None else [self.heard_at]
        if run is not None and run.result.heard_ms is not None:
            moments.append(run.pressed_at + timedelta(milliseconds=run.result.heard_ms))
        return max(moments, default=None)


def _is_refusal(failure: Failure | None) -> bool:
    return failure is not None and failure.kind in _REFUSALS
