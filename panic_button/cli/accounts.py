"""`panic-button accounts`: list, add, remove and check the exchange logins of this desk.

A password or token is typed unseen or comes from standard input; never from the command line, where others see it.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from msgspec.structs import replace

from panic_button.cli.accounts_in_use import NothingToUseError, addresses_of, home_of
from panic_button.cli.exits import Exit
from panic_button.cli.one_lane import ask, on_lane
from panic_button.core.errors import PanicButtonError
from panic_button.core.model import PRODUCTION, Account, Environment
from panic_button.core.ports import Secrets
from panic_button.exchange import wire
from panic_button.exchange.connection import Token
from panic_button.storage import settings
from panic_button.storage.secrets import KeyringStore

_SECRET_LIMIT = 8_192


def list_accounts(options: argparse.Namespace) -> int:
    kept = settings.load(home_of(options).settings)
    for account in kept.accounts:
        _print(f"{account.label}\t{account.username}\t{account.environment}\t{account.addresses.rest_url}")
    if not kept.accounts:
        _print("No account is set up. Add one: panic-button accounts add LABEL --username U")
    return Exit.DONE


def add(options: argparse.Namespace) -> int:
    """Sign in first: nothing is kept of a sign-in that the exchange does not accept."""
    home = home_of(options)
    kept = settings.load(home.settings)
    addresses = addresses_of(options)
    environment = Environment.PRODUCTION if addresses == PRODUCTION else Environment.CUSTOM
    account = Account(
        label=options.label, username=options.username or "", environment=environment, addresses=addresses
    )
    others = tuple(one for one in kept.accounts if one.label != account.label)
    settings.check(replace(kept, accounts=(*others, account)))
    if options.token_stdin:
        secrets = Secrets(token=_from_stdin("session token"))
        if not wire.is_token(secrets.token or ""):
            raise NothingToUseError("What came from standard input is not a session token. Nothing was kept.")
        username = asyncio.run(on_lane(account, Token(secrets.token), lambda lane: lane.who_am_i()))
        account = replace(account, username=account.username or username)
    else:
        if not account.username:
            raise NothingToUseError("Say which user signs in, with --username. Nothing was kept.")
        password = _from_stdin("password") if options.password_stdin else _typed(account)
        token = asyncio.run(on_lane(account, Token(), lambda lane: lane.sign_in(account.username, password)))
        secrets = Secrets(token=token, password=password)
    KeyringStore().save(account.label, secrets)
    settings.save(home.settings, replace(kept, accounts=(*others, account)))
    _print(f"{account.label} is signed in as {account.username}.")
    return Exit.DONE


def remove(options: argparse.Namespace) -> int:
    """Sign out at the exchange if it answers, and forget the account either way."""
    home = home_of(options)
    kept = settings.load(home.settings)
    account = _known(kept, options.label)
    store = KeyringStore()
    try:
        asyncio.run(ask(account, store, lambda lane: lane.sign_out()))
    except PanicButtonError as exc:
        print(f"panic-button: {account.label} was not signed out at the exchange. {exc}", file=sys.stderr)  # noqa: T201
    store.delete(account.label)
    settings.save(home.settings, replace(kept, accounts=tuple(one for one in kept.accounts if one != account)))
    _print(f"{account.label} is forgotten.")
    return Exit.DONE


def check(options: argparse.Namespace) -> int:
    """Ask the exchange for each account; the exit code is that of the worst."""
    kept = settings.load(home_of(options).settings)
    accounts = kept.accounts if options.label is None else (_known(kept, options.label),)
    if not accounts:
        raise NothingToUseError("No account is set up. Add one: panic-button accounts add LABEL --username U")
    worst = Exit.DONE
    for account in accounts:
        try:
            username = asyncio.run(ask(account, KeyringStore(), lambda lane: lane.who_am_i()))
        except PanicButtonError as exc:
            _print(f"{account.label}: not ready. {exc}")
            worst = Exit.NOTHING_SENT
        else:
            _print(f"{account.label}: accepted, as {username}.")
    return worst


def _known(kept: settings.Settings, label: str) -> Account:
    for account in kept.accounts:
        if account.label == label:
            return account
    known = ", ".join(account.label for account in kept.accounts) or "none"
    raise NothingToUseError(f"No account is called {label}. There are: {known}. Nothing was changed.")


def _from_stdin(what: str) -> str:
    secret = sys.stdin.readline(_SECRET_LIMIT).rstrip("\r\n")
    if not secret:
        raise NothingToUseError(f"No {what} came from standard input. Nothing was kept.")
    return secret


def _typed(account: Account) -> str:
    if not sys.stdin.isatty():
        raise NothingToUseError("There is no terminal to type the password at. Say --password-stdin. Nothing was kept.")
    return getpass.getpass(f"Password of {account.username}: ")


def _print(words: str) -> None:
    print(words)  # noqa: T201 - its whole purpose
