"""Thousands of presses with many faults at once, and what came of them. It ends with 1 where anything was wrong.

python3 packaging/dev.py chaos [--runs N] [--seed S] [--parallel N]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.chaos.runs import HEALED_WITHIN_S, LAGS, MARGIN_S, Report
from tests.chaos.several import AT_A_TIME, carried_out

RUNS = 5_000
_PROGRESS_EVERY = 250


def told(report: Report) -> str:
    """A run as a person reads it who has to find out what went wrong."""
    replay = f"python3 packaging/dev.py chaos --seed {report.seed}"
    lines = (
        f"seed {report.seed}: CLEAR {report.recovery_s:.2f} s after the last fault; replay it: {replay}",
        f"a thread was {report.lag_s * 1000:.0f} ms late at most",
        *(f"WRONG: {problem}" for problem in report.problems),
        f"it said {', '.join(report.verdicts) or 'nothing'}",
        *(f"fault: {fault}" for fault in report.faults),
    )
    return "\n    ".join(lines)


def summary(reports: Sequence[Report]) -> str:
    """Faults, verdicts and recoveries of all runs."""
    faults = Counter(fault.split("(", 1)[0] for report in reports for fault in report.faults)
    verdicts = Counter(verdict for report in reports for verdict in report.verdicts)
    recoveries = sorted(report.recovery_s for report in reports)
    slowest = max(reports, key=lambda report: report.recovery_s)
    middle, p99 = (recoveries[int((len(recoveries) - 1) * share)] for share in (0.5, 0.99))
    seeds = [report.seed for report in reports]
    lag_ms = max(report.lag_s for report in reports) * 1000
    rows = {
        "runs": f"{len(reports)}, seeds {min(seeds)} to {max(seeds)}",
        "faults injected": f"{faults.total()}: {_counted(faults)}",
        "verdicts said": _counted(verdicts),
        "runs with anything wrong": str(sum(bool(report.problems) for report in reports)),
        "from the last fault's end to CLEAR": f"median {middle:.2f} s, p99 {p99:.2f} s, "
        f"max {recoveries[-1]:.2f} s (seed {slowest.seed})",
        "allowed": f"{HEALED_WITHIN_S:.0f} s, and for the machine {MARGIN_S:.0f} s and {LAGS:.0f} times the longest "
        "that a thread was late in that run",
        "longest that a thread was late": f"{lag_ms:.0f} ms",
        "orders not yet explained at CLEAR": str(sum(report.unknown for report in reports)),
    }
    return "\n".join(f"{name:36}{value}" for name, value in rows.items())


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def main() -> int:
    parser = argparse.ArgumentParser(description="Press with many faults at once, and see what comes of it.")
    parser.add_argument("--runs", type=int, metavar="N", help=f"{RUNS} of them, or 1 where a seed is given")
    parser.add_argument("--seed", type=int, metavar="S", help="the first seed; 0 unless told")
    parser.add_argument("--parallel", type=int, default=AT_A_TIME, metavar="N", help=f"so many at a time: {AT_A_TIME}")
    options = parser.parse_args()
    first = options.seed or 0
    runs = options.runs or (RUNS if options.seed is None else 1)
    began = time.monotonic()
    reports: list[Report] = []
    for report in carried_out(range(first, first + runs), parallel=options.parallel):
        reports.append(report)
        if report.problems or runs == 1:
            print(told(report), flush=True)
        if len(reports) % _PROGRESS_EVERY == 0:
            print(f"{len(reports)} of {runs} after {time.monotonic() - began:.0f} s", flush=True)
    print(f"\n{summary(reports)}\nin {time.monotonic() - began:.0f} s")
    return 1 if any(report.problems for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
