"""From a cancel that the machine wants to the call that makes it, and from a call to what came of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterator
from typing import TypeVar

from panic_button.core.actions import Action, CancelAction, CancelAll, CancelGame, CancelThese
from panic_button.core.errors import ExchangeError
from panic_button.core.model import CancelRow, Failure, FailureKind, Route
from panic_button.exchange.connection import Observer
from panic_button.exchange.orders_socket import OrdersSocket
from panic_button.exchange.rest import Lane

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")


def place(action: Action) -> int:
    """Cancels over the socket, cancels over https, then all else as the machine gave it."""
    if not isinstance(action, CancelAction):
        return 2
    return 0 if action.route is Route.SOCKET else 1


def what(action: CancelAction) -> str:
    match action:
        case CancelAll():
            return "cancel all"
        case CancelThese(order_ids=order_ids):
            return f"cancel {len(order_ids)} by id"
        case CancelGame(game_id=game_id):
            return f"cancel game {game_id}"


async def cancelled(way: Lane | OrdersSocket, action: CancelAction, observer: Observer) -> tuple[CancelRow, ...]:
    match action:
        case CancelAll():
            return await way.cancel_all(observer)
        case CancelThese(order_ids=order_ids):
            return await way.cancel_these(order_ids, observer)
        case CancelGame(game_id=game_id):
            return await way.cancel_game(game_id, observer)


def used_up(rows: list[CancelRow]) -> Iterator[CancelRow]:
    """Rows from the last to the first, each let go of once it is read: 100,000 at once stop every thread for 40 ms."""
    while rows:
        yield rows.pop()


async def answer(work: Awaitable[_Value]) -> _Value | ExchangeError:
    """What came of a request. A mistake of our own is a failure like any other: the run must go on."""
    try:
        return await work
    except ExchangeError as exc:
        return exc
    except Exception:  # noqa: BLE001 - see above
        _log.exception("A request failed in a way that nobody expected")
        text = "This program made a mistake with the answer. What it said is not known."
        return ExchangeError(Failure(kind=FailureKind.UNREADABLE, text=text))
