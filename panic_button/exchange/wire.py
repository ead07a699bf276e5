"""JSON of the exchange to core values: bodies of REST, frames of the sockets.

A listing that is not plainly a list is unreadable, never empty, and a row of it that can't be read is an open order:
CLEAR rests on this module. Unknown fields are ignored. Source: the exchange's pages on cancelling, on reading, on the
Orders WebSocket and on the user feed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from panic_button.core.model import (
    ZERO,
    CancelRow,
    Fate,
    FeedEvent,
    Listing,
    OpenOrder,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
)
from panic_button.exchange.pieces import Rows, emptied
from panic_button.exchange.rows import CancelJson, Number, OrderJson, Text, amount, cancel_row, open_order, text

_TOKEN_LIMIT = 4_096
_NOTHING = (b"null", b"{}")


class Unreadable(Exception):  # noqa: N818 - says what the body is
    """A body that is not what was asked for."""


class SocketReply(Struct, frozen=True, kw_only=True):
    """A reply on the Orders WebSocket: rows, or the reason of an envelope that failed as a whole."""

    request_id: str | None
    rows: tuple[CancelRow, ...] = ()
    error: str | None = None


class _Envelope(Struct, frozen=True):
    data: msgspec.Raw | UnsetType = UNSET


class _ListingData(Struct, frozen=True):
    unmatched: msgspec.Raw


class _ListingEnvelope(Struct, frozen=True):
    data: _ListingData


class _LookUp(Struct, frozen=True):
    cancelled: bool | None = None
    matched_risk: Number = field(name="matchedRisk", default=None)
    unmatched_risk: Number = field(name="unmatchedRisk", default=None)


class _LookUpData(Struct, frozen=True):
    order: _LookUp


class _LookUpEnvelope(Struct, frozen=True):
    data: _LookUpData


class _User(Struct, frozen=True):
    auth: Text = None
    username: Text = None


class _UserData(Struct, frozen=True):
    user: _User


class _UserEnvelope(Struct, frozen=True):
    data: _UserData


class _SocketEnvelope(Struct, frozen=True):
    request_id: Text = field(name="requestID", default=None)
    data: msgspec.Raw | UnsetType = UNSET
    error: Any = None
    responses: list[_Envelope] | None = None


class _FeedOrder(Struct, frozen=True):
    order_id: str = field(name="orderID")
    filled: Number = None
    offered: Number = None
    remaining: Number = None
    odds: Number = None
    user_reference: Text = field(name="userReference", default=None)


class _FeedMessage(Struct, frozen=True):
    unmatched: _FeedOrder | None = None
    matched: Any = None
    game_id: Text = field(name="gameID", default=None)
    event_name: Text = field(name="eventName", default=None)
    live: Any = None


_cancel_rows = Rows(CancelJson, cancel_row)
_Body = TypeVar("_Body")


def cancel_rows(body: bytes, asked: tuple[str, ...] = ()) -> tuple[CancelRow, ...]:
    """The answer to a cancel over REST. `data` may be a list, null or missing.

    `asked`: the ids that a cancel by id named. Its rows come in that order, and a failure may lack its id.
    """
    rows = _in_pieces(body, lambda envelope, array: _rows(array, _decode(envelope, _Envelope).data))
    if len(rows) != len(asked):
        return rows
    return tuple(
        row if row.order_id else msgspec.structs.replace(row, order_id=order_id)
        for row, order_id in zip(rows, asked, strict=True)
    )


def listing(body: bytes, now: datetime) -> Listing:
    """The answer to "what is open?". Only a plain list counts as one. `now` tells which games have begun."""
    open_orders = Rows(OrderJson, partial(open_order, now=now.isoformat(timespec="milliseconds")))
    return _in_pieces(body, partial(_listing, open_orders))


def _listing(open_orders: Rows[OrderJson, OpenOrder | None], envelope: bytes, array: bytes) -> Listing:
    unmatched = _decode(envelope, _ListingEnvelope).data.unmatched
    try:
        orders = open_orders.decode(array or bytes(unmatched))
    except (msgspec.DecodeError, UnicodeError) as exc:
        raise Unreadable from exc
    named = {order.order_id: order for order in orders if order is not None}
    return Listing(orders=tuple(named.values()), unreadable=orders.count(None))


def fate(body: bytes) -> Fate:
    """The answer to a look-up of one order."""
    order = _decode(body, _LookUpEnvelope).data.order
    filled, remaining = amount(order.matched_risk), amount(order.unmatched_risk)
    return Fate(cancelled=bool(order.cancelled), filled=filled, remaining=remaining)


def token(body: bytes) -> str:
    """The session token in the answer to a sign-in."""
    auth = _decode(body, _UserEnvelope).data.user.auth or ""
    if not is_token(auth):
        raise Unreadable
    return auth


def is_token(value: str) -> bool:
    """Whether this may go into a header."""
    return 0 < len(value) <= _TOKEN_LIMIT and value.isascii() and value.isprintable() and " " not in value


def username(body: bytes) -> str:
    """Whom the exchange takes the bearer of this token for."""
    return text(_decode(body, _UserEnvelope).data.user.username) or ""


def error_text(body: bytes) -> str:
    """What the exchange says of an error, in either of its two shapes; empty where it says nothing readable."""
    try:
        value: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return ""
    return _error_words(value.get("error")) if isinstance(value, dict) else ""


def socket_reply(frame: bytes) -> SocketReply:
    """A frame of the Orders WebSocket."""
    return _in_pieces(frame, _socket_reply)


def _socket_reply(envelope: bytes, array: bytes) -> SocketReply:
    reply = _decode(envelope, _SocketEnvelope)
    if reply.error is not None:
        return SocketReply(request_id=reply.request_id, error=_error_words(reply.error) or "an error without words")
    if reply.request_id is None and reply.responses is None and reply.data is UNSET:
        raise Unreadable  # somebody's news, and no reply to anything
    data = reply.responses[0].data if reply.responses else reply.data
    return SocketReply(request_id=reply.request_id, rows=_rows(array, data))


def feed_event(frame: bytes) -> FeedEvent | None:
    """A message of the user feed; None where it is no news of an order that rests or rested.

    The kind follows from which blocks are filled. Cancelled is told by `offered` 0, and is asked before placed.
    """
    try:
        message = _decode(frame, _FeedMessage)
    except Unreadable:
        return None
    order = message.unmatched
    if order is None:
        return None
    offered, filled, remaining = amount(order.offered), amount(order.filled), amount(order.remaining)
    if message.matched is not None:
        so_far = None if offered is None or remaining is None else offered - remaining
        return OrderFilled(order_id=order.order_id, filled=so_far, remaining=remaining)
    if offered == ZERO:
        return OrderCancelled(order_id=order.order_id, filled=filled)
    return OrderPlaced(
        order=OpenOrder(
            order_id=order.order_id,
            description=text(message.event_name) or "",
            odds=amount(order.odds),
            bet=offered,
            filled=filled,
            user_reference=text(order.user_reference),
            game_id=text(message.game_id),
            live=message.live is True,
        )
    )


def _in_pieces(body: bytes, read: Callable[[bytes, bytes], _Body]) -> _Body:
    """Read a large body with its rows taken out of it; as it is where other lists stand beside its rows."""
    envelope, array = emptied(body)
    try:
        return read(envelope, array)
    except Unreadable:
        if not array:
            raise
        return read(body, b"")


def _rows(array: bytes, data: msgspec.Raw | UnsetType) -> tuple[CancelRow, ...]:
    if data is UNSET or bytes(data) in _NOTHING:
        return ()
    try:
        return tuple(_cancel_rows.decode(array or bytes(data)))
    except (msgspec.DecodeError, UnicodeError) as exc:
        raise Unreadable from exc


def _decode(body: bytes, kind: type[_Body]) -> _Body:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError) as exc:
        raise Unreadable from exc


def _error_words(error: object) -> str:
    """Either shape: a string, or an object with `message`."""
    return text(error.get("message") if isinstance(error, dict) else error) or ""
