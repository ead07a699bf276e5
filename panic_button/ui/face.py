"""The button's face for a desk: what a press would do now, and whether it can do it.

Rule: while a run is on the face takes a press at once, whatever else is wrong. A press is never swallowed.
"""

from __future__ import annotations

from panic_button.core.preferences import Guard, GuardKind
from panic_button.core.snapshot import Readiness, RunSnapshot
from panic_button.ui.desk import Desk, Phase
from panic_button.ui.values import Face, FaceKind
from panic_button.ui.verdict_words import routes_in_use
from panic_button.ui.words import count, money

ROUTE_WORDS = {"https": "HTTPS", "socket": "orders socket"}


def guard_words(guard: Guard) -> str:
    return f"Hold {guard.hold_s:.1f} s" if guard.kind is GuardKind.HOLD else "Click twice"


def face_of(desk: Desk, guard: Guard) -> Face:
    run = desk.run
    if desk.phase is Phase.CLEAR:
        return Face(
            kind=FaceKind.CLEAR,
            title=("CLEAR",),
            small=("0 open orders", "Press again at any time"),
            explanation=f"Cancels all orders once more. {guard_words(guard)}.",
        )
    if run is not None and run.running and desk.phase.of_a_run:
        return Face(
            kind=FaceKind.AGAIN,
            title=("FIRE", "AGAIN"),
            small=_again_words(desk.phase, run),
            at_once=True,
            explanation="A press sends the cancel again at once, without a guard.",
        )
    if desk.readiness is Readiness.NOT_ARMED:
        return Face(
            kind=FaceKind.OFF,
            title=("NOT", "ARMED"),
            small=(desk.reason.rstrip("."),),
            enabled=False,
            explanation=f"Nothing can be sent. {desk.reason}",
        )
    return Face(
        kind=FaceKind.ARMED,
        title=("CANCEL", "ALL", "ORDERS"),
        small=(_stake(desk), guard_words(guard)),
        explanation=f"Cancels every open order. {guard_words(guard)}.",
    )


def _stake(desk: Desk) -> str:
    if desk.open_count is None:
        return "Open orders not known"
    if desk.open_count == 0:
        return "0 open orders"
    at_risk = desk.at_risk
    return f"{count(desk.open_count, 'order')} · {money(at_risk.dollars)}{'' if at_risk.complete else ' +'}"


def _again_words(phase: Phase, run: RunSnapshot) -> tuple[str, str]:
    attempt = max((report.attempts for report in run.result.routes.values()), default=0)
    if not attempt:
        return "Sending", "no route yet"
    if phase is Phase.NOT_CLEAR:
        return "Retrying by itself", f"attempt {attempt}"
    routes = routes_in_use(run)
    on_routes = "both routes" if len(routes) > 1 else ROUTE_WORDS[routes[0].value]
    return "Still sending" if phase is Phase.UNCONFIRMED else "Sent, waiting", f"attempt {attempt}, {on_routes}"
