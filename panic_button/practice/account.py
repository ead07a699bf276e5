"""The practice account: who may log in, and which session tokens are good.

The first token follows from the seed, so that a restarted exchange still accepts it; every later one is secret.
"""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from panic_button.practice.model import Now

_TOKEN_BYTES = 128
_TOKEN_LIFE = timedelta(days=30)


class Account:
    """One login of the practice exchange."""

    def __init__(self, *, account_id: str, created_at: datetime, rng: Random, now: Now) -> None:
        self._now = now
        self.id = account_id
        self.created_at = created_at
        self.username = "practice"
        self.email = "practice@example.com"
        self.password = rng.randbytes(8).hex()
        self.balance = Decimal("25000.00")
        self.max_liability = Decimal("100000.00")
        self.first_token = rng.randbytes(_TOKEN_BYTES).hex()
        self._tokens = {self.first_token: now()}  # with the time of each one's login

    def log_in(self, name: str, password: str) -> str | None:
        """A new token, beside those already held; None for wrong credentials."""
        if name not in {self.username, self.email} or password != self.password:
            return None
        return self._mint()

    def log_out(self, token: str) -> None:
        self._tokens.pop(token, None)

    def revoke_tokens(self) -> None:
        """No token minted so far is good any more; a new login still works."""
        self._tokens = {}

    def age_tokens(self, days: int) -> None:
        self._tokens = {token: since - timedelta(days=days) for token, since in self._tokens.items()}

    def exchange_if_old(self, token: str) -> str | None:
        """The successor of a token that is older than 30 days, which dies at once; None for any other."""
        since = self._tokens.get(token)
        if since is None or self._now() - since <= _TOKEN_LIFE:
            return None
        del self._tokens[token]
        return self._mint()

    def knows(self, token: str | None) -> bool:
        return token in self._tokens

    def _mint(self) -> str:
        token = secrets.token_hex(_TOKEN_BYTES)
        self._tokens[token] = self._now()
        return token
