"""What the exit codes mean. Scripts depend on them."""

from __future__ import annotations

from enum import IntEnum

from panic_button.core.model import Verdict


class Exit(IntEnum):
    """2 is NOT CLEAR, so wrong usage is 64, as in sysexits.h."""

    DONE = 0
    CHAIN_BROKEN = 1
    NOT_CLEAR = 2
    UNCONFIRMED = 3
    NOTHING_SENT = 4
    USAGE = 64
    INTERRUPTED = 130


OF_VERDICT = {
    Verdict.CLEAR: Exit.DONE,
    Verdict.NOT_CLEAR: Exit.NOT_CLEAR,
    Verdict.UNCONFIRMED: Exit.UNCONFIRMED,
}
