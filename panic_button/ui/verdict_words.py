"""The banner: the verdict of a press, and the sentence that says what it rests on and what to do.

Rule: nothing here sounds better than what is known. CLEAR that the exchange never confirmed says so, and a press that
something newer has overtaken is told in the past.
"""

from __future__ import annotations

from math import ceil

from msgspec.structs import replace

from panic_button.core.model import Route
from panic_button.core.snapshot import RunSnapshot
from panic_button.ui.desk import Desk, Phase, clear_moment
from panic_button.ui.values import Banner, BannerKind, Symbol
from panic_button.ui.words import clock_time, count, exact_time, money, sentence

ROUTE_NAMES = {Route.HTTPS: "HTTPS", Route.SOCKET: "the orders socket"}
RESUMED = "Taken up again after the program had ended."
BY_HAND = "By hand: the exchange's site, or its desk."


def banner_of(desk: Desk) -> Banner | None:
    run = desk.run
    if run is None:
        return None
    banner = _banner_of_run(desk, run)
    return replace(banner, text=f"{RESUMED} {banner.text}") if run.resumed else banner


def _banner_of_run(desk: Desk, run: RunSnapshot) -> Banner:
    if desk.phase is Phase.CLEAR:
        return Banner(
            kind=BannerKind.CLEAR, symbol=Symbol.CHECK, title="CLEAR · 0 open orders", text=_clear_text(desk, run)
        )
    if desk.phase is Phase.NOT_CLEAR:
        return Banner(
            kind=BannerKind.NOT_CLEAR, symbol=Symbol.CROSS, title=_not_clear_title(run), text=_not_clear_text(run)
        )
    if desk.phase is Phase.UNCONFIRMED:
        return Banner(
            kind=BannerKind.UNCONFIRMED,
            symbol=Symbol.QUESTION,
            title="NOT CONFIRMED · your orders may still be open",
            text=_unconfirmed_text(desk, run),
        )
    if desk.phase is Phase.SENDING:
        return Banner(
            kind=BannerKind.SENDING,
            symbol=Symbol.ELLIPSIS,
            title="CANCELLING · waiting for the exchange",
            text=_sending_text(run),
        )
    title, text = _since_words(desk, run)
    return Banner(kind=BannerKind.SINCE, symbol=Symbol.DIAMOND, title=title, text=text)


def still_open(run: RunSnapshot) -> int:
    """How many orders the newest listing showed, else how many the run counts as open."""
    result = run.result
    return result.listed_open if result.listed_open is not None else result.counts.still_open


def routes_in_use(run: RunSnapshot) -> tuple[Route, ...]:
    return tuple(route for route in Route if route in run.result.routes and run.result.routes[route].attempts)


def _clear_text(desk: Desk, run: RunSnapshot) -> str:
    result = run.result
    last = f"last at {exact_time(clear_moment(run))} UTC"
    parts = _what_became(run) + _late_words(desk, run)
    if result.acknowledged:
        parts.append(f"asked twice, {last}")
    else:
        parts.append(
            "the exchange never confirmed the cancel itself, but was asked four times and showed nothing open, " + last
        )
    return _first_letter_large(" · ".join(parts + _watch_words(desk, run)))


def _late_words(desk: Desk, run: RunSnapshot) -> list[str]:
    """Orders that showed up after CLEAR. Where all accounts are locked out, the lockout counts them."""
    late, counts = run.result.late, run.result.counts
    if not late or len(desk.locked) == len(desk.accounts):
        return []
    gone = "are gone too" if counts.filled_first or counts.unknown else "were cancelled too"
    if late == 1:
        gone = gone.replace("are", "is").replace("were", "was")
    return [f"{count(late, 'order')} showed up after CLEAR and {gone}"]


def _watch_words(desk: Desk, run: RunSnapshot) -> list[str]:
    if not run.watching:
        return []
    if desk.locked:
        return ["watching for new orders until the reset"]
    left_s = ceil(((run.result.watch_ends_ms or 0.0) - desk.elapsed_ms) / 1000)
    return [f"watching for late orders, {left_s} s more" if left_s > 0 else "watching for late orders"]


def _what_became(run: RunSnapshot) -> list[str]:
    """The counts that are not zero, in the order of their weight."""
    result, counts = run.result, run.result.counts
    gone = counts.cancelled + counts.part_filled_then_cancelled
    parts = [f"{gone:,} cancelled"] if gone or result.orders else ["nothing was open"]
    if result.withdrawn:
        parts.append(f"{money(result.withdrawn)} withdrawn")
    if result.matched_before:
        parts.append(f"{money(result.matched_before)} had matched before")
    return parts + _named_if_any(run)


