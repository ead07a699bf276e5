"""A command as a script would call it, in a process of its own or in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from panic_button.practice import PracticeExchange

COMMAND = [sys.executable, "-m", "panic_button"]


def elsewhere(exchange: PracticeExchange) -> list[str]:
    """The options that name this exchange."""
    at = exchange.addresses
    return [
        f"--rest-url={at.rest_url}",
        f"--orders-socket-url={at.orders_socket_url}",
        f"--user-feed-url={at.user_feed_url}",
    ]


def environ(home: Path, **added: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PANIC_BUTTON_")}
    return {**kept, "PANIC_BUTTON_HOME": str(home), **added}


def ran(home: Path, *arguments: str, token: str = "", typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: its exit code and what it printed. Without `typed` its input is empty."""
    added = {"PANIC_BUTTON_TOKEN": token} if token else {}
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environ(home, **added),
        input=typed or "",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def cancels(exchange: PracticeExchange) -> list[str]:
    return [request.what for request in exchange.log if request.what.startswith("cancel")]
