"""`panic-button` and `python -m panic_button`."""

from __future__ import annotations

import sys

from panic_button.cli import run


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
