"""The words of the window, state by state. Each is what a person acts on, so each is pinned."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from panic_button.core.model import (
    Account,
    Addresses,
    Answer,
    Counts,
    Environment,
    Route,
    RouteReport,
    Verdict,
)
from panic_button.core.preferences import Guard, GuardKind, Preferences
from panic_button.core.snapshot import Leg, Readiness, SignIn, Snapshot
from panic_button.ui.values import ActionKind, BannerKind, FaceKind, Symbol, Tab, View
from panic_button.ui.view import view_of

if TYPE_CHECKING:
    from tests.ui.desk import Desk


def seen(snapshot: Snapshot, desk: Desk, seconds: float = 5.0, guard: Guard | None = None) -> View:
    return view_of(snapshot, Preferences(guard=guard or Guard()), desk.at(seconds))


def rows_of(view: View) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in view.time_line]


def banner_of(view: View) -> tuple[BannerKind, str, str]:
    assert view.banner is not None
    return view.banner.kind, view.banner.title, view.banner.text


class TestAtRest:
    def test_armed_says_what_a_press_would_cancel(self, desk: Desk) -> None:
        view = seen(desk.armed(), desk)
        assert view.face.kind is FaceKind.ARMED
        assert view.face.title == ("CANCEL", "ALL", "ORDERS")
        assert view.face.small == ("10 orders · $2,020.00", "Hold 0.6 s")
        assert view.face.enabled
        assert not view.face.at_once
        assert (view.health.chip.text, view.health.open, view.health.at_risk) == ("ARMED", "10", "$2,020.00")
        assert (view.health.https, view.health.socket) == ("41 ms", "38 ms")
        assert (view.health.account, view.health.exchange) == ("desk-1", "4casters")
        assert view.banner is None
        assert view.action is None
        assert rows_of(view) == [("Token accepted", "14:03:12"), ("Connections warm", "2 of 2")]
        assert (view.open_page.title, view.result_page.title) == ("Open orders 10", "Last result")
        assert view.front is Tab.OPEN
        assert "".join(span.text for span in view.footer.guard) == "Guard hold 0.6 s"
        assert view.footer.proved == "Proved ready 14:03:12 UTC"
        assert not view.ticking

    def test_the_guard_is_named_on_the_face(self, desk: Desk) -> None:
        assert seen(desk.armed(), desk, guard=Guard(hold_s=1.5)).face.small[1] == "Hold 1.5 s"
        assert seen(desk.armed(), desk, guard=Guard(kind=GuardKind.TWO_STEP)).face.small[1] == "Click twice"

    def test_one_order_is_not_orders(self, desk: Desk) -> None:
        view = seen(desk.of(desk.account(open_orders=desk.orders(1))), desk)
        assert view.face.small[0] == "1 order · $100.00"

    def test_no_orders_can_still_be_cancelled(self, desk: Desk) -> None:
        view = seen(desk.of(desk.account(open_orders=())), desk)
        assert view.face.small[0] == "0 open orders"
        assert view.face.enabled
        assert view.open_page.empty == "No open orders."

    def test_an_amount_that_is_not_known_is_not_counted_as_nothing(self, desk: Desk) -> None:
        snapshot = desk.of(desk.account(open_orders=(desk.order(0), desk.order(1, bet=None))))
        assert seen(snapshot, desk).health.at_risk == "$100.00 or more"

    def test_unreadable_orders_are_open_orders(self, desk: Desk) -> None:
        view = seen(desk.of(desk.account(open_orders=(), unreadable_orders=2)), desk)
        assert (view.health.open, view.health.at_risk) == ("2", "unknown")
        assert view.open_page.empty == "2 open, but the exchange's list could not be read."

    def test_practice_says_that_nothing_is_real(self, desk: Desk) -> None:
        view = seen(desk.practice(), desk)
        assert view.practice
        text = "".join(span.text for span in view.footer.exchange)
        assert text == "Practice exchange: nothing here is real money"

    def test_an_own_exchange_is_named_by_its_host(self, desk: Desk) -> None:
        own = Account(
            label="x", environment=Environment.CUSTOM, addresses=Addresses(rest_url="https://api.example.com/v1")
        )
        assert seen(desk.of(desk.account(account=own)), desk).health.exchange == "api.example.com"

    def test_degraded_keeps_the_button_and_says_why(self, desk: Desk) -> None:
        degraded = desk.account(readiness=Readiness.DEGRADED, reason="The orders socket is lost", socket=Leg())
        view = seen(desk.of(degraded), desk)
        assert view.health.chip.text == "DEGRADED"
        assert view.face.enabled
        assert view.notes == ("The orders socket is lost.",)
        assert view.footer.proved == ""

    def test_not_armed_is_disabled_and_says_why_and_what_to_do(self, desk: Desk) -> None:
        view = seen(desk.refused(), desk)
        assert view.health.chip.text == "NOT ARMED"
        assert (view.face.kind, view.face.enabled) == (FaceKind.OFF, False)
        assert view.face.small == ("The exchange refused the saved sign-in (401)",)
        assert view.action is not None
        assert (view.action.kind, view.action.text, view.action.label) == (ActionKind.SIGN_IN, "Sign in…", "desk-1")
        assert rows_of(view)[0] == ("Token accepted", "401")
        assert view.time_line[0].symbol is Symbol.CROSS
        assert (view.health.open, view.health.at_risk) == ("\N{EN DASH}", "\N{EN DASH}")
        assert view.health.socket == "refused"
        assert view.open_page.title == "Open orders"
        assert view.open_page.empty == "Sign in to see your open orders."
        assert view.result_page.empty == "No press yet. The outcome of every order will stand here."

    def test_without_an_account_nothing_is_armed(self, desk: Desk) -> None:
        view = seen(desk.of(), desk)
        assert view.health.chip.text == "NOT ARMED"
        assert not view.face.enabled
        assert view.face.small == ("No account is set up",)

    @pytest.mark.parametrize(
        ("leg", "words"),
        [
            (Leg(round_trip_ms=41.4, warm=1), "41 ms"),
            (Leg(trouble="The connection was lost"), "lost"),
            (Leg(trouble="The exchange does not let us in", refused=True), "refused"),
            (Leg(), "connecting"),
        ],
    )
    def test_a_route_is_told_in_a_word(self, desk: Desk, leg: Leg, words: str) -> None:
        assert seen(desk.of(desk.account(socket=leg)), desk).health.socket == words

    def test_a_ping_that_is_out_for_a_moment_is_not_silence(self, desk: Desk) -> None:
        leg = Leg(warm=1, round_trip_ms=40.0, unanswered_since=desk.at(0))
        snapshot = desk.of(desk.account(https=leg))
        assert seen(snapshot, desk, 0.3).health.https == "40 ms"
        assert seen(snapshot, desk, 4.2).health.https == "no answer 4.2 s"

    def test_keyring_trouble_is_told(self, desk: Desk) -> None:
        view = seen(desk.of(desk.account(keyring_trouble="The keyring is locked")), desk)
        assert view.notes == ("The keyring is locked.",)


class TestClear:
    def test_clear_says_what_it_rests_on(self, desk: Desk) -> None:
        view = seen(desk.clear(), desk)
        assert banner_of(view) == (
            BannerKind.CLEAR,
            "CLEAR · 0 open orders",
            "37 cancelled · $12,430.00 withdrawn · $155.00 had matched before · asked twice, last at 14:03:22.841 UTC",
        )
        assert view.health.chip.text == "CLEAR"
        assert (view.face.kind, view.face.title) == (FaceKind.CLEAR, ("CLEAR",))
        assert view.face.small == ("0 open orders", "Press again at any time")
        assert view.face.enabled
        assert (view.health.open, view.health.at_risk) == ("0", "$0.00")
        assert rows_of(view) == [("Sent", "+0.6 ms"), ("Acknowledged", "+42 ms"), ("Clear: asked twice", "+584 ms")]
        assert (view.open_page.title, view.result_page.title) == ("Open orders 0", "Last result 10")
        assert view.front is Tab.RESULT

    def test_a_cancel_that_was_never_confirmed_says_so(self, desk: Desk) -> None:
        view = seen(desk.clear(acknowledged=False, acknowledged_ms=None, clear_ms=2400.0), desk)
        assert banner_of(view)[2].endswith(
            "the exchange never confirmed the cancel itself, but was asked four times and showed nothing open, "
            "last at 14:03:24.657 UTC"
        )
        assert ("Clear: asked four times", "+2,400 ms") in rows_of(view)

    def test_what_was_filled_or_is_not_known_is_named(self, desk: Desk) -> None:
        counts = Counts(cancelled=34, filled_first=1, unknown=2)
        text = banner_of(seen(desk.clear(counts=counts), desk))[2]
        assert "1 filled before it could be cancelled" in text
        assert "2 not known: being looked up" in text

    def test_nothing_open_at_the_press_is_told(self, desk: Desk) -> None:
        nothing = desk.clear(counts=Counts(), orders=(), withdrawn=Decimal(0), matched_before=Decimal(0))
        assert banner_of(seen(nothing, desk))[2].startswith("Nothing was open · asked twice")

    def test_an_older_listing_does_not_contradict_clear(self, desk: Desk) -> None:
        stale = msgspec.structs.replace(desk.clear().accounts[0], open_orders=desk.orders(), listed_at=desk.at(0.1))
        view = seen(desk.of(stale), desk)
        assert view.face.kind is FaceKind.CLEAR
        assert view.open_page.rows == ()
        assert view.health.open == "0"

    def test_orders_in_a_later_listing_end_the_green(self, desk: Desk) -> None:
        opened = msgspec.structs.replace(desk.clear().accounts[0], open_orders=desk.orders(3), listed_at=desk.at(30))
        view = seen(desk.of(opened), desk, 31)
        kind, title, _ = banner_of(view)
        assert (kind, title) == (BannerKind.SINCE, "Was CLEAR at 14:03:22 UTC · 3 orders have opened since")
        assert view.face.kind is FaceKind.ARMED
        assert view.health.chip.text == "ARMED"
        assert view.open_page.title == "Open orders 3"

    def test_an_unreadable_order_in_a_later_listing_ends_the_green(self, desk: Desk) -> None:
        opened = msgspec.structs.replace(desk.clear().accounts[0], unreadable_orders=1, listed_at=desk.at(30))
        assert banner_of(seen(desk.of(opened), desk, 31))[1].endswith("1 order has opened since")

    def test_green_does_not_outlive_the_sign_in(self, desk: Desk) -> None:
        clear = msgspec.structs.replace(
            desk.clear().accounts[0], readiness=Readiness.NOT_ARMED, reason="You are signed out."
        )
        over = msgspec.structs.replace(clear, run=desk.run(Verdict.CLEAR, running=False, clear_ms=584.0))
        view = seen(desk.of(over), desk)
        assert banner_of(view)[0] is BannerKind.SINCE
        assert "What is open now is not known" in banner_of(view)[2]
        assert not view.face.enabled
        assert view.health.open == "\N{EN DASH}"


class TestNotClear:
    def test_not_clear_puts_what_is_open_first(self, desk: Desk) -> None:
        view = seen(desk.not_clear(), desk, 0.2)
        assert banner_of(view) == (
            BannerKind.NOT_CLEAR,
            "NOT CLEAR · 2 orders still open",
            "35 cancelled · 2 failed, being retried · $460.00 is still at risk",
        )
        assert view.health.chip.text == "NOT CLEAR"
        assert (view.face.title, view.face.small) == (("FIRE", "AGAIN"), ("Retrying by itself", "attempt 3"))
        assert view.face.at_once
        assert view.action is not None
        assert (view.action.kind, view.action.text) == (ActionKind.FIRE, "Retry the 2")
        assert (view.health.open, view.health.at_risk) == ("2", "$460.00")
        assert rows_of(view) == [
            ("Sent", "+0.6 ms"),
            ("Acknowledged", "+44 ms"),
            ("2 still open", "+91 ms"),
            ("Next: by id", "in 5 s"),
        ]
        assert view.front is Tab.RESULT
        assert view.ticking

    def test_a_refusal_says_what_it_means_and_what_to_do(self, desk: Desk) -> None:
        routes = {
            Route.HTTPS: RouteReport(
                attempts=1, answer=Answer.REFUSED, trouble="The exchange refuses this sign-in (401)"
            )
        }
        run = desk.run(
            Verdict.NOT_CLEAR, running=False, settled=True, routes=routes, listed_open=None, counts=Counts(still_open=2)
        )
        view = seen(desk.of(msgspec.structs.replace(desk.refused().accounts[0], run=run)), desk)
        _, title, text = banner_of(view)
        assert title == "NOT CLEAR · 2 orders still open"
        assert text.startswith("The exchange refuses this sign-in (401). ")
        assert "Sign in again now" in text
        assert "being retried" not in text
        assert view.action is not None
        assert view.action.text == "Sign in…"
        assert not view.face.enabled

    def test_a_press_during_a_run_is_taken_even_when_not_armed(self, desk: Desk) -> None:
        refused = msgspec.structs.replace(desk.refused().accounts[0], run=desk.not_clear().accounts[0].run)
        face = seen(desk.of(refused), desk).face
        assert face.enabled
        assert face.at_once

    def test_a_send_that_outdates_the_listing_does_not_flicker(self, desk: Desk) -> None:
        """A new send makes the verdict UNCONFIRMED for a moment; what the exchange showed a moment ago stands."""
        run = desk.run(Verdict.UNCONFIRMED, listed_open=2, heard_ms=4900.0)
        assert banner_of(seen(desk.of(desk.account(run=run)), desk, 5.0))[0] is BannerKind.NOT_CLEAR

    def test_an_ended_run_gives_way_to_a_newer_listing(self, desk: Desk) -> None:
        run = desk.run(Verdict.NOT_CLEAR, running=False, listed_open=2)
        view = seen(desk.of(desk.account(run=run, open_orders=desk.orders(3), listed_at=desk.at(60))), desk, 61)
        assert banner_of(view)[1] == "The last press ended NOT CLEAR · 3 orders open now"
        assert view.face.kind is FaceKind.ARMED


class TestUnconfirmed:
    def test_no_answer_is_never_shown_as_success(self, desk: Desk) -> None:
        view = seen(desk.unconfirmed(), desk, 4.2)
        assert banner_of(view) == (
            BannerKind.UNCONFIRMED,
            "NOT CONFIRMED · your orders may still be open",
            (
                "The exchange last answered at 14:03:18.120 UTC. Still sending on both routes. "
                "By hand: the exchange's site, or its desk."
            ),
        )
        assert view.health.chip.text == "NO ANSWER"
        assert (view.health.open, view.health.at_risk) == ("10?", "unknown")
        assert (view.health.https, view.health.socket) == ("no answer 4.2 s", "lost")
        assert view.face.small == ("Still sending", "attempt 5, both routes")
        assert view.face.at_once
        assert rows_of(view) == [
            ("Sent", "+0.7 ms"),
            ("No answer", "4.2 s"),
            ("Last answer", "14:03:18"),
            ("Next: by id", "in 1 s"),
        ]
        assert view.action is not None
        assert view.action.text == "Send again"
        assert view.front is Tab.OPEN
        assert view.result_page.title == "Last result"

    def test_the_first_moment_of_a_run_is_no_alarm(self, desk: Desk) -> None:
        early, late = seen(desk.sending(), desk, 1.4), seen(desk.sending(), desk, 1.6)
        assert banner_of(early)[:2] == (BannerKind.SENDING, "CANCELLING · waiting for the exchange")
        assert early.health.chip.text == "FIRING"
        assert early.face.at_once
        assert banner_of(late)[0] is BannerKind.UNCONFIRMED

    def test_an_exchange_that_answers_but_does_not_list_is_an_alarm(self, desk: Desk) -> None:
        run = desk.run(Verdict.UNCONFIRMED, listed_open=None, heard_ms=4900.0)
        assert banner_of(seen(desk.of(desk.account(run=run)), desk, 5.0))[0] is BannerKind.UNCONFIRMED

    def test_waiting_for_the_second_listing_is_no_alarm(self, desk: Desk) -> None:
        run = desk.run(Verdict.UNCONFIRMED, listed_open=0, heard_ms=4900.0)
        assert banner_of(seen(desk.of(desk.account(run=run)), desk, 5.0))[0] is BannerKind.SENDING

    def test_one_route_is_named(self, desk: Desk) -> None:
        routes = {Route.HTTPS: RouteReport(attempts=2), Route.SOCKET: RouteReport()}
        view = seen(desk.unconfirmed(routes=routes), desk)
        assert "Still sending over HTTPS." in banner_of(view)[2]
        assert view.face.small[1] == "attempt 2, HTTPS"

    def test_an_ended_run_does_not_claim_to_be_sending(self, desk: Desk) -> None:
        run = desk.run(Verdict.UNCONFIRMED, running=False, listed_open=None)
        view = seen(desk.of(desk.account(run=run)), desk)
        assert "Nothing more is being sent: press again." in banner_of(view)[2]
        assert view.action is None
        assert not view.face.at_once


class TestSeveralAccounts:
    def test_the_worst_verdict_and_the_sums_are_shown(self, desk: Desk) -> None:
        good, bad = desk.clear().accounts[0], desk.not_clear().accounts[0]
        view = seen(desk.of(good, msgspec.structs.replace(bad, account=Account(label="desk-2"))), desk, 2.0)
        assert banner_of(view)[1] == "NOT CLEAR · 2 orders still open"
        assert view.health.account == "desk-1, desk-2"
        assert banner_of(view)[2].startswith("72 cancelled")
        assert len(view.result_page.rows) == 20
        assert view.runs == ("run-1", "run-1")

    def test_clear_for_one_is_not_clear_for_an_account_left_out(self, desk: Desk) -> None:
        view = seen(desk.of(desk.clear().accounts[0], desk.account(account=Account(label="desk-2"))), desk)
        assert banner_of(view)[0] is BannerKind.SINCE
        assert "not for desk-2" in banner_of(view)[1]

    def test_one_that_is_not_armed_degrades_the_desk(self, desk: Desk) -> None:
        out = msgspec.structs.replace(desk.refused().accounts[0], account=Account(label="desk-2"))
        view = seen(desk.of(desk.account(), out), desk)
        assert view.health.chip.text == "DEGRADED"
        assert view.face.enabled
        assert view.notes[0].startswith("desk-2: The exchange refused")
        assert view.action is not None
        assert view.action.label == "desk-2"
        assert view.health.open == "\N{EN DASH}"

    def test_all_signed_out_is_not_armed(self, desk: Desk) -> None:
        out = desk.account(readiness=Readiness.NOT_ARMED, sign_in=SignIn.SIGNED_OUT, open_orders=None)
        view = seen(desk.of(out, out), desk)
        assert not view.face.enabled
        assert "You are signed out" in view.face.small[0]


def test_late_times_are_told_in_seconds(desk: Desk) -> None:
    view = seen(desk.clear(clear_ms=12_340.0), desk, 20)
    assert ("Clear: asked twice", "+12.3 s") in rows_of(view)


def test_the_rows_of_one_account_are_handed_on_untouched(desk: Desk) -> None:
    snapshot = desk.armed()
    assert seen(snapshot, desk).open_page.rows is snapshot.accounts[0].open_orders


def test_the_last_answer_of_an_exchange_never_heard_is_not_invented(desk: Desk) -> None:
    unheard = msgspec.structs.replace(desk.unconfirmed().accounts[0], heard_at=None, listed_at=None)
    view = seen(desk.of(unheard), desk)
    assert banner_of(view)[2].startswith("The exchange has not answered yet.")
    assert view.ticking
    assert desk.at(0) + timedelta(seconds=5) == desk.at(5)
