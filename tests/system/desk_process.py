"""An engine with everything that it keeps, in a process of its own, so that it can be killed.

As a program it takes a home, an account and a token, and one command a line; it prints a line for every snapshot.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from panic_button.app import keeping
from panic_button.core.model import Account, Trigger, Verdict
from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Readiness, Snapshot
from panic_button.engine.engine import Engine
from panic_button.storage.late_log import Log
from panic_button.storage.paths import Home
from panic_button.storage.secrets import SessionOnlyStore
from tests.waiting import PATIENCE_S

MODULE = "tests.system.desk_process"
JOURNAL_MAY_GROW_TO = 4096


class Told(Struct, frozen=True, kw_only=True):
    """What a snapshot says of the one account, as far as these tests ask."""

    armed: bool
    run: str = ""
    resumed: bool = False
    running: bool = False
    verdict: Verdict | None = None
    settled: bool = False
    outcomes: dict[str, str] = {}
    locked_out: bool = False
    caught: int = 0
    evidence_trouble: str = ""


class DeskProcess:
    """The process as a test sees it. It has imported everything, and begins with `begin`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._told: list[Told] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def say(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

    def begin(self) -> None:
        self.say("begin")

    def fire(self) -> str:
        """Press, and give the id of the run."""
        self.say("fire")
        return self.until(lambda told: told.run).run

    def until(self, fits: Callable[[Told], object]) -> Told:
        """The newest snapshot, once it fits."""
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            while not (self._told and fits(self._told[-1])):
                left = end - time.monotonic()
                assert left > 0, f"it never came; the last is {self._told[-1:]}"
                self._changed.wait(left)
            return self._told[-1]

    def clear(self) -> Told:
        return self.until(lambda told: told.verdict is Verdict.CLEAR)

    def kill(self) -> None:
        """At once, as `kill -9` does."""
        self._process.kill()
        self._process.wait()

    def quit(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(PATIENCE_S) == 0

    def end(self) -> None:
        self.kill()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = msgspec.json.decode(line, type=Told)
            with self._changed:
                self._told.append(told)
                self._changed.notify_all()


@contextlib.contextmanager
def desk_process(home: Path, account: Account, token: str) -> Iterator[DeskProcess]:
    command = [sys.executable, "-m", MODULE, str(home), msgspec.json.encode(account).decode(), token]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    desk = DeskProcess(process)
    try:
        yield desk
    finally:
        desk.end()


def _told(snapshot: Snapshot) -> Told:
    (account,) = snapshot.accounts
    told = Told(
        armed=account.readiness is Readiness.ARMED,
        locked_out=account.lockout is not None,
        caught=0 if account.lockout is None else account.lockout.caught,
        evidence_trouble=snapshot.evidence_trouble,
    )
    if account.run is None:
        return told
    result = account.run.result
    return msgspec.structs.replace(
        told,
        run=account.run.run,
        resumed=account.run.resumed,
        running=account.run.running,
        verdict=result.verdict,
        settled=result.settled,
        outcomes={order.order_id: order.outcome.value for order in result.orders},
    )


def _limit_files() -> None:
    import resource  # noqa: PLC0415 - Windows has none

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (JOURNAL_MAY_GROW_TO, hard))


def main(home: Home, account: Account, token: str) -> None:
    store = SessionOnlyStore()
    store.save(account.label, Secrets(token=token))
    with Log(home) as log:
        engine = Engine((account,), partial(keeping, home=home, log=log, store=store))
        engine.subscribe(lambda snapshot: print(msgspec.json.encode(_told(snapshot)).decode(), flush=True))  # noqa: T201
        for line in sys.stdin:
            match line.strip():
                case "begin":
                    engine.start()
                case "lock out":
                    engine.lock_out(on=True)
                case "fire":
                    engine.fire(Trigger.BUTTON)
                case "let no file grow":
                    _limit_files()
        assert engine.close(PATIENCE_S)


if __name__ == "__main__":
    import panic_button.engine.worker
    import panic_button.storage.journal
    import panic_button.storage.lockouts
    import panic_button.storage.logs  # noqa: F401 - what else it loads when it begins

    main(Home.under(Path(sys.argv[1])), msgspec.json.decode(sys.argv[2], type=Account), sys.argv[3])
