"""Breaks the rules of core/ a little, a thousand times, and sees whether tests/core notices.

A mutant that survives is a rule that no test holds. Tests and rules are copied first, and mutants live in memory alone:
the tree may be worked on meanwhile. Each mutant is tried in a fork, so this does not run on Windows.

A runner of our own, because mutmut leaves properties alone, and CLEAR is one, while cosmic-ray starts Python anew for
each mutant and brings thirty packages with it.

python3 packaging/dev.py mutate [--only FILE] [--parallel N]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import hypothesis
import msgspec  # noqa: F401 - imported before the forks, so that none of them has to
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutation.equivalent import EQUIVALENT  # noqa: E402 - found from the root
from tests.mutation.mutants import Mutant, mutants_of  # noqa: E402

FILES = ("mass_cancel", "sends", "proof", "ledger", "entry", "lockout", "escalation", "routes", "asking")
COPIED = ("panic_button", "resources/guide", "tests/core")
# Of a processor's time: the tests take a few seconds, and a mutant that runs into a loop is noticed by that.
LIMIT_S = 10
EXAMPLES = 40
# What a window or a time-out needs would cost every mutant a second.
OPTIONS = ("-x", "--import-mode=importlib", *("-p", "no:cacheprovider", "-p", "no:pytest-qt", "-p", "no:timeout"))


def put_in_place(mutant: Mutant) -> None:
    """Imports the mutant under its module's name, before anything else can import the module."""
    name = f"panic_button.core.{mutant.path.stem}"
    spec = spec_from_file_location(name, mutant.path)
    assert spec is not None
    sys.modules[name] = module = module_from_spec(spec)
    exec(compile(mutant.source, mutant.path, "exec"), module.__dict__)  # noqa: S102 - our own module, changed a little


def prepare(folder: Path) -> None:
    """Copies what is tried to this folder. Few examples, always the same ones, and no search for the shortest."""
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutation", max_examples=EXAMPLES, derandomize=True, database=None, phases=phases, deadline=None
    )
    os.environ["PANIC_BUTTON_HYPOTHESIS"] = "mutation"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    os.chdir(folder)
    sys.path.insert(0, str(folder))


def start(mutant: Mutant) -> int:
    """Run tests/core on a mutant in a process of its own, which ends with 0 where no test notices."""
    if child := os.fork():
        return child
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        put_in_place(mutant)
        # The quick tests first: most mutants need no property to be noticed.
        files = sorted(Path("tests/core").glob("test_*.py"), key=lambda file: ("mass_cancel_" in file.name, file.name))
        code = pytest.main([*OPTIONS, *map(str, files)])
    finally:
        os._exit(code)


def tried(mutants: Iterable[Mutant], parallel: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether a test noticed it, as they come."""
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        running[start(mutant)] = mutant
        if len(running) == parallel:
            child, status = os.wait()
            yield running.pop(child), status != 0
    while running:
        child, status = os.wait()
        yield running.pop(child), status != 0


def report(made: Counter[str], noticed: Counter[str]) -> None:
    print(f"\n{'file':20}{'mutants':>9}{'survived':>10}{'noticed':>9}")
    for name in made:
        print(f"{name:20}{made[name]:9}{made[name] - noticed[name]:10}{noticed[name] / made[name]:9.1%}")
    print(f"{'all':20}{made.total():9}{made.total() - noticed.total():10}{noticed.total() / made.total():9.1%}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Break the rules of core/ a little, and see whether a test notices.")
    parser.add_argument("--only", action="append", choices=FILES, metavar="FILE", help=f"of {', '.join(FILES)}")
    parser.add_argument("--parallel", type=int, default=os.cpu_count() or 1, metavar="N", help="so many at a time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder).resolve())
        return check(options.only or FILES, options.parallel)


def check(files: Sequence[str], parallel: int) -> int:
    began = time.monotonic()
    core = Path("panic_button/core").resolve()
    first = core / f"{FILES[0]}.py"
    as_it_is = Mutant(first, 0, "", "", first.read_text(encoding="utf-8"))
    if any(noticed for _, noticed in tried([as_it_is], 1)):
        print("tests/core fails as it is: make it pass first.", file=sys.stderr)
        return 1
    mutants = [one for name in files for one in mutants_of(core / f"{name}.py")]
    wanted = [one for one in mutants if not one.change.startswith(tuple(EQUIVALENT))]
    print(f"{len(wanted)} mutants, and {len(mutants) - len(wanted)} that mean the same", flush=True)
    made, noticed = Counter[str](), Counter[str]()
    for mutant, was_noticed in tried(wanted, parallel):
        made[mutant.path.name] += 1
        noticed[mutant.path.name] += was_noticed
        if not was_noticed:
            print(mutant, flush=True)
    report(made, noticed)
    print(f"in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
