"""An exchange in simulated time that a MassCancel is run against, with every fault drawn from a seed.

It keeps the truth (the book, and the moment at which each listing was taken) and checks the machine's manners while
it runs; what the machine says at the end is for the tests to compare with that truth.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from panic_button.core.actions import Action, CancelAll, CancelGame, CancelThese, List, LookUp, Say, SignIn, WakeAt
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import (
    CancelRow,
    Failure,
    FailureKind,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    Route,
)
from panic_button.core.snapshot import Result
from tests.core.simulated_book import SimulatedBook

CANCEL_LIMIT = 60_000.0
CANCEL_SOME_LIMIT = 5_000.0
HEDGE_AFTER = 100.0
LISTING_LIMIT = 3_000.0
STUBBORN_AT_LEAST = 1_500.0
FAULTY_CANCEL_ANSWERS = (
    "ok", "ok", "partial", "lost", "lost undone", "closed", "closed undone", "hang", "hang undone",
    "error", "error undone", "limited", "token refused", "unreadable",
)  # fmt: skip
FAULTY_LISTING_ANSWERS = ("ok", "ok", "ok", "stale", "error", "limited", "lost", "token refused", "unreadable row")


@dataclass(frozen=True)
class TakenListing:
    """A listing as it was answered: asked by the machine, and taken of the book at a moment that may be older."""

    asked_at: float
    truly_open: int
    failed: bool = False


@dataclass
class SimulatedExchange:
    seed: int
    order_count: int
    faults_end: float
    latency: float = 40.0
    maker_until: float = 0.0
    feed_kept: float = 0.7
    routes: frozenset[Route] = frozenset(Route)
    locked: bool = False
    now: float = 0.0
    machine: MassCancel = field(default_factory=MassCancel)
    listings: list[TakenListing] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    cleared_at: float | None = None
    clear_row: list[TakenListing] = field(default_factory=list)
    acknowledged_at: float | None = None
    script: list[tuple[str, tuple[object, ...], dict[str, object], object]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.healed_at = max(self.faults_end, self.maker_until)
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._wake = 0
        self._in_flight = 0
        self._quiet_since = 0.0
        self._all_out: dict[Route, set[int]] = {route: set() for route in Route}
        self.book = SimulatedBook(self.random, lambda: self.now, self._feed)
        for _ in range(self.order_count):
            self.book.place(quietly=True)

    def _feed(self, event: FeedEvent) -> None:
        if self.random.random() < self.feed_kept:
            for _ in range(self.random.choice((1, 1, 2))):
                self._later(self.random.uniform(1, 300), lambda: self._tell("feed", event, self.now))

    # time

    def _later(self, delay: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now + delay, next(self._order), what))

    @property
    def faulty(self) -> bool:
        return self.now < self.faults_end

    def run(self, until: float) -> None:
        """Let simulated time pass, in ms since the press."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, what = heapq.heappop(self._queue)
            what()
            self._check_silence()
        self.now = until

    def run_until_healed(self, margin: float) -> None:
        """Let time pass until so long after the last fault has had its effect. A cancel-all that hangs for its whole
        minute is no excuse: the run has to get on without it.
        """
        while self.now < self.healed_at + margin:
            self.run(self.healed_at + margin)

    def press(self) -> None:
        self._tell("started", self.now, list(self.book.open_now().values()), self.routes, locked=self.locked)
        for _ in range(self.random.randint(0, 4)):
            self._later(self.random.uniform(0, 3_000), self.book.fill_one)
        at = 0.0
        while at < self.maker_until:
            at += self.random.uniform(20, 200)
            self._later(at, self.book.place)

    def place_late(self, at: float) -> None:
        """An order appears at this time, as one that waited out a live delay does."""
        self.healed_at = max(self.healed_at, at)
        self._later(at - self.now, self.book.place)

    def press_again(self, at: float) -> None:
        self._later(at - self.now, lambda: self._tell("pressed_again", self.now))

    def result(self) -> Result:
        return self.machine.result(self.now)

    # the machine

    def _tell(self, event: str, *values: object, **named: object) -> None:
        actions = getattr(self.machine, event)(*values, **named)
        self.script.append((event, values, named, actions))
        self._note_clear()
        for action in actions or ():
            self._carry_out(action)

    def _note_clear(self) -> None:
        if self.machine.cleared and self.cleared_at is None:
            self.cleared_at = self.now
            self.clear_row = list(itertools.takewhile(_is_empty, reversed(self.listings)))[::-1]
        elif not self.machine.cleared:
            self.cleared_at = None

    def _carry_out(self, action: Action) -> None:  # noqa: C901 - one case an action
        match action:
            case CancelAll(route=route, attempt=attempt):
                if self._all_out[route]:
                    self.problems.append(f"two cancel-alls out on {route} at {self.now}")
                self._send_all(route, attempt)
                if route is Route.HTTPS:
                    self._later(HEDGE_AFTER, partial(self._hedge, attempt))
            case CancelThese(route=route, attempt=attempt, order_ids=order_ids):
                self._send(lambda: list(order_ids), route, attempt, CANCEL_SOME_LIMIT, is_all=False)
            case CancelGame(route=route, attempt=attempt, game_id=game_id):
                self._send(lambda: self.book.of_game(game_id), route, attempt, CANCEL_SOME_LIMIT, is_all=False)
            case List():
                self._list()
            case LookUp(order_id=order_id):
                fate = self._fate(order_id)
                self._later(self.latency, lambda: self._tell("looked_up", order_id, fate, self.now))
            case SignIn():
                self._in_flight += 1
                self._later(self.latency * 2, self._signed_in)
            case WakeAt(at=at):
                self._wake += 1
                self._later(at - self.now, partial(self._tick, self._wake))
            case Say():
                pass

    def _send_all(self, route: Route, attempt: int) -> None:
        self._all_out[route].add(attempt)
        self._send(lambda: list(self.book.open_now()), route, attempt, CANCEL_LIMIT, is_all=True)

    def _hedge(self, first: int) -> None:
        """What carries the machine out sends once more where the first has not been answered by now."""
        if first in self._all_out[Route.HTTPS]:
            attempt = self.machine.hedge(self.now)
            self.script.append(("hedge", (self.now,), {}, attempt))
            if attempt is not None:
                self._send_all(Route.HTTPS, attempt)

    def _tick(self, wake: int) -> None:
        if wake == self._wake:  # else a later WakeAt has taken its place
            self._tell("tick", self.now)

    def _signed_in(self) -> None:
        self._landed()
        self._tell("routes", self.routes, self.now)

    def _fate(self, order_id: str) -> Fate | None:
        if self.faulty and self.random.random() < 0.5:
            return None
        order = self.book.orders[order_id]
        return Fate(cancelled=order.cancelled > 0, filled=order.filled, remaining=order.left)

    def _send(self, named: Callable[[], list[str]], route: Route, attempt: int, limit: float, *, is_all: bool) -> None:
        self.sends.append(self.now)
        if sum(1 for at in self.sends if at > self.now - 999.999) > 5:
            self.problems.append(f"over budget at {self.now}")
        self._in_flight += 1
        kind = self.random.choice(FAULTY_CANCEL_ANSWERS) if self.faulty else "ok"
        slow = self.random.choice((1, 1, 5, 20)) if self.faulty else 1
        delay = self.latency * slow * self.random.uniform(0.9, 1.1)
        limit = limit if kind.startswith(("hang", "lost")) else delay
        if self.faulty and limit < CANCEL_LIMIT:
            self.healed_at = max(self.healed_at, self.now + limit)
        rows: list[CancelRow] = []

        def work() -> None:
            self._tell("sent", route, attempt, self.now)
            if not kind.endswith("undone") and kind not in ("limited", "token refused"):
                ids = named()
                stubborn = self.now < max(self.faults_end, STUBBORN_AT_LEAST)
                rows.extend(self.book.cancel(ids[: len(ids) // 2] if kind == "partial" else ids, stubborn=stubborn))

        def end() -> None:
            self._landed()
            if attempt in self._all_out[route]:
                self._all_out[route].clear()  # its hedges are forgotten
            if kind in ("ok", "partial"):
                if is_all and self.acknowledged_at is None:
                    self.acknowledged_at = self.now
                self._tell("answered", route, attempt, rows, self.now)
            else:
                retry_after = self.random.uniform(100, 9_000) if kind == "limited" else None
                self._tell("failed", route, attempt, _failure(kind), self.now, retry_after)

        self._later(delay / 2, work)
        self._later(limit, end)

    def _list(self) -> None:
        asked_at = self.now
        self._in_flight += 1
        kind = self.random.choice(FAULTY_LISTING_ANSWERS) if self.faulty else "ok"
        age = self.random.uniform(0, 3_000) if kind == "stale" else 0.0
        taken: dict[str, OpenOrder] = {}

        def take() -> None:
            taken.update(self.book.open_at(self.now - age))

        def answer() -> None:
            self._landed()
            if kind in ("ok", "stale", "unreadable row"):
                unreadable = 1 if kind == "unreadable row" and taken else 0
                shown = list(taken.values())[unreadable:]
                self.listings.append(TakenListing(asked_at, len(taken)))
                self._tell("listed", asked_at, Listing(orders=tuple(shown), unreadable=unreadable), self.now)
            else:
                self.listings.append(TakenListing(asked_at, -1, failed=True))
                self._tell("listing_failed", _failure(kind), self.now)

        self._later(self.latency / 2, take)
        limit = LISTING_LIMIT if kind == "lost" else self.latency
        if self.faulty:
            self.healed_at = max(self.healed_at, self.now + limit)
        self._later(limit, answer)

    def _landed(self) -> None:
        self._in_flight -= 1
        self._quiet_since = self.now

    def _check_silence(self) -> None:
        if self._in_flight or (self.machine.cleared and not self.machine.watching(self.now)):
            self._quiet_since = self.now
        elif self.now - self._quiet_since > 1_001.0:
            self.problems.append(f"silent since {self._quiet_since}")
            self._quiet_since = self.now


def _is_empty(listing: TakenListing) -> bool:
    return not listing.failed and listing.truly_open == 0


def _failure(kind: str) -> Failure:
    word = kind.removesuffix(" undone")
    kinds = {
        "lost": FailureKind.TIMED_OUT,
        "hang": FailureKind.TIMED_OUT,
        "closed": FailureKind.CLOSED,
        "error": FailureKind.ERROR,
        "limited": FailureKind.LIMITED,
        "token refused": FailureKind.TOKEN_REFUSED,
        "unreadable": FailureKind.UNREADABLE,
    }
    return Failure(kind=kinds[word], text=word)
