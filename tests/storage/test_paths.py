"""Where files are kept, and who else may get at them."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from msgspec.structs import astuple

from panic_button.core.errors import SettingsError
from panic_button.storage.paths import HOME_VARIABLE, Home, private_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards folders by access lists")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_under_the_folder_that_the_option_names(tmp_path: Path) -> None:
    home = Home.find(tmp_path / "desk", {HOME_VARIABLE: str(tmp_path / "other")})
    desk = tmp_path / "desk"
    assert home == Home(
        settings=desk / "settings.json",
        journal=desk / "journal.sqlite3",
        practice_journal=desk / "practice-journal.sqlite3",
        logs=desk / "logs",
        run=desk / "run",
    )


def test_the_environment_names_a_folder_where_no_option_does(tmp_path: Path) -> None:
    assert Home.find(None, {HOME_VARIABLE: str(tmp_path)}) == Home.under(tmp_path)


@pytest.mark.parametrize("environ", [{}, {HOME_VARIABLE: ""}])
def test_else_the_systems_own_places_are_used(environ: dict[str, str]) -> None:
    home = Home.find(None, environ)
    assert home == Home.of_this_system()
    assert all(place.is_absolute() and "panic-button" in place.parts for place in astuple(home))


def test_a_relative_home_stays_where_it_was_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home.under(Path("desk")).logs == tmp_path / "desk" / "logs"


def test_naming_places_creates_nothing(tmp_path: Path) -> None:
    Home.under(tmp_path / "desk")
    assert not (tmp_path / "desk").exists()


@posix
@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_new_folders_are_their_users_alone_whatever_the_umask(private_tmp: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = private_folder(private_tmp / "a" / "b")
    finally:
        os.umask(before)
    assert (mode(folder.parent), mode(folder)) == (0o700, 0o700)


@posix
@pytest.mark.parametrize(
    "content",
    [
        (),
        ("settings.json", "logs"),
        ("panic-button.log", "panic-button.log.1"),
        ("journal.sqlite3", "journal.sqlite3-wal", "practice-journal.sqlite3", "run"),
    ],
)
def test_a_folder_of_nothing_but_our_own_files_is_made_private(tmp_path: Path, content: tuple[str, ...]) -> None:
    for name in content:
        (tmp_path / name).touch()
    tmp_path.chmod(0o775)
    assert mode(private_folder(tmp_path)) == 0o700


@posix
@pytest.mark.parametrize("other", ["report.xlsx", "running-costs.xlsx", "logs-of-somebody"])
def test_an_open_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path, other: str) -> None:
    (tmp_path / other).touch()
    tmp_path.chmod(0o750)
    with pytest.raises(SettingsError, match=rf'open to other users.*Run: chmod 700 "{tmp_path}".*{HOME_VARIABLE}'):
        private_folder(tmp_path)
    assert mode(tmp_path) == 0o750


@posix
def test_a_private_folder_may_hold_anything(private_tmp: Path) -> None:
    (private_tmp / "report.xlsx").touch()
    assert private_folder(private_tmp) == private_tmp


@posix
def test_a_folder_of_another_user_is_refused(private_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: private_tmp.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        private_folder(private_tmp)


def test_a_file_where_the_folder_should_be_is_told(private_tmp: Path) -> None:
    (private_tmp / "desk").touch()
    for folder in (private_tmp / "desk", private_tmp / "desk" / "logs"):
        with pytest.raises(SettingsError, match=r"can't be used \(.+\).*choose another with --home"):
            private_folder(folder)
