"""How far a run goes that does not come to CLEAR, and what goes out beside a cancel-all that is not answered."""

from __future__ import annotations

import pytest

from panic_button.core.actions import CancelAll, CancelGame, CancelThese
from panic_button.core.escalation import Stage, next_stage_at, stage_after
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import FailureKind, Listing, Route, Verdict
from tests.core.machines import BOTH, HTTPS, SOCKET, cancels, cleared, failure, gone, listing, order, refused


@pytest.mark.parametrize(
    ("elapsed", "stage"),
    [
        (0, Stage.ALL),
        (4_999, Stage.ALL),
        (5_000, Stage.BY_ID),
        (14_999, Stage.BY_ID),
        (15_000, Stage.BY_GAME),
        (29_999, Stage.BY_GAME),
        (30_000, Stage.HELP),
        (10**9, Stage.HELP),
        (-1, Stage.ALL),
    ],
)
def test_by_id_after_5_s_by_game_after_15_help_after_30(elapsed: float, stage: Stage) -> None:
    assert stage_after(elapsed) is stage


def test_a_stage_is_told_by_its_name() -> None:
    assert [str(stage) for stage in Stage] == ["all", "by_id", "by_game", "help"]


def test_the_next_stage_is_told_until_there_is_none() -> None:
    assert next_stage_at(100, 100) == 5_100
    assert next_stage_at(100, 5_100) == 15_100
    assert next_stage_at(100, 30_100) is None


def test_a_run_tells_its_stage_and_the_clock_begins_anew_when_clear_ends() -> None:
    machine = cleared("a")
    assert machine.result(100_000).stage is Stage.ALL
    machine.listed(10_000, listing("late"), 10_010)
    assert (machine.result(15_009).stage, machine.result(15_010).stage) == (Stage.ALL, Stage.BY_ID)
    assert machine.result(15_010).stage_since_ms == 10_010


def stubborn(*games: str | None) -> Listing:
    """What the exchange shows as open, whatever is sent: an order in each game."""
    return Listing(orders=tuple(order(f"o{number}", game_id=game) for number, game in enumerate(games)))


def sent_for(open_now: Listing, *, at: float, rounds: int) -> list[CancelGame | CancelThese]:
    """What goes out beside cancel-alls in so many listings of a run over one route that began at 0."""
    machine, sent = MassCancel(), []
    machine.started(0, open_now.orders, {HTTPS})
    machine.answered(HTTPS, 1, [refused(one.order_id) for one in open_now.orders], at)
    for _ in range(rounds):
        actions = cancels(machine.listed(at, open_now, at + 1))
        while some := [action for action in actions if isinstance(action, (CancelGame, CancelThese))]:
            sent += some
            actions = cancels(machine.answered(HTTPS, some[0].attempt, [], at + 2))
        at += 1_100
    return sent


def test_after_15_s_every_other_call_takes_a_whole_game_the_least_tried_first() -> None:
    sent = sent_for(stubborn("g1", "g2"), at=15_000, rounds=4)
    assert [action.game_id for action in sent if isinstance(action, CancelGame)] == ["g1", "g2", "g1", "g2"]
    assert [action.order_ids for action in sent if isinstance(action, CancelThese)] == [("o1",), ("o0",)] * 2


def test_before_15_s_no_game_is_cancelled_and_orders_without_one_go_by_id_ever_after() -> None:
    assert [type(action) for action in sent_for(stubborn("g1"), at=11_000, rounds=3)] == [CancelThese] * 3
    assert [type(action) for action in sent_for(stubborn(None), at=15_000, rounds=3)] == [CancelThese] * 3


def test_a_hedge_is_a_second_cancel_all_over_https_within_the_budget() -> None:
    machine = MassCancel()
    machine.started(0, [], BOTH)
    assert [machine.hedge(at) for at in (60, 61, 62, 63)] == [2, 3, 4, None]
    assert machine.result(63).calls_left == 0
    assert machine.result(63).routes[HTTPS].attempts == 4


