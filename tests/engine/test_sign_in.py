"""Signing in and out: what is kept, what is told, and a keyring that fails or never answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx
import pytest

from panic_button.core.errors import SecretStoreError
from panic_button.core.ports import Secrets
from panic_button.core.snapshot import Keep, Readiness, SignIn
from panic_button.engine import sign_in
from panic_button.practice import Answer, Hang, PracticeExchange
from panic_button.storage.secrets import SessionOnlyStore
from tests.engine.desk import Desk, account_on, desk_of, desk_on, keeping, session_of
from tests.waiting import wait_until


def knows(exchange: PracticeExchange, token: str | None) -> bool:
    return exchange.book.account.knows(token)


def signed_in_with(exchange: PracticeExchange, store: SessionOnlyStore, keep: Keep) -> Secrets:
    """What the store holds once a sign-in has come through."""
    with desk_of((account_on(exchange),), store) as desk:
        desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=keep)
        desk.armed()
    return store.load("desk-1")


def test_keeping_the_password_keeps_it_with_the_token(exchange: PracticeExchange) -> None:
    kept = signed_in_with(exchange, SessionOnlyStore(), Keep.PASSWORD)
    assert kept.password == exchange.password
    assert knows(exchange, kept.token)
    assert kept.token != exchange.token  # a sign-in of our own


def test_keeping_the_token_keeps_no_password(exchange: PracticeExchange) -> None:
    kept = signed_in_with(exchange, SessionOnlyStore(), Keep.TOKEN)
    assert kept.password is None
    assert knows(exchange, kept.token)


def test_keeping_nothing_keeps_nothing(exchange: PracticeExchange) -> None:
    assert signed_in_with(exchange, SessionOnlyStore(), Keep.NOTHING) == Secrets()


def test_keeping_nothing_forgets_what_was_kept_before(exchange: PracticeExchange) -> None:
    store = keeping(token=exchange.token, password=exchange.password)
    with desk_of((account_on(exchange),), store) as desk:
        desk.armed()
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        wait_until(lambda: store.load("desk-1") == Secrets())


def test_a_kept_password_without_a_token_signs_in_by_itself(exchange: PracticeExchange) -> None:
    store = keeping(password=exchange.password)
    with desk_of((account_on(exchange),), store) as desk:
        desk.armed()
    assert knows(exchange, store.load("desk-1").token)


@pytest.mark.parametrize(
    ("status", "words"), [(401, "Check both"), (403, "frozen"), (428, "web site"), (429, "too many sign-ins")]
)
def test_a_refused_sign_in_is_told_in_words_and_can_be_tried_again(
    exchange: PracticeExchange, status: int, words: str
) -> None:
    store = SessionOnlyStore()
    exchange.faults.add(Answer(status), on="login", times=1)
    with desk_of((account_on(exchange),), store) as desk:
        for _ in range(2):
            desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.TOKEN)
            told = desk.until(lambda one: one.sign_in in (SignIn.REFUSED, SignIn.SIGNED_IN))
            if told.sign_in is SignIn.REFUSED:
                assert words in told.sign_in_trouble
                assert told.readiness is Readiness.NOT_ARMED
                assert store.load("desk-1") == Secrets()
        desk.armed()


def test_signing_out_ends_the_token_and_forgets_everything(exchange: PracticeExchange) -> None:
    store = keeping(token=exchange.token, password=exchange.password)
    with desk_of((account_on(exchange),), store) as desk:
        desk.armed()
        desk.engine.sign_out("desk-1")
        told = desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
        assert not knows(exchange, exchange.token)
        assert store.load("desk-1") == Secrets()
        assert (told.open_orders, told.run, told.socket.warm) == (None, None, 0)
        desk.fire()
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.NOTHING)
        desk.armed()
    assert exchange.book.open_count() == 12


def test_signing_out_ends_where_the_exchange_is_silent(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "SIGN_OUT_LIMIT_S", 0.1)
    store = keeping(token=exchange.token)
    with desk_of((account_on(exchange),), store) as desk:
        desk.armed()
        exchange.faults.add(Hang())
        desk.engine.sign_out("desk-1")
        desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
        assert store.load("desk-1") == Secrets()


def test_signing_out_ends_a_run_that_is_on(exchange: PracticeExchange) -> None:
    with desk_on(exchange, password=False) as desk:
        desk.armed()
        hanging = exchange.faults.add(Hang(), on="getUnmatched")
        desk.fire()
        desk.until(lambda one: one.run is not None)
        desk.engine.sign_out("desk-1")
        desk.until(lambda one: one.sign_in is SignIn.SIGNED_OUT)
        exchange.faults.lift(hanging)
        asked = len(exchange.log)
        with httpx.Client(trust_env=False) as client:  # time for what might still come
            for _ in range(100):
                client.get(f"{exchange.addresses.rest_url}/user/getMe")
        told = desk.account()
        assert (told.sign_in, told.sign_in_trouble, told.run) == (SignIn.SIGNED_OUT, "", None)
        assert [request.what for request in list(exchange.log)[asked:] if request.what != "getMe"] == []


class FailingStore(SessionOnlyStore):
    """A keyring that is not there."""

    def load(self, label: str) -> Secrets:
        raise SecretStoreError(f"No keyring gives {label}.")

    def save(self, label: str, secrets: Secrets) -> None:
        raise SecretStoreError(f"No keyring keeps {label}, whatever {secrets} is.")


def test_a_keyring_that_fails_is_told_and_does_not_keep_one_from_signing_in(exchange: PracticeExchange) -> None:
    with desk_of((account_on(exchange),), FailingStore()) as desk:
        told = desk.until(lambda one: one.keyring_trouble)
        assert told.keyring_trouble == "No keyring gives desk-1."
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.PASSWORD)
        told = desk.armed()
        desk.until(lambda one: "No keyring keeps desk-1" in one.keyring_trouble)
        desk.fire()
        desk.clear()
    assert exchange.book.open_count() == 0


class BlockedStore(SessionOnlyStore):
    """A keyring whose unlock prompt nobody answers."""

    def __init__(self, blocks: Callable[[], object]) -> None:
        super().__init__()
        self._blocks = blocks

    def load(self, label: str) -> Secrets:
        self._blocks()
        return super().load(label)

    def save(self, label: str, secrets: Secrets) -> None:
        self._blocks()
        super().save(label, secrets)


def test_a_keyring_that_never_answers_is_told_and_does_not_keep_one_from_signing_in(
    exchange: PracticeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "KEYRING_LIMIT_S", 0.1)
    never = threading.Event()
    with desk_of((account_on(exchange),), BlockedStore(lambda: never.wait(60))) as desk:
        desk.until(lambda one: "has not answered" in one.keyring_trouble)
        desk.engine.sign_in("desk-1", username=exchange.username, password=exchange.password, keep=Keep.PASSWORD)
        desk.armed()
        assert "this session only" in desk.account().keyring_trouble
        desk.fire()
        desk.clear()
    never.set()


def test_a_token_that_the_exchange_replaced_is_kept_with_the_password(exchange: PracticeExchange) -> None:
    store = keeping(token=exchange.token, password=exchange.password)
    with desk_of((account_on(exchange),), store) as desk:
        desk.armed()
        replacement = exchange.book.account.log_in(exchange.username, exchange.password)
        assert replacement is not None
        rotated = session_of(desk)._connections.token.rotated
        desk.engine._post(lambda _worker: rotated(replacement))
        wait_until(lambda: store.load("desk-1") == Secrets(token=replacement, password=exchange.password))
        exchange.book.account.log_out(exchange.token)
        desk.fire()
        desk.clear()


def test_no_secret_shows_in_a_snapshot(exchange: PracticeExchange) -> None:
    with desk_on(exchange) as desk:
        desk.armed()
        desk.fire()
        desk.clear()
        shown = repr(desk.seen)
    assert exchange.token not in shown
    assert exchange.password not in shown


def test_a_sign_in_that_fails_for_now_does_not_wait_as_one_that_worked_would(
    exchange: PracticeExchange, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.armed()
    monkeypatch.setattr(sign_in, "RENEW_APART_S", 600.0)
    exchange.faults.add(Answer(503), on="login", times=2)
    exchange.book.account.revoke_tokens()
    desk.until(lambda one: "401" in one.https.trouble)
    desk.until(lambda one: one.sign_in is SignIn.SIGNED_IN and not one.https.trouble)
    assert sum(request.what == "login" for request in exchange.log) == 3
