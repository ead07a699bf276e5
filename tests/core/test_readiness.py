"""Whether a press made now would work: armed is said of facts, never of hopes."""

from __future__ import annotations

import pytest

from panic_button.core.readiness import PROOF_LASTS_S, readiness
from panic_button.core.snapshot import Leg, Readiness, SignIn

WELL = Leg(warm=2, wanted=2)
OPEN = Leg(warm=1)
NONE_WANTED = Leg(warm=0, wanted=0)


def told(
    sign_in: SignIn = SignIn.SIGNED_IN,
    *,
    trouble: str = "",
    https: Leg = WELL,
    socket: Leg = OPEN,
    proved_s_ago: float | None = 1.0,
) -> tuple[Readiness, str]:
    return readiness(sign_in, trouble=trouble, https=https, socket=socket, proved_s_ago=proved_s_ago)


@pytest.mark.parametrize("socket", [OPEN, NONE_WANTED])
def test_armed_is_proved_signed_in_and_open_on_every_wanted_route(socket: Leg) -> None:
    assert told(socket=socket) == (Readiness.ARMED, "")


@pytest.mark.parametrize("sign_in", [SignIn.SIGNED_OUT, SignIn.REFUSED, SignIn.WORKING])
def test_without_a_sign_in_nothing_is_armed_whatever_else_is_well(sign_in: SignIn) -> None:
    ready, reason = told(sign_in)
    assert ready is Readiness.NOT_ARMED
    assert reason


def test_a_refused_sign_in_is_told_in_its_own_words() -> None:
    assert told(SignIn.REFUSED, trouble="Check both.") == (Readiness.NOT_ARMED, "Check both.")


@pytest.mark.parametrize(
    ("age", "ready"), [(PROOF_LASTS_S, Readiness.ARMED), (PROOF_LASTS_S + 0.1, Readiness.NOT_ARMED)]
)
def test_a_proof_lasts_for_a_minute(age: float, ready: Readiness) -> None:
    assert told(proved_s_ago=age)[0] is ready


def test_before_the_first_listing_nothing_is_proved() -> None:
    assert told(proved_s_ago=None)[0] is Readiness.NOT_ARMED
    assert told(proved_s_ago=None, https=Leg(trouble="Unreachable."))[1] == "Unreachable."


@pytest.mark.parametrize(
    ("https", "socket", "reason"),
    [
        (Leg(warm=2, wanted=2, trouble="It failed."), OPEN, "It failed."),
        (WELL, Leg(warm=0, trouble="Closed."), "Closed."),
        (WELL, Leg(warm=0), "The Orders socket is not open yet."),
    ],
)
def test_one_route_in_trouble_is_degraded_with_its_reason(https: Leg, socket: Leg, reason: str) -> None:
    assert told(https=https, socket=socket) == (Readiness.DEGRADED, reason)
