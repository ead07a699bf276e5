"""A press over a line that breaks at the moment of it: what arrived, what was said meanwhile, when it was CLEAR."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from msgspec.structs import replace

from panic_button.core.model import Account, Verdict
from panic_button.practice import PracticeExchange
from tests.engine.desk import Desk, account_on, cancels, desk_of, keeping
from tests.network.line import Line, Way, line_to

ORDERS = 40
OUTAGE_S = 2.0
# From the end of an outage to CLEAR: what mass_cancel.md of the design promises, and what a busy machine adds.
HEALED_WITHIN_S = 8.0
MARGIN_S = 2.0
_IN_THE_BODY = 600  # bytes: past the head of an answer that tells of 40 orders


@dataclass(frozen=True, kw_only=True)
class Case:
    """`breaks` just before the press. `ends`: after OUTAGE_S the line is healed; else the run has to find its way."""

    name: str
    round_trip_ms: float = 0.0
    breaks: Callable[[Line], None] = lambda _: None
    ends: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a case. Milliseconds; the first byte counts from the press, CLEAR from the press or the healing.

    `reached_ms` is None where no cancel arrived while the line was broken.
    """

    name: str
    reached_ms: float | None
    https_while_broken: int
    socket_while_broken: int
    said_while_broken: frozenset[Verdict]
    acknowledged: bool
    clear_ms: float
    healed_to_clear_ms: float | None
    left_open: int


def _drop_all(*ways: Way) -> Callable[[Line], None]:
    return lambda line: line.silence(*ways)


def _kill_old(*ways: Way) -> Callable[[Line], None]:
    return lambda line: line.kill(*ways)


def _reset_and_refuse(line: Line) -> None:
    line.refuse()
    line.reset()


CASES = (
    Case(name="well"),
    Case(name="40 ms", round_trip_ms=40),
    Case(name="400 ms", round_trip_ms=400),
    Case(name="silent both ways", breaks=_drop_all(*Way), ends=True),
    Case(name="silent to the exchange", breaks=_drop_all(Way.UP), ends=True),
    Case(name="silent from the exchange", breaks=_drop_all(Way.DOWN), ends=True),
    Case(name="open ones dead both ways", breaks=_kill_old(*Way)),
    Case(name="open ones dead to the exchange", breaks=_kill_old(Way.UP)),
    Case(name="open ones dead from the exchange", breaks=_kill_old(Way.DOWN)),
    Case(name="open ones dead, 40 ms", breaks=_kill_old(*Way), round_trip_ms=40),
    Case(name="open ones dead, 400 ms", breaks=_kill_old(*Way), round_trip_ms=400),
    Case(name="all reset", breaks=lambda line: line.reset()),
    Case(name="all reset, new ones refused", breaks=_reset_and_refuse, ends=True),
    Case(name="cut in mid-answer", breaks=lambda line: line.cut_answers(after=_IN_THE_BODY)),
)


def carried_out(case: Case) -> Report:
    """One press. AssertionError if it was never CLEAR."""
    with PracticeExchange(orders=ORDERS, seed=11) as exchange, line_to(exchange.addresses.rest_url) as line:
        line.delay_s = case.round_trip_ms / 2_000
        with desk_over(exchange, line) as desk:
            return pressed(
                case.name,
                desk,
                exchange,
                breaks=lambda: case.breaks(line),
                heals=line.heal if case.ends else None,
            )


@contextmanager
def desk_over(exchange: PracticeExchange, line: Line, *, host: str = "127.0.0.1") -> Iterator[Desk]:
    """A desk that is armed, has learned how long a ping takes, and knows the exchange by the line's address."""
    account = account_on(exchange)
    with desk_of((_by_way_of(account, f"{host}:{line.port}"),), keeping(token=exchange.token)) as desk:
        desk.armed()
        desk.until(lambda one: one.https.round_trip_ms is not None)
        yield desk


def pressed(
    name: str,
    desk: Desk,
    exchange: PracticeExchange,
    *,
    breaks: Callable[[], None],
    heals: Callable[[], None] | None,
) -> Report:
    breaks()
    pressed_at = time.perf_counter()
    desk.fire()
    healed_at = None
    if heals is not None:
        time.sleep(OUTAGE_S)
        broken = _so_far(desk, exchange)
        heals()
        healed_at = time.perf_counter()
    result = desk.clear(within_s=HEALED_WITHIN_S + MARGIN_S)
    clear_at = time.perf_counter()
    if heals is None:
        broken = _so_far(desk, exchange)
    arrived, said = broken
    at = [request.at for request in exchange.log if request.what.startswith("cancel")][: len(arrived)]
    return Report(
        name=name,
        reached_ms=(at[0] - pressed_at) * 1000 if at else None,
        https_while_broken=arrived.count("rest"),
        socket_while_broken=arrived.count("socket"),
        said_while_broken=said,
        acknowledged=result.acknowledged,
        clear_ms=(clear_at - pressed_at) * 1000,
        healed_to_clear_ms=None if healed_at is None else (clear_at - healed_at) * 1000,
        left_open=exchange.book.open_count(),
    )


def _so_far(desk: Desk, exchange: PracticeExchange) -> tuple[list[str], frozenset[Verdict]]:
    runs = [account.run for snapshot in desk.seen for account in snapshot.accounts]
    return cancels(exchange), frozenset(run.result.verdict for run in runs if run is not None)


def _by_way_of(account: Account, netloc: str) -> Account:
    at = account.addresses
    direct = at.rest_url.split("//", 1)[1]
    assert at.orders_socket_url is not None
    assert at.user_feed_url is not None
    return replace(
        account,
        addresses=replace(
            at,
            rest_url=at.rest_url.replace(direct, netloc),
            orders_socket_url=at.orders_socket_url.replace(direct, netloc),
            user_feed_url=at.user_feed_url.replace(direct, netloc),
        ),
    )
