"""What is said while a run is watched or does not come to CLEAR, and of what could not be kept."""

from __future__ import annotations

from msgspec.structs import replace

from panic_button.core.escalation import Stage
from panic_button.core.model import Account, Counts, Environment, Verdict
from panic_button.core.preferences import Preferences
from panic_button.core.snapshot import Snapshot
from panic_button.ui.joined_run import joined_run
from panic_button.ui.values import BannerKind, View
from panic_button.ui.view import view_of
from tests.ui.desk import Desk


def seen(snapshot: Snapshot, desk: Desk, seconds: float) -> View:
    return view_of(snapshot, Preferences(), desk.at(seconds))


def banner_text(view: View) -> str:
    assert view.banner is not None
    return view.banner.text


def rows_of(view: View) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in view.time_line]


class TestTheWatch:
    def test_it_says_for_how_long_late_orders_are_looked_out_for(self, desk: Desk) -> None:
        view = seen(desk.watching(), desk, 3.6)
        assert banner_text(view).endswith("last at 14:03:22.841 UTC \N{MIDDLE DOT} watching for late orders, 12 s more")
        assert view.ticking
        assert seen(desk.watching(), desk, 5).banner != view.banner

    def test_it_promises_no_time_that_has_gone_by(self, desk: Desk) -> None:
        assert banner_text(seen(desk.watching(), desk, 20)).endswith("watching for late orders")

    def test_after_the_watch_nothing_ticks(self, desk: Desk) -> None:
        over = replace(desk.clear().accounts[0], run=desk.run(Verdict.CLEAR, running=False, clear_ms=584.0))
        view = seen(desk.of(over), desk, 60)
        assert "watching" not in banner_text(view)
        assert not view.ticking

    def test_late_orders_that_were_cancelled_are_told(self, desk: Desk) -> None:
        assert "2 orders showed up after CLEAR and were cancelled too" in banner_text(
            seen(desk.watching(late=2), desk, 3)
        )
        assert "1 order showed up after CLEAR and was cancelled too" in banner_text(
            seen(desk.watching(late=1), desk, 3)
        )

    def test_a_late_order_is_not_called_cancelled_where_something_was_filled(self, desk: Desk) -> None:
        filled = desk.watching(late=2, counts=Counts(cancelled=37, filled_first=1))
        assert "2 orders showed up after CLEAR and are gone too" in banner_text(seen(filled, desk, 3))

    def test_a_late_order_that_is_open_is_told_so(self, desk: Desk) -> None:
        assert "1 order showed up after CLEAR" in banner_text(seen(desk.not_clear(late=1), desk, 20))

    def test_a_lockout_watches_until_the_reset_and_counts_by_itself(self, desk: Desk) -> None:
        text = banner_text(seen(desk.locked(desk.watching(late=2), ("maker-", 2)), desk, 300))
        assert text.endswith("watching for new orders until the reset")
        assert "showed up" not in text

    def test_a_run_that_ceased_to_be_clear_is_given_the_time_of_a_press(self, desk: Desk) -> None:
        again = desk.unconfirmed(stage_since_ms=60_000.0)
        assert seen(again, desk, 61).banner != seen(again, desk, 62).banner


