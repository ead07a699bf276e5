"""`panic-button orders`: what is open now, asked of the exchange at once."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from panic_button.cli import report
from panic_button.cli.accounts_in_use import accounts_in_use
from panic_button.cli.exits import Exit
from panic_button.cli.one_lane import ask
from panic_button.core.errors import ExchangeError, PanicButtonError
from panic_button.core.model import (
    ZERO,
    Account,
    FailureKind,
    Listing,
    OpenOrder,
)
from panic_button.core.ports import SecretStore

SCHEMA = 1
_REFUSED = (FailureKind.TOKEN_REFUSED, FailureKind.FORBIDDEN)


class OpenOrderJson(Struct, frozen=True, kw_only=True):
    order_id: str
    description: str
    odds: str | None
    bet: str | None
    filled: str | None
    at_risk: str | None
    user_reference: str | None
    game_id: str | None


class AccountJson(Struct, frozen=True, kw_only=True):
    """`open` is null, and `error` says why, where the exchange did not tell."""

    account: str
    open: int | None
    at_risk: str | None
    orders: list[OpenOrderJson]
    error: str | None


class OrdersJson(Struct, frozen=True, kw_only=True):
    schema: int
    asked_at: str
    accounts: list[AccountJson]


def orders(options: argparse.Namespace) -> int:
    accounts, store = accounts_in_use(options, os.environ)
    asked_at = datetime.now(UTC)
    told = asyncio.run(_all(accounts, store))
    rows = [_account(account.label, outcome) for account, outcome in zip(accounts, told, strict=True)]
    if options.json:
        body = msgspec.json.encode(OrdersJson(schema=SCHEMA, asked_at=report.moment(asked_at), accounts=rows))
        print(body.decode())  # noqa: T201 - its whole purpose
    else:
        for row in rows:
            print("\n".join(_lines(row)), file=sys.stdout if row.error is None else sys.stderr)
    return max(map(_exit, told))


async def _all(accounts: Sequence[Account], store: SecretStore) -> list[Listing | PanicButtonError]:
    return list(await asyncio.gather(*(_one(account, store) for account in accounts)))


async def _one(account: Account, store: SecretStore) -> Listing | PanicButtonError:
    try:
        return await ask(account, store, lambda lane: lane.open_orders())
    except PanicButtonError as exc:
        return exc


def _exit(told: Listing | PanicButtonError) -> Exit:
    if isinstance(told, Listing):
        return Exit.DONE
    asked = isinstance(told, ExchangeError) and told.failure.kind not in _REFUSED
    return Exit.UNCONFIRMED if asked else Exit.NOTHING_SENT


def _account(label: str, told: Listing | PanicButtonError) -> AccountJson:
    if isinstance(told, PanicButtonError):
        return AccountJson(account=label, open=None, at_risk=None, orders=[], error=str(told))
    at_risk = sum((order.at_risk or ZERO for order in told.orders), ZERO)
    rows = [_order(order) for order in told.orders]
    return AccountJson(account=label, open=told.open_count, at_risk=report.dollars(at_risk), orders=rows, error=None)


def _order(order: OpenOrder) -> OpenOrderJson:
    return OpenOrderJson(
        order_id=order.order_id,
        description=order.description,
        odds=report.number(order.odds),
        bet=None if order.bet is None else report.dollars(order.bet),
        filled=None if order.filled is None else report.dollars(order.filled),
        at_risk=None if order.at_risk is None else report.dollars(order.at_risk),
        user_reference=order.user_reference,
        game_id=order.game_id,
    )


def _lines(account: AccountJson) -> list[str]:
    if account.error is not None:
        return [f"{account.account}: not known what is open. {account.error}"]
    rows = [
        f"  {row.order_id}  {row.description:<32.32}  {row.odds or '':>7}  {row.at_risk or '?':>10}  "
        f"{row.user_reference or ''}"
        for row in account.orders
    ]
    unnamed = (account.open or 0) - len(rows)
    if unnamed:
        rows.append(f"  and {unnamed} that could not be read")
    return [f"{account.account}: {account.open} open, ${account.at_risk} at risk", *rows]
