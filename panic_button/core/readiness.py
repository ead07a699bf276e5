"""Whether a press made now would work, from what is known of an account's sign-in and routes.

Armed is said of facts that were proved within the last minute, never of hopes.
"""

from __future__ import annotations

from panic_button.core.snapshot import Leg, Readiness, SignIn

PROOF_LASTS_S = 60.0


def readiness(
    sign_in: SignIn, *, trouble: str, https: Leg, socket: Leg, proved_s_ago: float | None
) -> tuple[Readiness, str]:
    """How ready an account is, and why not more: empty when armed.

    `trouble` is the sign-in's own sentence. `proved_s_ago` is the age of the last listing, None before the first.
    """
    if sign_in is not SignIn.SIGNED_IN:
        waiting = "Signing in…" if sign_in is SignIn.WORKING else "Sign in first."
        return Readiness.NOT_ARMED, trouble or https.trouble or waiting
    if proved_s_ago is None:
        return Readiness.NOT_ARMED, https.trouble or "Asking the exchange what is open…"
    if proved_s_ago > PROOF_LASTS_S:
        return Readiness.NOT_ARMED, https.trouble or "The exchange has not answered for a minute."
    socket_trouble = "" if socket.warm >= socket.wanted else socket.trouble or "The Orders socket is not open yet."
    if https.trouble or socket_trouble:
        return Readiness.DEGRADED, https.trouble or socket_trouble
    return Readiness.ARMED, ""
