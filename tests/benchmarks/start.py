"""`start`: from the start of the process to the painted window, beside a bare PySide6 window, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measuring import Measured, Row

RATIO_TARGET = 1.5
NOT_BEFORE_THE_PAINT = {"httpx", "websockets", "keyring"}
SHOWN_IMPORTS = 12
LIMIT_S = 60.0

_ROOT = Path(__file__).parents[2]
_PROGRAM = str(Path(__file__).with_name("first_paint.py"))


def measure(*, quick: bool) -> Measured:
    app, bare = [], []
    imported: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        # As installed: compiled. A developer's machine may keep no bytecode, and would measure the compiler.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        for warm_up in [True, *[False] * (6 if quick else 20)]:
            bare_ms, _ = _painted_after("bare")
            app_ms, names = _painted_after("app", home)
            if not warm_up:
                bare.append(bare_ms)
                app.append(app_ms)
                imported |= names
        imports = _imports(home)
    too_early = ", ".join(sorted(imported & NOT_BEFORE_THE_PAINT))
    ratios = tuple(one / other for one, other in zip(app, bare, strict=True))
    return Measured(
        rows=(
            Row(figure="start", what="to the painted window", samples=tuple(app)),
            Row(figure="start", what="a bare PySide6 window", samples=tuple(bare)),
            Row(figure="start", what="of a pair, ratio", samples=ratios, unit="times", target=RATIO_TARGET),
        ),
        notes=(
            f"Imported before the first paint: {', '.join(sorted(imported)) or 'nothing slow'}."
            + (f" TOO EARLY: {too_early}." if too_early else ""),
            f"Slowest imports of {len(imports)} before the first paint (ms alone, ms with all they import, name):\n"
            + "\n".join(f"{own:8.1f}{whole:8.1f}  {name}" for own, whole, name in imports[:SHOWN_IMPORTS]),
        ),
    )


def _painted_after(*arguments: str) -> tuple[float, set[str]]:
    """Milliseconds from the start of a process to its first paint, and the slow libraries that it had by then."""
    command = [sys.executable, _PROGRAM, *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    painted_at, *names = done.stdout.split()
    return (float(painted_at) - started) * 1000, set(names)


def _imports(home: str) -> list[tuple[float, float, str]]:
    """Python's own table of every import up to the first paint, those that took longest alone first."""
    command = [sys.executable, "-X", "importtime", _PROGRAM, "app", home]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    table = []
    for line in done.stderr.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        whole, _, name = rest.partition("|")
        if line.startswith("import time:") and own.strip().isdigit():
            table.append((int(own) / 1000, int(whole) / 1000, name.strip()))
    return sorted(table, reverse=True)
