"""How the exchange says no over REST: one exception, two shapes of error body.

The shapes are the exchange's own inconsistency, kept on purpose: an object for 401, 404 and 503, a string for the rest.
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

    def __init__(self, status: int, message: str | None = None, *, retry_after_s: int | None = None) -> None:
        self.status = HTTPStatus(status)
        self.message = message or _USUAL_WORDS.get(self.status, self.status.phrase)
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    @property
    def body(self) -> dict[str, object]:
        if self.status in _AS_OBJECT:
            return {"error": {"message": self.message, "code": int(self.status)}}
        return {"error": self.message}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