class TestTheClock:
    def test_it_says_what_comes_next(self, desk: Desk) -> None:
        assert rows_of(seen(desk.not_clear(), desk, 1.2))[-1] == ("Next: by id", "in 4 s")

    def test_it_says_what_was_added_when(self, desk: Desk) -> None:
        rows = rows_of(seen(desk.not_clear(stage=Stage.BY_GAME), desk, 21))
        assert rows[-3:] == [("By id", "+5.0 s"), ("By game", "+15.0 s"), ("Next: help by hand", "in 9 s")]

    def test_it_begins_anew_where_a_clear_ended(self, desk: Desk) -> None:
        rows = rows_of(seen(desk.not_clear(stage=Stage.BY_ID, stage_since_ms=70_000.0), desk, 78))
        assert rows[-2:] == [("By id", "+1 min 15 s"), ("Next: by game", "in 7 s")]

    def test_nothing_comes_after_the_help(self, desk: Desk) -> None:
        rows = rows_of(seen(desk.unconfirmed(stage=Stage.HELP), desk, 90))
        assert rows[-1] == ("Help by hand", "+30.0 s")

    def test_silence_has_the_same_clock(self, desk: Desk) -> None:
        assert ("By id", "+5.0 s") in rows_of(seen(desk.unconfirmed(stage=Stage.BY_ID), desk, 7))

    def test_an_ended_run_promises_nothing(self, desk: Desk) -> None:
        ended = replace(desk.not_clear().accounts[0], run=desk.run(Verdict.NOT_CLEAR, running=False, listed_open=2))
        rows = rows_of(seen(desk.of(replace(ended, listed_at=desk.at(0))), desk, 7))
        assert not any(label.startswith("Next") for label, _ in rows)

    def test_clear_has_no_clock(self, desk: Desk) -> None:
        assert all("Next" not in label for label, _ in rows_of(seen(desk.watching(), desk, 3)))

    def test_of_several_accounts_the_furthest_that_is_not_clear_counts(self, desk: Desk) -> None:
        runs = [desk.clear(stage=Stage.HELP), desk.not_clear(stage=Stage.BY_ID, stage_since_ms=9.0)]
        joined = joined_run([one.accounts[0].run for one in runs if one.accounts[0].run is not None])
        assert joined is not None
        assert (joined.result.stage, joined.result.stage_since_ms) == (Stage.BY_ID, 9.0)


class TestEnds:
    def test_a_run_that_was_stopped_says_that_nothing_more_is_sent(self, desk: Desk) -> None:
        run = desk.run(Verdict.NOT_CLEAR, running=False, listed_open=2)
        view = seen(desk.of(replace(desk.not_clear().accounts[0], run=run, listed_at=desk.at(0))), desk, 50)
        assert banner_text(view).startswith("Nothing more is being sent: press again.")
        assert "Sign in" not in banner_text(view)

    def test_a_run_that_was_taken_up_again_says_so(self, desk: Desk) -> None:
        view = seen(desk.watching(resumed=True), desk, 3)
        assert banner_text(view).startswith("Taken up again after the program had ended. 37 cancelled")

    def test_closing_at_rest_or_after_clear_stops_nothing(self, desk: Desk) -> None:
        assert seen(desk.armed(), desk, 1).leaving == ()
        assert seen(desk.watching(), desk, 3).leaving == ()

    def test_closing_on_a_run_says_what_stops_and_that_it_is_taken_up_again(self, desk: Desk) -> None:
        (told,) = seen(desk.not_clear(), desk, 3).leaving
        assert told.startswith("The cancel of desk-1 is not CLEAR. Once this window is closed nothing more is tried")
        assert told.endswith("At the next start it is taken up again.")

    def test_closing_on_a_lockout_says_that_new_orders_stay(self, desk: Desk) -> None:
        (told,) = seen(desk.locked(desk.watching()), desk, 3).leaving
        assert told.endswith("new orders are no longer cancelled. At the next start it goes on.")

    def test_nothing_is_promised_that_is_not_kept(self, desk: Desk) -> None:
        (told,) = seen(desk.locked(desk.watching(), trouble="The disk is full"), desk, 3).leaving
        assert "next start" not in told
        practice = Account(label="practice", environment=Environment.PRACTICE)
        run = replace(desk.not_clear().accounts[0], account=practice)
        assert not any("next start" in words for words in seen(desk.of(run), desk, 3).leaving)


class TestEvidence:
    def test_the_trouble_stands_in_the_notes_and_marks_the_footer(self, desk: Desk) -> None:
        view = seen(replace(desk.watching(), evidence_trouble="The disk is full"), desk, 3)
        assert view.notes == ("The disk is full.",)
        assert view.footer.evidence_trouble == "The disk is full"
        assert view.banner is not None
        assert view.banner.kind is BannerKind.CLEAR

    def test_a_lockout_that_could_not_be_kept_is_told(self, desk: Desk) -> None:
        view = seen(desk.locked(desk.watching(), trouble="It ends with the program"), desk, 3)
        assert view.notes == ("It ends with the program.",)
