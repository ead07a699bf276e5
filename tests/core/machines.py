"""Short ways to say what a machine is told in tests."""

from __future__ import annotations

from decimal import Decimal

from panic_button.core.actions import Action, CancelAction
from panic_button.core.ledger import Ledger
from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import CancelRow, Failure, FailureKind, Listing, OpenOrder, OrderResult, Outcome, Route

HTTPS, SOCKET = Route.HTTPS, Route.SOCKET
BOTH = frozenset(Route)


def order(order_id: str = "a", bet: int = 100, filled: int = 0, game_id: str | None = None) -> OpenOrder:
    return OpenOrder(order_id=order_id, bet=Decimal(bet), filled=Decimal(filled), game_id=game_id)


def listing(*order_ids: str) -> Listing:
    return Listing(orders=tuple(order(order_id) for order_id in order_ids))


def gone(order_id: str, remaining: int = 100) -> CancelRow:
    return CancelRow(success=True, order_id=order_id, filled=Decimal(0), remaining=Decimal(remaining))


def refused(order_id: str) -> CancelRow:
    return CancelRow(success=False, order_id=order_id, reason="Order is being matched")


def failure(kind: FailureKind) -> Failure:
    return Failure(kind=kind, text=kind.value)


def cancels(actions: list[Action]) -> list[CancelAction]:
    return [action for action in actions if isinstance(action, CancelAction)]


def cleared(*order_ids: str, locked: bool = False, live: bool = False) -> MassCancel:
    """A machine that was pressed at 0 and came to CLEAR at 640."""
    machine = MassCancel()
    known = [OpenOrder(order_id=order_id, bet=Decimal(100), filled=Decimal(0), live=live) for order_id in order_ids]
    machine.started(0, known, BOTH, locked=locked)
    machine.answered(HTTPS, 1, [gone(order_id) for order_id in order_ids], 40)
    machine.answered(SOCKET, 1, [], 41)
    machine.listed(41, Listing(), 80)
    machine.listed(600, Listing(), 640)
    assert machine.cleared
    return machine


def outcome_of(ledger: Ledger, order_id: str = "a") -> Outcome:
    return next(result.outcome for result in ledger.results if result.order_id == order_id)


def result_of(ledger: Ledger) -> OrderResult:
    (only,) = ledger.results
    return only
