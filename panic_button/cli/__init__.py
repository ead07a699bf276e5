"""The command line: one verb a module. What each prints, and how it exits, is what others build on.

Every verb imports its own module and no other, so that `fire` starts without Qt and the window without the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from panic_button.cli.exits import Exit
from panic_button.cli.parser import parse
from panic_button.core.errors import PanicButtonError

# Where a command stands, if not in the module and function of its own name.
_ELSEWHERE = {
    "accounts list": ("accounts", "list_accounts"),
    "accounts add": ("accounts", "add"),
    "accounts remove": ("accounts", "remove"),
    "accounts check": ("accounts", "check"),
}


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Every error that a person can act on ends here, as a sentence."""
    options = parse(arguments)
    module, verb = _ELSEWHERE.get(options.command, (options.command, options.command))
    try:
        return int(getattr(import_module(f"panic_button.cli.{module}"), verb)(options))
    except PanicButtonError as exc:
        print(f"panic-button: {exc}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return Exit.NOTHING_SENT
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
