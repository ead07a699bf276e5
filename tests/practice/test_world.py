"""The seeded world: what follows from the seed, and that it is big enough and believable."""

import time
from datetime import UTC, datetime

import pytest

from panic_button.practice.book import Book
from panic_button.practice.model import Market
from panic_button.practice.world import build_book

NOON = datetime(2026, 10, 4, 12, tzinfo=UTC)


def book_of(*, seed: int, orders: int = 60) -> Book:
    return build_book(seed=seed, orders=orders, now=lambda: NOON)


def told(book: Book) -> list[tuple[object, ...]]:
    return [(order.id, order.description, order.bet, order.filled) for order in book.open_orders()]


def test_the_same_seed_and_time_give_the_same_world() -> None:
    assert told(book_of(seed=3)) == told(book_of(seed=3))
    assert told(book_of(seed=3)) != told(book_of(seed=4))


def test_the_first_token_and_the_password_follow_from_the_seed() -> None:
    first, again, other = (book_of(seed=seed).account for seed in (3, 3, 4))
    assert (first.first_token, first.password) == (again.first_token, again.password)
    assert (first.first_token, first.password) != (other.first_token, other.password)


def test_tokens_of_logins_do_not_follow_from_the_seed() -> None:
    first, second = (book_of(seed=3).account for _ in range(2))
    assert first.log_in("practice", first.password) != second.log_in("practice", second.password)


@pytest.mark.parametrize("orders", [0, 1, 500])
def test_as_many_orders_are_open_as_were_asked_for(orders: int) -> None:
    assert book_of(seed=3, orders=orders).open_count() == orders


def test_orders_are_believable() -> None:
    book = book_of(seed=3, orders=500)
    orders = book.open_orders()
    assert {order.market for order in orders} == set(Market)
    assert {order.game.league for order in orders} == {"NBA", "NFL", "NHL", "MLB", "ATP", "PREMIER-LEAGUE"}
    assert {"maker-7", "mm-nba-1", None} <= {order.user_reference for order in orders}
    assert all(abs(order.odds) >= 100 and 0 <= order.filled < order.bet for order in orders)
    assert all(order.game.start > NOON > order.created_at for order in orders)
    assert all((order.number is not None) == (order.market in {Market.SPREAD, Market.TOTAL}) for order in orders)
    assert len({order.id for order in orders}) == 500
    assert any(order.filled for order in orders)
    assert book.matched_bets()


def test_a_description_reads_as_the_exchange_words_it() -> None:
    by_market = {order.market: order for order in book_of(seed=3, orders=500).open_orders()}
    spread = by_market[Market.SPREAD]
    backed = spread.game.participant(spread.side)
    assert backed is not None
    assert spread.description == f"{backed.nickname} {spread.number:+} {spread.odds:+d}"
    assert by_market[Market.TOTAL].description.split()[1] in {"over", "under"}


def test_a_hundred_thousand_orders_are_ready_in_seconds() -> None:
    started = time.perf_counter()
    book = book_of(seed=3, orders=100_000)
    assert time.perf_counter() - started < 10  # a fifth of it on a machine with nothing else to do
    assert book.open_count() == 100_000
