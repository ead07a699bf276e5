"""What a seed comes to: an exchange, its traders, and several faults at once, each with its time.

A plan follows from its seed alone, so that the seed replays the run. A refusal that only a person can end (a login that
is forbidden or challenged) is in no plan: what stands in `plan.faults` ends, and then the run has to come to CLEAR.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec import Struct

from panic_button.practice import Answer, Cut, Hang, Latency, OrdersRefused
from panic_button.practice import troubles as t

LAST_START_S = 2.5
LONGEST_S = 3.0
MOST_FAULTS = 6
_STATUSES = (400, 404, 408, 409, 429, 500, 502, 503, 504)
_CANCELS = ("anyCancel", "anyCancelAll", "cancelAllOrders", "cancelAll", "cancelMultiple")
_REQUESTS = (*_CANCELS, "getUnmatched", "getUnmatched", "token", "lookupOrder", "ordersSocket", "userFeed")
# Each of these is at most once in a run: a renewed sign-in is not renewed again within 5 s.
_ONCE = (t.TokensRevoked, t.TokensAged)


class Fault(Struct, frozen=True, kw_only=True):
    """A trouble from so many seconds after the press (before it, below 0) for so long, or so many times."""

    trouble: t.Trouble
    at_s: float
    for_s: float
    on: str | None = None
    times: int | None = None

    def __str__(self) -> str:
        where = "" if self.on is None else f" on {self.on}"
        times = "" if self.times is None else f", {self.times} times"
        return f"{self.trouble}{where} at {self.at_s:.2f} s for {self.for_s:.2f} s{times}"


class Plan(Struct, frozen=True, kw_only=True):
    """One run. Paces are seconds between two orders, None for nobody; `ends_s`: when all is lifted."""

    seed: int
    orders: int
    faults: tuple[Fault, ...]
    ends_s: float
    placing_s: float | None
    taking_s: float | None
    presses_s: tuple[float, ...]
    has_socket: bool
    has_feed: bool


def plan_of(seed: int) -> Plan:
    random = Random(f"chaos {seed}")
    faults: list[Fault] = []
    for _ in range(random.randint(1, MOST_FAULTS)):
        fault = _fault(random)
        if not (isinstance(fault.trouble, _ONCE) and any(isinstance(one.trouble, _ONCE) for one in faults)):
            faults.append(fault)
    ends_s = max(fault.at_s + fault.for_s for fault in faults)
    return Plan(
        seed=seed,
        orders=random.choice((1, 3, 12, 40, 120)),
        faults=tuple(sorted(faults, key=lambda fault: fault.at_s)),
        ends_s=max(ends_s, 0.1),
        placing_s=random.choice((None, None, 0.1, 0.3, 1.0)),
        taking_s=random.choice((None, None, 0.2, 0.7)),
        presses_s=tuple(sorted(random.uniform(0.05, 3.0) for _ in range(random.choice((0, 0, 0, 1, 3))))),
        has_socket=random.random() < 0.9,
        has_feed=random.random() < 0.9,
    )


def _fault(random: Random) -> Fault:
    trouble, on, counted = random.choice(_DRAWS)(random)
    late_s = trouble.after_s if isinstance(trouble, t.LiveDelayed) else 0.0
    return Fault(
        trouble=trouble,
        on=on,
        at_s=random.choice((-0.2, 0.0, 0.0, random.uniform(0.0, LAST_START_S))),
        for_s=late_s + random.uniform(0.2, LONGEST_S),
        times=random.choice((None, 1, 2, 5)) if counted else None,
    )


_Drawn = tuple[t.Trouble, str | None, bool]


def _strike(make: Callable[[Random], t.Trouble], on: tuple[str, ...] = _REQUESTS) -> Callable[[Random], _Drawn]:
    return lambda random: (make(random), random.choice(on), True)


def _holds(make: Callable[[Random], t.Trouble]) -> Callable[[Random], _Drawn]:
    return lambda random: (make(random), None, False)


def _answer(random: Random) -> t.Trouble:
    status = random.choice(_STATUSES)
    again_s = random.choice((None, 1, 2, 5)) if status == 429 else None
    return Answer(status, retry_after_s=again_s, work_done=random.random() < 0.3, html=random.random() < 0.3)


def _latency(random: Random) -> t.Trouble:
    return Latency(random.uniform(0.05, 2.0), work_done=random.random() < 0.5)


_DRAWS: tuple[Callable[[Random], _Drawn], ...] = (
    _strike(_latency),
    _strike(_latency, (*_CANCELS, "login")),
    _strike(_answer),
    _strike(_answer),
    _strike(lambda random: Answer(random.choice((401, 403))), ("anyCancel", "getUnmatched", "cancelAllOrders")),
    _strike(lambda random: Answer(random.choice((429, 500, 503))), ("login",)),
    _strike(lambda random: Answer(200, html=True, work_done=random.random() < 0.5)),
    _strike(lambda random: Hang(work_done=random.random() < 0.5)),
    _strike(lambda _: Hang(), ("everything",)),
    _strike(lambda random: Cut(work_done=random.random() < 0.5)),
    _strike(lambda random: t.CutBody(promised=random.random() < 0.5)),
    _strike(lambda random: t.SlowBody(bytes_per_s=random.randint(5_000, 100_000))),
    _strike(lambda _: t.Garbage(), ("messages",)),
    _strike(lambda _: t.Wrapped(), ("messages",)),
    _strike(lambda _: t.DataNull(), ("messages",)),
    _strike(lambda _: t.Nameless(), ("messages",)),
    _strike(lambda random: t.EmptyReply(random.choice(("null", "missing"))), ("anyCancel",)),
    _strike(lambda random: t.ErrorBody(random.choice(("string", "object", "html"))), ("token",)),
    lambda _random: (t.TokensRevoked(), "now", False),
    lambda _random: (t.TokensAged(), "now", False),
    lambda random: (t.SocketsClosed(random.choice(("ordersSocket", "userFeed", "both"))), "now", False),
    lambda random: (t.FillRace(orders=random.randint(1, 3), share=random.uniform(0.1, 1)), "anyCancel", True),
    lambda random: (t.LiveDelayed(random.uniform(0.2, 3.0), orders=random.randint(1, 3)), "now", False),
    _holds(lambda random: t.CancelLimit(per_second=random.randint(0, 3), retry_after_s=random.randint(0, 3))),
    _holds(lambda random: OrdersRefused(share=random.choice((0.1, 0.5, 1)), tries=random.randint(1, 5))),
    _holds(lambda random: t.ListingLag(random.uniform(0.1, 3.0))),
    _holds(lambda random: t.FeedDelay(random.uniform(0.1, 1.0))),
    _holds(lambda random: t.FeedDrop(random.uniform(0.2, 1.0))),
    _holds(lambda random: t.FeedTwice(random.uniform(0.2, 1.0))),
    _holds(lambda random: t.FeedShuffled(random.uniform(0.05, 0.5))),
    _holds(lambda random: t.FeedGarbage(random.uniform(0.2, 1.0))),
    _holds(lambda random: t.RivalBot(random.randint(20, 500), reference=random.choice((None, "rival-")))),
    _holds(lambda random: t.HeartbeatBot(random.uniform(0.3, 1.0), timeout_s=random.uniform(0.2, 2.0))),
    _holds(lambda random: t.HalfOpen(random.choice(("ordersSocket", "userFeed", "both")))),
    _holds(lambda _: t.PortClosed()),
)
