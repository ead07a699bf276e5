"""The benchmarks, each in a process of its own: what a press takes, and what keeps the window.

.venv/bin/python tests/benchmarks/__main__.py [--only NAME] [--json FILE] [--quick]
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.measuring import Measured, choose_platform, load, machine, table

FIGURES = ("press", "fire-returns", "press-busy", "grid", "start")


def measured(name: str, *, quick: bool) -> Measured:
    module = import_module(f"tests.benchmarks.{name.replace('-', '_')}")
    outcome = module.measure(quick=quick)
    if not isinstance(outcome, Measured):
        raise TypeError(name)
    return outcome


def in_own_process(name: str, *, quick: bool) -> Measured:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, name, quick=quick).result()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a press takes, and what keeps the window.")
    parser.add_argument("--only", choices=FIGURES, action="append", metavar="NAME", help=f"of {', '.join(FIGURES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample here as well")
    parser.add_argument("--quick", action="store_true", help="fewer samples: about a minute")
    options = parser.parse_args()
    choose_platform()
    told = machine()
    for name, value in told.items():
        print(f"{name:20}{value}")
    outcomes = []
    for name in options.only or FIGURES:
        print(f"\n{name} ...", file=sys.stderr, flush=True)
        outcomes.append(in_own_process(name, quick=options.quick))
    rows = [row for outcome in outcomes for row in outcome.rows]
    print(f"\n{table(rows)}")
    for note in (note for outcome in outcomes for note in outcome.notes):
        print(f"\n{note}")
    print(f"\nload at the end     {load()}")
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": told, "rows": [row.plain() for row in rows]}, indent=1))


if __name__ == "__main__":
    main()
