"""What packaging/dev.py does, a function a command. Each sets up what is missing, then does its job."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path

import system_packages
from steps import ROOT, Step, Stopped, in_foreground, perform, quietly
from virtual_desktop import has_screen, virtual_desktop
from virtual_environment import LOCKS, RUN, TEST, VirtualEnvironment

VENV = VirtualEnvironment(ROOT / ".venv")
CHECKS = (
    ("ruff", "format", "--check"),
    ("ruff", "check"),
    ("mypy",),
    ("lint-imports",),
)


def set_up(locks: tuple[str, ...], packages: tuple[str, ...]) -> list[Step]:
    """What is left to do before anything can run here: nothing, from the second start on."""
    environment = VENV.steps(locks)
    venv = system_packages.venv_package() if environment else ()
    return [*system_packages.steps((*system_packages.QT, *packages, *venv)), *environment]


def set_up_tests() -> list[Step]:
    return set_up(TEST, (*system_packages.VIRTUAL_DESKTOP, *system_packages.TESTS))


@contextmanager
def desktop(*, virtual: bool) -> Iterator[Mapping[str, str]]:
    """The environment to run in: this person's own, or that of a virtual desktop."""
    path = os.pathsep.join((str(Path(VENV.program("python")).parent), os.environ.get("PATH", os.defpath)))
    own = {**os.environ, "PATH": path}
    if not virtual:
        yield own
        return
    with virtual_desktop(own) as inside:
        yield inside


def run(arguments: list[str]) -> int:
    return show(arguments) if has_screen(os.environ) else rehearse(arguments)


def show(arguments: list[str]) -> int:
    perform(set_up(RUN, ()), then="the window, on the practice exchange")
    with desktop(virtual=False) as environment:
        return in_foreground([VENV.program("python"), "-m", "panic_button", "--practice", *arguments], environment)


def rehearse(arguments: list[str]) -> int:
    perform(set_up(RUN, system_packages.VIRTUAL_DESKTOP), then="no screen here: a rehearsal on a virtual one")
    rehearsal = ["packaging/rehearsal.py", "--pictures", str(ROOT / "pictures"), *arguments]
    with desktop(virtual=True) as environment:
        return in_foreground([VENV.program("python"), *rehearsal], environment)


def test(arguments: list[str]) -> int:
    """Quick checks first. pytest's summary ends the output, so nothing may be printed after it."""
    checks = [Step(" ".join(check), partial(quietly, [VENV.program(check[0]), *check[1:]])) for check in CHECKS]
    pytest = ["coverage", "run", "-m", "pytest", *arguments]
    perform([*set_up_tests(), *checks], then=" ".join(pytest))
    # Never on a person's own screen: the tests move the mouse and press keys.
    with desktop(virtual=sys.platform == "linux") as environment:
        return in_foreground([VENV.program(pytest[0]), *pytest[1:]], environment)


def bench(arguments: list[str]) -> int:
    perform(set_up_tests(), then="benchmarks")
    with desktop(virtual=not has_screen(os.environ)) as environment:
        return in_foreground([VENV.program("python"), "tests/benchmarks/__main__.py", *arguments], environment)


def chaos(arguments: list[str]) -> int:
    perform(set_up(TEST, ()), then="presses with many faults at once")
    return in_foreground([VENV.program("python"), "tests/chaos/__main__.py", *arguments], os.environ)


def mutate(arguments: list[str]) -> int:
    perform(set_up(TEST, ()), then="the rules of core/ with one small change each")
    return in_foreground([VENV.program("python"), "tests/mutation/__main__.py", *arguments], os.environ)


def network(arguments: list[str]) -> int:
    perform(set_up(TEST, system_packages.NETWORK), then="presses over broken lines")
    return in_foreground([VENV.program("python"), "tests/network/__main__.py", *arguments], os.environ)


def lock(arguments: list[str]) -> int:
    """Pins every package and its hashes, for every system and Python at once."""
    with tempfile.TemporaryDirectory() as folder:
        throw_away = VirtualEnvironment(Path(folder).resolve() / "uv")
        steps = [
            *system_packages.steps(system_packages.venv_package()),
            Step("throw-away environment", throw_away.make),
            Step("uv, from the network", lambda: throw_away.pip_install("uv")),
        ]
        perform(steps, then=f"packaging/locks, from the network: {', '.join((*RUN, *TEST))}")
        return write_locks(throw_away.program("uv"), arguments)


def write_locks(uv: str, arguments: list[str]) -> int:
    """run.txt and build.txt bind test.txt, so that whoever has the tests' packages can run as well."""
    shape = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate")
    no_addresses = ("--no-emit-index-url", "--no-emit-find-links")
    bound = [argument for name in RUN for argument in ("--constraint", str(LOCKS / name))]
    for name, sources, given in (
        ("run.txt", ["pyproject.toml"], ""),
        ("build.txt", ["-"], "hatchling\neditables\n"),
        ("test.txt", ["pyproject.toml", "--group", "test", *bound], ""),
    ):
        command = [uv, "pip", "compile", "--quiet", *shape, *no_addresses, *arguments, *sources]
        output = ("--output-file", str(LOCKS / name))
        if code := subprocess.run([*command, *output], cwd=ROOT, input=given, text=True, check=False).returncode:
            return code
    return 0


COMMANDS = {
    "run": run,
    "test": test,
    "bench": bench,
    "chaos": chaos,
    "mutate": mutate,
    "network": network,
    "lock": lock,
}


def main(arguments: list[str], *, usage: str) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        print(usage)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 64
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that can't show a character is no reason to stop
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that a virtual desktop ends too
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except Stopped as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return stopped.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
