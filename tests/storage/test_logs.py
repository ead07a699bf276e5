"""The log: what reaches it, what never does, and that no trouble with it reaches the program."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from panic_button.storage import logs
from panic_button.storage.logs import VEIL, Redactor, logging_to

log = logging.getLogger("panic_button.engine.session")

TOKEN = "0123456789abcdef" * 16
SECRETS = [TOKEN, "short-token", 'pä"ss\twörd 🎲', 'it\'s "quoted" \\ and\tspaced', "a+b/c=d &e"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by access lists")


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def folder(private_tmp: Path) -> Path:
    return private_tmp / "logs"


@pytest.fixture
def written(folder: Path, redactor: Redactor) -> Iterator[Callable[[], str]]:
    """Logging is on; call this for all that was written."""
    with logging_to(folder, redactor):
        yield lambda: "".join(file.read_text(encoding="utf-8") for file in sorted(folder.iterdir()))


def in_the_message(secret: str) -> None:
    log.info(f"token {secret} sent")  # noqa: G004 - just what must not leak


def in_the_arguments(secret: str) -> None:
    log.warning("signed in with %s and %r", secret, {"password": secret})


def in_named_arguments(secret: str) -> None:
    log.info("signed in with %(password)s", {"password": secret})


def in_bytes(secret: str) -> None:
    log.info("body %r", secret.encode())


def in_json(secret: str) -> None:
    log.info("body %s or %s", json.dumps({"p": secret}), json.dumps({"p": secret}, ensure_ascii=False))


def in_an_address(secret: str) -> None:
    log.info("GET https://x.test/%s/%s?token=%s", quote(secret), quote(secret, safe=""), quote_plus(secret))


def in_extra(secret: str) -> None:
    log.info("signed in", extra={"password": secret})


def in_an_exception(secret: str) -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[secret]
    except KeyError:
        log.exception("sign-in failed")


def in_a_chain_of_exceptions(secret: str) -> None:
    try:
        try:
            float(secret)
        except ValueError as cause:
            raise RuntimeError(secret) from cause
    except RuntimeError as exc:
        exc.add_note(f"tried {secret}")
        log.exception("sign-in failed")


def in_a_librarys_warning(secret: str) -> None:
    logging.getLogger("websockets.client").warning("opening failed: %s", secret)


def in_any_other_librarys_error(secret: str) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved: %s", secret)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "path",
    [
        in_the_message, in_the_arguments, in_named_arguments, in_bytes, in_json, in_an_address, in_extra,
        in_an_exception, in_a_chain_of_exceptions, in_a_librarys_warning, in_any_other_librarys_error,
    ],
)  # fmt: skip
def test_a_known_secret_reaches_the_file_on_no_path(
    written: Callable[[], str], redactor: Redactor, path: Callable[[str], None], secret: str
) -> None:
    redactor.hide(secret)
    path(secret)
    text = written()
    assert text.count("\n") >= 1
    for spelling in (
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        secret,
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        json.dumps(secret)[1:-1],
        quote_plus(secret),
    ):
        assert spelling not in text


def test_a_line_tells_when_in_utc_how_bad_and_where(written: Callable[[], str]) -> None:
    moment = {"created": 0.0, "msecs": 7, "threadName": "worker"}
    log.handle(logging.makeLogRecord({"name": "n", "levelname": "INFO", "levelno": 20, "msg": "pressed", **moment}))
    assert written() == "1970-01-01T00:00:00.007Z INFO n [worker] pressed\n"


def test_whole_addresses_of_the_wires_libraries_are_not_logged(written: Callable[[], str]) -> None:
    log.info("armed")
    for name in ("httpx", "httpcore.http11", "websockets.client"):
        logging.getLogger(name).info("HTTP Request: GET https://x.test/?token=unknown")
    assert "x.test" not in written()
    assert "armed" in written()


def test_a_line_that_can_not_be_formatted_is_named_and_its_arguments_are_not(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest's own would raise
    with logging_to(folder, redactor):
        log.info("%d orders", "hunter2")
    text = (folder / "panic-button.log").read_text(encoding="utf-8")
    assert "test_logs.py" in text
    assert "gave TypeError" in text
    assert "hunter2" not in text


@posix
@pytest.mark.parametrize("umask", [0, 0o777])
def test_the_file_is_private_before_its_first_line_and_after_each_rotation(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    monkeypatch.setattr(logs, "_FILE_BYTES", 500)
    before = os.umask(umask)
    try:
        with logging_to(folder, redactor):
            assert [file.stat().st_size for file in folder.iterdir()] == [0]
            for number in range(60):
                log.info("line %d", number)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert (stat.S_IMODE(folder.stat().st_mode), modes, len(list(folder.iterdir()))) == (0o700, {0o600}, 6)


@posix
def test_an_older_file_that_others_can_read_is_closed_to_them(folder: Path, redactor: Redactor) -> None:
    folder.mkdir(mode=0o755)
    (folder / "panic-button.log").touch(mode=0o644)
    with logging_to(folder, redactor):
        assert stat.S_IMODE((folder / "panic-button.log").stat().st_mode) == 0o600


def test_a_file_that_can_not_be_rotated_is_written_on_and_older_ones_stay(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rename = os.rename

    def held_by_another_program(source: str, target: str) -> None:
        if source.endswith(".log"):
            raise PermissionError(13, "used by another process")
        rename(source, target)

    monkeypatch.setattr(logs, "_FILE_BYTES", 500)
    monkeypatch.setattr(os, "rename", held_by_another_program)
    folder.mkdir(mode=0o700)
    for number in range(1, 6):
        (folder / f"panic-button.log.{number}").touch()
    with logging_to(folder, redactor):
        for number in range(60):
            log.info("line %d", number)
    assert len((folder / "panic-button.log").read_text(encoding="utf-8").splitlines()) == 60
    assert len(list(folder.iterdir())) == 5, "the try pushed one old file out; more tries would push out all"
    assert capsys.readouterr().err == ""


def test_nothing_goes_to_the_terminal_unless_asked(
    folder: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(folder, redactor):
        log.error("not armed")
    assert capsys.readouterr().err == ""


def test_the_terminal_gets_warnings_alone_and_no_secrets(
    folder: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    redactor.hide("hunter2")
    with logging_to(folder, redactor, stderr=True):
        log.info("armed")
        log.warning("degraded: hunter2")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"degraded: {VEIL}")


def test_a_terminal_that_went_away_stops_nothing(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as gone, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", gone)
        with logging_to(folder, redactor, stderr=True):
            log.warning("degraded")
            log.warning("armed again")
        os.dup2(os.open(os.devnull, os.O_WRONLY), gone.fileno())
    assert "armed again" in (folder / "panic-button.log").read_text(encoding="utf-8")


def test_a_windowed_program_without_stderr_logs_all_the_same(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with logging_to(folder, redactor, stderr=True):
        log.warning("degraded")
    assert "degraded" in (folder / "panic-button.log").read_text(encoding="utf-8")


def test_a_folder_that_can_not_be_had_is_told_once_and_nothing_leaks_to_the_terminal(
    folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # as in the program: pytest's own hide the last resort
    folder.touch()
    with logging_to(folder, redactor):
        log.error("hunter2")
        log.error("hunter2")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("panic-button: There is no log (The folder ")
    assert "Cancelling works as before" in line


FULL_DISK = """
import logging, pathlib, resource, sys
from panic_button.storage.logs import Redactor, logging_to
log = logging.getLogger("panic_button")
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
with logging_to(pathlib.Path(sys.argv[1]), Redactor()):
    log.info("before")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    for _ in range(1000):
        log.info("hunter2 while the disk is full")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    log.info("after")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    log.info("hunter2 at the end")
print("done")
"""


@posix
def test_a_full_disk_is_told_once_stops_nothing_and_is_recovered_from(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "dev", "-c", FULL_DISK, str(folder)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "done\n")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"panic-button: The log {folder / 'panic-button.log'} can't be written (File too large).")
    lines = (folder / "panic-button.log").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(" before")
    assert [line for line in lines if line.endswith(" after")]


def test_afterwards_logging_is_as_it_was(folder: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    loggers = [logging.getLogger(name) for name in ("panic_button", "httpx", "httpcore", "websockets")]
    for logger in loggers:
        monkeypatch.setattr(logger, "level", logging.DEBUG)
    before = [logger.level for logger in loggers], list(logging.root.handlers)
    with logging_to(folder, redactor):
        assert before != ([logger.level for logger in loggers], logging.root.handlers)
    assert before == ([logger.level for logger in loggers], logging.root.handlers)
