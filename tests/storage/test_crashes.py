"""What nobody caught, and what the interpreter leaves when it crashes: it is in the log, told once, never printed."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest

from panic_button.storage.crashes import DUMPS_NAME, MOST_BYTES, Mistakes, mistakes_caught
from panic_button.storage.late_log import Log
from panic_button.storage.paths import Home

SECRET = "a-t0ken-that-nobody-sees"


class Told:
    """Counts what a person is told, and by which threads."""

    def __init__(self) -> None:
        self.by: list[str] = []

    def __call__(self) -> None:
        self.by.append(threading.current_thread().name)


class Caught:
    """The mistakes that are caught, whoever is told of them, and the log that they end in."""

    def __init__(self, mistakes: Mistakes, logs: Path) -> None:
        self.mistakes = mistakes
        self._logs = logs
        self.told = Told()
        mistakes.tell = self.told

    @property
    def log(self) -> str:
        return (self._logs / "panic-button.log").read_text()


@pytest.fixture
def caught(private_tmp: Path) -> Iterator[Caught]:
    home = Home.under(private_tmp)
    with Log(home) as log, mistakes_caught(log.begin) as mistakes:
        yield Caught(mistakes, home.logs)


def raised(error: Exception) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    with contextlib.suppress(Exception):
        raise error
    return type(error), error, error.__traceback__


def test_an_exception_that_nobody_caught_is_in_the_log_and_told_and_not_printed(
    caught: Caught, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(*raised(ValueError("a mistake")))
    assert "CRITICAL" in caught.log
    assert "ValueError: a mistake" in caught.log
    assert "in raised\n    raise error" in caught.log
    assert caught.told.by == [threading.current_thread().name]
    assert capsys.readouterr() == ("", "")


def test_one_of_a_thread_is_told_as_well(caught: Caught, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError("a mistake")

    thread = threading.Thread(target=fail, name="elsewhere")
    thread.start()
    thread.join()
    assert "[elsewhere] Nobody caught this" in caught.log
    assert caught.told.by == ["elsewhere"]
    assert capsys.readouterr() == ("", "")


def test_one_that_a_destructor_raises_is_in_the_log_and_no_reason_to_disturb_anybody(caught: Caught) -> None:
    class Doomed:
        def __del__(self) -> None:
            raise ValueError("in the end")

    Doomed()
    gc.collect()
    assert "ERROR panic_button.storage.crashes" in caught.log
    assert "Doomed.__del__" in caught.log
    assert "ValueError: in the end" in caught.log
    assert caught.told.by == []


def test_the_end_of_the_program_and_of_a_thread_are_no_mistakes(
    caught: Caught, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" in capsys.readouterr().err
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert caught.told.by == []
    assert capsys.readouterr().err == ""


def test_what_leaves_the_program_is_in_the_log(private_tmp: Path) -> None:
    home = Home.under(private_tmp)

    def fail() -> None:
        with Log(home) as log, mistakes_caught(log.begin):
            raise ValueError("before the window")

    with pytest.raises(ValueError, match="before the window"):
        fail()
    assert "ValueError: before the window" in (home.logs / "panic-button.log").read_text()


def test_the_hooks_are_put_back(private_tmp: Path) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, tuple(logging.root.handlers)
    with Log(Home.under(private_tmp)) as log, mistakes_caught(log.begin):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, tuple(logging.root.handlers)) == before


def test_no_secret_is_in_the_log(private_tmp: Path) -> None:
    home = Home.under(private_tmp)
    with Log(home) as log, mistakes_caught(log.begin):
        log.begin().hide(SECRET)
        sys.excepthook(*raised(ValueError(f"refused: {SECRET}")))
    text = (home.logs / "panic-button.log").read_text()
    assert "ValueError: refused: [secure]" in text
    assert SECRET not in text


def test_the_log_begins_with_the_first_warning_and_holds_it_once(caught: Caught) -> None:
    logging.getLogger("panic_button").warning("the first")
    logging.getLogger("panic_button").warning("the second")
    assert [line.rpartition(" ")[2] for line in caught.log.splitlines()] == ["first", "second"]
    assert caught.told.by == []


def test_the_same_mistake_is_told_once_a_minute_and_logged_every_time(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for _ in range(5):
        sys.excepthook(*raised(ValueError("again")))
    assert len(caught.told.by) == 1
    sys.excepthook(TypeError, TypeError("another, without a trace"), None)
    assert len(caught.told.by) == 2
    now += 61
    sys.excepthook(*raised(ValueError("again")))
    assert len(caught.told.by) == 3
    assert caught.log.count("ValueError: again") == 6


def test_a_window_that_is_gone_is_no_second_mistake(caught: Caught) -> None:
    def gone() -> None:
        raise RuntimeError("Internal C++ object already deleted.")

    caught.mistakes.tell = gone
    sys.excepthook(*raised(ValueError("a mistake")))
    assert caught.log.count("Traceback") == 1


class TestDumps:
    """Of an interpreter that crashes, in a process of its own."""

    @pytest.fixture
    def logs(self, private_tmp: Path) -> Path:
        return private_tmp / "logs"

    @pytest.fixture
    def file(self, logs: Path) -> Path:
        return logs / DUMPS_NAME

    def left(self, logs: Path, then: str = "") -> str:
        """What a start finds, which then does something."""
        code = (
            "import os, pathlib, signal, sys\n"
            "from panic_button.storage.crashes import dumps_kept\n"
            "with dumps_kept(pathlib.Path(sys.argv[1])) as untold:\n    print(untold, flush=True)\n"
            f"    {then or 'pass'}"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(logs)], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.stderr == ""
        assert (done.returncode != 0) is bool(then)
        return done.stdout.strip()

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
    @pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
    def test_a_crash_is_told_by_the_next_start_and_by_no_other(self, logs: Path, file: Path, name: str) -> None:
        assert self.left(logs, then=f"os.kill(os.getpid(), signal.{name})") == ""
        told = self.left(logs)
        assert told.startswith("Fatal Python error: ")
        assert 'File "<string>", line 5 in <module>' in told
        assert self.left(logs) == ""
        assert b"Fatal Python error" in file.read_bytes(), "it is kept all the same"

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
    def test_a_second_crash_is_told_without_the_first(self, logs: Path) -> None:
        self.left(logs, then="os.kill(os.getpid(), signal.SIGABRT)")
        assert "Aborted" in self.left(logs, then="os.kill(os.getpid(), signal.SIGSEGV)")
        told = self.left(logs)
        assert "Segmentation fault" in told
        assert "Aborted" not in told

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
    def test_a_kill_is_no_crash(self, logs: Path) -> None:
        self.left(logs, then=f"os.kill(os.getpid(), {signal.SIGKILL})" if sys.platform != "win32" else "")
        assert self.left(logs) == ""

    def test_the_file_is_its_users_alone_also_where_it_was_not(self, logs: Path, file: Path) -> None:
        logs.mkdir(mode=0o700)
        file.touch(mode=0o644)
        self.left(logs)
        assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_a_large_file_loses_its_oldest_part(self, logs: Path, file: Path) -> None:
        logs.mkdir(mode=0o700)
        file.write_bytes(b"old\n" * MOST_BYTES + b"the newest\n")
        assert len(self.left(logs)) <= MOST_BYTES
        kept = file.read_bytes()
        assert len(kept) < MOST_BYTES
        assert b"the newest\n" in kept
        assert self.left(logs) == ""

    def test_where_there_can_be_no_file_the_program_starts_all_the_same(self, logs: Path) -> None:
        logs.touch()
        assert self.left(logs) == ""
