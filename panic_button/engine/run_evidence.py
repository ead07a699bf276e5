"""What the journal is told of one run. It is told behind the press, and nothing here waits for a disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import islice

from panic_button.core.errors import ExchangeError
from panic_button.core.evidence import (
    ORDERS_A_FACT,
    Answered,
    Asked,
    Fact,
    HowEnded,
    OrdersBefore,
    Outcomes,
    RunEnded,
)
from panic_button.core.model import OpenOrder, OrderResult, Route
from panic_button.core.snapshot import Result
from panic_button.engine.keeping import AccountEvidence
from panic_button.exchange.connection import Observer


class RunEvidence:
    """The facts of one run of one account."""

    def __init__(self, account: AccountEvidence, run: str) -> None:
        self._account = account
        self._run = run
        self._told: dict[str, OrderResult] = {}

    def record(self, fact: Fact) -> None:
        self._account.record(fact, run=self._run)

    def orders_before(self, orders: Iterable[OpenOrder]) -> None:
        left = iter(orders)
        while some := tuple(islice(left, ORDERS_A_FACT)):
            self.record(OrdersBefore(orders=some))

    def outcomes(self, orders: Iterable[OrderResult]) -> None:
        """What became of each order, where it was not told already."""
        new = [order for order in orders if self._told.get(order.order_id) != order]
        self._told.update((order.order_id, order) for order in new)
        for start in range(0, len(new), ORDERS_A_FACT):
            self.record(Outcomes(orders=tuple(new[start : start + ORDERS_A_FACT])))

    def ended(self, result: Result, how: HowEnded) -> None:
        self.outcomes(result.orders)
        self.record(
            RunEnded(
                verdict=result.verdict,
                how=how,
                counts=result.counts,
                withdrawn=result.withdrawn,
                matched_before=result.matched_before,
            )
        )


class Call(Observer):
    """One request of a run: told to the journal as it leaves, and again with what came of it."""

    def __init__(  # noqa: PLR0913 - all that tells one request from another
        self,
        evidence: RunEvidence,
        route: Route,
        what: str,
        *,
        attempt: int | None = None,
        on_sent: Callable[[], None] | None = None,
        on_begun: Callable[[], None] | None = None,
    ) -> None:
        self._evidence = evidence
        self._answer = Answered(route=route, what=what, attempt=attempt, took_ms=0.0)
        self._on_sent = on_sent
        self._on_begun = on_begun
        self._asked_at = time.perf_counter()
        self._heard: tuple[int | None, int, str] = (None, 0, "")

    def sent(self) -> None:
        if self._on_sent is not None:
            self._on_sent()
        self._evidence.record(Asked(route=self._answer.route, what=self._answer.what, attempt=self._answer.attempt))

    def begun(self) -> None:
        if self._on_begun is not None:
            self._on_begun()

    def heard(self, status: int | None, size: int, sha256: str) -> None:
        self._heard = (status, size, sha256)

    def ended(self, outcome: object) -> None:
        """It is over: an ExchangeError, or a good answer."""
        status, size, sha256 = self._heard
        self._evidence.record(
            Answered(
                route=self._answer.route,
                what=self._answer.what,
                attempt=self._answer.attempt,
                took_ms=(time.perf_counter() - self._asked_at) * 1000,
                status=status,
                size=size,
                sha256=sha256,
                failure=outcome.failure.text if isinstance(outcome, ExchangeError) else "",
            )
        )
