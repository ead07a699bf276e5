"""The journal written out for others, piece by piece: jsonl for programs, csv for spreadsheets, html to be read.

Texts come from the exchange: in csv none is taken for a formula, in html none for markup.
"""

from __future__ import annotations

import csv
import html
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from panic_button.cli import report
from panic_button.cli.journal_words import counted, in_words, visible
from panic_button.core.evidence import Entry, Outcomes, Pressed, since
from panic_button.core.model import OrderResult
from panic_button.storage.journal import Checked, SqliteJournalReader, entry_of

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class _Line(Struct, frozen=True):
    seq: int
    at: str
    mono_ns: int
    run: str | None
    account: str | None
    fact: msgspec.Raw
    hash: str


def jsonl(reader: SqliteJournalReader) -> Iterator[bytes]:
    """Every entry on a line of its own, with its hash; one that somebody made unreadable as the text that it is."""
    yield b""
    for row in reader.rows():
        kept = row.columns
        line = _Line(row.seq, kept.at, kept.mono_ns, kept.run, kept.account, _json(kept.fact), row.hash)
        yield msgspec.json.encode(line) + b"\n"


def _json(fact: str) -> msgspec.Raw:
    try:
        msgspec.json.decode(fact)
    except (msgspec.MsgspecError, TypeError):
        return msgspec.Raw(msgspec.json.encode(fact))
    return msgspec.Raw(fact)


def as_csv(reader: SqliteJournalReader) -> Iterator[bytes]:
    """A row for what became of each order of each run."""
    # The byte order mark tells spreadsheets that this is UTF-8.
    yield b"\xef\xbb\xbf" + _csv_row(("run", "account", "at", *OrderResult.__struct_fields__))
    for row in reader.rows():
        if row.columns.kind == "outcomes":
            entry = entry_of(row)
            for order in entry.fact.orders if isinstance(entry.fact, Outcomes) else ():
                yield _csv_row(_cells(entry, order))


def _cells(entry: Entry, order: OrderResult) -> Iterable[str]:
    of_entry = (_guarded(entry.run), _guarded(entry.account), report.moment(entry.at))
    amounts = map(report.dollars, (order.cancelled, order.filled, order.still_open))
    texts = map(_guarded, (order.reason, order.user_reference, order.game_id))
    odds = report.number(order.odds) or ""
    return *of_entry, _guarded(order.order_id), order.outcome, _guarded(order.description), odds, *amounts, *texts


def _guarded(text: str | None) -> str:
    """Text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text and text.startswith(_FORMULA_STARTS) else text or ""


def _csv_row(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


_HEAD: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Panic Button: journal</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1d21; }
h2 { margin: 2.5rem 0 .25rem; font-size: 1.15rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #d8dce1; padding: .3rem .75rem .3rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
ul { margin: 0; padding-left: 1.2rem; }
@media (prefers-color-scheme: dark) { body { background: #14171a; color: #e6e8ea; } td { border-color: #363c42; } }
</style></head><body>
<h1>Panic Button: journal</h1>
"""


def page(reader: SqliteJournalReader) -> Iterator[bytes]:
    """One page that needs nothing else: whether the chain holds, every run, and what belongs to none."""
    yield f"{_HEAD}<p>{html.escape(_chain_in_words(reader.check()))}</p>\n".encode()
    for run in reader.runs(sys.maxsize):
        told = f"{run.verdict or 'no verdict'}{'' if run.ended else ', its end was not kept'}"
        counts = f", {counted(run.counts)}" if run.counts else ""
        yield _tag("h2", f"{report.moment(run.pressed_at)}: {told}{counts}")
        yield _tag("p", f"Run {run.run}, {run.trigger}, {', '.join(run.accounts)}. Milliseconds since the press.")
        entries = reader.entries(run.run)
        press = next(entry for entry in entries if isinstance(entry.fact, Pressed))
        yield from _table((f"{since(press, entry):,.1f}", entry) for entry in entries)
    yield _tag("h2", "What belongs to no run")
    alone = (entry_of(row) for row in reader.rows() if row.columns.run is None)
    yield from _table((report.moment(entry.at), entry) for entry in alone)
    yield b"</body></html>\n"


def _chain_in_words(checked: Checked) -> str:
    if checked.broken is None:
        return (
            f"The chain holds: {checked.good:,} entries, each as it was written. The newest hash is {checked.newest}."
        )
    return f"THE CHAIN IS BROKEN at entry {checked.broken.seq:,}: {checked.broken.wrong}."


def _table(rows: Iterable[tuple[str, Entry]]) -> Iterator[bytes]:
    yield b"<table>\n"
    for when, entry in rows:
        first, *more = (html.escape(visible(line)) for line in in_words(entry.fact))
        below = f"<ul>{''.join(f'<li>{line}</li>' for line in more)}</ul>" if more else ""
        account = html.escape(visible(entry.account or ""))
        yield f"<tr><td>{when}</td><td>{account}</td><td>{first}{below}</td></tr>\n".encode()
    yield b"</table>\n"


def _tag(name: str, text: str) -> bytes:
    return f"<{name}>{html.escape(visible(text))}</{name}>\n".encode()


FORMATS: Final[Mapping[str, Callable[[SqliteJournalReader], Iterator[bytes]]]] = MappingProxyType(
    {"jsonl": jsonl, "csv": as_csv, "html": page}
)
