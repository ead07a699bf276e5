"""What a person chooses of how the button is guarded and how the window looks."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class GuardKind(StrEnum):
    """What keeps a slip of the hand from firing."""

    HOLD = "hold"
    TWO_STEP = "two-step"


class Guard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The button's guard. `hold_s` is 0.4 to 1.5 seconds; two-step is a second click within 2 s."""

    kind: GuardKind = GuardKind.HOLD
    hold_s: float = 0.6


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"
