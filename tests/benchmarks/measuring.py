"""What every figure shares: samples, their statistics, the table, and the line that says on what machine they were had.

Other work on the same machine only ever makes a figure worse. The best batch therefore tells what the program can do,
the median what it did.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

BATCHES = 5
LIBRARIES = ("PySide6-Essentials", "httpx", "websockets", "msgspec")
TITLES = ("figure", "what", "median", "best batch", "p99", "min", "n", "target", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the table. A row without a target is there to compare with."""

    figure: str
    what: str
    samples: tuple[float, ...]
    unit: str = "ms"
    target: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def p99(self) -> float:
        """The nearest rank: of fewer than 100 samples, the largest."""
        return sorted(self.samples)[math.ceil(0.99 * len(self.samples)) - 1]

    @property
    def best_batch(self) -> float:
        """The least median of five runs of samples in a row."""
        size = max(1, len(self.samples) // BATCHES)
        whole = range(0, len(self.samples) - size + 1, size)
        return min(statistics.median(self.samples[start : start + size]) for start in whole)

    @property
    def word(self) -> str:
        if self.target is None:
            return ""
        if self.median <= self.target:
            return "met"
        return "met by the best batch" if self.best_batch <= self.target else "MISSED"

    def cells(self) -> tuple[str, ...]:
        target = "" if self.target is None else f"{self.target:g} {self.unit}"
        numbers = (f"{value:.2f}" for value in (self.median, self.best_batch, self.p99, min(self.samples)))
        return (self.figure, self.what, *numbers, str(len(self.samples)), target, self.word)

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return {
            "figure": self.figure,
            "what": self.what,
            "unit": self.unit,
            "median": self.median,
            "best_batch": self.best_batch,
            "p99": self.p99,
            "min": min(self.samples),
            "n": len(self.samples),
            "target": self.target,
            "met": None if self.target is None else self.median <= self.target,
            "samples": self.samples,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one figure came to: its rows, and lines that stand under the table."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def table(rows: Iterable[Row]) -> str:
    lines = [TITLES, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]
    return "\n".join(_aligned(line, widths) for line in lines)


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "machine": f"{platform.platform()}, {os.cpu_count()} cores, {_processor()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "screen": os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or "none: Qt's offscreen",
        "load": load(),
    }


def load() -> str:
    """Runnable processes over the last 1, 5 and 15 minutes, where the system counts them."""
    if not hasattr(os, "getloadavg"):
        return "not counted here"
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def choose_platform() -> None:
    """Have Qt draw without a screen where there is none."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "a processor without a name")


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """Words to the left, figures to the right."""
    cells = [
        cell.rjust(width) if 2 <= column <= 7 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
