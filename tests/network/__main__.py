"""A press over broken lines, one case after the other, and what came of each.

python3 packaging/dev.py network
"""

from __future__ import annotations

import argparse
import logging
import sys

from tests.network import namespaces
from tests.network.cases import CASES, HEALED_WITHIN_S, MARGIN_S, carried_out
from tests.network.table import table


def main() -> int:
    argparse.ArgumentParser(description="Press over broken lines, and see what comes of it.").parse_args()
    logging.disable(logging.WARNING)  # that calls fail is what is tried here
    print(f"CLEAR has to come within {HEALED_WITHIN_S:g} s of the healing, and {MARGIN_S:g} s for a busy machine.\n")
    print(table([carried_out(case) for case in CASES]), flush=True)
    if why := namespaces.reason_not():
        print(f"\nNot tried with the system's own network: {why}.")
        return 0
    print("\nWith the system's own network, in namespaces:\n", flush=True)
    print(table(namespaces.carried_out()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
