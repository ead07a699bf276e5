"""The table of failures: complete, honest, and printed by the guide as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from panic_button.core.failures import MEANINGS, as_markdown, kind_of
from panic_button.core.model import Answer, FailureKind

GUIDE = Path(__file__).parents[2] / "resources" / "guide" / "failures.md"


def test_every_kind_of_failure_has_its_meaning_and_none_reads_as_success() -> None:
    assert set(MEANINGS) == set(FailureKind)
    assert all(meaning.answer not in {Answer.OK, Answer.NOT_USED} for meaning in MEANINGS.values())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, FailureKind.TOKEN_REFUSED),
        (403, FailureKind.FORBIDDEN),
        (404, FailureKind.GONE),
        (408, FailureKind.TIMED_OUT),
        (409, FailureKind.GONE),
        (428, FailureKind.CHALLENGED),
        (429, FailureKind.LIMITED),
        (400, FailureKind.ERROR),
        (503, FailureKind.ERROR),
        (302, FailureKind.ERROR),
    ],
)
def test_a_status_means(status: int, kind: FailureKind) -> None:
    assert kind_of(status) is kind


def test_the_guide_prints_the_table_as_it_is() -> None:
    """Where it does not: `python -c "from panic_button.core import failures; print(failures.as_markdown())"`."""
    assert as_markdown() in GUIDE.read_text(encoding="utf-8")
