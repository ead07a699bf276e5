"""How far a mass cancel goes when it does not come to CLEAR, by the clock.

Each stage adds to the ones before; none of them ends the trying.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """What has been added since the run was pressed, or since it last ceased to be CLEAR."""

    ALL = "all"
    BY_ID = "by_id"
    BY_GAME = "by_game"
    HELP = "help"


STARTS = {Stage.ALL: 0.0, Stage.BY_ID: 5_000.0, Stage.BY_GAME: 15_000.0, Stage.HELP: 30_000.0}


def stage_after(elapsed: float) -> Stage:
    """The stage so many ms after the clock was started."""
    return [stage for stage, start in STARTS.items() if start <= max(elapsed, 0.0)][-1]


def next_stage_at(since: float, at: float) -> float | None:
    """When the next stage begins, for a clock that was started at `since`; None after the last."""
    return min((since + start for start in STARTS.values() if since + start > at), default=None)
