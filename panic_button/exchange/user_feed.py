"""The user feed: the exchange's own word on each order, as it happens. It adds evidence and proves nothing.

It starts with no snapshot and may miss, repeat or delay events: what is open is for a listing to say.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from ssl import SSLContext

from websockets.exceptions import WebSocketException

from panic_button.core.model import FeedEvent
from panic_button.exchange import wire
from panic_button.exchange.connection import Token
from panic_button.exchange.orders_socket import open_socket


async def user_feed(url: str, token: Token, tls: SSLContext) -> AsyncGenerator[FeedEvent, None]:
    """Events until the connection ends. Raises ExchangeError where it can't be opened."""
    connection = await open_socket(url, token, tls)
    try:
        async for frame in connection:
            event = wire.feed_event(frame if isinstance(frame, bytes) else frame.encode())
            if event is not None:
                yield event
    except WebSocketException:
        return
    finally:
        await connection.close()
