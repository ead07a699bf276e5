"""What a person chooses: how the button is guarded, what follows a press, and how the window looks."""

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


class Preferences(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a window lets a person choose, and keeps.

    `lockout`: whether a press starts one; None until the person has answered, and until then it does. `telephone` is
    that of the exchange's desk. `reset_reasons` are the last ones given, the newest first.
    """

    guard: Guard = Guard()
    theme: Theme = Theme.SYSTEM
    lockout: bool | None = None
    telephone: str = ""
    reset_reasons: tuple[str, ...] = ()

    @property
    def locks_out(self) -> bool:
        return self.lockout is not False
