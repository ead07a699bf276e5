"""The window's colours by name: two sets, the same names.

Rule: text keeps a contrast of at least 4.5 to what lies behind it, in both sets.
"""

from __future__ import annotations

from msgspec import Struct


class Pair(Struct, frozen=True, kw_only=True):
    """Something filled, and what is written on it."""

    fill: str
    ink: str


class Ball(Struct, frozen=True, kw_only=True):
    """The round button: lit from above, in a ring."""

    high: str
    middle: str
    low: str
    ink: str
    ring: str
    ring_edge: str


class Band(Struct, frozen=True, kw_only=True):
    """The banner: two stripes where it is hatched, the same twice where it is not."""

    fill: str
    stripe: str
    title: str
    text: str
    icon: Pair


class Tokens(Struct, frozen=True, kw_only=True):
    """One set of colours, as `#rrggbb` or `#aarrggbb`."""

    background: str
    panel: str
    title_row: str
    line: str
    row_line: str
    text: str
    dim: str
    blue: str
    selection: str
    left_top: str
    left_bottom: str
    field: str
    field_line: str
    button: str
    button_hover: str
    button_line: str
    button_text: str
    disabled_text: str
    scroll_handle: str
    failed_row: str
    ok_text: str
    warn_text: str
    bad_text: str
    chip_ok: Pair
    chip_warn: Pair
    chip_bad: Pair
    chip_practice: Pair
    box_warn: Pair
    box_warn_line: str
    band_clear: Band
    band_not_clear: Band
    band_unconfirmed: Band
    band_sending: Band
    ball_armed: Ball
    ball_held: Ball
    ball_clear: Ball
    ball_off: Ball
    hold_ring: str
    hold_track: str
    shadow: str
    inner_shadow: str


DARK = Tokens(
    background="#14171c",
    panel="#1b1f26",
    title_row="#101318",
    line="#2b313b",
    row_line="#20252d",
    text="#e8ebf0",
    dim="#97a1b0",
    blue="#6ea8fe",
    selection="#243450",
    left_top="#171b21",
    left_bottom="#14171c",
    field="#0f1216",
    field_line="#2b313b",
    button="#1d222a",
    button_hover="#252b35",
    button_line="#3a424e",
    button_text="#cfd6e0",
    disabled_text="#5c6572",
    scroll_handle="#39414d",
    failed_row="#2a1312",
    ok_text="#6ce9a6",
    warn_text="#fec84b",
    bad_text="#fda29b",
    chip_ok=Pair(fill="#0b3b28", ink="#6ce9a6"),
    chip_warn=Pair(fill="#4a2f07", ink="#fec84b"),
    chip_bad=Pair(fill="#3a1210", ink="#fda29b"),
    chip_practice=Pair(fill="#182746", ink="#9cc2ff"),
    box_warn=Pair(fill="#2d1e06", ink="#fedf89"),
    box_warn_line="#694108",
    band_clear=Band(
        fill="#0b3b28",
        stripe="#0b3b28",
        title="#6ce9a6",
        text="#d3dae4",
        icon=Pair(fill="#12b76a", ink="#04150c"),
    ),
    band_not_clear=Band(
        fill="#5b1711",
        stripe="#4c130e",
        title="#ffd5d0",
        text="#d3dae4",
        icon=Pair(fill="#fda29b", ink="#3a0c08"),
    ),
    band_unconfirmed=Band(
        fill="#4a2f07",
        stripe="#4a2f07",
        title="#fec84b",
        text="#d3dae4",
        icon=Pair(fill="#fec84b", ink="#2d1e06"),
    ),
    band_sending=Band(
        fill="#1b1f26",
        stripe="#1b1f26",
        title="#e8ebf0",
        text="#d3dae4",
        icon=Pair(fill="#4a2f07", ink="#fec84b"),
    ),
    ball_armed=Ball(
        high="#f04438", middle="#d92d20", low="#b42318", ink="#e8ebf0", ring="#23282f", ring_edge="#39414d"
    ),
    ball_held=Ball(high="#d92d20", middle="#b42318", low="#7a1a13", ink="#e8ebf0", ring="#23282f", ring_edge="#39414d"),
    ball_clear=Ball(
        high="#32d583", middle="#12b76a", low="#079455", ink="#e8ebf0", ring="#16281f", ring_edge="#2a5f46"
    ),
    ball_off=Ball(high="#2a3038", middle="#252a31", low="#252a31", ink="#9aa4b2", ring="#1b1f25", ring_edge="#2e343d"),
    hold_ring="#ffffff",
    hold_track="#22ffffff",
    shadow="#99000000",
    inner_shadow="#44000000",
)

LIGHT = Tokens(
    background="#f7f8fa",
    panel="#ffffff",
    title_row="#eef0f4",
    line="#d6dbe3",
    row_line="#e6e9ee",
    text="#14171c",
    dim="#5a6473",
    blue="#2e6fe0",
    selection="#d8e6ff",
    left_top="#ffffff",
    left_bottom="#f4f5f8",
    field="#ffffff",
    field_line="#c5ccd8",
    button="#ffffff",
    button_hover="#f0f3f8",
    button_line="#c5ccd8",
    button_text="#1d2430",
    disabled_text="#9aa4b2",
    scroll_handle="#c5ccd8",
    failed_row="#fdecea",
    ok_text="#067647",
    warn_text="#93450a",
    bad_text="#b42318",
    chip_ok=Pair(fill="#d1fadf", ink="#05603a"),
    chip_warn=Pair(fill="#fef0c7", ink="#93370d"),
    chip_bad=Pair(fill="#fee4e2", ink="#b42318"),
    chip_practice=Pair(fill="#dbe7ff", ink="#1d4fb8"),
    box_warn=Pair(fill="#fffaeb", ink="#7a2e0e"),
    box_warn_line="#f3cf7a",
    band_clear=Band(
        fill="#d1fadf",
        stripe="#d1fadf",
        title="#05603a",
        text="#27382f",
        icon=Pair(fill="#12b76a", ink="#04150c"),
    ),
    band_not_clear=Band(
        fill="#fee4e2",
        stripe="#fdd5d1",
        title="#a11d13",
        text="#48211d",
        icon=Pair(fill="#d92d20", ink="#ffffff"),
    ),
    band_unconfirmed=Band(
        fill="#fef0c7",
        stripe="#fef0c7",
        title="#7f3a08",
        text="#43301a",
        icon=Pair(fill="#f79009", ink="#2d1e06"),
    ),
    band_sending=Band(
        fill="#ffffff",
        stripe="#ffffff",
        title="#14171c",
        text="#3a4453",
        icon=Pair(fill="#fef0c7", ink="#93370d"),
    ),
    ball_armed=Ball(
        high="#f04438", middle="#d92d20", low="#b42318", ink="#ffffff", ring="#e6e9ef", ring_edge="#c8cfda"
    ),
    ball_held=Ball(high="#d92d20", middle="#b42318", low="#7a1a13", ink="#ffffff", ring="#e6e9ef", ring_edge="#c8cfda"),
    ball_clear=Ball(
        high="#32d583", middle="#12b76a", low="#079455", ink="#ffffff", ring="#d9f2e4", ring_edge="#8fd0ae"
    ),
    ball_off=Ball(high="#e3e7ed", middle="#d9dee6", low="#d9dee6", ink="#525c6b", ring="#eef0f4", ring_edge="#d6dbe3"),
    hold_ring="#14171c",
    hold_track="#2214171c",
    shadow="#33000000",
    inner_shadow="#33000000",
)
