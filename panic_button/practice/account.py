"""The practice account: who may log in, and which session tokens are good.

The first token follows from the seed, so that a restarted exchange still accepts it; every later one is secret.
"""

import secrets
from datetime import datetime
from decimal import Decimal
from random import Random

_TOKEN_BYTES = 128


class Account:
    """One login of the practice exchange."""

    def __init__(self, *, account_id: str, created_at: datetime, rng: Random) -> None:
        self.id = account_id
        self.created_at = created_at
        self.username = "practice"
        self.email = "practice@example.com"
        self.password = rng.randbytes(8).hex()
        self.balance = Decimal("25000.00")
        self.max_liability = Decimal("100000.00")
        self.first_token = rng.randbytes(_TOKEN_BYTES).hex()
        self._tokens = {self.first_token}

    def log_in(self, name: str, password: str) -> str | None:
        """A new token, beside those already held; None for wrong credentials."""
        if name not in {self.username, self.email} or password != self.password:
            return None
        token = secrets.token_hex(_TOKEN_BYTES)
        self._tokens.add(token)
        return token

    def log_out(self, token: str) -> None:
        self._tokens.discard(token)

    def revoke_tokens(self) -> None:
        """No token minted so far is good any more; a new login still works."""
        self._tokens = set()

    def knows(self, token: str | None) -> bool:
        return token in self._tokens
