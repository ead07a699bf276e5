"""Keyrings of the tests' own: the desktop's, and Windows' stand-in."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.desktop_keyring import desktop_keyring

__all__ = ["desktop_keyring"]


@pytest.fixture
def private_tmp(tmp_path: Path) -> Path:
    """A folder of this test's user alone."""
    tmp_path.chmod(stat.S_IRWXU)
    return tmp_path


@pytest.fixture
def credential_manager(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A stand-in for the functions of Windows below the real keyring library. Its `kept` is by target."""
    manager = _CredentialManager()
    pywin32 = ModuleType("win32ctypes.pywin32")
    vars(pywin32).update(win32cred=manager, pywintypes=manager)
    monkeypatch.setitem(sys.modules, "win32ctypes", ModuleType("win32ctypes"))
    monkeypatch.setitem(sys.modules, "win32ctypes.pywin32", pywin32)
    monkeypatch.delitem(sys.modules, "keyring.backends.Windows", raising=False)
    return manager


class _CredentialManager(ModuleType):
    """What Windows' credential functions do, as keyring calls them: targets without case, blobs of 2,560 bytes."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_LOCAL_MACHINE = 2
    CRED_PERSIST_ENTERPRISE = 3

    class error(Exception):  # noqa: N801, N818 - pywintypes' own name
        def __init__(self, winerror: int, funcname: str) -> None:
            super().__init__(winerror, funcname)
            self.winerror, self.funcname = winerror, funcname

    def __init__(self) -> None:
        super().__init__("win32cred")
        self.kept: dict[str, dict[str, object]] = {}

    def CredRead(self, *, Type: int, TargetName: str) -> dict[str, object]:  # noqa: N802, N803
        assert Type == self.CRED_TYPE_GENERIC
        if TargetName.casefold() not in self.kept:
            raise self.error(1168, "CredRead")
        return self.kept[TargetName.casefold()]

    def CredWrite(self, credential: dict[str, object], flags: int) -> None:  # noqa: N802
        assert flags == 0
        blob = str(credential["CredentialBlob"]).encode("utf-16-le")
        if len(blob) > 2_560:
            raise self.error(1783, "CredWrite")
        self.kept[str(credential["TargetName"]).casefold()] = {**credential, "CredentialBlob": blob}

    def CredDelete(self, *, Type: int, TargetName: str) -> None:  # noqa: N802, N803
        assert Type == self.CRED_TYPE_GENERIC
        del self.kept[TargetName.casefold()]
