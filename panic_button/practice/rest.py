"""The REST surface: how a request is read, let through, and answered; what it then does stands in `rest_routes.py`.

Every endpoint runs through this one layer: log and faults first, then the body, then the token.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from panic_button.practice.faults import ConnectionCutError, NoAnswerError
from panic_button.practice.operations import OPERATIONS, Operation
from panic_button.practice.refusal import RefusalError
from panic_button.practice.venue import Venue
from panic_button.practice.wording import encode


@dataclass(frozen=True)
class Call:
    """One request, read: the token it came with, its JSON body, its query."""

    token: str
    body: Mapping[str, object]
    query: Mapping[str, str]


Handler = Callable[[Venue, Call], Awaitable[object]]


class Endpoint:
    """One operation over HTTP. `public` needs no token; `bare` answers without the `data` envelope."""

    def __init__(self, venue: Venue, name: str, handler: Handler, *, public: bool = False, bare: bool = False) -> None:
        self._venue = venue
        self._operation: Operation = OPERATIONS["rest", name]
        self._handler = handler
        self._public = public
        self._bare = bare

    async def answer(self, request: Request) -> Response:
        async def work() -> Response:
            call = await self._read(request)
            payload = await self._handler(self._venue, call)
            return json_response(200, payload if self._bare else {"data": payload})

        async def gone() -> bool:
            await request.body()  # kept for the work; the look at the connection would swallow it
            return await request.is_disconnected()

        try:
            return await self._venue.take(self._operation, work, gone)
        except RefusalError as refusal:
            return json_response(refusal.status, refusal.body, refusal.headers)
        except (ConnectionCutError, NoAnswerError, ClientDisconnect):
            self._venue.cut(request.scope["client"])
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response()  # to nobody

    async def _read(self, request: Request) -> Call:
        body = _json_object(await request.body())
        token = self._token(request, body)
        if not self._public and not self._venue.book.account.knows(token):
            raise RefusalError(401)
        return Call(token or "", body, request.query_params)

    def _token(self, request: Request, body: Mapping[str, object]) -> str | None:
        """The header, with or without `Bearer`; a body may carry it too, and for the replay alone the query."""
        if (header := request.headers.get("authorization")) is not None:
            return bare_token(header)
        if self._operation.group == "replay":
            return request.headers.get("auth") or request.query_params.get("token")
        token = body.get("token")
        return token if isinstance(token, str) else None


def bare_token(header: str) -> str:
    """The token of an Authorization header."""
    scheme, _, rest = header.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else header.strip()


def _json_object(body: bytes) -> Mapping[str, object]:
    if not body:
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except msgspec.MsgspecError:
        raise RefusalError(400, "Invalid JSON body") from None


def json_response(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(payload), status, headers, "application/json")
