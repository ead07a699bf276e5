"""Help by hand: what a person needs who must do at the exchange what this program could not."""

from __future__ import annotations

from urllib.parse import urlsplit

from panic_button.core.escalation import STARTS, Stage
from panic_button.core.model import Account, Answer, Environment, OpenOrder, Route, RouteReport
from panic_button.core.snapshot import AccountSnapshot, RunSnapshot
from panic_button.ui.desk import Desk, Phase, labels_of, open_orders
from panic_button.ui.values import Help
from panic_button.ui.words import american, clock_time, money, sentence

SITE = "https://4casters.io"
ROUTE_NAMES = {Route.HTTPS: "HTTPS", Route.SOCKET: "Orders socket"}
MOST_NAMED = 3


def help_of(desk: Desk, telephone: str) -> Help | None:
    run = desk.run
    if run is None or desk.phase not in {Phase.NOT_CLEAR, Phase.UNCONFIRMED} or run.result.stage is not Stage.HELP:
        return None
    title, orders = _orders_words(desk)
    return Help(
        title=f"Not CLEAR within {STARTS[Stage.HELP] / 1000:.0f} s: cancel by hand as well",
        routes=tuple(f"{ROUTE_NAMES[route]}: {_route_words(run, route)}" for route in Route),
        orders_title=title,
        orders=orders,
        sites=tuple(dict.fromkeys(_site_of(one.account) for one in desk.accounts)),
        telephone=telephone,
        stoppable=tuple(one.account.label for one in desk.trying),
        stopping=_stop_words(desk),
    )


def leaving_of(desk: Desk) -> tuple[str, ...]:
    """What would stop if the window were closed now; nothing where it may be closed at once."""
    told = []
    if desk.trying:
        again = " At the next start it is taken up again." if _outlives(desk.trying) else ""
        told.append(
            f"The cancel of {labels_of(desk.trying)} is not CLEAR. Once this window is closed nothing more is tried, "
            f"and what is open stays open.{again}"
        )
    if desk.locked:
        kept = not any(one.lockout.trouble for one in desk.locked if one.lockout is not None)
        again = " At the next start it goes on." if kept and _outlives(desk.locked) else ""
        told.append(
            f"The lockout of {labels_of(desk.locked)} is on. Once this window is closed new orders are no longer "
            f"cancelled.{again}"
        )
    return tuple(told)


def _outlives(accounts: tuple[AccountSnapshot, ...]) -> bool:
    """Whether it is kept for the next start. The practice exchange ends with the program, and so does its desk."""
    return all(one.account.environment is not Environment.PRACTICE for one in accounts)


def _stop_words(desk: Desk) -> str:
    locked = any(one.lockout is not None for one in desk.trying)
    return f"Nothing more is tried then{', and the lockout ends' if locked else ''}. What is open stays open."


def _route_words(run: RunSnapshot, route: Route) -> str:
    report = run.result.routes.get(route, RouteReport())
    if report.trouble:
        return sentence(report.trouble)
    if not report.attempts:
        return "Nothing could be sent over it."
    return "It answers, but the cancel did not end it." if report.answer is Answer.OK else "No answer so far."


def _orders_words(desk: Desk) -> tuple[str, tuple[str, ...]]:
    """What is open, as the exchange last listed it: a few by name, and how many more there are."""
    if desk.open_count is None:
        return "The exchange has never listed what is open.", ()
    rows = [row for one in desk.accounts for row in open_orders(one, ended_clear=False)[:MOST_NAMED]][:MOST_NAMED]
    named = tuple(_order_words(row) for row in rows)
    more = desk.open_count - len(named)
    listed = [one.listed_at for one in desk.accounts if one.listed_at is not None]
    title = f"Open when last listed at {clock_time(min(listed))} UTC:" if listed else "Open when last listed:"
    return title, (*named, f"and {more:,} more") if more and named else named or (f"{more:,} without a name",)


def _order_words(order: OpenOrder) -> str:
    at_risk = "" if order.at_risk is None else money(order.at_risk)
    name = order.description or order.order_id
    return " · ".join(part for part in (name, american(order.odds), at_risk) if part)


def _site_of(account: Account) -> str:
    """The exchange's own site, or the host where only an address is known."""
    if account.environment is Environment.PRODUCTION:
        return SITE
    return urlsplit(account.addresses.rest_url).hostname or account.addresses.rest_url
