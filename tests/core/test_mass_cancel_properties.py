"""What always holds of a mass cancel, whatever the exchange and the network do."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given, note
from hypothesis import strategies as st

from panic_button.core.mass_cancel import MassCancel
from panic_button.core.model import Outcome, Route, Verdict
from tests.core.simulated_exchange import SimulatedExchange

HEALED_WITHIN = 8_000.0

exchanges = st.builds(
    SimulatedExchange,
    seed=st.integers(0, 2**32),
    order_count=st.integers(0, 120),
    faults_end=st.sampled_from([0.0, 0.0, 300.0, 2_000.0, 6_000.0, 15_000.0]),
    latency=st.sampled_from([0.4, 40.0, 150.0]),
    maker_until=st.sampled_from([0.0, 0.0, 1_000.0]),
    feed_kept=st.sampled_from([0.0, 0.7, 1.0]),
    routes=st.sampled_from([frozenset(Route), frozenset({Route.HTTPS})]),
    locked=st.booleans(),
)


def pressed(exchange: SimulatedExchange, *, again: bool = False) -> SimulatedExchange:
    note(f"seed {exchange.seed}")
    exchange.press()
    if again:
        exchange.press_again(90.0)
        exchange.press_again(95.0)
    exchange.run_until_healed(HEALED_WITHIN)
    return exchange


@given(exchange=exchanges, again=st.booleans())
def test_clear_comes_within_8_s_of_the_last_fault_and_rests_on_listings_that_were_truly_empty(
    *, exchange: SimulatedExchange, again: bool
) -> None:
    pressed(exchange, again=again)
    assert exchange.result().verdict is Verdict.CLEAR
    row = exchange.clear_row
    assert row
    assert all(listing.truly_open == 0 for listing in row)
    acknowledged = exchange.acknowledged_at
    if acknowledged is not None and any(listing.asked_at >= acknowledged for listing in row):
        row = [listing for listing in row if listing.asked_at >= acknowledged]
        assert len(row) >= 2
        assert row[-1].asked_at - row[0].asked_at >= 500.0
    else:
        assert len(row) >= 4
        assert row[-1].asked_at - row[0].asked_at >= 2_000.0


@given(exchange=exchanges, again=st.booleans())
def test_one_cancel_all_a_route_five_cancels_a_second_and_never_silent(
    *, exchange: SimulatedExchange, again: bool
) -> None:
    assert pressed(exchange, again=again).problems == []


@given(exchanges)
def test_every_order_has_one_outcome_and_the_counts_add_up(exchange: SimulatedExchange) -> None:
    known = set(exchange.book.open_now())
    result = pressed(exchange).result()
    ids = [row.order_id for row in result.orders]
    assert len(ids) == len(set(ids))
    assert known <= set(ids)
    counts = result.counts
    outcomes = [row.outcome for row in result.orders]
    assert counts.cancelled == outcomes.count(Outcome.CANCELLED)
    assert counts.part_filled_then_cancelled == outcomes.count(Outcome.PART_FILLED_THEN_CANCELLED)
    assert counts.filled_first == outcomes.count(Outcome.FILLED_FIRST)
    assert counts.still_open == outcomes.count(Outcome.STILL_OPEN) == 0
    assert counts.unknown == outcomes.count(Outcome.UNKNOWN)


@given(exchanges)
def test_withdrawn_matched_and_open_make_up_what_was_offered_order_by_order(exchange: SimulatedExchange) -> None:
    known = set(exchange.book.open_now())
    pressed(exchange)
    exchange.run(exchange.now + 30_000.0)
    result = exchange.result()
    assert result.withdrawn == sum(row.cancelled for row in result.orders)
    assert result.matched_before == sum(row.filled for row in result.orders)
    assert result.at_risk == Decimal(0)
    for row in result.orders:
        truth = exchange.book.orders[row.order_id]
        if row.outcome is Outcome.UNKNOWN:
            continue
        assert row.filled <= truth.filled
        if row.order_id in known:
            assert row.cancelled in (truth.cancelled, truth.bet - row.filled if row.filled != truth.filled else None)


@given(exchanges)
def test_look_ups_explain_every_order_once_the_faults_are_over(exchange: SimulatedExchange) -> None:
    pressed(exchange)
    exchange.run(exchange.now + 60_000.0)
    assert exchange.machine.finished(exchange.now) is not exchange.locked
    gone_unsaid = [row for row in exchange.result().orders if row.outcome is Outcome.UNKNOWN]
    if exchange.faults_end == 0.0:
        assert gone_unsaid == []


@given(exchange=exchanges, late=st.lists(st.floats(0.0, 5_000.0), min_size=1, max_size=3))
def test_orders_that_show_up_while_clear_is_watched_are_cancelled_as_well(
    *, exchange: SimulatedExchange, late: list[float]
) -> None:
    note(f"seed {exchange.seed}")
    exchange.press()
    exchange.run_until_healed(HEALED_WITHIN)
    healed_at, before = exchange.now, set(exchange.book.orders)
    assume(exchange.machine.watching(healed_at + max(late) + 1_000.0))
    for after in late:
        exchange.place_late(healed_at + after)
    exchange.run_until_healed(HEALED_WITHIN)
    result = exchange.result()
    assert result.verdict is Verdict.CLEAR
    assert exchange.book.open_now() == {}
    came_late = set(exchange.book.orders) - before
    assert came_late
    assert came_late <= {row.order_id for row in result.orders}
    assert result.late == len(came_late)
    assert exchange.problems == []


@given(exchanges)
def test_the_same_events_give_the_same_actions(exchange: SimulatedExchange) -> None:
    pressed(exchange)
    twin = MassCancel()
    for event, values, named, answer in exchange.script:
        assert getattr(twin, event)(*values, **named) == answer
