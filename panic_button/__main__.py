"""`panic-button` and `python -m panic_button`."""

from __future__ import annotations

import gc
import sys

from panic_button.cli import run

# Python's own 700 has the collector look 31 times through what the imports made, 5 ms of a window's start.
COLLECT_AFTER = 20_000


def main() -> None:
    gc.set_threshold(COLLECT_AFTER)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
