"""When listings are proof, example by example. Times are in ms since the press."""

from __future__ import annotations

import pytest

from panic_button.core.proof import Proof


def proof_of(*empty: float, acknowledged: float | None = None, sent: float = 0.0) -> Proof:
    proof = Proof()
    proof.sent(sent)
    if acknowledged is not None:
        proof.acknowledged(acknowledged)
        proof.ended(acknowledged)
    for asked in empty:
        proof.listed(asked, 0, asked + 1)
    return proof


@pytest.mark.parametrize(
    ("asked", "clear"),
    [
        ((100.0, 600.0), True),
        ((100.0, 599.0), False),
        ((100.0,), False),
        ((99.0, 600.0), False),  # the first was asked before the cancel was answered
        ((100.0, 300.0, 600.0), True),
    ],
)
def test_two_empty_listings_half_a_second_apart_after_an_answer_are_clear(
    asked: tuple[float, ...],
    clear: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert proof_of(*asked, acknowledged=100.0).clear is clear


@pytest.mark.parametrize(
    ("asked", "clear"),
    [
        ((51.0, 700.0, 1_400.0, 2_051.0), True),
        ((51.0, 700.0, 2_051.0), False),
        ((51.0, 700.0, 1_400.0, 2_050.0), False),
        ((50.0, 700.0, 1_400.0, 2_051.0), False),  # the first was not asked after the last send
    ],
)
def test_where_no_cancel_was_ever_answered_four_over_two_seconds_are_clear(
    asked: tuple[float, ...],
    clear: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert proof_of(*asked, sent=50.0).clear is clear


def test_a_listing_that_shows_an_order_or_fails_starts_the_row_anew() -> None:
    shown = proof_of(100.0, acknowledged=50.0)
    shown.listed(400.0, 1, 401.0)
    shown.listed(700.0, 0, 701.0)
    assert not shown.clear
    failed = proof_of(100.0, acknowledged=50.0)
    failed.listing_failed()
    failed.listed(700.0, 0, 701.0)
    assert not failed.clear
    failed.listed(1_200.0, 0, 1_201.0)
    assert failed.clear


def test_an_order_that_shows_up_outside_a_listing_makes_older_listings_worthless() -> None:
    proof = proof_of(100.0, acknowledged=50.0)
    proof.opened(300.0)
    proof.listed(290.0, 0, 310.0)
    proof.listed(800.0, 0, 801.0)
    assert not proof.clear
    assert proof.shows_open(300.0) is False


def test_what_a_listing_shows_open_before_any_cancel_could_work_is_not_held_against_it() -> None:
    proof = Proof()
    proof.sent(0.0)
    proof.listed(0.5, 3, 40.0)
    assert not proof.shows_open(41.0)
    proof.acknowledged(100.0)
    proof.ended(100.0)
    proof.listed(101.0, 3, 140.0)
    assert proof.shows_open(141.0)


def test_the_last_word_stands_for_a_second_while_the_next_cancel_is_out() -> None:
    proof = proof_of(acknowledged=100.0)
    proof.listed(101.0, 3, 140.0)
    proof.ended(600.0)
    assert proof.shows_open(1_140.0)
    assert not proof.shows_open(1_141.0)


def test_before_anything_was_sent_only_a_listing_of_the_press_itself_is_too_old() -> None:
    for first, clear in ((0.0, False), (0.5, True)):
        proof = Proof()
        for asked in (first, 700.0, 1_400.0, 2_051.0):
            proof.listed(asked, 0, asked + 1)
        assert proof.clear is clear


def test_without_an_answer_an_order_that_showed_up_makes_older_listings_worthless_too() -> None:
    for first, clear in ((299.0, False), (300.0, True)):
        proof = Proof()
        proof.opened(300.0)
        for asked in (first, 1_000.0, 1_700.0, 2_300.0):
            proof.listed(asked, 0, asked + 1)
        assert proof.clear is clear


def test_an_order_that_shows_up_ends_the_row_and_is_open_for_a_second() -> None:
    proof = proof_of(100.0, acknowledged=50.0)
    proof.opened(300.0)
    assert proof.empty == []
    unlisted = Proof()
    unlisted.opened(300.0)
    assert unlisted.shows_open(1_300.0)
    assert not unlisted.shows_open(1_301.0)


def test_a_listing_that_was_asked_after_the_last_cancel_ended_shows_open_until_there_is_news() -> None:
    proof = proof_of(acknowledged=100.0)
    proof.listed(100.0, 3, 140.0)
    assert proof.shows_open(60_000.0)
    proof.listing_failed()
    assert not proof.shows_open(141.0)
    assert (proof.asked_at, proof.open_count, proof.changes_at()) == (None, None, None)


def test_it_tells_when_the_last_word_stops_standing() -> None:
    proof = proof_of(acknowledged=100.0)
    assert proof.changes_at() is None
    proof.listed(101.0, 3, 140.0)
    assert proof.changes_at() == 1_141.0


def test_a_listing_older_than_the_news_is_followed_by_another_at_once() -> None:
    ended = proof_of(acknowledged=100.0)
    ended.listed(99.0, 3, 140.0)
    assert ended.next_listing(140.0) == 140.0
    ended.listed(100.0, 3, 150.0)
    assert ended.next_listing(150.0) == 400.0
    ended.opened(160.0)
    assert ended.next_listing(170.0) == 170.0


def test_the_second_empty_listing_is_asked_no_sooner_and_no_later_than_it_counts() -> None:
    assert proof_of(100.0, acknowledged=100.0).next_listing(140.0) == 390.0
    assert proof_of(100.0, acknowledged=100.0).next_listing(400.0) == 600.0
    assert proof_of(100.0, acknowledged=100.0).next_listing(700.0) == 700.0
    assert proof_of(100.0, sent=50.0).next_listing(1_900.0) == 2_100.0
