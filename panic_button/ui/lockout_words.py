"""The lockout in words: what has been cancelled since, who keeps placing, and what a lockout is not."""

from __future__ import annotations

from panic_button.core.lockout import REST, Lockout, Placer
from panic_button.ui.desk import Desk, labels_of
from panic_button.ui.values import Line, LockoutBox, Span
from panic_button.ui.words import clock_time, count

NO_BLOCK = "It is this program watching, not a block on the exchange."
MOST_NAMED = 2
LONGEST_NAME = 28


def lockout_of(desk: Desk) -> LockoutBox | None:
    locked = desk.locked
    if not locked:
        return None
    whose = "" if len(locked) == len(desk.accounts) else f" of {labels_of(locked)}"
    told = _caught_words([one.lockout for one in locked if one.lockout is not None])
    line = (Span(f"Lockout{whose}.", strong=True), Span(" New orders are cancelled as they appear: "), *told)
    return LockoutBox(line=(*line, Span(f" {NO_BLOCK}")))


def _caught_words(lockouts: list[Lockout]) -> Line:
    caught = sum(lockout.caught for lockout in lockouts)
    since = min(lockout.since for lockout in lockouts)
    placers = [placer for lockout in lockouts for placer in lockout.placers]
    names = _by_name(placers)
    if not caught:
        return (Span("none so far."),)
    if len(names) == 1:
        every = "all " if caught > 1 else ""
        return (Span(f"{caught:,} so far, {every}"), *_placed_by(next(iter(names))), Span("."))
    if not names:
        return (Span(f"{caught:,} so far."),)
    return (*_several(names), Span(f" since {clock_time(since)} UTC."))


def _by_name(placers: list[Placer]) -> dict[str, int]:
    """How many each has placed, the busiest first; what has no name or is one of many comes last."""
    names: dict[str, int] = {}
    for placer in placers:
        names[placer.prefix] = names.get(placer.prefix, 0) + placer.caught
    return dict(sorted(names.items(), key=lambda item: (item[0] == REST, -item[1])))


def _several(names: dict[str, int]) -> Line:
    named = list(names.items())[:MOST_NAMED]
    rest = sum(names.values()) - sum(number for _, number in named)
    parts = [*named, (REST, rest)] if rest else named
    spans: list[Span] = []
    for place, (name, number) in enumerate(parts):
        spans += [Span(f"{', ' if place else ''}{number:,} "), *_placed_by(name)]
    return tuple(spans)


def _placed_by(name: str) -> Line:
    if not name:
        return (Span("without a reference"),)
    return (Span("from "), Span(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…", strong=True))


def reset_words(accounts: tuple[str, ...], caught: int) -> str:
    """What the reset dialog says it is about."""
    so_far = f" {count(caught, 'new order')} cancelled so far." if caught else ""
    return f"The lockout of {', '.join(accounts)} is on.{so_far} {NO_BLOCK}"
