"""What a run asks besides cancelling, and when."""

from __future__ import annotations

import pytest

from panic_button.core.actions import List, LookUp, SignIn
from panic_button.core.asking import Listings, LookUps, SignIns
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import FailureKind
from tests.core.machines import HTTPS, failure, listing, order

IDS = [f"o{number}" for number in range(30)]


def test_one_listing_is_out_at_a_time() -> None:
    listings, wake = Listings(), list[float]()
    assert list(listings.due(0, wake)) == [List()]
    assert listings.out_since == 0
    assert list(listings.due(9_000, wake)) == []
    listings.answered()
    assert list(listings.due(9_000, wake)) == [List()]
    assert wake == []


def test_a_listing_that_is_not_due_yet_is_woken_for() -> None:
    listings, wake = Listings(), list[float]()
    listings.next_at = 250
    assert list(listings.due(249, wake)) == []
    assert wake == [250]
    assert list(listings.due(250, wake)) == [List()]


def test_a_listing_that_fails_is_asked_for_again_within_a_second_and_an_answer_begins_anew() -> None:
    listings = Listings()
    for at, pause in ((0, 250), (1_000, 500), (2_000, 1_000), (4_000, 1_000)):
        assert list(listings.due(at, [])) == [List()]
        listings.failed(failure(FailureKind.LIMITED), at)
        assert (listings.out_since, listings.next_at) == (None, at + pause)
    listings.answered()
    listings.failed(failure(FailureKind.ERROR), 9_000)
    assert listings.next_at == 9_250


@pytest.mark.parametrize(
    ("kind", "refused"),
    [(FailureKind.TOKEN_REFUSED, True), (FailureKind.FORBIDDEN, True), (FailureKind.ERROR, False)],
)
def test_a_refusal_stands_until_the_next_word(
    kind: FailureKind,
    refused: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    listings = Listings()
    assert not listings.refused
    listings.failed(failure(kind), 0)
    assert listings.refused is refused
    listings.answered()
    assert not listings.refused


def test_eight_look_ups_are_out_at_once_each_order_once() -> None:
    assert not LookUps().busy
    look_ups = LookUps()
    assert list(look_ups.due(IDS, 0, [])) == [LookUp(one) for one in IDS[:8]]
    assert look_ups.busy
    assert list(look_ups.due(IDS, 0, [])) == []
    look_ups.ended("o3")
    assert list(look_ups.due(IDS[4:], 0, [])) == [LookUp("o8")]
    for one in IDS:
        look_ups.ended(one)
    assert not look_ups.busy


def test_twenty_look_ups_go_out_a_second_and_the_next_is_woken_for() -> None:
    look_ups, wake = LookUps(), list[float]()
    for one in IDS[:20]:
        assert list(look_ups.due([one], 10, wake)) == [LookUp(one)]
        look_ups.ended(one)
    assert wake == []
    assert list(look_ups.due(IDS[20:], 1_009, wake)) == []
    assert wake == [1_010]
    assert list(look_ups.due(IDS[20:21], 1_010, wake)) == [LookUp("o20")]


def test_a_sign_in_is_asked_for_by_a_refused_token_alone() -> None:
    sign_ins = SignIns()
    for kind in (FailureKind.FORBIDDEN, FailureKind.ERROR):
        sign_ins.hear(failure(kind))
        assert list(sign_ins.due(0, [])) == []
    sign_ins.hear(failure(FailureKind.TOKEN_REFUSED))
    sign_ins.hear(failure(FailureKind.ERROR))
    assert list(sign_ins.due(0, [])) == [SignIn()]


def test_sign_ins_go_one_at_a_time_and_a_second_apart() -> None:
    sign_ins, wake = SignIns(), list[float]()
    assert (sign_ins.working, sign_ins.ended()) == (False, False)
    sign_ins.hear(failure(FailureKind.TOKEN_REFUSED))
    assert list(sign_ins.due(10, wake)) == [SignIn()]
    assert sign_ins.working
    sign_ins.hear(failure(FailureKind.TOKEN_REFUSED))
    assert list(sign_ins.due(5_000, wake)) == []
    assert (sign_ins.ended(), sign_ins.working, sign_ins.ended()) == (True, False, False)
    assert wake == []
    assert list(sign_ins.due(1_009, wake)) == []
    assert wake == [1_010]
    assert list(sign_ins.due(1_010, wake)) == [SignIn()]
    sign_ins.ended()
    assert list(sign_ins.due(9_000, wake)) == []


def test_a_listing_is_asked_for_at_once_when_a_cancel_has_ended() -> None:
    machine = MassCancel()
    machine.started(0, [order("a")], frozenset({HTTPS}))
    assert List() not in machine.listed(0, listing("a"), 30)
    assert List() in machine.answered(HTTPS, 1, [], 40)
