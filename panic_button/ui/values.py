"""What the window shows, as frozen values without Qt: `view.py` makes them, widgets paint them.

A widget adds no word and draws no conclusion of its own: what stands on the screen is in here.
"""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

from panic_button.core.model import OpenOrder, OrderResult

OrderRow = OpenOrder | OrderResult
Row = TypeVar("Row", OpenOrder, OrderResult)


class Tone(Enum):
    """What a piece of the window says by its colour. Shape and words say the same."""

    NEUTRAL = "neutral"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    PRACTICE = "practice"


class Symbol(Enum):
    """The shapes, so that nothing is told by colour alone."""

    DOT = "dot"
    RING = "ring"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CHECK = "check"
    CROSS = "cross"
    HALF = "half"
    QUESTION = "question"
    ELLIPSIS = "ellipsis"
    BOX = "box"
    BOX_CHECKED = "box checked"
    GEAR = "gear"
    BACK = "back"


class Span(Struct, frozen=True):
    """A piece of a line: strong for the value, plain for what names it."""

    text: str
    strong: bool = False


Line = tuple[Span, ...]


class Chip(Struct, frozen=True, kw_only=True):
    """The state in one word."""

    tone: Tone
    symbol: Symbol
    text: str
    explanation: str = ""


class Health(Struct, frozen=True, kw_only=True):
    """The row under the title: who, over which routes, and how much is at stake."""

    chip: Chip
    account: str
    exchange: str
    https: str
    socket: str
    route_troubles: str
    open: str
    at_risk: str


class FaceKind(Enum):
    """The faces of the button that a snapshot asks for; holding is the button's own."""

    ARMED = "armed"
    AGAIN = "again"
    CLEAR = "clear"
    OFF = "off"


class Face(Struct, frozen=True, kw_only=True):
    """The button: with `at_once` a press fires without a guard, because a run is on."""

    kind: FaceKind
    title: tuple[str, ...]
    small: tuple[str, ...]
    enabled: bool = True
    at_once: bool = False
    explanation: str = ""


class BannerKind(Enum):
    """The banners of a run, each with colours and a shape of its own."""

    SENDING = "sending"
    CLEAR = "clear"
    NOT_CLEAR = "not clear"
    UNCONFIRMED = "unconfirmed"
    SINCE = "since"


class Banner(Struct, frozen=True, kw_only=True):
    """The verdict, and the sentence that says what it rests on."""

    kind: BannerKind
    symbol: Symbol
    title: str
    text: str


class TimeRow(Struct, frozen=True, kw_only=True):
    """One line under the button."""

    symbol: Symbol
    label: str
    value: str


class ActionKind(Enum):
    """What the second button does."""

    SIGN_IN = "sign in"
    FIRE = "fire"


class Action(Struct, frozen=True, kw_only=True):
    """The second button. `label` names the account for a sign-in."""

    kind: ActionKind
    text: str
    label: str = ""


class LockoutBox(Struct, frozen=True, kw_only=True):
    """A lockout that is on, in words."""

    line: Line


class Help(Struct, frozen=True, kw_only=True):
    """What a person needs who goes on by hand. A site that begins with `https` can be opened.

    `telephone` is empty where none is set, `stoppable` names the accounts whose run still goes on, and `stopping` says
    what it means to stop them.
    """

    title: str
    routes: tuple[str, ...]
    orders_title: str
    orders: tuple[str, ...]
    sites: tuple[str, ...]
    telephone: str
    stoppable: tuple[str, ...]
    stopping: str


class Tab(Enum):
    """What stands under the tabs."""

    OPEN = "open"
    RESULT = "result"
    JOURNAL = "journal"


class Page(Struct, Generic[Row], frozen=True, kw_only=True):
    """One table: its tab's title, its rows, and what stands there when there are none."""

    title: str
    rows: tuple[Row, ...] = ()
    empty: str


class Footer(Struct, frozen=True, kw_only=True):
    """The quiet line at the bottom. `evidence_trouble` is a sentence while evidence is not being kept."""

    guard: Line
    exchange: Line
    proved: str
    evidence_trouble: str = ""


class View(Struct, frozen=True, kw_only=True):
    """The whole window at one moment.

    `runs` names the runs that are shown, so that a new press is told from an old one, and `states` tells of each
    whether it is running and whether it is watching. While `ticking`, ages on the
    screen grow by the tenth of a second. `leaving` says what would stop if the window were closed now.
    """

    practice: bool
    health: Health
    face: Face
    action: Action | None
    time_line: tuple[TimeRow, ...]
    notes: tuple[str, ...]
    lockout: LockoutBox | None
    banner: Banner | None
    help: Help | None
    open_page: Page[OpenOrder]
    result_page: Page[OrderResult]
    front: Tab
    footer: Footer
    runs: tuple[str, ...]
    states: tuple[tuple[bool, bool], ...]
    ticking: bool
    leaving: tuple[str, ...]
