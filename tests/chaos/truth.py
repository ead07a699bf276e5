"""What was really open, moment by moment, and whether a run said anything that was not so.

The book itself tells: every order that comes or goes is stamped as it does, on the clock of the exchange's log and of
the journal (time.perf_counter).
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from panic_button.core.evidence import Asked, Entry, Listed, RunEnded, VerdictSaid
from panic_button.core.model import ZERO, OrderResult, Outcome, Verdict
from panic_button.core.snapshot import Result, RunSnapshot
from panic_button.practice import PracticeExchange
from panic_button.practice.feed import Message
from panic_button.practice.model import Status

CANCELS_PER_SECOND = 5

# What may be said of an order that is no longer open.
_FITS = {
    Status.CANCELLED: {Outcome.CANCELLED, Outcome.PART_FILLED_THEN_CANCELLED, Outcome.UNKNOWN},
    Status.FILLED: {Outcome.FILLED_FIRST, Outcome.UNKNOWN},
}


class Truth:
    """Follows the book of one exchange."""

    def __init__(self, exchange: PracticeExchange) -> None:
        self._exchange = exchange
        self._book = exchange.book
        self._counts = [(time.perf_counter(), self._book.open_count())]
        self.placed_at: dict[str, float] = {}
        self._seen_clear: list[tuple[str, float, list[str]]] = []
        self.at_first = frozenset(order.id for order in self._book.open_orders())
        self._book.stream.subscribe(self._hear)

    def _hear(self, messages: Sequence[Message]) -> None:
        now = time.perf_counter()
        for message in messages:
            block = message.unmatched
            if block is not None and message.matched is None and block.offered > 0:
                self.placed_at[block.order_id] = now
        self._counts.append((now, self._book.open_count()))

    def _was_empty(self, since: float, until: float) -> bool:
        """Whether nothing at all was open at some moment of these."""
        moments = [at for at, _ in self._counts]
        first = max(bisect_right(moments, since) - 1, 0)
        return any(count == 0 for at, count in self._counts[first:] if at <= until)

    def said_clear(self, runs: Iterable[Sequence[Entry]]) -> list[str]:
        """What is wrong with the CLEARs of all runs, as they were said and as they were seen."""
        verdicts: list[tuple[str | None, float, float]] = []
        wrong = [problem for entries in runs for problem in self._rests_on(entries, verdicts)]
        for run, clear_ms, ids in self._seen_clear:
            # The first that was said once it was so: the journal is told a moment later.
            said = min((one for one in verdicts if one[0] == run and one[1] >= clear_ms), default=None)
            if said is None:
                wrong.append("CLEAR is seen, and the journal does not know it")
                continue
            wrong += [
                f"CLEAR is seen while {order_id} is open, from before the last listing arrived"
                for order_id in ids
                if self.placed_at.get(order_id, 0.0) < said[2]
            ]
        return wrong

    def _rests_on(self, entries: Sequence[Entry], verdicts: list[tuple[str | None, float, float]]) -> list[str]:
        """What is wrong with the CLEARs of one run: each rests on two listings or more, and nothing was open at some
        moment between the arrival of each and its answer. Each is added to `verdicts`: its run, how many ms after the
        press it was said, and when its last listing arrived.
        """
        wrong: list[str] = []
        arrived_at = 0.0
        rows: list[tuple[float, float, int]] = []
        for entry in entries:
            at = entry.mono_ns / 1e9
            match entry.fact:
                case Listed(open=count, unreadable=unreadable):
                    arrived_at = self._arrived_before(at)
                    rows.append((arrived_at, at, count + unreadable))
                case VerdictSaid(verdict=Verdict.CLEAR, after_ms=after_ms):
                    verdicts.append((entry.run, after_ms, arrived_at))
                    if len(rows) < 2:
                        wrong.append(f"CLEAR after {len(rows)} listings")
                    for since, until, shown in rows[-2:]:
                        if shown or not self._was_empty(since, until):
                            wrong.append(f"CLEAR rests on a listing of {shown}, and the book was never empty meanwhile")
                case _:
                    pass
        return wrong

    def _arrived_before(self, at: float) -> float:
        """When the listing arrived that was answered by then."""
        arrivals = (request.at for request in tuple(self._exchange.log) if request.what == "getUnmatched")
        return max((arrival for arrival in arrivals if arrival <= at), default=0.0)

    def look_at_clear(self, run: RunSnapshot) -> None:
        """CLEAR is seen now: keep what is open, for it may only be what was placed since the last listing arrived."""
        open_now = [order.id for order in self._book.open_orders()]
        self._seen_clear.append((run.run, run.result.clear_ms or 0.0, open_now))

    def accounted_for(self, results: Sequence[Result]) -> list[str]:
        """What is wrong with what the runs say of each order, once they are CLEAR and all is lifted."""
        told = {row.order_id for result in results for row in result.orders}
        wrong = [f"{order_id} is not told of" for order_id in self.at_first - told]
        for result in results:
            wrong += _adds_up(result)
            wrong += [problem for row in result.orders if (problem := self._fits(row))]
        return wrong

    def _fits(self, row: OrderResult) -> str:
        order = self._book.order(row.order_id)
        if order is None:
            return f"{row.order_id} is told of, and was never there"
        if row.outcome not in _FITS.get(order.status, ()) or row.filled > order.filled:
            return f"{row} is told, and it is {order.status} with {order.filled} matched"
        return ""

    def within_budget(self, *, lag_s: float, held_back: bool) -> list[str]:
        """Never more than five cancel calls within a second at the exchange, but for how their arrival wavers.

        `held_back`: an Orders socket was half-open, and what was sent over it meanwhile comes at once: left out.
        """
        log = [request for request in tuple(self._exchange.log) if request.what.startswith("cancel")]
        sends = [request.at for request in log if not (held_back and request.surface == "socket")]
        least = _least_span(sends)
        return [] if least > 0.95 - lag_s else [f"six cancel calls within {least:.3f} s"]


def left_within_budget(runs: Iterable[Sequence[Entry]]) -> list[str]:
    """Never more than five cancel calls within a second as they leave, however slow the machine: the journal tells.

    One that is repeated at once, for its token had been replaced on the way and was refused, is one call.
    """
    left: dict[tuple[str | None, Asked], float] = {}
    for entries in runs:
        for entry in entries:
            if isinstance(entry.fact, Asked) and entry.fact.what.startswith("cancel"):
                left.setdefault((entry.run, entry.fact), entry.mono_ns / 1e9)
    least = _least_span(sorted(left.values()))
    return [] if least > 0.99 else [f"six cancel calls left within {least:.3f} s"]


def _least_span(moments: Sequence[float]) -> float:
    """Seconds from a cancel call to the sixth from it."""
    return min(
        (sixth - first for first, sixth in zip(moments, moments[CANCELS_PER_SECOND:], strict=False)), default=1.0
    )


def ended(entries: Sequence[Entry]) -> list[str]:
    """What is wrong with how the evidence of a run ends that came to CLEAR."""
    ends = [entry.fact for entry in entries if isinstance(entry.fact, RunEnded)]
    return [] if [end.verdict for end in ends] == [Verdict.CLEAR] else [f"the journal has {ends} for the end of a run"]


def _adds_up(result: Result) -> list[str]:
    wrong = []
    ids = [row.order_id for row in result.orders]
    if len(ids) != len(set(ids)):
        wrong.append("an order is told of twice")
    counts = {outcome: sum(row.outcome is outcome for row in result.orders) for outcome in Outcome}
    if any(getattr(result.counts, outcome.value) != count for outcome, count in counts.items()):
        wrong.append(f"the counts {result.counts} do not fit the orders {counts}")
    if result.withdrawn != (total := sum((row.cancelled for row in result.orders), ZERO)):
        wrong.append(f"withdrawn is {result.withdrawn}, and its rows come to {total}")
    return wrong
