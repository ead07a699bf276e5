"""REST over https: one lane is one connection, opened before it is needed and kept.

One request at a time on a lane, so that a press never waits behind a ping. A client of its own a lane: a pool would
hand out its first connection again and again and let the second go stale. No redirect is followed: it would carry the
token elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx
import msgspec

from panic_button.core.errors import ExchangeError
from panic_button.core.failures import kind_of
from panic_button.core.model import CancelRow, FailureKind, Fate, Listing
from panic_button.exchange import wire
from panic_button.exchange.connection import (
    BODY_LIMIT,
    NOBODY,
    USER_AGENT,
    Observer,
    Token,
    certificate_refused,
    failed,
    is_loopback,
    not_verified,
    told,
    too_large,
    unreadable,
)
from panic_button.exchange.pieces import PIECE

_log = logging.getLogger(__name__)

CONNECT_LIMIT_S = 3.0
CANCEL_LIMIT_S = 60.0
CANCEL_SOME_LIMIT_S = 5.0
READ_LIMIT_S = 3.0
SIGN_IN_LIMIT_S = 10.0
# A body may go on coming for as long as it does come, but not for ever.
WHOLE_LIMIT_S = 60.0

_UNAUTHORIZED = 401
_STATUS_WORDS = {
    401: "The exchange refuses this sign-in (401).",
    403: "The exchange refuses this account (403). It may be locked, closed or frozen: ask the exchange.",
    404: "The exchange does not know what was to be cancelled (404): it may be gone. The listing tells.",
    408: "The exchange gave up waiting (408). What was done is not known.",
    409: "The exchange says that what was to be cancelled no longer can be (409). The listing tells.",
    428: "The exchange asks for a check that only a person at its web site can pass (428). Sign in there.",
    429: "The exchange asks for fewer requests (429).",
    503: "The exchange's orders service did not answer the exchange (503). What was done is not known.",
}
_SIGN_IN_WORDS = {
    400: "The exchange says that the username or the password is missing. Type both, and try again.",
    401: "The exchange does not know this username with this password. Check both, and try again.",
    403: "The exchange does not let this account in: it is banned, closed, locked or frozen. Ask the exchange.",
    428: "The exchange asks for a check that only a person at its web site can pass, as it does while it is attacked. "
    "A sign-in that is already held still works; try again in a while.",
    429: "The exchange has had too many sign-ins from here. Wait a minute, and try again.",
}

_More = ParamSpec("_More")
_Value = TypeVar("_Value")


class Lane:
    """One https connection of one account."""

    def __init__(self, rest_url: str, token: Token, tls: SSLContext) -> None:
        self._token = token
        self._client = httpx.AsyncClient(
            base_url=rest_url,
            verify=tls,
            http2=False,
            follow_redirects=False,
            trust_env=not is_loopback(rest_url),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            # The exchange sets the token as a cookie too: a kept one would be a second, older sign-in beside ours.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=None),
        )
        self._host = httpx.URL(rest_url).host
        self.warm = False
        self.used_at = float("-inf")
        self.round_trip_ms: float | None = None

    async def aclose(self) -> None:
        await self._client.aclose()

    async def cancel_all(self, observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        body = await self._cancel("/session/cancelAllOrders", {}, CANCEL_LIMIT_S, observer)
        return await _decoded(wire.cancel_rows, body)

    async def cancel_these(self, order_ids: tuple[str, ...], observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        body = await self._cancel("/session/cancelMultiple", {"sessionIDs": order_ids}, CANCEL_SOME_LIMIT_S, observer)
        return await _decoded(wire.cancel_rows, body, order_ids)

    async def cancel_game(self, game_id: str, observer: Observer = NOBODY) -> tuple[CancelRow, ...]:
        path = "/session/cancelAllOrdersForGame"
        return await _decoded(
            wire.cancel_rows, await self._cancel(path, {"gameID": game_id}, CANCEL_SOME_LIMIT_S, observer)
        )

    async def open_orders(self, observer: Observer = NOBODY) -> Listing:
        body = await self._ask("GET", "/user/getUnmatched", observer=observer)
        return await _decoded(wire.listing, body, datetime.now(UTC))

    async def look_up(self, order_id: str, observer: Observer = NOBODY) -> Fate:
        asked = {"orderID": order_id}
        return await _decoded(
            wire.fate, await self._ask("GET", "/session/lookupOrder", params=asked, observer=observer)
        )

    async def who_am_i(self) -> str:
        """The username that the token belongs to."""
        return await _decoded(wire.username, await self._ask("GET", "/user/getMe"))

    async def sign_in(self, username: str, password: str) -> str:
        """A new session token. It leaves every other token of the account alone."""
        login = {"username": username, "password": password}
        body = await self._ask(
            "POST", "/user/login", limit=SIGN_IN_LIMIT_S, json=login, words=_SIGN_IN_WORDS, signed=False
        )
        return await _decoded(wire.token, body)

    async def sign_out(self) -> None:
        """Ends the session token that is held, and no other."""
        await self._ask("POST", "/user/logout", json={})

    async def _cancel(self, path: str, json: object, limit: float, observer: Observer) -> bytes:
        return await self._ask("POST", path, limit=limit, json=json, observer=observer)

    async def _ask(  # noqa: PLR0913 - all that can differ between two requests
        self,
        method: str,
        path: str,
        *,
        limit: float = READ_LIMIT_S,
        json: object = None,
        params: dict[str, str] | None = None,
        words: dict[int, str] | None = None,
        signed: bool = True,
        observer: Observer = NOBODY,
    ) -> bytes:
        """One request and its body. Raises ExchangeError for all but a 2xx within the limits."""
        token = self._token.value if signed else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None
        if json is not None:
            headers["Content-Type"] = "application/json"
            content = msgspec.json.encode(json)
        request = self._client.build_request(
            method,
            path,
            content=content,
            params=params,
            headers=headers,
            timeout=httpx.Timeout(limit, connect=CONNECT_LIMIT_S),
            extensions={} if observer is NOBODY else {"trace": _tracer(observer)},
        )
        asked_at = time.perf_counter()
        async with self._in_words(limit):
            response = await self._client.send(request, stream=True)
            observer.begun()
            if self.warm:
                self.round_trip_ms = (time.perf_counter() - asked_at) * 1000
            if signed:
                self._take_replacement(response)
            try:
                body = await self._read(response)
            finally:
                await response.aclose()
        await told(observer, body, response.status_code)
        self.warm = True
        self.used_at = time.perf_counter()
        if response.status_code == _UNAUTHORIZED and token is not None and self._token.value not in (None, token):
            # Replaced meanwhile over another lane, and only the old one was refused: nothing was done, so once more.
            return await self._ask(method, path, limit=limit, json=json, params=params, words=words, observer=observer)
        if not response.is_success:
            raise _status(response, body, words or {})
        return body

    def _take_replacement(self, response: httpx.Response) -> None:
        """The old token is dead from here on, whatever becomes of the answer's body."""
        replacement = response.headers.get("X-Auth-Token")
        if replacement and wire.is_token(replacement):
            self._token.rotated(replacement)

    async def _read(self, response: httpx.Response) -> bytes:
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > BODY_LIMIT:
                raise too_large()
            chunks.append(chunk)
        return b"".join(chunks)

    @contextlib.asynccontextmanager
    async def _in_words(self, limit: float) -> AsyncIterator[None]:
        """Every way in which a connection fails, as what it means for the next step."""
        whole = False
        try:
            async with asyncio.timeout(max(limit, WHOLE_LIMIT_S)):
                yield
            whole = True
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as exc:
            if certificate_refused(exc):
                raise not_verified(self._host) from exc
            raise failed(
                FailureKind.UNREACHABLE,
                f"{self._host} can't be reached, so this request was not sent. Check this computer's network.",
            ) from exc
        except (httpx.TimeoutException, TimeoutError) as exc:
            raise failed(
                FailureKind.TIMED_OUT, f"No answer within {limit:g} s. Whether it was done is not known."
            ) from exc
        except httpx.DecodingError as exc:
            raise unreadable() from exc
        except httpx.TransportError as exc:
            raise failed(
                FailureKind.CLOSED, "The connection closed before an answer. Whether it was done is not known."
            ) from exc
        finally:
            self.warm = self.warm and whole


