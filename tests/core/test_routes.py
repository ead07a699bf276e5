"""The budget that all cancels share, and the pauses of a route."""

from __future__ import annotations

import pytest

from panic_button.core.routes import Budget, back_off


def test_a_budget_frees_a_call_a_second_after_the_oldest_that_counts() -> None:
    budget = Budget(2)
    assert budget.free_at() == float("-inf")
    budget.spend(100.0)
    assert budget.free_at() == float("-inf")
    budget.spend(300.0)
    assert budget.free_at() == 1_100.0
    budget.spend(1_100.0)
    assert (budget.free_at(), budget.spent) == (1_300.0, (300.0, 1_100.0))


def test_a_call_that_comes_late_counts_from_then_and_one_that_nobody_counted_counts_too() -> None:
    budget = Budget(3)
    for at in (100.0, 200.0, 300.0):
        budget.spend(at)
    budget.spend(900.0, instead_of=100.0)
    assert (budget.spent, budget.free_at()) == ((200.0, 300.0, 900.0), 1_200.0)
    budget.spend(950.0, instead_of=None)
    budget.spend(960.0, instead_of=100.0)
    assert (budget.spent, budget.free_at()) == ((900.0, 950.0, 960.0), 1_900.0)


def test_sparing_leaves_so_many_for_others() -> None:
    budget = Budget(3, [100.0])
    assert budget.free_at(sparing=1) == float("-inf")
    budget.spend(200.0)
    assert (budget.free_at(sparing=1), budget.free_at(sparing=2)) == (1_100.0, 1_200.0)


def test_what_is_left_counts_the_last_second_alone() -> None:
    budget = Budget(3, [100.0, 300.0])
    assert [budget.left(at) for at in (1_099.0, 1_100.0, 1_299.0, 1_300.0)] == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("failures", "retry_after", "pause"),
    [
        (1, None, 250),
        (2, None, 500),
        (3, None, 1_000),
        (9, None, 1_000),
        (1, 0.0, 0),
        (1, 4_999, 4_999),
        (9, 5_001, 5_000),
    ],
)
def test_a_pause_grows_to_a_second_and_what_the_exchange_asks_for_goes_first_up_to_5_s(
    failures: int, retry_after: float | None, pause: float
) -> None:
    assert back_off(failures, retry_after) == pause
