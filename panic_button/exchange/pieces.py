"""Decodes a JSON array of rows in pieces, and row by row where a row is odd.

One decode of 100,000 rows holds the interpreter for 20 to 43 ms, and a press would wait for that: so a large array is
cut into pieces, with a breath between. One odd row never hides the others, nor one odd field the rest of its row.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

PIECE = 100_000

_BOUNDARY = re.compile(rb"\}\s*,\s*\{")
# {"data": [   or   {"data": {"unmatched": [   or   {"requestID": "…", "data": [
_HEAD = re.compile(
    rb'\s*\{(?:\s*"[^"\\]{1,40}"\s*:\s*"[^"\\]{0,99}"\s*,)?\s*"data"\s*:\s*(?:\{\s*"unmatched"\s*:\s*)?\['
)

Json = TypeVar("Json", bound=Struct)
Row = TypeVar("Row")


def emptied(body: bytes) -> tuple[bytes, bytes]:
    """A large body's envelope with its array emptied, and that array. Of any other body: itself, and nothing."""
    head = _HEAD.match(body) if len(body) > PIECE else None
    end = body.rfind(b"]")
    if head is None or end < head.end():
        return body, b""
    return body[: head.end()] + body[end:], body[head.end() - 1 : end + 1]


class Rows(Generic[Json, Row]):
    """Decodes arrays of one kind of row, and converts them piece by piece: letting go of 100,000 at once takes 20 ms.

    Every field of `kind` has a default: what it is where it can't be read.
    """

    def __init__(self, kind: type[Json], convert: Callable[[Json], Row]) -> None:
        self._kind = kind
        self._convert = convert
        self._rows = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._raws = msgspec.json.Decoder(list[msgspec.Raw])
        self._fields = msgspec.json.Decoder(dict[str, msgspec.Raw])

    def decode(self, array: bytes) -> list[Row]:
        """Rows of a whole array. Raises msgspec.DecodeError where it is no JSON array."""
        rows: list[Row] = []
        start = 1
        while len(array) - start > PIECE:
            end, piece = self._cut(array, start)
            if not piece:
                break
            rows += piece
            start = end
            time.sleep(0)  # lets a press that waits for the interpreter go first
        rows += self._array(b"[" + array[start:])
        return rows

    def _cut(self, array: bytes, start: int) -> tuple[int, list[Row]]:
        """Where the next piece but one starts, and the rows before that; none where no cut was found.

        A cut is right exactly when the piece before it is an array of its own: inside a nested row or a string,
        brackets or quotes would not balance.
        """
        for boundary in _BOUNDARY.finditer(array, start + PIECE, start + 3 * PIECE):
            try:
                return boundary.end() - 1, self._array(b"[" + array[start : boundary.start() + 1] + b"]")
            except msgspec.DecodeError:
                continue
        return start, []

    def _array(self, array: bytes) -> list[Row]:
        try:
            rows = self._rows.decode(array)
        except msgspec.DecodeError:
            rows = [self._row(row) for row in self._raws.decode(array)]
        return [self._convert(row) for row in rows]

    def _row(self, row: msgspec.Raw) -> Json:
        """One row, field by field."""
        kept: dict[str, object] = {}
        with contextlib.suppress(msgspec.DecodeError):  # no object at all
            values = self._fields.decode(row)
            for field in msgspec.structs.fields(self._kind):
                with contextlib.suppress(msgspec.DecodeError):
                    if field.encode_name in values:
                        kept[field.name] = msgspec.json.decode(values[field.encode_name], type=field.type, strict=False)
        return self._kind(**kept)
