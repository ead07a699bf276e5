"""The journal's writing end: a thread of its own, so that the press never waits for a disk.

Rule: `record` does nothing but stamp and queue. All encoding, all cleaning and all disk work is done on the thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from panic_button.core.errors import JournalError
from panic_button.core.evidence import EvidenceLost, Fact
from panic_button.core.model import OpenOrder, OrderResult
from panic_button.storage.journal.chain import Columns
from panic_button.storage.journal.file import JournalFile

MOST_WAITING: Final = 20_000
MOST_A_TRANSACTION: Final = 50
RETRY_S: Final = 1.0
# Of a press nothing is written before the press is on the wire: its packet wants the interpreter, and so would this.
GATHER_S = 0.005

_log = logging.getLogger(__name__)


class _Stamped(Struct, frozen=True):
    """A fact with the moment when it was recorded."""

    at: datetime
    mono_ns: int
    run: str | None
    account: str | None
    fact: Fact


class SqliteJournal:
    """Fulfils core.ports.Journal; it writes from the moment that it is made.

    `clean` takes secrets out of every text before it is written. `on_trouble` is called on the journal's thread with a
    sentence when evidence is no longer kept, and with an empty one when it is again.
    """

    def __init__(self, path: Path, *, clean: Callable[[str], str], on_trouble: Callable[[str], None]) -> None:
        self._clean = clean
        self._on_trouble = on_trouble
        self._file = JournalFile(path, lambda words: self._columns(_stamped(EvidenceLost(entries=0, words=words))))
        self._trouble = ""
        self._waiting: deque[_Stamped] = deque()
        self._lost = 0
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str:
        return self._trouble

    def record(self, fact: Fact, *, run: str | None = None, account: str | None = None) -> None:
        with self._changed:
            self._waiting.append(_stamped(fact, run=run, account=account))
            self._let_the_oldest_go()
            if len(self._waiting) == 1:
                self._changed.notify_all()

    def close(self, limit_s: float) -> bool:
        """Write what is waiting and end. False where not all of it was written within the limit."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(limit_s)
        return not self._thread.is_alive() and not self._waiting and not self._lost

    def _work(self) -> None:
        written = self._write([], lost=0)  # opens the file: trouble is known before the first entry
        while self._goes_on(written=written):
            with self._changed:
                batch = [self._waiting.popleft() for _ in range(min(MOST_A_TRANSACTION, len(self._waiting)))]
                lost = self._lost
            written = self._write(batch, lost=lost)
            with self._changed:
                if written:
                    self._lost -= lost
                else:
                    self._waiting.extendleft(reversed(batch))
                    self._let_the_oldest_go()
        self._file.close()

    def _goes_on(self, *, written: bool) -> bool:
        """Wait for entries, or after a failure for a while; a close is worth one more try."""
        with self._changed:
            if not written:
                had_closed = self._closing
                self._changed.wait_for(lambda: self._closing, RETRY_S)
                return not had_closed
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if self._closing:
                return bool(self._waiting)
        time.sleep(GATHER_S)
        return True

    def _let_the_oldest_go(self) -> None:
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1

    def _write(self, batch: Sequence[_Stamped], *, lost: int) -> bool:
        if lost:
            words = f"The oldest {lost:,} entries were let go, because evidence could not be kept. {self._trouble}"
            batch = [_stamped(EvidenceLost(entries=lost, words=words)), *batch]
        try:
            self._file.append([self._columns(entry) for entry in batch])
        except JournalError as exc:
            self._say(str(exc))
            return False
        self._say("")
        return True

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                _log.error("%s", trouble)
            self._on_trouble(trouble)

    def _columns(self, entry: _Stamped) -> Columns:
        time.sleep(0)  # lets a press that waits for the interpreter go first
        try:
            fact = _written(entry.fact, self._text)
        except Exception as exc:  # noqa: BLE001 - a fact that can't be written must not keep the others from it
            kind = type(entry.fact).__name__
            _log.error("An entry of kind %s could not be written: %s", kind, type(exc).__name__)
            fact = _written(EvidenceLost(entries=1, words=f"{kind} could not be written: {type(exc).__name__}"), str)
        return Columns(
            entry.at.isoformat(timespec="microseconds"),
            entry.mono_ns,
            None if entry.run is None else self._text(entry.run),
            None if entry.account is None else self._text(entry.account),
            fact[0],
            fact[1],
        )

    def _text(self, text: str) -> str:
        """Text without secrets, and without what UTF-8 can't hold."""
        return self._clean(text).encode("utf-8", "backslashreplace").decode()


def _stamped(fact: Fact, *, run: str | None = None, account: str | None = None) -> _Stamped:
    return _Stamped(datetime.now(UTC), time.monotonic_ns(), run, account, fact)


def _written(fact: Fact, text: Callable[[str], str]) -> tuple[str, str]:
    """A fact's kind, and the fact as JSON."""
    return str(fact.__struct_config__.tag), msgspec.json.encode(_cleaned(fact, text)).decode()


def _cleaned(value: Any, text: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever a fact is made of
    """The same value with every text in it cleaned. An enumeration's words are our own."""
    match value:
        case str() if not isinstance(value, Enum):
            return text(value)
        case Struct() if not _is_clean_order(value, text):
            return type(value)(**{name: _cleaned(getattr(value, name), text) for name in value.__struct_fields__})
        case tuple():
            return tuple(_cleaned(one, text) for one in value)
        case dict():
            return {text(key): _cleaned(one, text) for key, one in value.items()}
    return value


def _is_clean_order(value: Struct, text: Callable[[str], str]) -> bool:
    """All texts of an order at one look: they come by the thousand, and hardly one holds a secret."""
    if not isinstance(value, OpenOrder | OrderResult):
        return False
    texts = "\n".join([one for one in astuple(value) if type(one) is str])
    return text(texts) == texts