def _tracer(observer: Observer) -> Callable[[str, dict[str, Any]], Any]:
    async def trace(event: str, _info: dict[str, Any]) -> None:
        if event == "http11.send_request_body.complete":
            observer.sent()

    return trace


async def _decoded(
    decode: Callable[Concatenate[bytes, _More], _Value], body: bytes, *more: _More.args, **named: _More.kwargs
) -> _Value:
    """Decode on the loop what is small, and in a thread what would hold it up."""
    try:
        if len(body) <= PIECE:
            return decode(body, *more, **named)
        return await asyncio.to_thread(decode, body, *more, **named)
    except wire.Unreadable as exc:
        raise unreadable() from exc
    except Exception as exc:
        _log.exception("An answer could not be decoded, in a way that nobody expected")
        raise unreadable() from exc  # a mistake of our own ends neither a run nor the pings


def _status(response: httpx.Response, body: bytes, words: dict[int, str]) -> ExchangeError:
    status = response.status_code
    said = wire.error_text(body)
    sentence = words.get(status) or _STATUS_WORDS.get(status) or f"The exchange answered with an error ({status})."
    if said and status not in words:
        sentence = f"{sentence} It says: {said}"
    return failed(kind_of(status), sentence, _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    """`Retry-After` in ms; the exchange sends seconds."""
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds * 1000 if 0 <= seconds < float("inf") else None
