"""The REST surface: how a request is read, let through, and answered; what it then does stands in `rest_routes.py`.

Every endpoint runs through this one layer: log and faults first, then the body, then the token.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from panic_button.practice.faults import ConnectionCutError, NoAnswerError
from panic_button.practice.forms import html_response, json_response, of_response
from panic_button.practice.operations import OPERATIONS, Operation
from panic_button.practice.refusal import RefusalError
from panic_button.practice.troubles import Condition
from panic_button.practice.venue import Venue


@dataclass(frozen=True)
class Call:
    """One request, read: the token it came with, its JSON body, its query."""

    token: str
    body: Mapping[str, object]
    query: Mapping[str, str]


Handler = Callable[[Venue, Call], Awaitable[object]]


class Endpoint:
    """One operation over HTTP. `public` needs no token; `bare` answers without the `data` envelope; what is only there
    while a condition is on is `offered_by` it.
    """

    def __init__(  # noqa: PLR0913 -- settings, all by name
        self,
        venue: Venue,
        name: str,
        handler: Handler,
        *,
        public: bool = False,
        bare: bool = False,
        offered_by: type[Condition] | None = None,
    ) -> None:
        self._venue = venue
        self._operation: Operation = OPERATIONS["rest", name]
        self._handler = handler
        self._public = public
        self._bare = bare
        self._offered_by = offered_by

    async def answer(self, request: Request) -> Response:
        async def work() -> Response:
            return await self._answer(await self._read(request))

        async def gone() -> bool:
            await request.body()  # kept for the work; the look at the connection would swallow it
            return await request.is_disconnected()

        try:
            response = await self._venue.take(self._operation, work, gone)
        except RefusalError as refusal:
            response = refused(refusal)
        except (ConnectionCutError, NoAnswerError, ClientDisconnect):
            self._venue.cut(request.scope["client"])
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response()  # to nobody
        return self._venue.faults.formed(self._operation, response, of_response)

    async def _answer(self, call: Call) -> Response:
        """An old token is exchanged before anything else, and told of in whatever is answered."""
        fresh = self._venue.book.account.exchange_if_old(call.token)
        try:
            payload = await self._handler(self._venue, replace(call, token=fresh or call.token))
            response = json_response(200, payload if self._bare else {"data": payload})
        except RefusalError as refusal:
            response = refused(refusal)
        if fresh is not None:
            response.headers["X-Auth-Token"] = fresh
        return response

    async def _read(self, request: Request) -> Call:
        if self._offered_by is not None and not self._venue.faults.now_on(self._offered_by):
            raise RefusalError(404)
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


def refused(refusal: RefusalError) -> Response:
    response = html_response(refusal.status) if refusal.html else json_response(refusal.status, refusal.body)
    response.headers.update(refusal.headers)
    return response
