"""The mass cancel as a pure state machine: events and time in, actions and a result out.

One instance a run and account. Time is handed in, as milliseconds since the press. It never sleeps, sends or logs.
CLEAR rests on empty listings alone; an answer to a cancel, whatever it holds, is never proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from panic_button.core.actions import Action, CancelAll, CancelThese, List, LookUp, Say, SignIn, WakeAt
from panic_button.core.ledger import Ledger
from panic_button.core.model import (
    Answer,
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
from panic_button.core.routes import REPEAT, Budget, RouteState, back_off
from panic_button.core.snapshot import Result, Step, Waiting

CANCELS_PER_SECOND = 5
CHUNK = 50
FIRST_WAKE = 100.0
LEFTOVERS_ANYWAY = 5_000.0
LOOK_UPS_AT_ONCE = 8
LOOK_UPS_PER_SECOND = 20

_SILENCE = frozenset({FailureKind.CLOSED, FailureKind.UNREACHABLE, FailureKind.TIMED_OUT})
_REFUSALS = frozenset({FailureKind.TOKEN_REFUSED, FailureKind.FORBIDDEN})


class MassCancel:
    """One run. Every event returns the actions that follow from it; `result` tells what may be said now."""

    def __init__(self) -> None:
        self._known_orders: Iterable[OpenOrder] = ()
        self._book: Ledger | None = None
        self._proof = Proof()
        self._routes = {route: RouteState(route) for route in Route}
        self._budget = Budget(CANCELS_PER_SECOND)
        self._look_up_budget = Budget(LOOK_UPS_PER_SECOND)
        self._looking_up: set[str] = set()
        self._list_at = 0.0
        self._list_out: float | None = None
        self._list_failures = 0
        self._list_refused = False
        self._token_refused = False
        self._signing_in = False
        self._sign_in_at = 0.0
        self._sent: float | None = None
        self._heard: float | None = None
        self._cleared: float | None = None
        self._said: Verdict | None = None

    @property
    def _ledger(self) -> Ledger:
        """Made when it is first needed, which is after the press has been sent: 100,000 orders take 0.3 s to read."""
        if self._book is None:
            self._book = Ledger(self._known_orders)
        return self._book

    # events in

    def started(self, at: float, known_orders: Iterable[OpenOrder], available: Collection[Route]) -> list[Action]:
        """The press. It always sends, whatever is believed to be open."""
        self._known_orders = known_orders
        for state in self._routes.values():
            state.available = state.route in available
            state.pressed = True
        return self._next(at, [at + FIRST_WAKE])

    def pressed_again(self, at: float) -> list[Action]:
        for state in self._routes.values():
            state.pressed = state.pressed or state.all_out is None
        return self._next(at)

    def sent(self, at: float) -> None:
        """The first byte of a cancel is on the wire."""
        if self._sent is None:
            self._sent = at

    def answered(self, route: Route, attempt: int, rows: Iterable[CancelRow], at: float) -> list[Action]:
        """A cancel was answered in good form."""
        state = self._routes[route]
        self._heard = at
        self._ledger.rows(rows, at, clear=self.cleared)
        if state.all_out == attempt:
            self._proof.acknowledged(at)
        self._ended(state, attempt, at)
        state.answered(at)
        return self._next(at)

    def failed(
        self, route: Route, attempt: int, failure: Failure, at: float, retry_after: float | None = None
    ) -> list[Action]:
        """A cancel got no answer in good form. Whether it took effect is not known."""
        state = self._routes[route]
        self._hear(failure, at)
        self._ended(state, attempt, at)
        state.failed(failure, at, retry_after)
        if failure.kind is FailureKind.LIMITED:
            for other in self._routes.values():
                if other.usable and other.answer is not Answer.LIMITED:
                    other.free_now(at)
        return self._next(at)

    def listed(self, asked_at: float, listing: Listing, at: float) -> list[Action]:
        self._heard = at
        self._list_out, self._list_failures, self._list_refused = None, 0, False
        self._ledger.listing(listing, asked_at)
        self._proof.listed(asked_at, listing.open_count, at)
        self._list_at = self._proof.next_listing(at)
        if listing.open_count and self._cleared is not None:
            self._reopened(at)
        elif self._cleared is None and self._proof.clear:
            self._cleared = at
        return self._next(at)

    def listing_failed(self, failure: Failure, at: float) -> list[Action]:
        """No listing, so nothing is known. Asked again within a second whatever the reason: one read a second is no
        burden, and a run that is silent for longer looks dead.
        """
        self._hear(failure, at)
        self._proof.listing_failed()
        self._list_out = None
        self._list_failures += 1
        self._list_refused = failure.kind in _REFUSALS
        self._list_at = at + back_off(self._list_failures)
        return self._next(at)

    def feed(self, event: FeedEvent, at: float) -> list[Action]:
        if isinstance(event, OrderPlaced) and not self._ledger.knows(event.order.order_id):
            self._reopened(at)
        self._ledger.feed(event, at)
        return self._next(at)

    def looked_up(self, order_id: str, fate: Fate | None, at: float) -> list[Action]:
        self._looking_up.discard(order_id)
        self._ledger.looked_up(order_id, fate, at)
        return self._next(at)

    def routes(self, available: Collection[Route], at: float) -> list[Action]:
        """Which routes are there now. After a SignIn it also tells how that went: https is there, or it is not."""
        signed_in, self._signing_in = self._signing_in, False
        for state in self._routes.values():
            came = state.route in available and (not state.available or (signed_in and state.refused))
            state.available = state.route in available
            if came:
                state.free_now(at)
        if signed_in:
            self._list_at = at
        return self._next(at)

    def tick(self, at: float) -> list[Action]:
        return self._next(at)

    # what may be said

    def result(self, at: float) -> Result:
        ledger = self._ledger
        return Result(
            verdict=self._verdict(at),
            settled=self._cleared is not None or self._stuck,
            acknowledged=self._proof.acknowledged_at is not None,
            waiting=self._waiting(at),
            routes={route: state.report() for route, state in self._routes.items()},
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
        )

    @property
    def cleared(self) -> bool:
        return self._cleared is not None

    @property
    def finished(self) -> bool:
        """CLEAR, nothing out any more, and every order that went without a word looked up."""
        busy = self._looking_up or any(state.busy for state in self._routes.values())
        return self.cleared and not busy and next(self._ledger.unexplained(), None) is None

    def _verdict(self, at: float) -> Verdict:
        if self._cleared is not None:
            return Verdict.CLEAR
        refused = self._stuck and self._proof.acknowledged_at is None
        return Verdict.NOT_CLEAR if refused or self._proof.shows_open(at) else Verdict.UNCONFIRMED

    @property
    def _stuck(self) -> bool:
        """The exchange refuses us, and there is nothing left to try but a person."""
        states = self._routes.values()
        refused = self._list_refused and any(state.answer is Answer.REFUSED for state in states)
        return refused and not self._signing_in and all(state.spent for state in states)

    def _waiting(self, at: float) -> Waiting:
        if self._cleared is not None:
            return Waiting(step=Step.NOTHING, since=self._cleared, then=Step.NOTHING)
        if self._signing_in or self._stuck:
            return Waiting(step=Step.SIGN_IN, since=self._heard or 0.0, then=Step.CANCEL_ALL)
        if self._proof.empty:
            then_at = self._proof.next_listing(at)
            return Waiting(step=Step.SECOND_LISTING, since=self._proof.empty[0], then=Step.LISTING, then_at=then_at)
        since = self._proof.last_send
        if any(state.these_out for state in self._routes.values()):
            return Waiting(step=Step.CANCEL_THESE, since=since, then=Step.LISTING)
        if self._proof.told_at is None:
            return Waiting(step=Step.CANCEL_ALL, since=since, then=Step.LISTING)
        due = min((state.repeat_at for state in self._routes.values() if state.usable), default=None)
        return Waiting(step=Step.LISTING, since=self._list_out or at, then=Step.CANCEL_ALL, then_at=due)

    # what it does next

    def _next(self, at: float, wake: list[float] | None = None) -> list[Action]:
        actions: list[Action] = []
        wake = [] if wake is None else wake
        if self._cleared is None:
            self._sign_in(actions, wake, at)
            self._cancel_all(actions, wake, at)
            self._cancel_these(actions, wake, at)
            self._list(actions, wake, at)
        self._look_up(actions, wake, at)
        self._say(actions, wake, at)
        if wake:
            actions.append(WakeAt(max(at, min(wake))))
        return actions

    def _sign_in(self, actions: list[Action], wake: list[float], at: float) -> None:
        if not self._token_refused or self._signing_in or not self._routes[Route.HTTPS].available:
            return
        if self._sign_in_at > at:
            wake.append(self._sign_in_at)
            return
        self._token_refused, self._signing_in = False, True
        self._sign_in_at = at + REPEAT
        actions.append(SignIn())

    def _cancel_all(self, actions: list[Action], wake: list[float], at: float) -> None:
        for state in self._routes.values():
            if not state.usable or state.all_out is not None:
                continue
            due = self._budget.free_at()
            if not state.pressed:
                if self._proof.empty:  # while the exchange shows nothing open there is nothing to repeat
                    continue
                due = max(due, state.repeat_at)
            if due > at:
                wake.append(due)
                continue
            state.pressed = False
            state.all_out = self._spend(state, at)
            actions.append(CancelAll(state.route, state.all_out))

    def _cancel_these(self, actions: list[Action], wake: list[float], at: float) -> None:
        asked_at, acknowledged_at = self._proof.asked_at, self._proof.acknowledged_at
        if asked_at is None or not self._proof.open_count:
            return
        if at < LEFTOVERS_ANYWAY and (acknowledged_at is None or asked_at < acknowledged_at):
            wake.append(LEFTOVERS_ANYWAY)
            return
        states = [state for state in self._routes.values() if state.usable and not state.these_out]
        if not states:
            return
        out = {order_id for state in self._routes.values() for ids in state.these_out.values() for order_id in ids}
        left = [order_id for order_id in self._ledger.left_over(asked_at) if order_id not in out]
        for state in sorted(states, key=lambda state: state.attempts):
            if not left:
                return
            due = max(self._budget.free_at(), state.blocked_until)
            if due > at:
                wake.append(due)
                continue
            chunk, left = tuple(left[:CHUNK]), left[CHUNK:]
            attempt = self._spend(state, at)
            state.these_out[attempt] = chunk
            actions.append(CancelThese(state.route, attempt, chunk))

    def _list(self, actions: list[Action], wake: list[float], at: float) -> None:
        if self._list_out is not None or self._signing_in:
            return
        if self._list_at > at:
            wake.append(self._list_at)
            return
        self._list_out = at
        actions.append(List())

    def _look_up(self, actions: list[Action], wake: list[float], at: float) -> None:
        if any(state.busy for state in self._routes.values()) and at < self._proof.last_send + REPEAT:
            wake.append(self._proof.last_send + REPEAT)  # the answer that is on its way will tell
            return
        for order_id in self._ledger.unexplained():
            if len(self._looking_up) >= LOOK_UPS_AT_ONCE:
                return
            if order_id in self._looking_up:
                continue
            if (due := self._look_up_budget.free_at()) > at:
                wake.append(due)
                return
            self._look_up_budget.spend(at)
            self._looking_up.add(order_id)
            actions.append(LookUp(order_id))

    def _say(self, actions: list[Action], wake: list[float], at: float) -> None:
        verdict = self._verdict(at)
        if verdict is not self._said:
            self._said = verdict
            actions.append(Say(verdict))
        changes_at = self._proof.changes_at()
        if verdict is Verdict.NOT_CLEAR and changes_at is not None and changes_at > at:
            wake.append(changes_at)

    # within

    def _spend(self, state: RouteState, at: float) -> int:
        self._budget.spend(at)
        self._proof.sent(at)
        return state.attempt()

    def _ended(self, state: RouteState, attempt: int, at: float) -> None:
        self._ledger.tried(state.ended(attempt), at)
        self._proof.ended(at)
        self._list_at = at

    def _hear(self, failure: Failure, at: float) -> None:
        if failure.kind not in _SILENCE:
            self._heard = at
        self._token_refused = self._token_refused or failure.kind is FailureKind.TOKEN_REFUSED

    def _reopened(self, at: float) -> None:
        """An order showed up: a CLEAR ends, and the run goes on as if it had just been pressed."""
        self._proof.opened(at)
        if self._cleared is not None:
            self._cleared = None
            for state in self._routes.values():
                state.pressed = True
