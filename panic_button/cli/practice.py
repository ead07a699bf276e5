"""`panic-button practice`: serve the practice exchange to other programs, until it is ended."""

from __future__ import annotations

import argparse
import os

from panic_button.cli.exits import Exit
from panic_button.core.errors import PanicButtonError
from panic_button.practice import serve


def practice(options: argparse.Namespace) -> int:
    try:
        serve(port=options.port, orders=options.orders, seed=options.seed, scenario=options.scenario)
    except OSError as exc:
        raise PanicButtonError(
            f"The practice exchange can't listen on port {options.port} ({os.strerror(exc.errno or 0)}). "
            "Choose another with --port, or none."
        ) from exc
    return Exit.DONE
