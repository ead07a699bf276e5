"""The mass cancel as a pure state machine: events and time in, actions and a result out.

One instance a run and account. Time is handed in, as milliseconds since the press. It never sleeps, sends or logs.
CLEAR rests on empty listings alone; an answer to a cancel, whatever it holds, is never proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from panic_button.core.actions import Action, Say, WakeAt
from panic_button.core.asking import Listings, LookUps, SignIns
from panic_button.core.escalation import Stage, next_stage_at, stage_after
from panic_button.core.ledger import Ledger
from panic_button.core.model import (
    CancelRow,
    Failure,
    FailureKind,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    OrderPlaced,
    Route,
    Verdict,
)
from panic_button.core.proof import Proof
from panic_button.core.routes import REPEAT
from panic_button.core.sends import Sends
from panic_button.core.snapshot import Result, Step, Waiting

FIRST_WAKE = 100.0
# After CLEAR: how long late orders are looked out for. An order may wait out a delay of 10 s on a live game.
WATCH = 15_000.0
WATCH_LIVE = 30_000.0
WATCH_LISTING = 1_000.0

_SILENCE = frozenset({FailureKind.CLOSED, FailureKind.UNREACHABLE, FailureKind.TIMED_OUT})


class MassCancel:
    """One run. Every event returns the actions that follow from it; `result` tells what may be said now.

    `spent`: when cancel calls of the account went out before the press, for the budget that all its runs share.
    `watch_at_least`: how long CLEAR is watched where more is wanted than the rule.
    """

    def __init__(self, spent: Iterable[float] = (), *, watch_at_least: float = 0.0) -> None:
        self._watch_at_least = watch_at_least
        self._known_orders: Iterable[OpenOrder] = ()
        self._book: Ledger | None = None
        self._proof = Proof()
        self._sends = Sends(spent)
        self._listings = Listings()
        self._look_ups = LookUps()
        self._sign_ins = SignIns()
        self._only_asks = False
        self._locked = False
        self._sent: float | None = None
        self._heard: float | None = None
        self._cleared: float | None = None
        self._ever_cleared = False
        self._late = 0
        self._watch_ends = 0.0
        self._clock_since = 0.0
        self._said: Verdict | None = None

    @property
    def _ledger(self) -> Ledger:
        """Made when it is first needed, which is after the press has been sent: 100,000 orders take 0.3 s to read."""
        if self._book is None:
            self._book = Ledger(self._known_orders)
        return self._book

    # events in

    def started(
        self,
        at: float,
        known_orders: Iterable[OpenOrder],
        available: Collection[Route],
        *,
        locked: bool = False,
        only_asks: bool = False,
    ) -> list[Action]:
        """The press. It always sends, whatever is believed to be open. `locked`: a lockout is on from now on.

        `only_asks`: a press of long ago that was never settled. It sends nothing unless it is pressed again.
        """
        self._known_orders = known_orders
        self._locked = locked
        self._only_asks = only_asks
        self._clock_since = at
        self._sends.available(available, at)
        self._sends.press()
        return self._next(at, [at + FIRST_WAKE])

    def pressed_again(self, at: float) -> list[Action]:
        self._only_asks = False
        self._sends.press()
        return self._next(at)

    def locked(self, at: float, *, on: bool) -> list[Action]:
        """A lockout began, whose watch does not end, or it was reset: from then on new orders stay open."""
        if self._locked and not on:
            self._watch_ends = at
        self._locked = on
        return self._next(at)

    def hedge(self, at: float) -> int | None:
        """The attempt of one more cancel-all over https, on a connection of its own; None where there may be none."""
        attempt = self._sends.hedge(at)
        if attempt is not None:
            self._proof.sent(at)
        return attempt

    def sent(self, route: Route, attempt: int, at: float) -> None:
        """A cancel is on the wire."""
        self._sends.sent(route, attempt, at)
        if self._sent is None:
            self._sent = at

    def answered(self, route: Route, attempt: int, rows: Iterable[CancelRow], at: float) -> list[Action]:
        """A cancel was answered in good form."""
        self._heard = at
        known = len(self._ledger)
        self._ledger.rows(rows, at, clear=self.cleared)
        self._count_late(known)
        if self._sends.is_all(route, attempt):
            self._proof.acknowledged(at)
        self._ended(route, attempt, at)
        self._sends.answered(route, at)
        return self._next(at)

    def failed(
        self, route: Route, attempt: int, failure: Failure, at: float, retry_after: float | None = None
    ) -> list[Action]:
        """A cancel got no answer in good form. Whether it took effect is not known."""
        self._hear(failure, at)
        if self._sends.is_out(route, attempt):
            self._ended(route, attempt, at)
            self._sends.failed(route, failure, at, retry_after)
        return self._next(at)

    def listed(self, asked_at: float, listing: Listing, at: float) -> list[Action]:
        self._heard = at
        if self._only_asks:
            listing = self._own(listing)
        self._listings.answered()
        known = len(self._ledger)
        self._appeared(listing.orders)
        self._ledger.listing(listing, asked_at)
        self._proof.listed(asked_at, listing.open_count, at)
        self._listings.next_at = self._proof.next_listing(at)
        if listing.open_count:
            self._reopened(at)
            self._count_late(known)
        elif self._cleared is None and self._proof.clear:
            self._clear(at)
        if self._cleared is not None:
            self._listings.next_at = at + WATCH_LISTING
        return self._next(at)

    def listing_failed(self, failure: Failure, at: float) -> list[Action]:
        """No listing, so nothing is known."""
        self._hear(failure, at)
        self._proof.listing_failed()
        self._listings.failed(failure, at)
        return self._next(at)

    def feed(self, event: FeedEvent, at: float) -> list[Action]:
        if isinstance(event, OrderPlaced) and not self._ledger.knows(event.order.order_id):
            self._appeared((event.order,))
            self._proof.opened(at)
            self._reopened(at)
        known = len(self._ledger)
        self._ledger.feed(event, at)
        self._count_late(known)
        return self._next(at)

    def looked_up(self, order_id: str, fate: Fate | None, at: float) -> list[Action]:
        self._look_ups.ended(order_id)
        self._ledger.looked_up(order_id, fate, at)
        return self._next(at)

    def routes(self, available: Collection[Route], at: float) -> list[Action]:
        """Which routes are there now. After a SignIn it also tells how that went: https is there, or it is not."""
        signed_in = self._sign_ins.ended()
        self._sends.available(available, at, signed_in=signed_in)
        if signed_in:
            self._listings.next_at = at
        return self._next(at)

    def tick(self, at: float) -> list[Action]:
        return self._next(at)

    # what may be said

    def result(self, at: float) -> Result:
        ledger = self._ledger
        return Result(
            verdict=self._verdict(at),
            settled=self._settled(at),
            acknowledged=self._proof.acknowledged_at is not None,
            waiting=self._waiting(at),
            routes=self._sends.reports(),
            orders=ledger.results,
            counts=ledger.counts,
            withdrawn=ledger.withdrawn,
            matched_before=ledger.matched,
            at_risk=ledger.at_risk,
            listed_open=self._proof.open_count,
            sent_ms=self._sent,
            acknowledged_ms=self._proof.acknowledged_at,
            heard_ms=self._heard,
            clear_ms=self._cleared,
            late=self._late,
            stage=self._stage(at),
            stage_since_ms=self._clock_since,
            calls_left=self._sends.calls_left(at),
            watch_ends_ms=self._watch_ends if self._cleared is not None else None,
        )

    @property
    def cleared(self) -> bool:
        return self._cleared is not None

    @property
    def spent(self) -> tuple[float, ...]:
        """When the newest cancel calls went out."""
        return self._sends.spent

    def watching(self, at: float) -> bool:
        """Whether it is CLEAR and still looks out for late orders."""
        return self._cleared is not None and (self._locked or at < self._watch_ends)

    def finished(self, at: float) -> bool:
        """Nothing is left to do or out, and every order that went without a word was looked up.

        That is so of a CLEAR that was watched for long enough, and where a press of long ago finds orders open.
        """
        done = not self.watching(at) if self.cleared else self._only_asks and self._proof.shows_open(at)
        if not done or self._sends.busy or self._look_ups.busy:
            return False
        return next(self._ledger.unexplained(), None) is None

    def _verdict(self, at: float) -> Verdict:
        if self._cleared is not None:
            return Verdict.CLEAR
        refused = self._stuck and self._proof.acknowledged_at is None
        return Verdict.NOT_CLEAR if refused or self._proof.shows_open(at) else Verdict.UNCONFIRMED

    @property
    def _stuck(self) -> bool:
        """The exchange refuses us, and there is nothing left to try but a person."""
        return self._listings.refused and not self._sign_ins.working and self._sends.nothing_left

    def _settled(self, at: float) -> bool:
        """Whether waiting makes the verdict no better: CLEAR, stuck, or with no sign-in that could ever list again and
        no cancel whose answer may still tell of orders.
        """
        signed_out = self._listings.refused and not self._sends.https_available
        blind = signed_out and not self._sends.busy
        asked = self._only_asks and self._proof.shows_open(at)
        return self._cleared is not None or self._stuck or blind or asked

    def _stage(self, at: float) -> Stage:
        return stage_after((at if self._cleared is None else self._cleared) - self._clock_since)

    def _waiting(self, at: float) -> Waiting:
        if self._cleared is not None:
            return Waiting(step=Step.NOTHING, since=self._cleared, then=Step.NOTHING)
        if self._sign_ins.working or self._stuck:
            return Waiting(step=Step.SIGN_IN, since=self._heard or 0.0, then=Step.CANCEL_ALL)
        if self._proof.empty:
            then_at = self._proof.next_listing(at)
            return Waiting(step=Step.SECOND_LISTING, since=self._proof.empty[0], then=Step.LISTING, then_at=then_at)
        since = self._proof.last_send
        if self._sends.partly_out:
            return Waiting(step=Step.CANCEL_THESE, since=since, then=Step.LISTING)
        if self._proof.told_at is None:
            return Waiting(step=Step.CANCEL_ALL, since=since, then=Step.LISTING)
        due = self._sends.repeat_at()
        return Waiting(step=Step.LISTING, since=self._listings.out_since or at, then=Step.CANCEL_ALL, then_at=due)

    # what it does next

    def _next(self, at: float, wake: list[float] | None = None) -> list[Action]:
        actions: list[Action] = []
        wake = [] if wake is None else wake
        if self._cleared is None or self.watching(at):
            if self._sends.https_available:
                actions += self._sign_ins.due(at, wake)
            self._cancel(actions, wake, at)
            if not self._sign_ins.working:
                actions += self._listings.due(at, wake)
        if self._cleared is not None and at < self._watch_ends:
            wake.append(self._watch_ends)
        self._look_up(actions, wake, at)
        self._say(actions, wake, at)
        if wake:
            actions.append(WakeAt(max(at, min(wake))))
        return actions

    def _cancel(self, actions: list[Action], wake: list[float], at: float) -> None:
        """Cancel-alls first, then what the newest listing shows. While CLEAR is watched there is nothing to cancel."""
        if self._only_asks or self._cleared is not None:
            return
        # While the exchange shows nothing open there is nothing to repeat.
        actions += self._sends.all(at, wake, pressed_only=bool(self._proof.empty))
        asked_at, stage = self._proof.asked_at, self._stage(at)
        # A cancel-all that hangs holds its route for a minute, and what opened since can't wait for that.
        due = self._ever_cleared or stage is not Stage.ALL or self._proof.told_after_an_answer
        if due and asked_at is not None and self._proof.open_count:
            by_game = stage in {Stage.BY_GAME, Stage.HELP}
            actions += self._sends.left_over(at, wake, ledger=self._ledger, asked_at=asked_at, by_game=by_game)
        if (stage_at := next_stage_at(self._clock_since, at)) is not None:
            wake.append(stage_at)
        self._proof.sent(self._sends.last_send)

    def _look_up(self, actions: list[Action], wake: list[float], at: float) -> None:
        if self._sends.busy and at < self._proof.last_send + REPEAT:
            wake.append(self._proof.last_send + REPEAT)  # the answer that is on its way will tell
            return
        actions += self._look_ups.due(self._ledger.unexplained(), at, wake)

    def _say(self, actions: list[Action], wake: list[float], at: float) -> None:
        verdict = self._verdict(at)
        if verdict is not self._said:
            self._said = verdict
            actions.append(Say(verdict))
        changes_at = self._proof.changes_at()
        if verdict is Verdict.NOT_CLEAR and changes_at is not None and changes_at > at:
            wake.append(changes_at)

    # within

    def _ended(self, route: Route, attempt: int, at: float) -> None:
        self._sends.ended(route, attempt, at, ledger=self._ledger)
        self._proof.ended(at)
        self._listings.next_at = at

    def _hear(self, failure: Failure, at: float) -> None:
        if failure.kind not in _SILENCE:
            self._heard = at
        self._sign_ins.hear(failure)

    def _own(self, listing: Listing) -> Listing:
        """Only the orders of this run: whatever opened long after the press is none of its business."""
        orders = tuple(order for order in listing.orders if self._ledger.knows(order.order_id))
        return Listing(orders=orders, unreadable=listing.unreadable)

    def _appeared(self, orders: Iterable[OpenOrder]) -> None:
        """These are open. Where some are new, somebody goes on placing, and what is out may miss the next."""
        if not (self._locked or self._ever_cleared):
            return
        if any(not self._ledger.knows(order.order_id) for order in orders):
            self._sends.want()

    def _count_late(self, known: int) -> None:
        """So many orders were known before this event: after a CLEAR the others are late ones."""
        if self._ever_cleared and self._cleared is None:
            self._late += len(self._ledger) - known

    def _clear(self, at: float) -> None:
        self._cleared, self._ever_cleared = at, True
        if not self._only_asks:
            rule = WATCH_LIVE if self._ledger.any_live else WATCH
            self._watch_ends = at + max(rule, self._watch_at_least)

    def _reopened(self, at: float) -> None:
        """An order is open: a CLEAR ends, and the run goes on as if it had just been pressed."""
        if self._cleared is not None:
            self._cleared = None
            self._clock_since = at
            self._proof.opened(at)
            self._sends.press()
