"""`panic-button journal`: what is listed, shown, written out and verified, and how it exits."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from panic_button import cli
from panic_button.core.evidence import Answered, Asked, Outcomes, SignedIn, VerdictSaid
from panic_button.core.model import Outcome, Route, Verdict
from panic_button.storage.journal import SqliteJournalReader
from tests.cli.desk import COMMAND, environ
from tests.storage.journals import MOMENT, by_hand, ended, every_fact, pressed, result, writing

NASTY = "=cmd|' /C calc'!A0 <script>alert(1)</script> & \x1b[2J\u00e9"
SEEN = NASTY.replace("\x1b", "\\x1b")


@pytest.fixture
def path(home: Path) -> Path:
    """A journal of a finished run of one account, one of two accounts without an end, and a sign-in."""
    path = home / "journal.sqlite3"
    nasty = replace(result(NASTY), outcome=Outcome.STILL_OPEN, still_open=Decimal("7.50"), odds=Decimal(105))
    with writing(path) as journal:
        journal.record(SignedIn(username="trader01", how="password"), account="desk-1")
        journal.record(pressed(), run="first", account="desk-1")
        journal.record(Asked(route=Route.HTTPS, what="cancel all", attempt=1), run="first", account="desk-1")
        journal.record(
            Answered(
                route=Route.HTTPS, what="cancel all", attempt=1, status=200, took_ms=41.25, size=1234, sha256="2d711642"
            ),
            run="first",
            account="desk-1",
        )
        journal.record(Outcomes(orders=(result(), nasty)), run="first", account="desk-1")
        journal.record(ended(), run="first", account="desk-1")
        journal.record(pressed(MOMENT + timedelta(hours=1)), run="second", account="desk-1")
        journal.record(pressed(MOMENT + timedelta(hours=1)), run="second", account="desk-2")
        journal.record(VerdictSaid(verdict=Verdict.NOT_CLEAR, after_ms=250), run="second", account="desk-2")
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, exit_code: int = 0) -> str:
    assert cli.run(["journal", *arguments]) == exit_code
    return capsys.readouterr().out


@pytest.mark.usefixtures("path")
def test_list_tells_each_run_on_a_line_the_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "list").splitlines() == [
        "2026-11-22T15:03:22.257Z  second  button    desk-1, desk-2  UNCONFIRMED (its end was not kept)",
        "2026-11-22T14:03:22.257Z  first  button    desk-1  CLEAR: 35 cancelled, $12,430.00 withdrawn",
    ]


@pytest.mark.usefixtures("path")
def test_show_tells_a_run_as_a_time_line_since_the_press(capsys: pytest.CaptureFixture[str]) -> None:
    head, *lines = told(capsys, "show", "first").splitlines()
    assert head == "Run first, 2026-11-22T14:03:22.257Z. Milliseconds since the press:"
    assert lines[0] == f"{'0.0':>12}  desk-1        Pressed (button): 37 orders open, $1,250.50 at risk."
    times = [float(line.split()[0]) for line in lines if line[:12].strip()]
    assert times == sorted(times)
    assert [line[28:] for line in lines[1:]] == [
        "HTTPS: cancel all, attempt 1, sent.",
        "HTTPS: cancel all, attempt 1, answered 200 after 41 ms, 1,234 bytes.",
        "SHA-256 2d711642",
        "What became of 2 orders: below.",
        "65b0  cancelled  65b0  -110  $100.00 cancelled  65b0  65b0",
        f"{SEEN}  still open  {SEEN}  +105  $100.00 cancelled  $7.50 still open  {SEEN}  {SEEN}",
        "Ended CLEAR: clear, $12,430.00 withdrawn.",
        "35 cancelled, $155.00 had matched",
    ]


def test_every_fact_of_a_run_can_be_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(home / "journal.sqlite3") as journal:
        for fact in every_fact("some text"):
            journal.record(fact, run="r1")
    shown = told(capsys, "show", "r1")
    assert len([line for line in shown.splitlines()[1:] if line[:12].strip()]) == len(every_fact(""))
    assert told(capsys, "export", "--format=html").count("<tr>") == len(every_fact(""))


@pytest.mark.usefixtures("path")
def test_jsonl_holds_every_entry_with_its_hash(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in told(capsys, "export").splitlines()]
    rows = list(SqliteJournalReader(path).rows())
    assert [line["hash"] for line in lines] == [row.hash for row in rows]
    assert [line["fact"] for line in lines] == [json.loads(row.columns.fact) for row in rows]
    assert lines[1]["fact"]["kind"] == "pressed"
    assert lines[1].keys() == {"seq", "at", "mono_ns", "run", "account", "fact", "hash"}


def test_jsonl_holds_what_somebody_made_unreadable_as_well(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand(path, "UPDATE entries SET fact = 'no json' WHERE seq = 2")
    assert json.loads(told(capsys, "export").splitlines()[1])["fact"] == "no json"


@pytest.mark.usefixtures("path")
def test_csv_holds_a_row_an_order_and_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "export", "--format=csv")
    good, nasty = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (good["run"], good["account"], good["order_id"], good["outcome"]) == ("first", "desk-1", "65b0", "cancelled")
    assert (good["odds"], good["cancelled"], good["still_open"]) == ("-110", "100.00", "0.00")
    texts = ("order_id", "description", "reason", "user_reference", "game_id")
    assert {nasty[name] for name in texts} == {f"'{NASTY}"}
    assert (nasty["odds"], nasty["still_open"]) == ("+105", "7.50")


@pytest.mark.usefixtures("path")
def test_html_is_one_page_that_loads_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    page = told(capsys, "export", "--format=html")
    tags = Tags()
    tags.feed(page)
    assert not tags.seen & {"script", "link", "img", "iframe"}
    assert not tags.attributes & {"src", "href", "onclick", "onload"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \\x1b[2J\u00e9" in page
    assert "The chain holds: 9 entries" in page
    assert page.index("Run second") < page.index("Run first") < page.index("trader01 signed in")


class Tags(HTMLParser):
    """The names of all tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.usefixtures("path")
