"""How an answer looks once the forms of troubles.py have had it: the REST response, and the Orders socket's object.

Each function gives None where a form does not fit the answer, so that it is kept for one that it fits.
"""

import asyncio
from http import HTTPStatus

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from panic_button.practice.refusal import as_object, page
from panic_button.practice.troubles import (
    CutBody,
    DataNull,
    EmptyReply,
    ErrorBody,
    Form,
    Garbage,
    Nameless,
    SlowBody,
    Wrapped,
)
from panic_button.practice.wording import encode

Answer = dict[str, object]

GARBAGE = '{"requestID": "'

_JSON = "application/json"
_EMPTY_LIST = b"[]"
_CHUNKS_PER_S = 20


def json_response(status: int, payload: object) -> Response:
    return Response(encode(payload), status, media_type=_JSON)


def html_response(status: int) -> Response:
    return Response(page(status), status, media_type="text/html")


def of_response(form: Form, response: Response) -> Response | None:
    """A REST response in this form."""
    body = bytes(response.body)
    match form:
        case EmptyReply(shape=shape) if body == encode({"data": []}):
            return json_response(response.status_code, {"data": None} if shape == "null" else {})
        case ErrorBody(shape=shape) if response.status_code >= HTTPStatus.BAD_REQUEST:
            return _error(response, shape)
        case SlowBody(bytes_per_s=bytes_per_s):
            return _Paced(response, bytes_per_s)
        case CutBody(promised=True):
            return _BrokenOff(response.body, response.status_code, dict(response.headers))
        case CutBody():
            return _like(response, Response(body[: len(body) // 2], response.status_code, media_type=_JSON))
    return None


def of_answer(form: Form, answer: Answer | str) -> Answer | str | None:
    """An answer of the Orders socket in this form; a string is a frame as it is."""
    if isinstance(answer, str):
        return None
    named = {"requestID": answer["requestID"]} if "requestID" in answer else {}
    formed: Answer | str | None = None
    match form:
        case Garbage():
            formed = GARBAGE
        case Nameless():
            formed = {name: value for name, value in answer.items() if name != "requestID"}
        case EmptyReply(shape=shape) if answer.get("data") in ([], msgspec.Raw(_EMPTY_LIST)):
            formed = {**named, "data": None} if shape == "null" else named
        case DataNull() if "data" in answer:
            formed = {**answer, "data": None}
        case Wrapped() if "data" in answer:
            formed = {**named, "responses": [answer]}
    return formed


def _error(response: Response, shape: str) -> Response:
    status = response.status_code
    if shape == "html":
        return _like(response, html_response(status))
    error = msgspec.json.decode(response.body)["error"]
    message = error if isinstance(error, str) else error["message"]
    return _like(
        response, json_response(status, {"error": message if shape == "string" else as_object(status, message)})
    )


def _like(response: Response, other: Response) -> Response:
    """The other one, with the headers of this one that do not speak of its body."""
    for name, value in response.headers.items():
        other.headers.setdefault(name, value)
    return other


class _Paced(Response):
    """Sends the body of another response a little at a time."""

    def __init__(self, response: Response, bytes_per_s: int) -> None:
        super().__init__(response.body, response.status_code, dict(response.headers))
        self._chunk = max(1, bytes_per_s // _CHUNKS_PER_S)
        self._pause_s = self._chunk / bytes_per_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(self.body), self._chunk):
            await asyncio.sleep(self._pause_s)
            await send(_piece(bytes(self.body[start : start + self._chunk]), more=True))
        await send(_piece(b"", more=False))


class _BrokenOff(Response):
    """Promises the whole body and sends half of it: the server then ends the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send(_piece(bytes(self.body[: len(self.body) // 2]), more=True))


def _piece(body: bytes, *, more: bool) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": more}
