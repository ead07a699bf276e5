"""A stand-in exchange that does one thing well: it stamps the first byte of every request, before it reads it.

A program and a process of its own (`run` by `served.py`). One line on standard output for each request: the moment on
`time.perf_counter`, which all processes of a machine share, and the path or the command. Lines on standard input:
`refill` puts the orders back and has the client ask, `now` asks for the time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import socket
import sys
import time

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_NO_ORDERS = b'{"data":{"unmatched":[]}}'
_NEWS = b'{"unmatched":{"orderID":"%s","filled":0,"offered":100,"remaining":100,"odds":-110}}'


class Book:
    """Orders that a cancel-all takes away and a refill brings back, as the bodies that tell of them."""

    def __init__(self, orders: int) -> None:
        ids = [f"65b{place:021x}" for place in range(orders)]
        teams = [{"id": "1", "longName": "Los Angeles Lakers", "shortName": "Lakers"}]
        game = {"id": "7", "eventName": "LAL @ BOS", "participants": teams}
        self._listing = _body(
            {
                "unmatched": [
                    {"id": one, "type": "moneyline", "participantID": "1", "bet": 100, "odds": -110, "game": game}
                    for one in ids
                ]
            }
        )
        row = {"success": True, "description": "Lakers ML", "odds": -110, "filled": 0, "remaining": 100}
        self._by_rest = _body([{"sessionID": one, **row} for one in ids])
        self._by_socket = json.dumps([{"orderID": one, **row} for one in ids]).encode()
        self.full = True

    def answer(self, path: str) -> bytes:
        if path == "/session/cancelAllOrders":
            self.full = False
            return self._by_rest
        return self._listing if self.full and path == "/user/getUnmatched" else _NO_ORDERS

    def cancelled_by_socket(self, request_id: str) -> bytes:
        self.full = False
        return b'{"requestID":%s,"data":%s}' % (json.dumps(request_id).encode(), self._by_socket)


class Connection:
    """One client: HTTP until it asks for a WebSocket."""

    def __init__(self, channel: socket.socket, book: Book) -> None:
        self.channel = channel
        self.feed = False
        self._book = book
        self._received = b""
        self._since = 0.0
        self._protocol: ServerProtocol | None = None

    def on_bytes(self, data: bytes, at: float) -> None:
        if self._protocol is not None:
            self._protocol.receive_data(data)
            self._talk(self._protocol, at)
            return
        self._since = self._since if self._received else at
        self._received += data
        head, ended, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not ended or len(body) < (int(length[1]) if length else 0):
            return
        whole, self._received = self._received, b""
        path = head.split(b" ", 2)[1].decode()
        if b"upgrade: websocket" in head.lower():
            self.feed = path == "/v2/user"
            self._protocol = ServerProtocol()
            self._protocol.receive_data(whole)
            self._talk(self._protocol, at)
        else:
            tell(self._since, path)
            self._answer(self._book.answer(path))

    def on_news(self) -> None:
        """Tell of an order on the user feed: the client asks what is open."""
        if self._protocol is not None:
            self._protocol.send_text(_NEWS % b"65b000000000000000000000")
            self._flush(self._protocol)

    def _talk(self, protocol: ServerProtocol, at: float) -> None:
        for event in protocol.events_received():
            if isinstance(event, Request):
                protocol.send_response(protocol.accept(event))
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                kind, payload = json.loads(bytes(event.data))
                tell(at, f"socket {kind}")
                protocol.send_text(self._book.cancelled_by_socket(payload["requestID"]))
        self._flush(protocol)

    def _flush(self, protocol: ServerProtocol) -> None:
        for data in protocol.data_to_send():
            self.channel.sendall(data)

    def _answer(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.channel.sendall(head + body)


def tell(at: float, what: str) -> None:
    print(f"{at!r} {what}", flush=True)


def serve(orders: int) -> None:
    """Serve until standard input ends. The first line is the port."""
    book = Book(orders)
    listener = socket.create_server(("127.0.0.1", 0))
    chooser = selectors.DefaultSelector()
    chooser.register(listener, selectors.EVENT_READ)
    chooser.register(sys.stdin, selectors.EVENT_READ)
    tell(time.perf_counter(), str(listener.getsockname()[1]))
    while True:
        for key, _ in chooser.select():
            if key.fileobj is listener:
                channel, _ = listener.accept()
                channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                chooser.register(channel, selectors.EVENT_READ, Connection(channel, book))
            elif key.fileobj is sys.stdin:
                wanted = os.read(key.fd, 100)
                if not wanted:
                    return
                at = time.perf_counter()
                if b"refill" in wanted:
                    book.full = True
                    for other in list(chooser.get_map().values()):
                        if isinstance(other.data, Connection) and other.data.feed:
                            other.data.on_news()
                tell(at, wanted.decode().strip())
            else:
                _serve_one(chooser, key.data)


def _serve_one(chooser: selectors.BaseSelector, connection: Connection) -> None:
    try:
        data = connection.channel.recv(65_536)
        at = time.perf_counter()
        if data:
            connection.on_bytes(data, at)
            return
    except OSError:
        pass  # however it ended, it is over
    chooser.unregister(connection.channel)
    connection.channel.close()


def _body(data: object) -> bytes:
    return json.dumps({"data": data}).encode()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--orders", type=int, default=40)
    serve(options.parse_args().orders)
