"""Says each step of a command in a line with its time, and stops at the first that fails.

A step's own output is kept back and shown only when it fails: what a person reads is the list of steps.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Stopped(Exception):  # noqa: N818 - it stops a command; not every stop is an error of ours
    """What happened and what to do now, for a person, with the exit code to end with."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Step:
    title: str
    action: Callable[[], None]


def perform(steps: Sequence[Step], *, then: str) -> None:
    """Runs the steps in order, then announces what the caller goes on to run in the foreground."""
    total = len(steps) + 1
    for number, step in enumerate(steps, start=1):
        print(f"[{number}/{total}] {step.title} …", end=" ", flush=True)
        started = time.monotonic()
        try:
            step.action()
        except Stopped:
            print("failed", flush=True)
            raise
        print(f"{time.monotonic() - started:.1f} s", flush=True)
    print(f"[{total}/{total}] {then}", flush=True)


def quietly(command: Sequence[str], *, advice: str = "", last_lines: int | None = None) -> None:
    """Runs a command without a word, or stops with what it said (all of it, or its last lines) and the advice."""
    try:
        finished = subprocess.run(
            command,
            cwd=ROOT,
            check=False,
            stdin=None if sys.stdin.isatty() else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise Stopped(f"{command[0]} could not be started: {error}\n{advice}".strip()) from error
    if finished.returncode == 0:
        return
    said = finished.stdout.strip().splitlines()
    shown = "\n".join(said if last_lines is None else said[-last_lines:])
    raise Stopped(f"{shown}\n\n{advice}".strip(), code=finished.returncode)


def in_foreground(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs a command on this terminal and returns its exit code.

    Ctrl+C reaches the command as well: it gets the time to end in its own way. Any other end takes it along.
    """
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()
        except BaseException:
            process.terminate()
            raise
