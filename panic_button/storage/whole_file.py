"""A small file that is written whole or not at all, for its user alone, and is on the disk once that is said."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in the place of what was there. OSError where it can't be; then what was there still is."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o600)  # what mkstemp asked for, had the umask let it
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Bring the new name to the disk as well. Not every file system can; the file is written all the same."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
