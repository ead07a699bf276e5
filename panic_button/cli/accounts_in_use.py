"""Which accounts a command is about, and where their sign-ins come from."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from panic_button.core.errors import PanicButtonError
from panic_button.core.model import PRODUCTION, Account, Addresses, Environment
from panic_button.core.ports import Secrets, SecretStore
from panic_button.exchange import wire
from panic_button.storage import settings
from panic_button.storage.addresses import check_addresses
from panic_button.storage.paths import Home
from panic_button.storage.secrets import KeyringStore, SessionOnlyStore

TOKEN_VARIABLE = "PANIC_BUTTON_TOKEN"  # noqa: S105 - the name of a variable
CUSTOM_LABEL = "custom"


class NothingToUseError(PanicButtonError):
    """No account, or no token: nothing was sent."""


def home_of(options: argparse.Namespace) -> Home:
    return Home.find(options.home, os.environ)


def accounts_in_use(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[tuple[Account, ...], SecretStore]:
    """The accounts that `--account` and the address options name, and the store of their secrets.

    A token in the environment belongs to the one account of the command: it is used, never stored, never shown.
    """
    token = environ.get(TOKEN_VARIABLE, "").strip()
    if token and not wire.is_token(token):
        raise NothingToUseError(f"What is in {TOKEN_VARIABLE} is not a session token. Nothing was sent.")
    if options.rest_url is not None:
        if not token:
            raise NothingToUseError(f"--rest-url needs a session token in {TOKEN_VARIABLE}. Nothing was sent.")
        account = Account(label=CUSTOM_LABEL, environment=Environment.CUSTOM, addresses=addresses_of(options))
        return (account,), _only(account, token)
    accounts = _named(settings.load(home_of(options).settings).accounts, options.account)
    if not token:
        return accounts, KeyringStore()
    if len(accounts) > 1:
        raise NothingToUseError(
            f"{TOKEN_VARIABLE} holds one session token, and {len(accounts)} accounts are meant. "
            "Name one with --account. Nothing was sent."
        )
    return accounts, _only(accounts[0], token)


def addresses_of(options: argparse.Namespace) -> Addresses:
    """The addresses of an exchange elsewhere; production's where none is given. SettingsError for a bad one."""
    if options.rest_url is None:
        if options.orders_socket_url or options.user_feed_url:
            raise NothingToUseError("--orders-socket-url and --user-feed-url go with --rest-url. Nothing was sent.")
        return PRODUCTION
    return check_addresses(
        Addresses(
            rest_url=options.rest_url,
            orders_socket_url=options.orders_socket_url,
            user_feed_url=options.user_feed_url,
        )
    )


def _named(accounts: tuple[Account, ...], labels: list[str] | None) -> tuple[Account, ...]:
    if not accounts:
        raise NothingToUseError("No account is set up. Add one: panic-button accounts add LABEL. Nothing was sent.")
    if labels is None:
        return accounts
    if unknown := set(labels) - {account.label for account in accounts}:
        known = ", ".join(account.label for account in accounts)
        raise NothingToUseError(
            f"No account is called {', '.join(sorted(unknown))}. There are: {known}. Nothing was sent."
        )
    return tuple(account for account in accounts if account.label in labels)


def _only(account: Account, token: str) -> SecretStore:
    store = SessionOnlyStore()
    store.save(account.label, Secrets(token=token))
    return store
