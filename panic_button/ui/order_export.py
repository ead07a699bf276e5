"""Rows as text for other programs: tab-separated for the clipboard, CSV for a file.

Rule: a cell that a spreadsheet would take for a formula is written so that it is text. Amounts and odds are written by
this program and stay numbers.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from panic_button.ui.order_columns import Sheet
from panic_button.ui.values import Row
from panic_button.ui.words import count

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ROWS_A_BREATH = 500


def tab_separated(sheet: Sheet[Row], rows: Iterable[Row]) -> str:
    """Headings and rows, one a line; tabs and line ends inside a cell become spaces."""
    lines = ["\t".join(column.title for column in sheet.columns)]
    lines += ["\t".join(" ".join(column.text(row).split()) for column in sheet.columns) for row in rows]
    return "\n".join(lines) + "\n"


def csv_rows(sheet: Sheet[Row], rows: Iterable[Row]) -> Iterator[list[str]]:
    yield [column.title for column in sheet.columns]
    for row in rows:
        yield [
            column.text(row).replace(",", "") if column.number else guarded(column.text(row))
            for column in sheet.columns
        ]


def guarded(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(path: Path, sheet: Sheet[Any], rows: Sequence[Any]) -> str:
    """Write a file and return the sentence that says how it went. For a thread: it takes its time."""
    try:
        # The byte order mark tells spreadsheets that this is UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            for number, line in enumerate(csv_rows(sheet, rows)):
                writer.writerow(line)
                if number % ROWS_A_BREATH == 0:
                    time.sleep(0)  # lets a press on another thread go first
    except OSError as error:
        return f"Not saved to {path.name}: {error.strerror or error}"
    return f"Saved {count(len(rows), 'row')} to {path.name}"
