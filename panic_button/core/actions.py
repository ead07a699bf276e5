"""What a mass cancel asks to be done. Whoever carries an action out answers with an event of the same name."""

from __future__ import annotations

from msgspec import Struct

from panic_button.core.model import Route, Verdict


class CancelAll(Struct, frozen=True):
    route: Route
    attempt: int


class CancelThese(Struct, frozen=True):
    route: Route
    attempt: int
    order_ids: tuple[str, ...]


class CancelGame(Struct, frozen=True):
    route: Route
    attempt: int
    game_id: str


class List(Struct, frozen=True):
    """Ask what is open."""


class LookUp(Struct, frozen=True):
    order_id: str


class SignIn(Struct, frozen=True):
    """Get a new token if there is any way to, then say by the event `routes` whether https is there again."""


class WakeAt(Struct, frozen=True):
    """Send `tick` at this time. A later WakeAt takes the place of an earlier one."""

    at: float


class Say(Struct, frozen=True):
    """The verdict has changed."""

    verdict: Verdict


Action = CancelAll | CancelThese | CancelGame | List | LookUp | SignIn | WakeAt | Say
CancelAction = CancelAll | CancelThese | CancelGame
