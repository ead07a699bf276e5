"""A home of the test's own, a practice exchange, and a desktop's keyring for those who ask."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from panic_button.practice import PracticeExchange
from tests.desktop_keyring import desktop_keyring

__all__ = ["desktop_keyring"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PANIC_BUTTON_HOME", str(tmp_path))
    monkeypatch.delenv("PANIC_BUTTON_TOKEN", raising=False)
    return tmp_path


@pytest.fixture
def exchange() -> Iterator[PracticeExchange]:
    with PracticeExchange(orders=6, seed=9) as exchange:
        yield exchange
