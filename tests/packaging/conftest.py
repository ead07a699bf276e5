"""packaging/ is a folder of scripts, not a package: its modules are found as dev.py finds them, beside each other."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Loads a module of packaging/ by its name."""
    monkeypatch.setattr(sys, "path", [str(PACKAGING), *sys.path])
    return importlib.import_module


@pytest.fixture
def start() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs this Python with arguments and keeps what it says."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *arguments], check=False, capture_output=True, text=True)

    return run


@pytest.fixture
def dev() -> Path:
    return PACKAGING / "dev.py"
