"""A press over a slow, silent, reset, closed or cut line: it gets through where it can, and never says more than it
knows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from panic_button.core.model import Verdict
from tests.network.cases import CASES, Report, carried_out

ENDING = [case.name for case in CASES if case.ends]


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """All cases at once, for most of each is waiting. One that was never CLEAR fails here."""
    with ThreadPoolExecutor(len(CASES)) as threads:
        return {report.name: report for report in threads.map(carried_out, CASES)}


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_a_press_ends_clear_by_itself_with_an_empty_book(reports: dict[str, Report], name: str) -> None:
    assert reports[name].said_while_broken
    assert reports[name].left_open == 0


@pytest.mark.parametrize("name", ENDING)
def test_while_nothing_can_be_known_nothing_but_unconfirmed_is_said(reports: dict[str, Report], name: str) -> None:
    assert reports[name].said_while_broken == {Verdict.UNCONFIRMED}


@pytest.mark.parametrize("name", ["silent both ways", "silent to the exchange", "all reset, new ones refused"])
def test_where_no_cancel_can_arrive_none_does_before_the_line_is_healed(reports: dict[str, Report], name: str) -> None:
    assert (reports[name].https_while_broken, reports[name].socket_while_broken) == (0, 0)


def test_a_cancel_whose_answer_is_lost_has_arrived_and_is_still_unconfirmed(reports: dict[str, Report]) -> None:
    report = reports["silent from the exchange"]
    assert report.https_while_broken
    assert report.socket_while_broken
    assert report.said_while_broken == {Verdict.UNCONFIRMED}


@pytest.mark.parametrize(
    "name",
    [
        "open ones dead both ways",
        "open ones dead to the exchange",
        "open ones dead, 40 ms",
        "open ones dead, 400 ms",
    ],
)
def test_with_every_warm_connection_dead_the_press_arrives_over_a_fresh_one(
    reports: dict[str, Report], name: str
) -> None:
    report = reports[name]
    assert report.https_while_broken
    assert report.socket_while_broken == 0  # the open socket is as dead
    assert report.acknowledged


def test_a_press_that_arrived_and_was_not_answered_arrives_once_more_over_another_connection(
    reports: dict[str, Report],
) -> None:
    assert reports["open ones dead from the exchange"].https_while_broken >= 2


@pytest.mark.parametrize("name", ["all reset", "cut in mid-answer"])
def test_a_connection_that_ends_before_its_answer_is_tried_again_until_one_is_answered(
    reports: dict[str, Report], name: str
) -> None:
    assert reports[name].https_while_broken
    assert reports[name].acknowledged


@pytest.mark.parametrize(("name", "one_way_ms"), [("40 ms", 20), ("400 ms", 200)])
def test_a_press_is_no_earlier_than_the_line_is_long(reports: dict[str, Report], name: str, one_way_ms: float) -> None:
    reached_ms = reports[name].reached_ms
    assert reached_ms is not None
    assert reached_ms >= one_way_ms


def test_a_press_waits_for_no_handshake(reports: dict[str, Report]) -> None:
    reached_ms = reports["400 ms"].reached_ms
    assert reached_ms is not None
    assert reached_ms < 600  # one way is 200 ms, and a handshake before it 400
