"""How the exchange says no over REST: one exception, two shapes of error body.

The shapes are the exchange's own inconsistency, kept on purpose: an object for 401, 404 and 503, a string for the rest.
What stands before the exchange answers with pages of HTML.
"""

from http import HTTPStatus

_AS_OBJECT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE})

_USUAL_WORDS = {
    HTTPStatus.BAD_REQUEST: "Bad request",
    HTTPStatus.UNAUTHORIZED: "InvalidCredentials",
    HTTPStatus.FORBIDDEN: "Account is locked",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.CONFLICT: "Order could not be cancelled",
    HTTPStatus.PRECONDITION_REQUIRED: "CHALLENGE_REQUIRED",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests. Please try again later.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Network Error",
}


class RefusalError(Exception):
    """A request is answered with this status; without a message, with the exchange's usual words for it."""

    def __init__(
        self, status: int, message: str | None = None, *, retry_after_s: int | None = None, html: bool = False
    ) -> None:
        self.status = HTTPStatus(status)
        self.message = message or _USUAL_WORDS.get(self.status, self.status.phrase)
        self.retry_after_s = retry_after_s
        self.html = html
        super().__init__(self.message)

    @property
    def body(self) -> dict[str, object]:
        if self.status in _AS_OBJECT:
            return {"error": as_object(self.status, self.message)}
        return {"error": self.message}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


def as_object(status: int, message: str) -> dict[str, object]:
    return {"message": message, "code": int(status)}


def page(status: int) -> str:
    """What a proxy or a wall against robots says in place of the exchange."""
    words = f"{int(status)} {HTTPStatus(status).phrase}"
    return f"<!doctype html><html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
