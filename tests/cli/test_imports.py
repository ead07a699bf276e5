"""What a command loads: `fire` no Qt, and the composition root nothing that is slow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from panic_button.practice import PracticeExchange
from tests.cli.desk import elsewhere, environ

SLOW = ("PySide6", "httpx", "websockets", "keyring", "starlette", "uvicorn")


def loaded_by(home: Path, code: str, token: str = "") -> set[str]:
    """Which of the slow libraries a process has loaded in the end."""
    ask = f"import sys\n{code}\nprint(*(name for name in {SLOW} if name in sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env=environ(home, PANIC_BUTTON_TOKEN=token),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stderr.split())


def test_fire_loads_no_qt(exchange: PracticeExchange, home: Path) -> None:
    arguments = ["fire", "--yes", *elsewhere(exchange)]
    loaded = loaded_by(home, f"from panic_button import cli\nassert cli.run({arguments}) == 0", exchange.token)
    assert "PySide6" not in loaded
    assert not loaded & {"starlette", "uvicorn"}
    assert exchange.book.open_count() == 0


def test_the_composition_root_loads_nothing_slow(home: Path) -> None:
    assert loaded_by(home, "import panic_button.app") == set()


def test_the_command_line_loads_nothing_slow_before_it_knows_the_verb(home: Path) -> None:
    assert loaded_by(home, "import panic_button.cli, panic_button.__main__") == set()
