"""The command line: one verb a module. What each prints, and how it exits, is what others build on.

Every verb imports its own module and no other, so that `fire` starts without Qt and the window without the rest.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from panic_button.cli.exits import Exit
from panic_button.cli.parser import parse
from panic_button.core.errors import PanicButtonError


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Every error that a person can act on ends here, as a sentence."""
    options = parse(arguments)
    try:
        return _carry_out(options)
    except PanicButtonError as exc:
        print(f"panic-button: {exc}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return Exit.NOTHING_SENT
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _carry_out(options: argparse.Namespace) -> int:
    # ruff: noqa: PLC0415 - each verb pays for its own imports
    match options.command:
        case "fire":
            from panic_button.cli.fire import fire

            return fire(options)
        case "orders":
            from panic_button.cli.orders import orders

            return orders(options)
        case "journal":
            from panic_button.cli.journal import journal

            return journal(options)
        case "practice":
            from panic_button.practice import serve

            try:
                serve(port=options.port, orders=options.orders, seed=options.seed, scenario=options.scenario)
            except OSError as exc:
                raise PanicButtonError(
                    f"The practice exchange can't listen on port {options.port} ({os.strerror(exc.errno or 0)}). "
                    "Choose another with --port, or none."
                ) from exc
            return Exit.DONE
        case "window":
            from panic_button.app import run_window
            from panic_button.storage.paths import Home

            return run_window(Home.find(options.home, os.environ), practice=options.practice)
    from panic_button.cli import accounts

    verbs = {
        "accounts list": accounts.list_accounts,
        "accounts add": accounts.add,
        "accounts remove": accounts.remove,
        "accounts check": accounts.check,
    }
    return verbs[options.command](options)
