"""Everything a client can ask of the practice exchange, by the names that faults and the log use.

An operation answers to its own name, its group, its surface and `everything`; all but `login` also to `token`, every
cancel on either surface to `anyCancel`, and the two that cancel all to `anyCancelAll`.
"""

from dataclasses import dataclass
from functools import cached_property

_CANCEL_ALLS = frozenset({"cancelAllOrders", "cancelAll"})


@dataclass(frozen=True)
class Operation:
    surface: str
    group: str
    name: str

    @cached_property
    def names(self) -> frozenset[str]:
        also = {"everything", self.surface, self.group, self.name}
        if self.group != "login":
            also.add("token")
        if self.name.startswith("cancel"):
            also.add("anyCancel")
        if self.name in _CANCEL_ALLS:
            also.add("anyCancelAll")
        return frozenset(also)


_NAMES = {
    ("rest", "login"): ("login",),
    ("rest", "account"): ("logout", "getMe"),
    ("rest", "listings"): ("getUnmatched", "getOrdersForGame", "getMatchedBets", "lookupOrder"),
    ("rest", "markets"): ("getLeagues", "getGames"),
    ("rest", "cancels"): (
        "cancel",
        "cancelMultiple",
        "cancelByReference",
        "cancelAllOrdersForGame",
        "cancelAllForLeague",
        "cancelAllOrders",
    ),
    ("rest", "pausing"): ("pauseOrders", "resumeOrders"),
    ("rest", "places"): ("place",),
    ("rest", "heartbeats"): ("ordersHeartbeat",),
    ("rest", "replay"): ("messages",),
    ("socket", "messages"): ("cancelAll", "cancelAllByGame", "cancelMultiple", "cancelById", "heartbeat", "placeV3"),
    ("handshake", "handshakes"): ("ordersSocket", "userFeed"),
}

OPERATIONS = {
    (surface, name): Operation(surface, group, name) for (surface, group), names in _NAMES.items() for name in names
}

KNOWN_NAMES = frozenset().union(*(operation.names for operation in OPERATIONS.values()))
