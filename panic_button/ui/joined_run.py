"""Several runs taken as one, so that the window has one verdict to show.

Rule: the worst verdict wins, and a moment counts as reached only once every run has reached it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from panic_button.core.escalation import STARTS
from panic_button.core.model import (
    ZERO,
    Answer,
    Counts,
    Route,
    RouteReport,
    Verdict,
    worst,
)
from panic_button.core.snapshot import Result, RunSnapshot

T = TypeVar("T")


def joined_run(runs: list[RunSnapshot]) -> RunSnapshot | None:
    """Several runs as one: the worst verdict, sums of the amounts, and the latest of each moment."""
    if len(runs) <= 1:
        return runs[0] if runs else None
    results = [run.result for run in runs]
    first = min(runs, key=lambda run: run.pressed_at)
    unsettled = next((result for result in results if not result.settled), results[0])
    slowest = max(results, key=lambda result: (result.verdict is not Verdict.CLEAR, STARTS[result.stage]))
    result = Result(
        verdict=worst(result.verdict for result in results),
        settled=all(result.settled for result in results),
        acknowledged=all(result.acknowledged for result in results),
        waiting=unsettled.waiting,
        routes={
            route: _joined_route([result.routes[route] for result in results if route in result.routes])
            for route in Route
        },
        orders=tuple(chain.from_iterable(result.orders for result in results)),
        counts=_joined_counts([result.counts for result in results]),
        withdrawn=sum((result.withdrawn for result in results), ZERO),
        matched_before=sum((result.matched_before for result in results), ZERO),
        at_risk=sum((result.at_risk for result in results), ZERO),
        listed_open=all_known(sum, [result.listed_open for result in results]),
        sent_ms=all_known(max, [result.sent_ms for result in results]),
        acknowledged_ms=all_known(max, [result.acknowledged_ms for result in results]),
        clear_ms=all_known(max, [result.clear_ms for result in results]),
        heard_ms=all_known(min, [result.heard_ms for result in results]),
        late=sum(result.late for result in results),
        stage=slowest.stage,
        stage_since_ms=slowest.stage_since_ms,
        calls_left=min(result.calls_left for result in results),
        watch_ends_ms=all_known(max, [result.watch_ends_ms for result in results]),
    )
    return RunSnapshot(
        run="+".join(run.run for run in runs),
        trigger=first.trigger,
        pressed_at=first.pressed_at,
        running=any(run.running for run in runs),
        watching=any(run.watching for run in runs),
        resumed=any(run.resumed for run in runs),
        result=result,
    )


def all_known(combine: Callable[[Iterable[T]], T], values: Iterable[T | None]) -> T | None:
    """The values combined, or None if there are none or any of them is not known."""
    every = list(values)
    known = [value for value in every if value is not None]
    return combine(known) if known and len(known) == len(every) else None


def _joined_route(reports: list[RouteReport]) -> RouteReport:
    if not reports:
        return RouteReport()
    attempts = max(report.attempts for report in reports)
    troubled = next((report for report in reports if report.trouble), reports[0])
    return RouteReport(attempts=attempts, answer=troubled.answer or Answer.NOT_USED, trouble=troubled.trouble)


def _joined_counts(counts: list[Counts]) -> Counts:
    return Counts(**{field: sum(getattr(one, field) for one in counts) for field in Counts.__struct_fields__})
