"""`panic-button`: the window."""

from __future__ import annotations

import argparse
import os

from panic_button.app import run_window
from panic_button.storage.paths import Home


def window(options: argparse.Namespace) -> int:
    return run_window(Home.find(options.home, os.environ), practice=options.practice)
