"""200 presses with many faults at once: `python3 packaging/dev.py chaos` makes 5,000, or replays one by its seed."""

from __future__ import annotations

import pytest

from tests.chaos.__main__ import summary, told
from tests.chaos.plans import plan_of
from tests.chaos.several import carried_out

RUNS = 200


@pytest.mark.timeout(300)
def test_whatever_the_faults_no_verdict_is_wrong_and_8_s_after_the_last_one_it_is_clear() -> None:
    reports = list(carried_out(range(RUNS)))
    print(summary(reports))  # shown where it fails, and with -s
    wrong = [told(report) for report in reports if report.problems]
    assert len(reports) == RUNS
    assert not wrong, "\n".join(wrong)


def test_a_seed_is_the_same_plan_every_time() -> None:
    assert plan_of(4) == plan_of(4)
    assert plan_of(4) != plan_of(5)


def test_the_plans_of_the_test_command_hold_every_kind_of_fault_several_times() -> None:
    kinds = [type(fault.trouble) for seed in range(RUNS) for fault in plan_of(seed).faults]
    assert all(kinds.count(kind) >= 3 for kind in set(kinds))
    assert len(set(kinds)) >= 29
