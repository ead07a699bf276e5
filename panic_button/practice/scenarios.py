"""The scenarios of a drill, by name: what a trader would be told, and the switches that make it so.

Each begins with the first cancel after it was set. One that stands between a client and CLEAR ends by itself within
8 s, or after so many requests.
"""

from dataclasses import dataclass

from panic_button.practice.faults import Faults, Step
from panic_button.practice.troubles import (
    Answer,
    Cut,
    HalfOpen,
    Hang,
    Latency,
    ListingLag,
    LiveDelayed,
    OrdersRefused,
    RivalBot,
    SocketsClosed,
    TokensRevoked,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    sentence: str
    steps: tuple[Step, ...]


SCENARIOS = {
    "calm": Scenario("Nothing goes wrong.", ()),
    "half-fail": Scenario(
        "Half of the orders are refused the first three times that they are cancelled.",
        (Step(OrdersRefused(share=0.5, tries=3)),),
    ),
    "rival-bot": Scenario(
        "For five seconds a bot on your account places every order again that you cancel.",
        (Step(RivalBot(after_ms=300, reference="rival-"), for_s=5),),
    ),
    "token-revoked": Scenario(
        "With your first cancel your sign-in is no longer good; signing in again works.",
        (Step(TokensRevoked(), times=1),),
    ),
    "slow-exchange": Scenario(
        "The first four cancels are taken up only after about five seconds.",
        (Step(Latency(4, up_to_s=6), on="anyCancel", times=4),),
    ),
    "reply-lost": Scenario(
        "The first cancel on each route is done, and its answer is lost.",
        (Step(Cut(), on="cancelAllOrders", times=1), Step(Cut(), on="cancelAll", times=1)),
    ),
    "rate-limited": Scenario(
        "The first two cancels on each route are too many, the exchange says: come again in two seconds.",
        (
            Step(Answer(429, retry_after_s=2), on="cancelAllOrders", times=2),
            Step(Answer(429, retry_after_s=2), on="cancelAll", times=2),
        ),
    ),
    "socket-cut": Scenario(
        "With your first cancel the Orders socket is cut, and it can't be opened again for five seconds.",
        (
            Step(SocketsClosed("ordersSocket"), times=1),
            Step(Answer(503), on="ordersSocket", for_s=5),
        ),
    ),
    "line-dead": Scenario(
        "From your first cancel on nothing is answered at all, for six seconds.",
        (Step(Hang(), on="everything", for_s=6), Step(HalfOpen("both"), for_s=6)),
    ),
    "live-delay": Scenario(
        "An order on a live game was waiting out its delay: it appears four seconds after your first cancel-all.",
        (Step(LiveDelayed(after_s=4), on="anyCancelAll", times=1),),
    ),
    "html-errors": Scenario(
        "The first cancels are answered with web pages, as by a proxy that is out of order.",
        (
            Step(Answer(503, html=True), on="anyCancel", times=3),
            Step(Answer(200, html=True), on="anyCancel", times=2),
        ),
    ),
    "stale-listing": Scenario(
        "The list of open orders is two seconds behind.",
        (Step(ListingLag(2)),),
    ),
}


def begin(faults: Faults, name: str) -> None:
    """Lifts every fault and has this scenario begin with the next cancel. ValueError for a name that none has."""
    if name not in SCENARIOS:
        raise ValueError(f"no scenario is named {name!r}; there are {', '.join(SCENARIOS)}")
    faults.stage(name, SCENARIOS[name].steps)
