import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest

Start = Callable[..., subprocess.CompletedProcess[str]]


def pretend(version: tuple[int, int], dev: Path) -> tuple[str, str]:
    """Arguments that start dev.py in a Python that says it is of this version."""
    return "-c", f"import runpy, sys; sys.version_info = {version}; runpy.run_path({str(dev)!r})"


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10), (3, 15)])
def test_a_python_out_of_range_is_refused_with_what_to_do(start: Start, dev: Path, version: tuple[int, int]) -> None:
    finished = start(*pretend(version, dev))
    assert finished.returncode == 1
    assert "needs Python 3.11 to 3.14" in finished.stderr
    assert f"this is Python {version[0]}.{version[1]}" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_a_python_in_range_is_taken(start: Start, dev: Path, version: tuple[int, int]) -> None:
    assert start(*pretend(version, dev)).returncode == 0


def test_an_old_python_can_read_the_refusal(dev: Path) -> None:
    text = dev.read_text(encoding="ascii")  # Python 2 takes anything else for an error
    ast.parse(text, feature_version=(3, 7))
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.JoinedStr)]


@pytest.mark.parametrize(("arguments", "code"), [([], 64), (["fly"], 64), (["--help"], 0)])
def test_anything_but_a_command_shows_the_commands(start: Start, dev: Path, arguments: list[str], code: int) -> None:
    finished = start(str(dev), *arguments)
    assert finished.returncode == code
    assert "packaging/dev.py test" in finished.stdout


@pytest.fixture
def steps(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("steps")


class Foreground:
    """Takes the place of what runs on the terminal: keeps the commands, ends with a code."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.commands: list[list[str]] = []
        self.virtual: list[bool] = []

    def __call__(self, command: list[str], environment: Mapping[str, str]) -> int:
        self.commands.append(command)
        self.virtual.append("VIRTUAL" in environment)
        return self.code


@pytest.fixture
def foreground() -> Foreground:
    return Foreground(code=3)


@pytest.fixture
def commands(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, foreground: Foreground
) -> Iterator[ModuleType]:
    """The commands where everything is set up, all checks pass, and a virtual desktop leaves a mark."""
    module = script("commands")
    monkeypatch.setattr(module, "set_up", lambda *_: [])
    monkeypatch.setattr(module, "quietly", lambda _command: None)
    monkeypatch.setattr(module, "in_foreground", foreground)
    monkeypatch.setattr(module, "virtual_desktop", lambda own: nullcontext({**own, "VIRTUAL": "yes"}))
    on_sigterm = signal.getsignal(signal.SIGTERM)
    yield module
    signal.signal(signal.SIGTERM, on_sigterm)


def test_steps_are_counted_and_timed_and_the_last_is_announced(
    steps: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.perform([steps.Step("first", lambda: None)], then="the rest")
    assert capsys.readouterr().out == "[1/2] first … 0.0 s\n[2/2] the rest\n"


def test_what_a_failing_step_said_is_shown_with_its_exit_code(steps: ModuleType) -> None:
    noisy = [sys.executable, "-c", "print('line 1'); print('line 2'); raise SystemExit(5)"]
    with pytest.raises(steps.Stopped) as stopped:
        steps.quietly(noisy, last_lines=1, advice="Do this.")
    assert str(stopped.value) == "line 2\n\nDo this."
    assert stopped.value.code == 5


def test_a_step_that_succeeds_is_silent(steps: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    steps.quietly([sys.executable, "-c", "print('noise')"])
    assert capfd.readouterr().out == ""


def test_a_program_that_is_not_there_stops_with_the_advice(steps: ModuleType) -> None:
    with pytest.raises(steps.Stopped, match="Install it"):
        steps.quietly(["no-such-program"], advice="Install it.")


def test_a_later_check_does_not_run_when_an_earlier_one_failed(
    commands: ModuleType,
    foreground: Foreground,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[str] = []

    def quietly(command: list[str]) -> None:
        ran.append(Path(command[0]).stem)
        if ran[-1] == "mypy":
            raise commands.Stopped("wrong type", code=2)

    monkeypatch.setattr(commands, "quietly", quietly)
    assert commands.main(["test"], usage="") == 2
    assert ran == ["ruff", "ruff", "mypy"]
    assert foreground.commands == []
    assert "wrong type" in capsys.readouterr().err


def test_pytest_gets_the_arguments_and_gives_the_exit_code(commands: ModuleType, foreground: Foreground) -> None:
    assert commands.main(["test", "-k", "name"], usage="") == foreground.code
    (command,) = foreground.commands
    assert command[1:] == ["run", "-m", "pytest", "-k", "name"]


@pytest.mark.parametrize("screen", ["", ":0"])
def test_the_tests_never_run_on_a_persons_own_screen(
    commands: ModuleType, foreground: Foreground, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", screen)
    commands.main(["test"], usage="")
    assert foreground.virtual == [True]


def test_with_a_screen_the_window_opens_there_on_the_practice_exchange(
    commands: ModuleType, foreground: Foreground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "has_screen", lambda _environment: True)
    assert commands.main(["run"], usage="") == foreground.code
    assert [command[1:] for command in foreground.commands] == [["-m", "panic_button", "--practice"]]
    assert foreground.virtual == [False]


def test_without_a_screen_the_rehearsal_runs_on_a_virtual_one(
    commands: ModuleType, foreground: Foreground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "has_screen", lambda _environment: False)
    assert commands.main(["run"], usage="") == foreground.code
    (command,) = foreground.commands
    assert command[1:3] == ["packaging/rehearsal.py", "--pictures"]
    assert foreground.virtual == [True]


@pytest.mark.parametrize(("name", "room"), [("chaos", "chaos"), ("mutate", "mutation"), ("network", "network")])
def test_a_proof_that_shows_nothing_needs_no_screen(
    commands: ModuleType, foreground: Foreground, name: str, room: str
) -> None:
    assert commands.main([name, "--more"], usage="") == foreground.code
    assert [command[1:] for command in foreground.commands] == [[f"tests/{room}/__main__.py", "--more"]]
    assert foreground.virtual == [False]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to catch")
def test_what_runs_in_the_foreground_does_not_outlive_a_terminated_command(dev: Path, tmp_path: Path) -> None:
    sleeper = f"import os, pathlib, time; pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))"
    program = (
        f"import signal, sys; sys.path.insert(0, {str(dev.parent)!r}); import steps, os\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"steps.in_foreground([sys.executable, '-c', {sleeper + '; time.sleep(60)'!r}], os.environ)"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        give_up = time.monotonic() + 20
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < give_up
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