def test_an_exported_file_is_private_and_an_existing_one_is_left_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "export.jsonl"
    assert told(capsys, "export", f"--output={file}") == ""
    written = file.read_bytes()
    assert written.count(b"\n") == 9
    assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cli.run(["journal", "export", "--format=html", f"--output={file}"]) == 4
    assert "is there already and was left as it is" in capsys.readouterr().err
    assert file.read_bytes() == written


@pytest.mark.parametrize("form", ["csv", "html"])
def test_an_export_that_fails_half_way_leaves_no_file(
    path: Path, home: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    by_hand(path, "UPDATE entries SET fact = 'no json' WHERE seq = 5")
    assert cli.run(["journal", "export", f"--format={form}", f"--output={home / 'export'}"]) == 4
    assert "Entry 5 of the journal can't be understood" in capsys.readouterr().err
    assert not (home / "export").exists()


def test_verify_says_that_the_chain_holds_and_its_newest_hash(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    *_, last = SqliteJournalReader(path).rows()
    words = told(capsys, "verify")
    assert words.startswith("The chain holds: 9 entries, each as it was written.\n")
    assert last.hash in words


def test_verify_names_the_first_broken_link_and_exits_with_1(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand(path, "UPDATE entries SET account = 'desk-2' WHERE seq IN (3, 5)")
    words = told(capsys, "verify", exit_code=1)
    assert words.startswith("The chain is broken at entry 3: changed after it was written")
    assert "The 2 entries before it" in words


@pytest.mark.parametrize("arguments", [["list", "--practice"], ["verify", "--practice"]])
@pytest.mark.parametrize("before", [[], ["--practice"]])
def test_the_practice_exchange_has_a_journal_of_its_own(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], before: list[str]
) -> None:
    with writing(home / "practice-journal.sqlite3") as journal:
        journal.record(pressed(), run="drill", account="practice")
    typed = arguments[:1] if before else arguments
    assert cli.run([*before, "journal", *typed]) == 0
    assert capsys.readouterr().out
    assert cli.run(["journal", *arguments[:1]]) == 4


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("arguments", [["list"], ["show", "first"], ["export"], ["verify"]])
def test_without_a_journal_the_exit_is_4_with_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(["journal", *arguments]) == 4
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("panic-button: There is no journal at ")


@pytest.mark.usefixtures("path")
def test_a_run_that_nobody_knows_is_4(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["journal", "show", "third"]) == 4
    assert capsys.readouterr().err == "panic-button: No run is called third. See them all: panic-button journal list\n"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("arguments", [[], ["show"], ["export", "--format=xml"], ["delete"]])
def test_wrong_usage_is_64(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run(["journal", *arguments])
    assert left.value.code == 64


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' pipes break in another way")
@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("verb", ["list", "export"])
def test_a_reader_that_has_seen_enough_hears_no_complaint(home: Path, verb: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "journal", verb], env=environ(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.wait(30), process.stderr.read()) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
@pytest.mark.usefixtures("path")
def test_a_full_disk_behind_standard_output_is_told(home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "journal", "export"], env=environ(home), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (ended.returncode, ended.stderr.count(b"\n")) == (4, 1)
    assert b"Not all of it could be written out (No space left on device)" in ended.stderr


@pytest.mark.usefixtures("path")
def test_it_loads_neither_qt_nor_anything_of_the_wire(home: Path) -> None:
    code = (
        "import sys\nfrom panic_button import cli\nassert cli.run(['journal', 'list']) == 0\n"
        "print(*{'PySide6', 'httpx', 'websockets', 'keyring'} & sys.modules.keys(), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=environ(home), capture_output=True, text=True, check=True)
    assert ended.stderr == "\n"
