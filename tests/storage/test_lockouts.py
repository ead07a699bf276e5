"""Kept lockouts: what comes back, that what is doubtful stays locked, and that a file is there whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panic_button.core.errors import LockoutStoreError
from panic_button.core.ports import KeptLockout, LockoutStore
from panic_button.storage.lockouts import MOST_BYTES, LockoutFiles, LockoutsInMemory
from panic_button.storage.whole_file import replace_file

KEPT = KeptLockout(since=datetime(2026, 11, 22, 14, 3, 22, 257000, tzinfo=UTC), run="01JD")


@pytest.fixture
def folder(private_tmp: Path) -> Path:
    return private_tmp / "run"


@pytest.fixture
def path(folder: Path) -> Path:
    """The file of desk-1, which is locked out."""
    LockoutFiles(folder).save("desk-1", KEPT)
    return folder / "lockout-desk-1.json"


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, folder: Path) -> LockoutStore:
    return LockoutFiles(folder) if request.param == "files" else LockoutsInMemory()


def test_what_was_kept_comes_back_until_it_is_removed(store: LockoutStore) -> None:
    assert store.load("desk-1") is None
    store.save("desk-1", KEPT)
    store.save("desk-2", KeptLockout(since=KEPT.since, run="other"))
    assert store.load("desk-1") == KEPT
    store.remove("desk-1")
    assert store.load("desk-1") is None
    assert store.load("desk-2") is not None


def test_keeping_again_replaces_and_removing_nothing_is_no_error(store: LockoutStore) -> None:
    store.remove("desk-1")
    store.save("desk-1", KEPT)
    newer = KeptLockout(since=KEPT.since, run="newer")
    store.save("desk-1", newer)
    assert store.load("desk-1") == newer


def test_labels_tells_all_that_are_locked_out_and_nothing_else(folder: Path) -> None:
    store = LockoutFiles(folder)
    assert store.labels() == ()
    labels = ("../desk", "desk-1", "desk.json", "B\u00fcro 2")
    for label in labels:
        store.save(label, KEPT)
    (folder / "control.key").touch()
    (folder / "lockout-desk-3.json.x1.tmp").touch()
    assert sorted(store.labels()) == sorted(labels)
    assert sorted(one.parent.name for one in folder.iterdir()) == ["run"] * 6


@given(label=st.text(min_size=1, max_size=64).filter(str.isprintable))
def test_every_label_has_a_file_of_its_own_in_the_folder_and_is_told_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, label: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = LockoutFiles(folder)._path(label)
    assert path.parent == folder
    assert path.name.isascii()


def test_the_file_and_its_folder_are_their_users_alone(path: Path) -> None:
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'{"run": 1}', b"\xff\xfe", b'{"since": "x", "run": "y"}', b" " * MOST_BYTES]
)
def test_a_file_that_can_not_be_understood_is_a_lockout_since_the_file_was_written(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    kept = LockoutFiles(path.parent).load("desk-1")
    assert kept == KeptLockout(since=datetime.fromtimestamp(1_700_000_000, UTC), run="")


def test_a_file_without_end_is_not_read_to_the_end(path: Path) -> None:
    path.write_bytes(b'{"run": "' + bytes(1_000_000))
    kept = LockoutFiles(path.parent).load("desk-1")
    assert kept is not None
    assert kept.run == ""


def test_what_can_not_be_kept_read_or_removed_is_told_in_words(folder: Path) -> None:
    (folder / "lockout-desk-1.json").mkdir(parents=True)
    folder.chmod(0o700)
    store = LockoutFiles(folder)
    attempts: dict[str, Callable[[], object]] = {
        "can't be kept, and ends with the program (": lambda: store.save("desk-1", KEPT),
        "can't be read (": lambda: store.load("desk-1"),
        "can't be taken off the disk, and is on again at the next start (": lambda: store.remove("desk-1"),
    }
    for words, attempt in attempts.items():
        with pytest.raises(LockoutStoreError) as told:
            attempt()
        assert words in str(told.value)
        assert str(told.value).endswith("give yourself access.")


def test_a_folder_that_can_not_be_had_is_told(folder: Path) -> None:
    folder.touch()
    with pytest.raises(LockoutStoreError, match="can't be kept"):
        LockoutFiles(folder).save("desk-1", KEPT)
    with pytest.raises(LockoutStoreError, match="can't be looked for"):
        LockoutFiles(folder).labels()


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_file_that_could_not_be_replaced_is_as_it_was_and_leaves_no_draft(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    data = b"new"
    if step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        data = None  # type: ignore[assignment]  # what no file takes
    with pytest.raises((OSError, TypeError)):
        replace_file(path, data)
    monkeypatch.undo()
    assert LockoutFiles(path.parent).load("desk-1") == KEPT
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_is_on_the_disk_before_it_takes_the_others_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def noted_replace(draft: Path, target: Path) -> Path:
        done.append("replace")
        assert draft.read_bytes() == b"new"
        return replace(draft, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    replace_file(path, b"new")
    assert done == ["file", "replace", *([] if sys.platform == "win32" else ["folder"])]
    assert path.read_bytes() == b"new"
