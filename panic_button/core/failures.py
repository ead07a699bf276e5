"""Every way in which a request can fail, and what each means: the one table, which the guide prints.

Whatever is not a plain answer is "not known" until a listing tells; none of it is ever read as success.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from panic_button.core.model import Answer, FailureKind

_NOT_KNOWN = "Not known. The exchange is asked what is open."
_BACK_OFF = "again after 250 ms, 500 ms, then every second"


class Meaning(Struct, frozen=True, kw_only=True):
    """One kind of failure: how it shows, what it means for the orders, and what is done next."""

    seen_as: str
    answer: Answer
    orders: str
    then: str


MEANINGS: Mapping[FailureKind, Meaning] = MappingProxyType(
    {
        FailureKind.TOKEN_REFUSED: Meaning(
            seen_as="401, over either route",
            answer=Answer.REFUSED,
            orders="Nothing was cancelled by this call.",
            then="With a kept password: a new sign-in within 5 s, and the cancel again at once; meanwhile the other "
            'route goes on. Without one: NOT CLEAR at once, "sign in".',
        ),
        FailureKind.FORBIDDEN: Meaning(
            seen_as="403",
            answer=Answer.REFUSED,
            orders="Nothing was cancelled by this call: the exchange does not let this account in.",
            then="The exchange's own words are shown, the other route goes on, and this one is tried once a second. "
            "NOT CLEAR where nothing else is left.",
        ),
        FailureKind.GONE: Meaning(
            seen_as="404 or 409 to a cancel that names orders",
            answer=Answer.ERROR,
            orders="What was named is not open any more, or never was. " + _NOT_KNOWN,
            then="A listing at once.",
        ),
        FailureKind.CHALLENGED: Meaning(
            seen_as="428, as a rule to a sign-in",
            answer=Answer.ERROR,
            orders="Nothing was done: the exchange wants a person at its web site.",
            then="The token that is held stays in use; a person signs in at the exchange's site.",
        ),
        FailureKind.LIMITED: Meaning(
            seen_as="429",
            answer=Answer.LIMITED,
            orders="Nothing was cancelled by this call.",
            then="The other route at once; this one after Retry-After, 5 s at most. Never more than 5 cancel calls a "
            "second, whatever the reason.",
        ),
        FailureKind.ERROR: Meaning(
            seen_as="any other status, or an error on the Orders socket",
            answer=Answer.ERROR,
            orders=_NOT_KNOWN + " A 503 may have been done.",
            then=_BACK_OFF,
        ),
        FailureKind.TIMED_OUT: Meaning(
            seen_as="no answer within the limit (60 s for cancel-all), or 408",
            answer=Answer.NO_ANSWER,
            orders=_NOT_KNOWN + " A cancel that was not answered may still be done.",
            then="Meanwhile: the same call once more on another connection, and the listing four times a second. "
            "Then " + _BACK_OFF,
        ),
        FailureKind.CLOSED: Meaning(
            seen_as="the connection ended before a whole answer",
            answer=Answer.NO_ANSWER,
            orders=_NOT_KNOWN,
            then="At once on another connection; from the second time " + _BACK_OFF,
        ),
        FailureKind.UNREACHABLE: Meaning(
            seen_as="no connection: no address, refused, TLS failed, certificate does not verify",
            answer=Answer.NO_ANSWER,
            orders="This call was not sent. " + _NOT_KNOWN,
            then=_BACK_OFF,
        ),
        FailureKind.UNREADABLE: Meaning(
            seen_as="a body that can't be read: HTML, cut short, over 64 MB",
            answer=Answer.UNREADABLE,
            orders=_NOT_KNOWN,
            then=_BACK_OFF,
        ),
    }
)

_OF_STATUS = {
    401: FailureKind.TOKEN_REFUSED,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.GONE,
    408: FailureKind.TIMED_OUT,
    409: FailureKind.GONE,
    428: FailureKind.CHALLENGED,
    429: FailureKind.LIMITED,
}


def kind_of(status: int) -> FailureKind:
    """What an HTTP status that is no success means."""
    return _OF_STATUS.get(status, FailureKind.ERROR)


def as_markdown() -> str:
    """The table as the guide prints it."""
    rows = [f"| {one.seen_as} | {one.answer} | {one.orders} | {one.then} |" for one in MEANINGS.values()]
    return "\n".join(["| seen as | in the JSON | your orders | what happens next |", "|---|---|---|---|", *rows]) + "\n"
