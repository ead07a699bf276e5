"""How connections fail, and what each failure means for the next step."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from panic_button.core.errors import ExchangeError
from panic_button.core.evidence import fingerprint
from panic_button.core.model import FailureKind, Listing
from panic_button.core.ports import Secrets
from panic_button.exchange import rest
from panic_button.exchange.connection import Token
from panic_button.exchange.rest import Lane
from tests.exchange.lanes import NO_TLS, Notes, asked, cancel_all, failure_of, open_orders, outcome_of
from tests.exchange.raw_server import answer, fin, reset, serving, silence, then

CLEAN = answer(200, b'{"data": {"unmatched": []}}')


def failure_at(url: str) -> ExchangeError:
    async def ask() -> ExchangeError:
        lane = Lane(url, Token("s3cret"), NO_TLS)
        try:
            with pytest.raises(ExchangeError) as caught:
                await lane.cancel_all()
            return caught.value
        finally:
            await lane.aclose()

    return asyncio.run(ask())


def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failure_at(f"http://127.0.0.1:{port}")
    assert error.failure.kind is FailureKind.UNREACHABLE
    assert "was not sent" in error.failure.text


def test_a_name_that_cannot_be_looked_up_means_that_nothing_was_sent() -> None:
    error = failure_at("https://exchange.invalid")
    assert error.failure.kind is FailureKind.UNREACHABLE
    assert "exchange.invalid can't be reached" in error.failure.text


@pytest.mark.parametrize("end", [fin, reset])
def test_a_connection_that_ends_before_an_answer_leaves_it_open_whether_it_was_done(end: object) -> None:
    failure = failure_of(cancel_all, fin if end is fin else reset)
    assert failure.kind is FailureKind.CLOSED
    assert "not known" in failure.text


def test_an_answer_that_is_cut_off_is_no_answer() -> None:
    cut = answer(200, b'{"data": []}', content_length="500")
    assert failure_of(cancel_all, then(cut, fin)).kind is FailureKind.CLOSED
    assert failure_of(cancel_all, then(cut[:20], fin)).kind is FailureKind.CLOSED


@pytest.mark.parametrize("reply", [b"\x00\x01\x02\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n"])
def test_an_answer_that_is_no_http_is_no_answer(reply: bytes) -> None:
    assert failure_of(cancel_all, then(reply, fin)).kind is FailureKind.CLOSED


def test_a_server_that_never_answers_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "CANCEL_LIMIT_S", 0.05)
    failure = failure_of(cancel_all, silence)
    assert failure.kind is FailureKind.TIMED_OUT
    assert "not known" in failure.text


def test_a_body_that_trickles_for_ever_is_given_up_at_the_limit_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(rest, "CANCEL_LIMIT_S", 0.15)
    monkeypatch.setattr(rest, "WHOLE_LIMIT_S", 0.15)
    head = answer(200, b"", content_length="100000")
    assert failure_of(cancel_all, then(head, trickle)).kind is FailureKind.TIMED_OUT


def test_a_handshake_that_is_never_answered_is_given_up_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "CONNECT_LIMIT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        error = failure_at(f"https://127.0.0.1:{mute.getsockname()[1]}")
    assert error.failure.kind is FailureKind.UNREACHABLE
    assert "was not sent" in error.failure.text


def test_a_connection_that_the_server_closed_while_idle_costs_a_new_one_at_most() -> None:
    async def closed_while_idle() -> tuple[object, object, int]:
        async with serving(then(CLEAN, fin), CLEAN) as server:
            lane = Lane(server.url, Token("t0ken"), NO_TLS)
            first = await outcome_of(lane.open_orders())
            second = await outcome_of(lane.open_orders())
            if isinstance(second, ExchangeError):  # the FIN was still on its way
                assert second.failure.kind is FailureKind.CLOSED
                second = await lane.open_orders()
            await lane.aclose()
            return first, second, server.connections

    first, second, connections = asyncio.run(closed_while_idle())
    assert isinstance(first, Listing)
    assert isinstance(second, Listing)
    assert connections == 2


def test_a_lane_is_warm_from_its_first_whole_answer_until_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "CANCEL_LIMIT_S", 0.05)

    async def watch() -> list[bool]:
        async with serving(CLEAN, CLEAN, silence, CLEAN) as server:
            lane = Lane(server.url, Token("t0ken"), NO_TLS)
            seen = [lane.warm]
            for question in (open_orders, open_orders, cancel_all, open_orders):
                await outcome_of(question(lane))
                seen.append(lane.warm)
            await lane.aclose()
            return seen

    assert asyncio.run(watch()) == [False, True, True, False, True]


def test_a_cancel_tells_once_that_it_is_on_the_wire_and_only_then() -> None:
    good, cut = Notes(), Notes()
    asked(lambda lane: lane.cancel_all(good), of=(answer(),))
    assert good.told == ["sent", "begun", "heard"]
    (error,), _ = asked(lambda lane: lane.cancel_all(cut), of=(fin,))
    assert isinstance(error, ExchangeError)
    assert cut.told == ["sent"]


def test_an_observer_is_told_status_size_and_fingerprint_of_an_answer_good_or_bad() -> None:
    good, bad = Notes(), Notes()
    asked(lambda lane: lane.cancel_all(good), of=(answer(body=b'{"data":[]}'),))
    assert good.answer == (200, 11, fingerprint(b'{"data":[]}'))
    asked(lambda lane: lane.open_orders(bad), of=(answer(503, b"<html>"),))
    assert bad.answer == (503, 6, fingerprint(b"<html>"))


def test_no_proxy_stands_before_this_machine_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (listing,), _ = asked(open_orders, of=(CLEAN,))
    assert listing == Listing()


def test_no_secret_shows_in_what_may_be_printed() -> None:
    async def shown() -> str:
        token = Token("s3cret")
        async with serving(answer(401, b'{"error": "no"}')) as server:
            lane = Lane(server.url, token, NO_TLS)
            error = await outcome_of(lane.open_orders())
            text = f"{lane!r} {vars(lane)!r} {token!r} {error!r} {error} {error.__cause__!r} {error.failure!r}"
            await lane.aclose()
            return text

    assert "s3cret" not in asyncio.run(shown())
    assert "s3cret" not in repr(failure_at("https://exchange.invalid").__cause__)
    secrets = Secrets(token="s3cret", password="s3cret")
    assert "s3cret" not in f"{secrets!r} {secrets} {[secrets]}"
