"""One request for one account, on a lane opened for it: what the commands that fire nothing need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from panic_button.cli.accounts_in_use import NothingToUseError
from panic_button.core.model import Account
from panic_button.core.ports import Secrets, SecretStore
from panic_button.exchange.connection import Token, tls_context
from panic_button.exchange.rest import Lane

_Value = TypeVar("_Value")


async def ask(account: Account, store: SecretStore, question: Callable[[Lane], Awaitable[_Value]]) -> _Value:
    """The answer. A token that the exchange replaces meanwhile is kept in its place."""
    secrets = store.load(account.label)
    if secrets.token is None:
        raise NothingToUseError(
            f"{account.label} is not signed in. Sign in with: panic-button accounts add {account.label}. "
            "Nothing was sent."
        )

    def keep(token: str) -> None:
        store.save(account.label, Secrets(token=token, password=secrets.password))

    return await on_lane(account, Token(secrets.token, keep), question)


async def on_lane(account: Account, token: Token, question: Callable[[Lane], Awaitable[_Value]]) -> _Value:
    lane = Lane(account.addresses.rest_url, token, tls_context())
    try:
        return await question(lane)
    finally:
        await lane.aclose()
