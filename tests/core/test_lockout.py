"""What opened during a lockout, each once, and who placed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from panic_button.core.lockout import Lockout, LockoutWatch, Placer, prefix_of
from panic_button.core.model import OpenOrder

SINCE = datetime(2026, 11, 22, 14, 3, 22, tzinfo=UTC)


def an_order(order_id: str, reference: str | None = None) -> OpenOrder:
    return OpenOrder(order_id=order_id, user_reference=reference)


@pytest.mark.parametrize(
    ("reference", "prefix"),
    [
        ("mm-nba-17", "mm-nba-"),
        ("mm-nba-a4", "mm-nba-"),
        ("maker7", "maker"),
        ("maker", "maker"),
        ("bot:trade", "bot:trade"),
        ("x/9f_1", "x/9f_"),
        ("mm-550e8400-e29b-41d4-a716-446655440000", "mm-"),
        ("mm-550E8400-E29B-41D4-A716-446655440000", "mm-"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
        ("12345", "12345"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_bot_is_known_by_what_its_references_share(reference: str | None, prefix: str) -> None:
    assert prefix_of(reference) == prefix


def test_an_order_is_caught_once_and_what_was_open_at_the_press_never() -> None:
    watch = LockoutWatch(since=SINCE, run="r", known=[an_order("old")])
    assert [watch.saw(an_order(one), SINCE) for one in ("old", "new", "new", "other")] == [False, True, False, True]
    assert watch.state.caught == 2


def test_placers_are_told_with_their_counts_and_times_the_busiest_first() -> None:
    watch = LockoutWatch(since=SINCE, run="r")
    for second, reference in enumerate(["mm-1", "maker-1", "maker-2", None]):
        watch.saw(an_order(f"o{second}", reference), SINCE + timedelta(seconds=second))
    assert watch.state.placers == (
        Placer(prefix="maker-", caught=2, first_at=SINCE + timedelta(seconds=1), last_at=SINCE + timedelta(seconds=2)),
        Placer(prefix="mm-", caught=1, first_at=SINCE, last_at=SINCE),
        Placer(prefix="", caught=1, first_at=SINCE + timedelta(seconds=3), last_at=SINCE + timedelta(seconds=3)),
    )
    assert (watch.state.since, watch.state.run, watch.state.trouble) == (SINCE, "r", "")


def test_a_lockout_that_has_just_begun_has_caught_nothing_and_has_no_trouble() -> None:
    assert LockoutWatch(since=SINCE, run="r").state == Lockout(since=SINCE, run="r")
    assert LockoutWatch(since=SINCE, run="r").state == Lockout(since=SINCE, run="r", trouble="", caught=0, placers=())


def test_past_twenty_placers_the_others_count_as_one() -> None:
    watch = LockoutWatch(since=SINCE, run="r")
    for number in range(23):
        watch.saw(an_order(f"o{number}", f"bot{chr(97 + number)}"), SINCE)
    watch.saw(an_order("again", "bota"), SINCE)
    placers = {placer.prefix: placer.caught for placer in watch.state.placers}
    assert len(placers) == 21
    assert (placers["others"], placers["bota"]) == (3, 2)


def test_a_new_press_carries_the_lockout_on() -> None:
    watch = LockoutWatch(since=SINCE, run="first")
    watch.saw(an_order("a"), SINCE)
    watch.belongs_to("second")
    assert (watch.state.run, watch.state.since, watch.state.caught) == ("second", SINCE, 1)


def test_trouble_with_keeping_it_is_told() -> None:
    watch = LockoutWatch(since=SINCE, run="r")
    watch.trouble = "The disk is full."
    assert watch.state.trouble == "The disk is full."