def _named_if_any(run: RunSnapshot) -> list[str]:
    counts = run.result.counts
    parts = []
    if counts.filled_first:
        parts.append(f"{counts.filled_first:,} filled before it could be cancelled")
    if counts.unknown:
        parts.append(f"{counts.unknown:,} not known{': being looked up' if run.running else ''}")
    return parts


def _not_clear_title(run: RunSnapshot) -> str:
    number = still_open(run)
    return f"NOT CLEAR · {count(number, 'order')} still open" if number else "NOT CLEAR · your orders may still be open"


def _not_clear_text(run: RunSnapshot) -> str:
    if run.result.settled:
        return _refused_text(run)
    if not run.running:
        return _ended_text(run)
    result, counts = run.result, run.result.counts
    parts = [f"{counts.cancelled + counts.part_filled_then_cancelled:,} cancelled"]
    parts.append(f"{still_open(run):,} failed, being retried")
    parts += _named_if_any(run)
    if result.late:
        parts.append(f"{count(result.late, 'order')} showed up after CLEAR")
    if result.at_risk:
        parts.append(f"{money(result.at_risk)} is still at risk")
    return " · ".join(parts)


def _refused_text(run: RunSnapshot) -> str:
    troubles = [report.trouble for report in run.result.routes.values() if report.trouble]
    told = sentence(troubles[0]) if troubles else "Nothing more is being sent."
    risk = f" {money(run.result.at_risk)} is still at risk." if run.result.at_risk else ""
    return f"{told}{risk} Sign in again now and press again. {BY_HAND}"


def _ended_text(run: RunSnapshot) -> str:
    risk = f" {money(run.result.at_risk)} is still at risk." if run.result.at_risk else ""
    return f"Nothing more is being sent: press again.{risk} {BY_HAND}"


def _unconfirmed_text(desk: Desk, run: RunSnapshot) -> str:
    heard = desk.heard_at
    last = f"The exchange last answered at {exact_time(heard)} UTC." if heard else "The exchange has not answered yet."
    return f"{last} {_sending_on(run)} {BY_HAND}"


def _sending_on(run: RunSnapshot) -> str:
    if not run.running:
        return "Nothing more is being sent: press again."
    routes = routes_in_use(run)
    if not routes:
        return "Nothing could be sent yet; still trying."
    return "Still sending on both routes." if len(routes) > 1 else f"Still sending over {ROUTE_NAMES[routes[0]]}."


def _sending_text(run: RunSnapshot) -> str:
    result = run.result
    if result.listed_open == 0:
        return "The exchange shows nothing open and is being asked once more."
    if result.acknowledged:
        return "The exchange has answered the cancel and is being asked what is still open."
    routes = routes_in_use(run)
    if not routes:
        return "The cancel is on its way."
    return f"Sent {'on both routes' if len(routes) > 1 else f'over {ROUTE_NAMES[routes[0]]}'}."


def _since_words(desk: Desk, run: RunSnapshot) -> tuple[str, str]:
    cleared_at = clock_time(clear_moment(run))
    opened = desk.open_count or 0
    if desk.phase is Phase.REOPENED:
        verb = "has" if opened == 1 else "have"
        title = f"Was CLEAR at {cleared_at} UTC · {count(opened, 'order')} {verb} opened since"
        return title, "Press again to cancel what is open now."
    if desk.phase is Phase.LEFT_OUT:
        left_out = ", ".join(one.account.label for one in desk.accounts if one.run is None)
        return f"CLEAR at {cleared_at} UTC · but not for {left_out}", f"Nothing was sent for {left_out}. {BY_HAND}"
    if desk.phase is Phase.STALE:
        reason = sentence(desk.reason)
        return f"Was CLEAR at {cleared_at} UTC", f"What is open now is not known. {reason}".strip()
    verdict = run.result.verdict.value
    title = f"The last press ended {verdict} · {count(opened, 'order')} open now"
    told = f"The exchange listed them at {clock_time(desk.heard_at)} UTC." if desk.heard_at else ""
    return title, f"{told} Press again to cancel what is open.".strip() if opened else told.replace("them", "none")


def _first_letter_large(text: str) -> str:
    return text[:1].upper() + text[1:]
