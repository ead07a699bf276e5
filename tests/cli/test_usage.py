"""What a command refuses before it sends anything, and how it exits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from panic_button import cli
from panic_button.practice import PracticeExchange
from tests.cli.desk import elsewhere


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments",
    [
        ["fire", "--yes"],
        ["fire", "--yes", "--rest-url=http://127.0.0.1:1"],
        ["fire", "--yes", "--rest-url=http://exchange.example"],
        ["fire", "--yes", "--orders-socket-url=ws://127.0.0.1:1"],
        ["orders"],
        ["accounts", "check"],
        ["accounts", "remove", "nobody"],
    ],
)
def test_with_nothing_to_use_the_exit_is_4_with_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    assert cli.run(arguments) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("panic-button: ")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "url", ["http://exchange.example", "http://192.168.1.7:80", "http://127.0.0.1.example.com", "http://0.0.0.0"]
)
def test_plain_http_leaves_this_machine_with_no_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("PANIC_BUTTON_TOKEN", "s3cret")
    assert cli.run(["fire", "--yes", f"--rest-url={url}"]) == 4
    told = capsys.readouterr()
    assert "plain http" in told.err
    assert "s3cret" not in told.err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("token", ["two words", "t\u00f6ken", "line\nend"])
@pytest.mark.parametrize("verb", ["fire --yes", "orders"])
def test_a_token_in_the_environment_that_fits_no_header_is_refused_unseen(
    exchange: PracticeExchange,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    token: str,
    verb: str,
) -> None:
    monkeypatch.setenv("PANIC_BUTTON_TOKEN", token)
    assert cli.run([*verb.split(), *elsewhere(exchange)]) == 4
    assert token not in capsys.readouterr().err
    assert list(exchange.log) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["explode"],
        ["fire", "--deadline=0"],
        ["fire", "--deadline=nan"],
        ["fire", "--deadline=soon"],
        ["fire", "--unknown"],
        ["accounts"],
        ["accounts", "add"],
        ["accounts", "add", "a", "--token-stdin", "--password-stdin"],
        ["practice", "--orders=-1"],
        ["practice", "--port=70000"],
    ],
)
def test_wrong_usage_is_64(arguments: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run(arguments)
    assert left.value.code == 64
