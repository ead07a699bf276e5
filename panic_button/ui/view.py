"""A snapshot, the preferences and the time in; everything that the window shows out.

Rule: this is pure, so that every word can be tested without a window.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from panic_button.core.model import Environment, OpenOrder, OrderResult
from panic_button.core.preferences import Guard, GuardKind, Preferences
from panic_button.core.snapshot import AccountSnapshot, Readiness, SignIn, Snapshot
from panic_button.ui.desk import Desk, Phase, desk_of, open_orders
from panic_button.ui.face import face_of
from panic_button.ui.health import exchange_name, health_of
from panic_button.ui.help_words import help_of, leaving_of
from panic_button.ui.lockout_words import lockout_of
from panic_button.ui.time_line import time_line_of
from panic_button.ui.values import Action, ActionKind, Footer, Page, Span, Tab, View
from panic_button.ui.verdict_words import banner_of, still_open
from panic_button.ui.words import clock_time, sentence


def view_of(snapshot: Snapshot, preferences: Preferences, now: datetime) -> View:
    desk = desk_of(snapshot, now)
    return View(
        practice=any(one.account.environment is Environment.PRACTICE for one in desk.accounts),
        health=health_of(desk, now),
        face=face_of(desk, preferences.guard),
        action=_action_of(desk),
        time_line=time_line_of(desk, now),
        notes=_notes_of(desk, snapshot.evidence_trouble),
        lockout=lockout_of(desk),
        banner=banner_of(desk),
        help=help_of(desk, preferences.telephone),
        open_page=_open_page(desk),
        result_page=_result_page(desk),
        front=Tab.RESULT if desk.phase in {Phase.NOT_CLEAR, Phase.CLEAR} else Tab.OPEN,
        footer=_footer_of(desk, preferences.guard, snapshot.evidence_trouble),
        runs=tuple(one.run.run for one in desk.accounts if one.run is not None),
        states=tuple((one.run.running, one.run.watching) for one in desk.accounts if one.run is not None),
        ticking=desk.run is not None and (desk.run.running or desk.run.watching),
        leaving=leaving_of(desk),
    )


def account_to_sign_in(accounts: tuple[AccountSnapshot, ...]) -> AccountSnapshot | None:
    """The first account that only a person can bring back."""
    return next((one for one in accounts if one.sign_in in {SignIn.SIGNED_OUT, SignIn.REFUSED}), None)


def _action_of(desk: Desk) -> Action | None:
    locked_out = account_to_sign_in(desk.accounts)
    if locked_out is not None:
        return Action(kind=ActionKind.SIGN_IN, text="Sign in…", label=locked_out.account.label)
    if desk.run is None or not desk.run.running:
        return None
    if desk.phase is Phase.NOT_CLEAR:
        number = still_open(desk.run)
        return Action(kind=ActionKind.FIRE, text=f"Retry the {number:,}" if number else "Send again")
    return Action(kind=ActionKind.FIRE, text="Send again") if desk.phase is Phase.UNCONFIRMED else None


def _notes_of(desk: Desk, evidence_trouble: str) -> tuple[str, ...]:
    """Sentences under the time line: what is not kept, why it is only degraded, what the keyring would not do."""
    evidence = (sentence(evidence_trouble),) if evidence_trouble else ()
    reason = (sentence(desk.reason),) if desk.readiness is Readiness.DEGRADED and desk.reason else ()
    lockouts = tuple(sentence(one.lockout.trouble) for one in desk.locked if one.lockout and one.lockout.trouble)
    return (
        evidence
        + lockouts
        + reason
        + tuple(sentence(one.keyring_trouble) for one in desk.accounts if one.keyring_trouble)
    )


def _open_page(desk: Desk) -> Page[OpenOrder]:
    ended_clear = desk.phase is Phase.CLEAR
    parts = tuple(open_orders(one, ended_clear=ended_clear) for one in desk.accounts)
    known = desk.open_count
    empty = "No open orders."
    if known is None:
        out = not desk.accounts or account_to_sign_in(desk.accounts) is not None
        empty = "Sign in to see your open orders." if out else "The exchange has not listed your open orders yet."
    elif known and not any(parts):
        empty = f"{known:,} open, but the exchange's list could not be read."
    return Page(
        title="Open orders" if known is None else f"Open orders {known:,}",
        # One account's rows are handed on as they are: the table knows an unchanged tuple by identity.
        rows=parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts)),
        empty=empty,
    )


def _result_page(desk: Desk) -> Page[OrderResult]:
    if desk.run is None:
        return Page(title="Last result", empty="No press yet. The outcome of every order will stand here.")
    rows = desk.run.result.orders
    if not rows and desk.phase is not Phase.CLEAR:
        return Page(title="Last result", empty="Nothing is known of any order yet.")
    return Page(title=f"Last result {len(rows):,}", rows=rows, empty="The press found no orders.")


def _footer_of(desk: Desk, guard: Guard, evidence_trouble: str) -> Footer:
    hold = f"hold {guard.hold_s:.1f} s" if guard.kind is GuardKind.HOLD else "two clicks within 2 s"
    return Footer(
        guard=(Span("Guard "), Span(hold, strong=True)),
        exchange=_exchange_line(desk),
        proved=_proved_words(desk),
        evidence_trouble=evidence_trouble,
    )


def _exchange_line(desk: Desk) -> tuple[Span, ...]:
    environments = {one.account.environment for one in desk.accounts}
    if environments == {Environment.PRACTICE}:
        return (Span("Practice exchange:", strong=True), Span(" nothing here is real money"))
    names = ", ".join(dict.fromkeys(exchange_name(one.account) for one in desk.accounts))
    return (Span("Exchange "), Span(names, strong=True)) if names else ()


def _proved_words(desk: Desk) -> str:
    moments = [one.listed_at for one in desk.accounts if one.listed_at is not None]
    if desk.readiness is not Readiness.ARMED or len(moments) < len(desk.accounts):
        return ""
    return f"Proved ready {clock_time(min(moments))} UTC"
