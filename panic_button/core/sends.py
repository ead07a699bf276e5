"""The cancel calls of one run: which may go out now, and over which route.

All kinds share one budget, and a press goes before all else. Nothing in here knows what is open: it is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from panic_button.core.actions import CancelAction, CancelAll, CancelGame, CancelThese
from panic_button.core.ledger import Ledger
from panic_button.core.model import Answer, Failure, FailureKind, Route, RouteReport
from panic_button.core.routes import Budget, RouteState

CANCELS_PER_SECOND = 5
# What is left of the budget for everything else, however fast somebody places orders.
SPARED = 2
CHUNK = 50


class Sends:
    """Both routes and what is out on them. `spent`: cancel calls of the account before the run, on the run's clock."""

    def __init__(self, spent: Iterable[float] = ()) -> None:
        self._routes = {route: RouteState(route) for route in Route}
        self._budget = Budget(CANCELS_PER_SECOND, spent)
        self._unsent: dict[tuple[Route, int], float] = {}
        self._games_turn = True
        self.last_send = 0.0

    # what is told

    def available(self, routes: Collection[Route], at: float, *, signed_in: bool = False) -> None:
        for state in self._routes.values():
            if not state.available or (signed_in and state.refused):
                state.free_now(at)
            state.available = state.route in routes

    def press(self) -> None:
        """Send on every route that has none out."""
        for state in self._routes.values():
            state.pressed = not state.all_out

    def want(self) -> None:
        """A new order opened: what is out may have missed it."""
        for state in self._routes.values():
            state.wanted = True

    def sent(self, route: Route, attempt: int, at: float) -> None:
        """A call is on the wire. The budget counts it from now on: its connection may have had to be opened first."""
        self._budget.spend(at, instead_of=self._unsent.pop((route, attempt), None))

    def is_out(self, route: Route, attempt: int) -> bool:
        """Whether anything waits for this call: a hedge is forgotten once another call of its kind has ended."""
        state = self._routes[route]
        return attempt in state.all_out or not self.is_all(route, attempt)

    def is_all(self, route: Route, attempt: int) -> bool:
        state = self._routes[route]
        return attempt not in state.these_out and attempt not in state.games_out

    def ended(self, route: Route, attempt: int, at: float, *, ledger: Ledger) -> None:
        """A cancel call is over, however."""
        state = self._routes[route]
        self._unsent.pop((route, attempt), None)
        ledger.tried(state.ended(attempt), at)
        if (game := state.games_out.pop(attempt, None)) is not None:
            ledger.tried_game(game, at)

    def answered(self, route: Route, at: float) -> None:
        self._routes[route].answered(at)

    def failed(self, route: Route, failure: Failure, at: float, retry_after: float | None) -> None:
        self._routes[route].failed(failure, at, retry_after)
        if failure.kind is FailureKind.LIMITED:
            for other in self._routes.values():
                if other.usable and other.answer is not Answer.LIMITED:
                    other.free_now(at)

    # what may go out

    def all(self, at: float, wake: list[float], *, pressed_only: bool) -> Iterator[CancelAction]:
        """A cancel-all on every route where one is due; with `pressed_only` where a press or a new order wants one."""
        for state in self._routes.values():
            if not state.usable or state.all_out:
                continue
            if state.pressed:
                due = self._budget.free_at()
            elif state.wanted:
                due = self._budget.free_at(sparing=SPARED)
            elif pressed_only:
                continue
            else:
                due = max(self._budget.free_at(), state.repeat_at)
            if due > at:
                wake.append(due)
                continue
            attempt = state.send_all()
            self._spend(state.route, attempt, at)
            yield CancelAll(state.route, attempt)

    def left_over(
        self, at: float, wake: list[float], *, ledger: Ledger, asked_at: float, by_game: bool
    ) -> Iterator[CancelAction]:
        """What the newest listing shows, in chunks by id; with `by_game` every other call takes a whole game."""
        states = [state for state in self._routes.values() if state.usable and not state.partly_out]
        if not states:
            return
        out = {order_id for state in self._routes.values() for ids in state.these_out.values() for order_id in ids}
        left = [order_id for order_id in ledger.left_over(asked_at) if order_id not in out]
        games = ledger.games_left(asked_at) if by_game else []
        for state in sorted(states, key=lambda state: state.attempts):
            if not left:
                return
            due = max(self._budget.free_at(), state.blocked_until)
            if due > at:
                wake.append(due)
                continue
            attempt = state.attempt()
            self._spend(state.route, attempt, at)
            if games and self._games_turn:
                state.games_out[attempt] = game = games.pop(0)
                yield CancelGame(state.route, attempt, game)
            else:
                state.these_out[attempt] = chunk = tuple(left[:CHUNK])
                left = left[CHUNK:]
                yield CancelThese(state.route, attempt, chunk)
            self._games_turn = not self._games_turn

    def hedge(self, at: float) -> int | None:
        """The attempt of one more cancel-all over https beside the one that is out; None where there may be none."""
        state = self._routes[Route.HTTPS]
        if not state.all_out or self._budget.free_at() > at:
            return None
        attempt = state.send_all()
        self._spend(state.route, attempt, at)
        return attempt

    # what is known

    @property
    def busy(self) -> bool:
        return any(state.busy for state in self._routes.values())

    @property
    def partly_out(self) -> bool:
        return any(state.partly_out for state in self._routes.values())

    @property
    def https_available(self) -> bool:
        return self._routes[Route.HTTPS].available

    @property
    def nothing_left(self) -> bool:
        """No route can do anything more, and one of them was refused."""
        states = self._routes.values()
        return all(state.spent for state in states) and any(state.answer is Answer.REFUSED for state in states)

    @property
    def spent(self) -> tuple[float, ...]:
        """When the newest cancel calls went out, as far as the budget still counts them."""
        return self._budget.spent

    def calls_left(self, at: float) -> int:
        return self._budget.left(at)

    def repeat_at(self) -> float | None:
        return min((state.repeat_at for state in self._routes.values() if state.usable), default=None)

    def reports(self) -> dict[Route, RouteReport]:
        return {route: state.report() for route, state in self._routes.items()}

    def _spend(self, route: Route, attempt: int, at: float) -> None:
        self._unsent[route, attempt] = at
        self._budget.spend(at)
        self.last_send = at
