"""What is taken out of text, and what is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panic_button.storage.logs import VEIL, Redactor


@given(
    secrets=st.lists(st.text(st.characters(exclude_characters=VEIL), min_size=1), min_size=1),
    before=st.text(),
    after=st.text(),
)
def test_no_text_lets_a_known_secret_through(secrets: list[str], before: str, after: str) -> None:
    redactor = Redactor()
    for secret in secrets:
        redactor.hide(secret)
    cleaned = redactor.clean(before + after.join(secrets) + after)
    assert not [secret for secret in secrets if secret in cleaned]


def test_a_secret_that_begins_with_another_is_hidden_whole() -> None:
    redactor = Redactor()
    redactor.hide("hunter")
    redactor.hide("hunter2")
    assert redactor.clean("hunter2") == VEIL


@pytest.mark.parametrize("digits", ["a1" * 32, "A1" * 32, "0f" * 128, "9" * 65])
def test_long_hex_is_taken_for_a_token_that_nobody_told_of(digits: str) -> None:
    assert Redactor().clean(f"got {digits}.") == f"got {VEIL}."


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: hunter2",
        "authorization: Bearer hunter2",
        "Headers({'authorization': 'Basic hunter2', 'host': 'x'})",
        "[(b'Authorization', b'hunter2'), (b'Host', b'x')]",
        '{"Authorization": "Bearer hunter2"}',
    ],
)
def test_an_authorization_header_is_hidden_whatever_it_holds(header: str) -> None:
    cleaned = Redactor().clean(f"sent {header}\nnext line")
    assert "hunter2" not in cleaned
    assert VEIL in cleaned
    assert cleaned.endswith("\nnext line")


@pytest.mark.parametrize(
    "text", ["order 65b0c1d2e3f4a5b6c7d8e9f0 cancelled", "authorization refused by the exchange", ""]
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    redactor = Redactor()
    redactor.hide("")
    assert redactor.clean(text) == text


def test_a_redactor_shows_no_secret() -> None:
    redactor = Redactor()
    redactor.hide("hunter2")
    assert "hunter2" not in repr(redactor)
