"""An account's sign-in: what is kept of it, how it is renewed by itself, how it ends.

The sign-in is this program's own: a login leaves every other token of the account alive. The keyring is only ever
asked in a thread, with a time limit: an unlock prompt may stay open for ever. A new token is used before it is kept.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

from panic_button.core.errors import ExchangeError, SecretStoreError
from panic_button.core.evidence import SignedIn, SignedOut, SignInRefused
from panic_button.core.model import FailureKind
from panic_button.core.ports import Secrets, SecretStore
from panic_button.core.snapshot import Keep, SignIn
from panic_button.engine.connections import Connections
from panic_button.engine.facts import Facts
from panic_button.engine.keeping import AccountEvidence
from panic_button.engine.tasks import Tasks, in_thread
from panic_button.exchange.rest import Lane

_log = logging.getLogger(__name__)

KEYRING_LIMIT_S = 60.0
RENEW_LIMIT_S = 5.0
# After a sign-in that worked, and after one that failed for now. A login has a limit of its own at the exchange.
RENEW_APART_S = 3.0
RENEW_AGAIN_S = 1.0
SIGN_OUT_LIMIT_S = 3.0

_FOR_GOOD = frozenset({FailureKind.TOKEN_REFUSED, FailureKind.FORBIDDEN, FailureKind.CHALLENGED})
_REFUSED = "The exchange refused the saved sign-in (401). Sign in again."
_Value = TypeVar("_Value")


class SignInKeeper:
    """The sign-in of one account."""

    def __init__(  # noqa: PLR0913 - wired once, in one place
        self,
        facts: Facts,
        connections: Connections,
        store: SecretStore,
        evidence: AccountEvidence,
        *,
        tasks: Tasks,
        on_change: Callable[[], None],
    ) -> None:
        self._evidence = evidence
        self._tasks = tasks
        self._on_change = on_change
        self._facts = facts
        self._connections = connections
        self._store = store
        self._secrets = Secrets()
        self._keep = Keep.TOKEN
        self._renewing = asyncio.Lock()
        self._renew_from = float("-inf")

    async def load(self) -> bool:
        """Take up what the keyring holds. True when there is something to go on with."""
        secrets = await self._ask_keyring(partial(self._store.load, self._facts.account.label))
        if secrets is None or secrets == Secrets():
            return False
        self._secrets = secrets
        self._keep = Keep.TOKEN if secrets.password is None else Keep.PASSWORD
        self._connections.token.value = secrets.token
        if secrets.token is None:
            await self.renew()
        return True

    async def sign_in(self, username: str, password: str, keep: Keep) -> bool:
        """Sign in and keep what was asked to be kept. Whatever fails is told in words in the facts."""
        facts = self._facts
        facts.sign_in, facts.sign_in_trouble = SignIn.WORKING, ""
        try:
            async with self._connections.lane() as lane:
                token = await lane.sign_in(username, password)
        except ExchangeError as exc:
            facts.refused(exc.failure.text, exc.failure.kind)
            self._evidence.record(SignInRefused(words=exc.failure.text))
            return False
        facts.account = msgspec.structs.replace(facts.account, username=username)
        forget = keep is Keep.NOTHING and self._keep is not Keep.NOTHING and self._secrets != Secrets()
        self._keep = keep
        self._secrets = Secrets(token=token, password=password if keep is Keep.PASSWORD else None)
        self._accepted(token, "by a person")
        self._tasks.start(self._forget() if forget else self._save())
        return True

    async def sign_out(self) -> None:
        """End the token at the exchange, and forget all that was kept of it here."""
        async with self._connections.lane() as lane:
            await _best_effort(lane)
        self._evidence.record(SignedOut())
        self._secrets = Secrets()
        self._connections.token.value = None
        await self._forget()

    async def renew(self) -> None:
        """Get a new token with the kept password, after the old one was refused.

        Where there is nothing to try with, or the exchange will not have it, https is given up until a person signs in.
        """
        refused = self._connections.token.value
        async with self._renewing:
            if self._connections.token.value != refused:
                return
            password = self._secrets.password
            if password is None or not self._facts.account.username:
                self._give_up(_REFUSED, FailureKind.TOKEN_REFUSED)
                return
            await asyncio.sleep(max(0.0, self._renew_from - time.monotonic()))
            self._renew_from = time.monotonic() + RENEW_AGAIN_S
            try:
                async with asyncio.timeout(RENEW_LIMIT_S), self._connections.lane() as lane:
                    token = await lane.sign_in(self._facts.account.username, password)
            except ExchangeError as exc:
                _log.warning("The sign-in could not be renewed: %s", exc)
                self._renew_from += min((exc.retry_after or 0.0) / 1000, RENEW_APART_S)
                if exc.failure.kind in _FOR_GOOD:
                    self._give_up(exc.failure.text, exc.failure.kind)
                return
            except TimeoutError:
                _log.warning("The sign-in could not be renewed: no answer within %g s", RENEW_LIMIT_S)
                return
            self._renew_from = time.monotonic() + RENEW_APART_S
            self._secrets = msgspec.structs.replace(self._secrets, token=token)
            self._accepted(token, "with the kept password")
            self._tasks.start(self._save())

    def rotated(self, token: str) -> None:
        """The exchange replaced the token: the old one is dead, so the new one has to be kept."""
        self._secrets = msgspec.structs.replace(self._secrets, token=token)
        self._accepted(token, "replaced by the exchange")
        self._tasks.start(self._save())

    def _accepted(self, token: str, how: str) -> None:
        self._evidence.record(SignedIn(username=self._facts.account.username, how=how))
        self._connections.token.value = token
        self._connections.https_given_up = False
        self._facts.accepted()

    def _give_up(self, words: str, refusal: FailureKind) -> None:
        self._connections.https_given_up = True
        self._facts.refused(words, refusal)
        self._evidence.record(SignInRefused(words=words))

    async def _save(self) -> None:
        if self._keep is not Keep.NOTHING:
            await self._ask_keyring(partial(self._store.save, self._facts.account.label, self._secrets))
            self._on_change()

    async def _forget(self) -> None:
        await self._ask_keyring(partial(self._store.delete, self._facts.account.label))
        self._on_change()

    async def _ask_keyring(self, work: Callable[[], _Value]) -> _Value | None:
        try:
            value = await in_thread(work, limit_s=KEYRING_LIMIT_S)
        except SecretStoreError as exc:
            self._facts.keyring_trouble = str(exc)
        except TimeoutError:
            self._facts.keyring_trouble = (
                "The system's keyring has not answered for a minute. If it asks for its password, type it; until then "
                "the sign-in lasts for this session only."
            )
        else:
            self._facts.keyring_trouble = ""
            return value
        return None


async def _best_effort(lane: Lane) -> None:
    """Tell the exchange that the token is done with. Where it does not answer the token dies by its age."""
    try:
        async with asyncio.timeout(SIGN_OUT_LIMIT_S):
            await lane.sign_out()
    except (ExchangeError, TimeoutError) as exc:
        _log.warning("The exchange did not end the session: %s", exc)
