"""What may be typed. Wrong usage exits with 64: argparse's own 2 would read as NOT CLEAR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from panic_button import __version__
from panic_button.cli.exits import Exit

DEADLINE_S = 30.0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of one command; `command` says which."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="panic-button",
        description="The emergency stop for the 4casters exchange: one press, every order gone, and proved.",
        epilog="Exit codes: 0 CLEAR or done, 2 NOT CLEAR, 3 UNCONFIRMED, 4 nothing was sent, 64 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"panic-button {__version__}")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--practice", action="store_true", help="open the window on the built-in practice exchange")
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _fire(commands.add_parser("fire", help="cancel every open order and prove it"))
    _orders(commands.add_parser("orders", help="list what is open"))
    _reset(commands.add_parser("reset", help="end a lockout, so that new orders stay open"))
    _accounts(commands.add_parser("accounts", help="the exchange logins of this desk"))
    _journal(commands.add_parser("journal", help="the evidence of every mass cancel"))
    _practice(commands.add_parser("practice", help="serve the practice exchange on this machine"))
    return parser


def _fire(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command="fire")
    _account(parser)
    _addresses(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--deadline", type=_seconds, default=DEADLINE_S, metavar="S", help="stop waiting after S seconds (30)"
    )
    parser.add_argument(
        "--watch", type=_seconds, metavar="S", help="stay S seconds longer, and cancel orders that come late"
    )
    parser.add_argument("--alone", action="store_true", help="do the job in this process; it never locks out")


def _orders(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command="orders")
    _account(parser)
    _addresses(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _reset(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command="reset")
    _account(parser)
    parser.add_argument(
        "--reason", type=_reason, required=True, metavar="TEXT", help="why it may end; kept in the journal"
    )


def _accounts(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True, parser_class=_Parser)
    actions.add_parser("list", help="show them").set_defaults(command="accounts list")
    add = actions.add_parser("add", help="add one, or replace its sign-in")
    add.set_defaults(command="accounts add")
    add.add_argument("label")
    add.add_argument("--username", metavar="U")
    _addresses(add)
    secret = add.add_mutually_exclusive_group()
    secret.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    secret.add_argument("--token-stdin", action="store_true", help="read a session token from standard input")
    remove = actions.add_parser("remove", help="sign out and forget one")
    remove.set_defaults(command="accounts remove")
    remove.add_argument("label")
    check = actions.add_parser("check", help="ask the exchange whether their sign-ins are accepted")
    check.set_defaults(command="accounts check")
    check.add_argument("label", nargs="?")


def _journal(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command="journal")
    parser.epilog = (
        "Exit codes: 0 done, 1 the chain is broken (verify), 4 no journal, no such run, or it can't be read or written "
        "out, 64 wrong usage."
    )
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True, parser_class=_Parser)
    show_all = verbs.add_parser("list", help="every run, the newest first")
    show = verbs.add_parser("show", help="the time line of one run, in ms since the press")
    show.add_argument("run", metavar="RUN")
    export = verbs.add_parser("export", help="write it out for others")
    export.add_argument(
        "--format",
        choices=("jsonl", "csv", "html"),
        default="jsonl",
        help="jsonl: every entry with its hash (the default); csv: what became of each order; html: a page to read",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="a new file (standard output)")
    verify = verbs.add_parser("verify", help="walk along the chain, and name the first broken link")
    for verb in (show_all, show, export, verify):
        verb.epilog = parser.epilog
        # Not given here, it may have been given before the verb.
        verb.add_argument(
            "--practice", action="store_true", default=argparse.SUPPRESS, help="the window's on the practice exchange"
        )


def _practice(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command="practice")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="listen here (any free port)")
    parser.add_argument("--orders", type=_count, default=40, metavar="N", help="open orders at the start (40)")
    parser.add_argument("--seed", type=_count, default=1, metavar="N", help="draw games and orders from this seed (1)")
    parser.add_argument(
        "--scenario",
        type=_scenario,
        default="calm",
        metavar="NAME",
        help="what goes wrong from the first cancel on (calm)",
    )


def _account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", action="append", metavar="LABEL", help="only this account; may be repeated")


def _addresses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rest-url", metavar="URL", help="an exchange elsewhere: where it takes https requests")
    parser.add_argument("--orders-socket-url", metavar="URL", help="its Orders WebSocket")
    parser.add_argument("--user-feed-url", metavar="URL", help="its user feed")


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: say why the lockout may end")
    return text.strip()


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86_400:  # noqa: PLR2004 - a day
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds between 0 and a day")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 1_000_000_000:  # noqa: PLR2004 - more than any of them can use
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 1,000,000,000")
    return value


def _scenario(name: str) -> str:
    from panic_button.practice import SCENARIOS  # noqa: PLC0415 - a server's libraries, only where one is wanted

    if name not in SCENARIOS:
        raise argparse.ArgumentTypeError(f"no scenario is named {name}; there are {', '.join(SCENARIOS)}")
    return name


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:  # noqa: PLR2004 - the last there is
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return value