def test_a_hedge_whose_connection_opens_late_counts_from_when_it_leaves() -> None:
    machine = MassCancel()
    machine.started(0, [], BOTH)
    assert [machine.hedge(at) for at in (60, 61, 62)] == [2, 3, 4]
    machine.sent(SOCKET, 1, 0)
    for attempt, at in enumerate((0, 60, 61, 900), start=1):
        machine.sent(HTTPS, attempt, at)
    assert [machine.hedge(1_100) for _ in range(5)] == [5, 6, 7, 8, None]
    assert (machine.hedge(1_899), machine.hedge(1_900)) == (None, 9)


def test_there_is_nothing_to_hedge_once_an_answer_or_a_failure_has_come() -> None:
    answered, failed = MassCancel(), MassCancel()
    for machine in (answered, failed):
        machine.started(0, [], {HTTPS})
    answered.answered(HTTPS, 1, [], 40)
    failed.failed(HTTPS, 1, failure(FailureKind.ERROR), 40)
    assert (answered.hedge(60), failed.hedge(60)) == (None, None)


def test_the_first_answer_frees_the_route_and_a_hedge_that_answers_later_still_counts() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], {HTTPS})
    assert machine.hedge(60) == 2
    machine.failed(HTTPS, 1, failure(FailureKind.ERROR), 70)
    assert cancels(machine.pressed_again(80)) == [CancelAll(HTTPS, 3)]
    machine.answered(HTTPS, 2, [gone("a")], 90)
    result = machine.result(90)
    assert result.acknowledged
    assert result.counts.cancelled == 1


def test_a_forgotten_hedge_that_fails_holds_nothing_up() -> None:
    machine = MassCancel()
    machine.started(0, [], {HTTPS})
    assert machine.hedge(60) == 2
    machine.answered(HTTPS, 1, [], 70)
    machine.failed(HTTPS, 2, failure(FailureKind.TIMED_OUT), 60_000)
    assert machine.result(60_000).routes[HTTPS].answer == "ok"


def test_four_listings_for_an_unconfirmed_clear_are_asked_after_the_last_hedge() -> None:
    machine = MassCancel()
    machine.started(0, [], {HTTPS})
    machine.hedge(1_000)
    for asked_at in (900, 1_001, 1_800, 2_900):
        machine.listed(asked_at, Listing(), asked_at + 5)
    assert machine.result(2_905).verdict is Verdict.UNCONFIRMED
    machine.listed(3_001, Listing(), 3_006)
    assert machine.result(3_006).verdict is Verdict.CLEAR


def old_press(*known: str) -> MassCancel:
    machine = MassCancel()
    assert cancels(machine.started(900_000, [order(one) for one in known], BOTH, only_asks=True)) == []
    return machine


def test_a_press_of_long_ago_is_only_asked_about() -> None:
    machine = old_press("a", "b")
    assert cancels(machine.listed(900_000, listing("a"), 900_040)) == []
    result = machine.result(900_040)
    assert (result.verdict, result.settled) == (Verdict.NOT_CLEAR, True)
    assert cancels(machine.tick(930_000)) == []


def test_what_opened_long_after_a_press_is_none_of_its_business() -> None:
    machine = old_press("a")
    for asked_at in (900_001, 900_700, 901_400, 902_100):
        machine.listed(asked_at, listing("new"), asked_at + 5)
    result = machine.result(902_105)
    assert (result.verdict, [row.order_id for row in result.orders]) == (Verdict.CLEAR, ["a"])
    machine.looked_up("a", None, 902_200)
    assert result.watch_ends_ms == 0.0
    assert not machine.watching(902_200)


def test_an_old_press_that_is_pressed_again_cancels_everything() -> None:
    machine = old_press("a")
    machine.listed(900_000, listing("a", "new"), 900_040)
    assert {(action.route) for action in cancels(machine.pressed_again(900_100))} == {Route.HTTPS, SOCKET}
    machine.listed(900_200, listing("a", "new"), 900_240)
    assert machine.result(900_240).listed_open == 2
