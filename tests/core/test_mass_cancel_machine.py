"""The mass cancel under any order of events at all: a state machine that answers, loses, delays and places at will."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from panic_button.core.actions import CancelAction, CancelAll, CancelGame, CancelThese, List, LookUp, SignIn, WakeAt
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import (
    CancelRow,
    Failure,
    FailureKind,
    Fate,
    Listing,
    OpenOrder,
    OrderCancelled,
    OrderPlaced,
    Outcome,
    Route,
    Verdict,
)
from panic_button.core.sends import CANCELS_PER_SECOND

STAKE = Decimal(10)
STEPS = 60
kinds = st.sampled_from(list(FailureKind))
picks = st.integers(0, 1_000)


@dataclass
class AskedListing:
    """A listing that is out. `taken`: what the exchange looked at, once it has."""

    at: float
    taken: frozenset[str] | None = None


class MassCancelUnderAnyEvents(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.machine, self.twin = MassCancel(), MassCancel()
        self.now = 0.0
        self.open: set[str] = set()
        self.placed = 0
        self.cancels: list[CancelAction] = []
        self.in_race: Counter[Route] = Counter()
        self.listing: AskedListing | None = None
        self.look_ups: list[str] = []
        self.wake: float | None = None
        self.sends: list[float] = []
        self.empty_row: list[float] = []
        self.acknowledged_at: float | None = None
        self.shown_open = True
        self.before: Verdict | None = None

    # what the machine is told, and what it answers

    def tell(self, event: str, *values: object, **named: object) -> None:
        self.shown_open = event == "listed" or (event == "feed" and isinstance(values[0], OrderPlaced))
        actions = getattr(self.machine, event)(*values, **named)
        assert getattr(self.twin, event)(*values, **named) == actions, "the same events, other actions"
        for action in actions or ():
            match action:
                case CancelAll() | CancelThese() | CancelGame():
                    self.send(action)
                    if isinstance(action, CancelAll):
                        assert not self.in_race[action.route], "two cancel-alls out on a route"
                        self.in_race[action.route] = 1
                case List():
                    assert self.listing is None, "two listings out"
                    self.listing = AskedListing(self.now)
                case LookUp(order_id=order_id):
                    self.look_ups.append(order_id)
                case WakeAt(at=at):
                    self.wake = at
                case SignIn():
                    self.tell("routes", frozenset(Route), self.now)

    def send(self, action: CancelAction) -> None:
        self.cancels.append(action)
        self.sends.append(self.now)
        assert sum(at > self.now - 999.999 for at in self.sends) <= CANCELS_PER_SECOND, "over budget"

    def place_one(self) -> str:
        self.placed += 1
        self.open.add(order_id := f"o{self.placed}")
        return order_id

    def order(self, order_id: str) -> OpenOrder:
        return OpenOrder(order_id=order_id, bet=STAKE, filled=Decimal(0), game_id=f"g{len(order_id) % 2}")

    def done(self, action: CancelAction) -> list[CancelRow]:
        """Do what a cancel asks for."""
        match action:
            case CancelAll():
                ids = set(self.open)
            case CancelThese(order_ids=order_ids):
                ids = self.open & set(order_ids)
            case CancelGame(game_id=game_id):
                ids = {one for one in self.open if self.order(one).game_id == game_id}
        self.open -= ids
        return [CancelRow(success=True, order_id=one, filled=Decimal(0), remaining=STAKE) for one in sorted(ids)]

    def end(self, pick: int) -> CancelAction:
        action = self.cancels.pop(pick % len(self.cancels))
        if isinstance(action, CancelAll):
            self.in_race[action.route] = 0
        return action

    # events

    @initialize(known=st.integers(0, 4), unknown=st.integers(0, 1), locked=st.booleans())
    def press(self, known: int, unknown: int, *, locked: bool) -> None:
        orders = [self.order(self.place_one()) for _ in range(known)]
        for _ in range(unknown):
            self.place_one()
        self.tell("started", self.now, orders, frozenset(Route), locked=locked)

    @precondition(lambda self: self.cancels)
    @rule(pick=picks, half=st.booleans())
    def answered(self, pick: int, *, half: bool) -> None:
        action = self.end(pick)
        rows = self.done(action)
        if half:  # the exchange leaves some of it undone, and says so
            self.open |= {row.order_id for row in rows[::2] if row.order_id}
            rows = [CancelRow(success=False, order_id=row.order_id) if row in rows[::2] else row for row in rows]
        if isinstance(action, CancelAll) and self.acknowledged_at is None:
            self.acknowledged_at = self.now
        self.tell("answered", action.route, action.attempt, rows, self.now)

    @precondition(lambda self: self.cancels)
    @rule(pick=picks, kind=kinds, was_done=st.booleans(), retry_after=st.none() | st.floats(0, 9_000))
    def failed(self, pick: int, kind: FailureKind, retry_after: float | None, *, was_done: bool) -> None:
        action = self.end(pick)
        if was_done:
            self.done(action)
        self.tell("failed", action.route, action.attempt, Failure(kind=kind, text=kind), self.now, retry_after)

    @rule()
    def hedge(self) -> None:
        attempt = self.machine.hedge(self.now)
        assert self.twin.hedge(self.now) == attempt
        if attempt is not None:
            self.send(CancelAll(Route.HTTPS, attempt))

    @precondition(lambda self: self.listing is not None and self.listing.taken is None)
    @rule()
    def listing_taken(self) -> None:
        assert self.listing is not None
        self.listing.taken = frozenset(self.open)

    @precondition(lambda self: self.listing is not None and self.listing.taken is not None)
    @rule(unreadable=st.booleans())
    def listed(self, *, unreadable: bool) -> None:
        asked, self.listing = self.listing, None
        assert asked is not None
        assert asked.taken is not None
        ids = sorted(asked.taken)
        told = Listing(
            orders=tuple(map(self.order, ids[1:] if unreadable else ids)), unreadable=int(unreadable and bool(ids))
        )
        self.empty_row = [] if ids else [*self.empty_row, asked.at]
        self.tell("listed", asked.at, told, self.now)

    @precondition(lambda self: self.listing is not None)
    @rule(kind=kinds)
    def listing_failed(self, kind: FailureKind) -> None:
        self.listing, self.empty_row = None, []
        self.tell("listing_failed", Failure(kind=kind, text=kind), self.now)

    @precondition(lambda self: self.placed < 12)
    @rule(told=st.booleans())
    def placed_by_somebody(self, *, told: bool) -> None:
        order_id = self.place_one()
        if told:
            self.empty_row = []
            self.tell("feed", OrderPlaced(order=self.order(order_id)), self.now)

    @precondition(lambda self: self.placed)
    @rule(pick=picks, cancelled=st.booleans())
    def late_feed(self, pick: int, *, cancelled: bool) -> None:
        """The feed repeats something old, of an order that is known or not."""
        order_id = f"o{pick % self.placed + 1}"
        event = OrderCancelled(order_id=order_id) if cancelled else OrderPlaced(order=self.order(order_id))
        if not cancelled:
            self.empty_row = self.empty_row if self.knows(order_id) else []
        self.tell("feed", event, self.now)

    @precondition(lambda self: self.look_ups)
    @rule(known=st.booleans())
    def looked_up(self, *, known: bool) -> None:
        order_id = self.look_ups.pop()
        fate = Fate(cancelled=order_id not in self.open, filled=Decimal(0), remaining=STAKE) if known else None
        self.tell("looked_up", order_id, fate, self.now)

    @rule()
    def pressed_again(self) -> None:
        self.tell("pressed_again", self.now)

    @rule(on=st.booleans())
    def locked(self, *, on: bool) -> None:
        self.tell("locked", self.now, on=on)

    @rule(there=st.frozensets(st.sampled_from(list(Route))))
    def routes(self, there: frozenset[Route]) -> None:
        self.tell("routes", there, self.now)

    @rule(forward=st.sampled_from([1.0, 40.0, 250.0, 600.0, 3_000.0, 20_000.0]))
    def time_passes(self, forward: float) -> None:
        until = self.now + forward
        for _ in range(40):
            if self.wake is None or self.wake > until:
                break
            self.now, self.wake = max(self.now, self.wake), None
            self.tell("tick", self.now)
        self.now = until

    def knows(self, order_id: str) -> bool:
        return any(row.order_id == order_id for row in self.machine.result(self.now).orders)

    # what always holds

    @invariant()
    def clear_rests_on_listings_that_were_truly_empty(self) -> None:
        if self.before is None or self.before is Verdict.CLEAR or not self.machine.cleared:
            return
        row = self.empty_row
        if self.acknowledged_at is not None and any(at >= self.acknowledged_at for at in row):
            row = [at for at in row if at >= self.acknowledged_at]
            assert len(row) >= 2
            assert row[-1] - row[0] >= 500.0
        else:
            assert len(row) >= 4
            assert row[-1] - row[0] >= 2_000.0

    @invariant()
    def clear_ends_only_with_an_order_that_is_shown_open(self) -> None:
        verdict = self.machine.result(self.now).verdict
        if self.before is Verdict.CLEAR and verdict is not Verdict.CLEAR:
            assert self.shown_open
        self.before = verdict

    @invariant()
    def every_order_has_one_outcome_and_the_sums_add_up(self) -> None:
        result = self.machine.result(self.now)
        ids = [row.order_id for row in result.orders]
        assert len(ids) == len(set(ids))
        outcomes = Counter(row.outcome for row in result.orders)
        assert {outcome: getattr(result.counts, outcome) for outcome in Outcome} == {
            outcome: outcomes[outcome] for outcome in Outcome
        }
        assert result.withdrawn == sum(row.cancelled for row in result.orders)
        assert result.at_risk == sum(row.still_open for row in result.orders)
        assert 0 <= result.calls_left <= CANCELS_PER_SECOND


TestMassCancelUnderAnyEvents = MassCancelUnderAnyEvents.TestCase
TestMassCancelUnderAnyEvents.settings = settings(stateful_step_count=STEPS)
