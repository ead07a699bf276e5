"""The facts on their way into a file and back, and the names that they have there."""

from __future__ import annotations

import hashlib
from typing import get_args

import msgspec
import pytest

from panic_button.core.evidence import Fact, fingerprint
from panic_button.storage.logs import Redactor
from tests.storage.journals import every_fact

FACTS = every_fact("text")


def test_the_examples_are_of_every_kind() -> None:
    assert {type(fact) for fact in FACTS} == set(get_args(Fact))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_is_the_same_after_json(fact: Fact) -> None:
    assert msgspec.json.decode(msgspec.json.encode(fact), type=Fact) == fact


def test_the_names_in_the_file_are_as_they_were_given_out() -> None:
    assert [fact.__struct_config__.tag for fact in FACTS] == [
        "program_started", "pressed", "orders_before", "pressed_again", "asked", "answered", "listed", "verdict_said",
        "outcomes", "run_ended", "lockout_started", "lockout_caught", "lockout_reset", "signed_in", "sign_in_refused",
        "signed_out", "settings_changed", "evidence_lost",
    ]  # fmt: skip


def test_a_fingerprint_is_the_sha_256_and_passes_the_redactor_as_it_is() -> None:
    told = fingerprint(b'{"data": []}')
    assert told.replace("-", "") == hashlib.sha256(b'{"data": []}').hexdigest()
    assert Redactor().clean(told) == told
