"""Cancel results as REST and the Orders socket write them.

The two differ on purpose, as the real ones do: `sessionID` and `reason` on REST, `orderID` and `description` on the
socket (docs.4casters.io/pages/rest/orders/cancel-order, /pages/websocket/cancel-orders).
"""

from decimal import Decimal

from msgspec import UNSET, UnsetType

from panic_button.practice.model import CancelOutcome, Failure, NotCancelled
from panic_button.practice.wording import Row

_SOCKET_WORDS = {
    Failure.MALFORMED: "invalid order ID format",
    Failure.NOT_FOUND: "order not found",
    Failure.NOT_YOURS: "unauthorized: order does not belong to user",
    Failure.CANCELLED: "order already cancelled",
    Failure.EXPIRED: "order is expired",
    Failure.FILLED: "order not found",
}

_REST_WORDS = {
    Failure.MALFORMED: "Invalid order ID",
    Failure.NOT_FOUND: "Order not found",
    Failure.NOT_YOURS: "Not your order",
    Failure.CANCELLED: "Order already cancelled",
    Failure.EXPIRED: "Order is expired",
    Failure.FILLED: "Order already fully filled",
}

_NAMELESS_ON_REST = frozenset({Failure.MALFORMED, Failure.NOT_FOUND, Failure.NOT_YOURS})


class RestCancel(Row, frozen=True, kw_only=True):
    success: bool
    reason: str | UnsetType = UNSET
    session_id: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    odds: int | UnsetType = UNSET
    filled: Decimal | UnsetType = UNSET
    offered: Decimal | UnsetType = UNSET
    remaining: Decimal | UnsetType = UNSET
    game_id: str | UnsetType = UNSET
    user_reference: str | UnsetType = UNSET


class SocketCancel(Row, frozen=True, kw_only=True):
    success: bool
    order_id: str
    description: str
    odds: int | UnsetType = UNSET
    filled: Decimal | UnsetType = UNSET
    offered: Decimal | UnsetType = UNSET
    remaining: Decimal | UnsetType = UNSET
    side: str | UnsetType = UNSET
    number: Decimal | UnsetType | None = UNSET
    game_id: str | UnsetType = UNSET
    user_reference: str | UnsetType = UNSET


def rest_reason(outcome: NotCancelled) -> str:
    return outcome.reason or _REST_WORDS[outcome.failure]


def socket_reason(outcome: NotCancelled) -> str:
    return outcome.reason or _SOCKET_WORDS[outcome.failure]


def rest_cancel(outcome: CancelOutcome) -> RestCancel:
    if isinstance(outcome, NotCancelled):
        named = UNSET if outcome.failure in _NAMELESS_ON_REST else outcome.order_id
        return RestCancel(success=False, reason=rest_reason(outcome), session_id=named)
    order = outcome.order
    return RestCancel(
        success=True,
        session_id=order.id,
        description=order.description,
        odds=order.odds,
        filled=order.filled,
        offered=Decimal(0),
        remaining=order.remaining,
        game_id=order.game.id,
        user_reference=order.user_reference or UNSET,
    )


def socket_cancel(outcome: CancelOutcome) -> SocketCancel:
    if isinstance(outcome, NotCancelled):
        return SocketCancel(success=False, order_id=outcome.order_id, description=socket_reason(outcome))
    order = outcome.order
    return SocketCancel(
        success=True,
        order_id=order.id,
        description=order.description,
        odds=order.odds,
        filled=order.filled,
        offered=Decimal(0),
        remaining=order.remaining,
        side=order.side,
        number=order.number,
        game_id=order.game.id,
        user_reference=order.user_reference or "",
    )
