"""The health row: the state in one word, both routes, and how much is open.

Rule: a number is shown plain only while it is known. Unconfirmed it is "37?", and unknown money is "unknown".
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from panic_button.core.model import Account, Environment
from panic_button.core.snapshot import Leg, Readiness, SignIn
from panic_button.ui.desk import NOT_YET_CLEAR, Desk, Phase
from panic_button.ui.lockout_words import NO_BLOCK
from panic_button.ui.values import Chip, Health, Symbol, Tone
from panic_button.ui.verdict_words import still_open
from panic_button.ui.words import age, money

DASH = "\N{EN DASH}"
# A ping takes a round trip; silence is worth a word only past this.
SILENCE_S = 1.0

_READINESS_CHIPS = {
    Readiness.ARMED: (Tone.OK, Symbol.DOT, "ARMED"),
    Readiness.DEGRADED: (Tone.WARN, Symbol.DIAMOND, "DEGRADED"),
    Readiness.NOT_ARMED: (Tone.BAD, Symbol.RING, "NOT ARMED"),
}
_RUN_CHIPS = {
    Phase.SENDING: (Tone.WARN, Symbol.DIAMOND, "FIRING"),
    Phase.UNCONFIRMED: (Tone.BAD, Symbol.TRIANGLE, "NO ANSWER"),
    Phase.NOT_CLEAR: (Tone.BAD, Symbol.TRIANGLE, "NOT CLEAR"),
    Phase.CLEAR: (Tone.OK, Symbol.CHECK, "CLEAR"),
}


def health_of(desk: Desk, now: datetime) -> Health:
    legs = {
        "HTTPS": [one.https for one in desk.accounts],
        "Orders socket": [one.socket for one in desk.accounts],
    }
    signed_in = any(one.sign_in in {SignIn.SIGNED_IN, SignIn.WORKING} for one in desk.accounts)
    https, socket = (_route_words(route, now, connecting=signed_in) for route in legs.values())
    troubles = [f"{name}: {leg.trouble}" for name, route in legs.items() for leg in route if leg.trouble]
    return Health(
        chip=chip_of(desk),
        account=desk.labels or "No account",
        exchange=", ".join(dict.fromkeys(exchange_name(one.account) for one in desk.accounts)),
        https=https,
        socket=socket,
        route_troubles="\n".join(troubles),
        open=_open_words(desk),
        at_risk=_risk_words(desk),
    )


def chip_of(desk: Desk) -> Chip:
    chips: dict[Phase, tuple[Tone, Symbol, str]] = _RUN_CHIPS
    if desk.locked and desk.phase not in NOT_YET_CLEAR:
        return Chip(tone=Tone.WARN, symbol=Symbol.DIAMOND, text="LOCKOUT ON", explanation=NO_BLOCK)
    # What can no longer be asked weighs more than what was CLEAR a while ago.
    past = desk.phase is Phase.CLEAR and desk.readiness is not Readiness.ARMED
    tone, symbol, text = (
        _READINESS_CHIPS[desk.readiness] if past else chips.get(desk.phase, _READINESS_CHIPS[desk.readiness])
    )
    return Chip(tone=tone, symbol=symbol, text=text, explanation=desk.reason)


def exchange_name(account: Account) -> str:
    if account.environment is Environment.PRODUCTION:
        return "4casters"
    if account.environment is Environment.PRACTICE:
        return "practice exchange"
    return urlsplit(account.addresses.rest_url).hostname or "own exchange"


def _route_words(legs: list[Leg], now: datetime, *, connecting: bool) -> str:
    """One route of all accounts: the worst of them, and the slowest when all are well."""
    words = [_leg_words(leg, now, connecting=connecting) for leg in legs]
    if not words:
        return DASH
    in_trouble = [text for text, well in words if not well]
    if in_trouble:
        return in_trouble[0]
    return _leg_words(max(legs, key=lambda leg: leg.round_trip_ms or 0.0), now, connecting=connecting)[0]


def _leg_words(leg: Leg, now: datetime, *, connecting: bool) -> tuple[str, bool]:
    silent_s = 0.0 if leg.unanswered_since is None else (now - leg.unanswered_since).total_seconds()
    if silent_s >= SILENCE_S:
        return f"no answer {age(silent_s)}", False
    if leg.trouble:
        return ("refused" if leg.refused else "lost" if not leg.warm else "in trouble"), False
    if leg.round_trip_ms is None:
        return ("connecting" if connecting else DASH), False
    return f"{leg.round_trip_ms:,.0f} ms", True


def _open_words(desk: Desk) -> str:
    if desk.phase is Phase.NOT_CLEAR and desk.run is not None:
        return f"{still_open(desk.run):,}" if still_open(desk.run) else "?"
    if desk.phase is Phase.UNCONFIRMED:
        return "?" if desk.open_count is None else f"{desk.open_count:,}?"
    if desk.open_count is None or _out_of_reach(desk):
        return DASH
    return f"{desk.open_count:,}"


def _risk_words(desk: Desk) -> str:
    if desk.phase is Phase.UNCONFIRMED:
        return "unknown"
    if desk.phase is Phase.NOT_CLEAR and desk.run is not None:
        return money(desk.run.result.at_risk) if desk.run.result.at_risk else "unknown"
    if desk.open_count is None or _out_of_reach(desk):
        return DASH
    if desk.at_risk.complete:
        return money(desk.at_risk.dollars)
    return f"{money(desk.at_risk.dollars)} or more" if desk.at_risk.dollars else "unknown"


def _out_of_reach(desk: Desk) -> bool:
    """An old listing of an account that can't be asked any more is not shown as if it were of now."""
    return desk.phase is Phase.STALE
