"""What came of each case, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from tests.network.cases import Report

_TITLES = ("line", "first byte", "https", "socket", "said meanwhile", "CLEAR", "after healing", "open")


def table(reports: Iterable[Report]) -> str:
    lines = [_TITLES, *(_cells(report) for report in reports)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_TITLES))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cells(report: Report) -> tuple[str, ...]:
    return (
        report.name,
        _ms(report.reached_ms),
        str(report.https_while_broken),
        str(report.socket_while_broken),
        ", ".join(sorted(report.said_while_broken)),
        _ms(report.clear_ms),
        _ms(report.healed_to_clear_ms),
        str(report.left_open),
    )


def _ms(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.1f} ms"
