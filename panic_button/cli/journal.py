"""`panic-button journal`: list, show, export and verify the evidence. It changes nothing, and no order.

What the exchange sent is printed with its control characters made visible: a description may not steer a terminal.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from panic_button.cli import journal_export, report
from panic_button.cli.exits import Exit
from panic_button.cli.journal_words import counted, in_words, visible
from panic_button.core.errors import JournalError
from panic_button.core.evidence import Pressed, RunSummary, since
from panic_button.storage.journal import SqliteJournalReader
from panic_button.storage.paths import Home


def journal(options: argparse.Namespace) -> int:
    home = Home.find(options.home, os.environ)
    reader = SqliteJournalReader(home.practice_journal if options.practice else home.journal)
    try:
        exit_code = _carry_out(reader, options)
        sys.stdout.flush()
    except OSError as exc:
        # Python would try again on its way out, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(exc, BrokenPipeError):
            return Exit.DONE  # whoever read has seen enough
        raise JournalError(f"Not all of it could be written out ({exc.strerror}). The journal is as it was.") from exc
    return exit_code


def _carry_out(reader: SqliteJournalReader, options: argparse.Namespace) -> int:
    match options.verb:
        case "list":
            return _list(reader)
        case "show":
            return _show(reader, options.run)
        case "export":
            return _export(reader, options)
    return _verify(reader)


def _list(reader: SqliteJournalReader) -> int:
    runs = reader.runs(sys.maxsize)
    for run in runs:
        _print(_line(run))
    if not runs:
        _print("No run was kept yet.")
    return Exit.DONE


def _line(run: RunSummary) -> str:
    verdict = run.verdict or "no verdict"
    told = f"{verdict}: {counted(run.counts)}, ${run.withdrawn:,.2f} withdrawn" if run.counts else verdict
    end = "" if run.ended else " (its end was not kept)"
    accounts = ", ".join(account or "-" for account in run.accounts)
    return f"{report.moment(run.pressed_at)}  {run.run}  {run.trigger:<8}  {accounts}  {told}{end}"


def _show(reader: SqliteJournalReader, run: str) -> int:
    entries = reader.entries(run)
    if not entries:
        raise JournalError(f"No run is called {visible(run)}. See them all: panic-button journal list")
    press = next((entry for entry in entries if isinstance(entry.fact, Pressed)), entries[0])
    pressed_at = press.fact.pressed_at if isinstance(press.fact, Pressed) else press.at
    _print(f"Run {run}, {report.moment(pressed_at)}. Milliseconds since the press:")
    for entry in entries:
        first, *more = in_words(entry.fact)
        _print(f"{since(press, entry):>12,.1f}  {entry.account or '':<12}  {first}")
        for line in more:
            _print(f"{'':28}{line}")
    return Exit.DONE


def _export(reader: SqliteJournalReader, options: argparse.Namespace) -> int:
    pieces = journal_export.FORMATS[options.format](reader)
    first = next(pieces)  # a journal that can't be read leaves no empty file behind
    if options.output is None:
        sys.stdout.buffer.write(first)
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return Exit.DONE
    with _new(options.output) as file:
        file.write(first)
        file.writelines(pieces)
    return Exit.DONE


@contextlib.contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that was not there before, for its user alone. It goes again where it can't be written whole."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError as exc:
        raise JournalError(f"{path} is there already and was left as it is. Name a new file with --output.") from exc
    except OSError as exc:
        raise JournalError(f"{path} can't be written ({exc.strerror}). Name another file with --output.") from exc
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException as exc:
        path.unlink()
        if isinstance(exc, OSError):
            raise JournalError(f"{path} could not be written whole ({exc.strerror}) and was removed again.") from exc
        raise


def _verify(reader: SqliteJournalReader) -> int:
    checked = reader.check()
    if checked.broken is None:
        _print(
            f"The chain holds: {checked.good:,} entries, each as it was written.\n"
            f"The newest hash is {checked.newest}. Note it elsewhere: if somebody removes the newest entries, nothing "
            "but that can tell."
        )
        return Exit.DONE
    _print(
        f"The chain is broken at entry {checked.broken.seq:,}: {checked.broken.wrong}.\n"
        f"The {checked.good:,} entries before it are as they were written, up to the hash {checked.newest}."
    )
    return Exit.CHAIN_BROKEN


def _print(words: str) -> None:
    print("\n".join(map(visible, words.split("\n"))))  # noqa: T201 - its whole purpose
