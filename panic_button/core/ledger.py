"""What is known of each order of a run: evidence in, one outcome an order out.

Only a listing tells what is open. Whatever else claims that an order is gone is believed until a listing that was
asked later shows it again. Nothing in here decides a verdict or sends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from panic_button.core.entry import Entry, Gone
from panic_button.core.model import (
    ZERO,
    CancelRow,
    Counts,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
    OrderResult,
    Outcome,
)

LOOK_UPS_PER_ORDER = 3

_TROUBLED = frozenset({Outcome.STILL_OPEN, Outcome.UNKNOWN})


class Ledger:
    """Every order of one run, once, by its id; in the order in which they became known."""

    def __init__(self, known_orders: Iterable[OpenOrder]) -> None:
        self._entries: dict[str, Entry] = {}
        self._results: dict[str, OrderResult] = {}
        self._changed: dict[str, None] = {}
        self._unexplained: dict[str, None] = {}
        self._shown: dict[str, None] = {}  # believed open: an ordered set
        self._in_order: tuple[OrderResult, ...] | None = None
        self._counts = dict.fromkeys(Outcome, 0)
        self._game_tries: dict[str, tuple[int, float]] = {}
        self.any_live = False
        self._withdrawn = self._matched = self._at_risk = ZERO
        for order in known_orders:
            self._open(order)

    # evidence in

    def rows(self, rows: Iterable[CancelRow], at: float, *, clear: bool) -> None:
        """An answer to a cancel. A row without an id tells nothing about any order.

        An order that is first heard of by its refusal is open until a listing tells. After CLEAR listings have told.
        """
        for row in rows:
            if row.order_id is None:
                continue
            known = row.order_id in self._entries
            entry = self._entry(row.order_id)
            if clear and not known:
                entry.shown = False
                del self._shown[row.order_id]
            entry.describe(row)
            entry.matched(row.filled)
            if row.success:
                # Two routes answer for the same order; the later one may say that nothing remained to release.
                told = row.remaining if row.remaining is not None else entry.remaining
                held = entry.remaining if entry.gone is Gone.CANCELLED else None
                entry.remaining = told if held is None or told is None else max(held, told)
                self._claim(entry, Gone.CANCELLED, at)
            else:
                entry.reason = row.reason or entry.reason
            self._touch(entry)

    def listing(self, listing: Listing, asked_at: float) -> None:
        """The newest listing. It overrules every claim made before it was asked."""
        shown_before, self._shown = self._shown, {}
        for order in listing.orders:
            entry = self._entries.get(order.order_id)
            if entry is not None and entry.gone is not None and entry.gone_at >= asked_at:
                continue
            self._open(order)
        for order_id in shown_before:
            if order_id in self._shown:
                continue
            entry = self._entries[order_id]
            if entry.opened_at > asked_at:  # this listing can't know of it yet
                self._shown[order_id] = None
                continue
            entry.shown = False
            self._touch(entry)

    def feed(self, event: FeedEvent, at: float) -> None:
        """A word from the user feed, which may come late or twice."""
        match event:
            case OrderPlaced(order=order):
                if order.order_id not in self._entries:
                    self._open(order)
                    self._entries[order.order_id].opened_at = at
            case OrderCancelled(order_id=order_id, filled=filled):
                self._told_gone(order_id, Gone.CANCELLED, filled, at)
            case OrderFilled(order_id=order_id, filled=filled, remaining=remaining) if remaining == ZERO:
                self._told_gone(order_id, Gone.FILLED, filled, at)
            case OrderFilled(order_id=order_id, filled=filled):
                if (entry := self._entries.get(order_id)) is not None:
                    entry.matched(filled)
                    self._touch(entry)

    def looked_up(self, order_id: str, fate: Fate | None, at: float) -> None:
        """What a look-up told of an order that went without a word; None where it could not be made."""
        entry = self._entries[order_id]
        entry.look_ups = entry.look_ups + 1 if fate is None else LOOK_UPS_PER_ORDER
        if fate is not None and entry.outcome is Outcome.UNKNOWN:
            entry.matched(fate.filled)
            if fate.cancelled:
                entry.remaining = fate.remaining if entry.bet is None else None
                self._claim(entry, Gone.CANCELLED, at)
            elif fate.remaining == ZERO and entry.filled:
                self._claim(entry, Gone.FILLED, at)
        self._touch(entry)

    def tried(self, order_ids: Iterable[str], at: float) -> None:
        """A cancel of these orders by id has ended, one way or another."""
        for order_id in order_ids:
            entry = self._entries[order_id]
            entry.tries += 1
            entry.tried_at = at

    def tried_game(self, game_id: str, at: float) -> None:
        """A cancel of a whole game has ended, one way or another."""
        tries, _ = self._game_tries.get(game_id, (0, at))
        self._game_tries[game_id] = (tries + 1, at)
        for order_id in self._shown:
            entry = self._entries[order_id]
            if entry.game_id == game_id:
                entry.tried_at = at

    # what it comes to

    def __len__(self) -> int:
        return len(self._entries)

    def knows(self, order_id: str) -> bool:
        return order_id in self._entries

    def left_over(self, asked_at: float) -> list[str]:
        """Ids that the newest listing shows and that no cancel by id or game has ended for since it was asked, fewest
        tries first, so that orders which keep failing go to the end of the line.
        """
        entries = (self._entries[order_id] for order_id in self._shown)
        due = [entry for entry in entries if entry.tried_at is None or entry.tried_at <= asked_at]
        return [entry.order_id for entry in sorted(due, key=lambda entry: entry.tries)]

    def games_left(self, asked_at: float) -> list[str]:
        """Games of the orders that the newest listing shows, by the same rule as `left_over`."""
        games = {game for order_id in self._shown if (game := self._entries[order_id].game_id)}
        tried = {game: self._game_tries.get(game, (0, float("-inf"))) for game in games}
        due = [game for game in games if tried[game][1] <= asked_at]
        return sorted(due, key=lambda game: (tried[game][0], game))

    def unexplained(self) -> Iterator[str]:
        """Orders that are gone with nobody saying how, and that are still worth a look-up."""
        self._settle()
        return iter(self._unexplained)

    @property
    def results(self) -> tuple[OrderResult, ...]:
        """What is open or not known first, then the rest as it became known. The same tuple while nothing changes."""
        self._settle()
        if self._in_order is None:
            results = [self._results[order_id] for order_id in self._entries]
            ahead = [result for result in results if result.outcome in _TROUBLED]
            rest = [result for result in results if result.outcome not in _TROUBLED]
            self._in_order = (*ahead, *rest)
        return self._in_order

    @property
    def counts(self) -> Counts:
        self._settle()
        return Counts(**{outcome.value: count for outcome, count in self._counts.items()})

    @property
    def withdrawn(self) -> Decimal:
        """Dollars of risk that cancels released."""
        self._settle()
        return self._withdrawn

    @property
    def matched(self) -> Decimal:
        """Dollars that had matched, of all orders of the run."""
        self._settle()
        return self._matched

    @property
    def at_risk(self) -> Decimal:
        """Dollars of risk still open."""
        self._settle()
        return self._at_risk

    # within

    def _entry(self, order_id: str) -> Entry:
        entry = self._entries.get(order_id)
        if entry is None:
            entry = self._entries[order_id] = Entry(order_id=order_id)
            self._shown[order_id] = None
        return entry

    def _claim(self, entry: Entry, gone: Gone, at: float) -> None:
        entry.gone, entry.gone_at, entry.shown = gone, at, False
        self._shown.pop(entry.order_id, None)

    def _open(self, order: OpenOrder) -> None:
        entry = self._entry(order.order_id)
        entry.describe(order)
        self.any_live = self.any_live or order.live
        entry.bet = order.bet if order.bet is not None else entry.bet
        entry.matched(order.filled)
        entry.shown, entry.gone, entry.remaining, entry.look_ups = True, None, None, 0
        self._shown[order.order_id] = None
        self._touch(entry)

    def _told_gone(self, order_id: str, gone: Gone, filled: Decimal | None, at: float) -> None:
        entry = self._entry(order_id)
        entry.matched(filled)
        if entry.gone is None:
            self._claim(entry, gone, at)
        self._touch(entry)

    def _touch(self, entry: Entry) -> None:
        # The newest change stands last, however often results are asked for: what is looked up next follows from it.
        self._changed.pop(entry.order_id, None)
        self._changed[entry.order_id] = None

    def _settle(self) -> None:
        """Bring results and sums up to date for the orders that changed, so that 100,000 others cost nothing."""
        if self._changed:
            self._in_order = None
        for order_id in self._changed:
            before = self._results.get(order_id)
            if before is not None:
                self._add(before, -1)
            after = self._results[order_id] = self._entries[order_id].result()
            self._add(after, 1)
            self._unexplained.pop(order_id, None)
            if after.outcome is Outcome.UNKNOWN and self._entries[order_id].look_ups < LOOK_UPS_PER_ORDER:
                self._unexplained[order_id] = None
        self._changed.clear()

    def _add(self, result: OrderResult, sign: int) -> None:
        self._counts[result.outcome] += sign
        self._withdrawn += sign * result.cancelled
        self._matched += sign * result.filled
        self._at_risk += sign * result.still_open
