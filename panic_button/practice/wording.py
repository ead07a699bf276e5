"""Values as the exchange writes them: ids, times, dollars, JSON.

Nothing here knows a surface; what differs between REST, socket and feed stands in `rows.py` and `feed.py`.
"""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(value: object) -> bytes:
    """JSON with every Decimal as a plain number."""
    return _encoder.encode(value)


def field_name(attribute: str) -> str:
    """The exchange's name of a field: `order_id` is written `orderID`."""
    first, *rest = attribute.split("_")
    return first + "".join("ID" if part == "id" else part.capitalize() for part in rest)


class Row(msgspec.Struct, frozen=True, kw_only=True, rename=field_name):
    """A JSON object of the exchange. A field left at UNSET is not written at all."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as in `createdAt`."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def iso_nanoseconds(moment: datetime) -> str:
    """RFC 3339 with nanoseconds, as in a heartbeat's `serverTime`."""
    return moment.isoformat(timespec="microseconds")[:26] + "000Z"


def dollars(amount: Decimal) -> str:
    """A string with two decimals, as REST writes matched amounts."""
    return f"{amount:.2f}"


class ObjectIds:
    """Mints ids as MongoDB does: four bytes of time, five of the process, three of a counter."""

    def __init__(self, rng: Random) -> None:
        self._process = f"{rng.getrandbits(40):010x}"
        self._counter = rng.getrandbits(23)

    def mint(self, moment: datetime) -> str:
        self._counter = (self._counter + 1) & 0xFFFFFF
        return f"{int(moment.timestamp()):08x}{self._process}{self._counter:06x}"
