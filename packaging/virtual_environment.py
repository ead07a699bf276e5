"""A virtual environment made from hash-pinned locks, and kept for as long as it matches them.

A stamp inside says what it was made of; it is written last. No stamp, or another one: made anew.
"""

import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from steps import ROOT, Step, Stopped, quietly

LOCKS = ROOT / "packaging" / "locks"
# build.txt holds what makes the editable install; test.txt holds all of the others (tests/packaging keeps it so).
RUN = ("run.txt", "build.txt")
TEST = ("test.txt",)
# Not the whole version: a virtual environment outlives the updates that a system gives its Python.
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

_NO_PACKAGES = (
    "pip could not install the packages. Without a network, get one; behind a proxy, or with a package index of your "
    "own, set pip up for it (pip config). If it says that hashes do not match, do not go on: somebody changed a "
    "package. Then start again."
)


def fingerprint(locks: tuple[str, ...], *, folder: Path = LOCKS, python: str = PYTHON, root: Path = ROOT) -> str:
    """What an environment made from these locks, for this Python, in this place is recognised by."""
    digest = hashlib.sha256(f"{python}\n{root}\n".encode())
    for lock in locks:
        digest.update((folder / lock).read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class VirtualEnvironment:
    folder: Path

    def program(self, name: str) -> str:
        """The path of a program inside."""
        if sys.platform == "win32":
            return str(self.folder / "Scripts" / f"{name}.exe")
        return str(self.folder / "bin" / name)

    @property
    def stamp(self) -> Path:
        return self.folder / "stamp"

    def holds(self, locks: tuple[str, ...]) -> bool:
        """Whether all of these locks is installed. One made for the tests will do to run, too."""
        # A python that is a link leads nowhere once what it was made from is removed.
        if not (self.stamp.exists() and Path(self.program("python")).exists()):
            return False
        return self.stamp.read_text(encoding="ascii") in {fingerprint(locks), fingerprint(TEST)}

    def steps(self, locks: tuple[str, ...]) -> list[Step]:
        """What is left to do: nothing, or all of it. The tests' packages are added to what was made to run."""
        if self.holds(locks):
            return []
        return [
            *([] if self.holds(RUN) else [Step(f"virtual environment {self.folder.name}", self.make)]),
            Step(f"locked packages ({', '.join(locks)}; some 100 MB the first time)", lambda: self._fill(locks)),
            Step("Panic Button itself, editable", lambda: self._finish(locks)),
        ]

    def make(self) -> None:
        """Makes it, empty but for pip; whatever was there before is removed."""
        if Path(sys.prefix).resolve() == self.folder:
            raise Stopped(f"{self.folder} is out of date, and is in use. Leave it (deactivate), then start again.")
        shutil.rmtree(self.folder, ignore_errors=True)
        quietly(
            [sys.executable, "-m", "venv", str(self.folder)],
            advice="No virtual environment could be made. Install this Python's venv module, then start again.",
        )

    def pip_install(self, *arguments: str) -> None:
        options = ("--disable-pip-version-check", "--no-input", "--quiet")
        command = [self.program("python"), "-m", "pip", "install", *options, *arguments]
        quietly(command, advice=_NO_PACKAGES, last_lines=15)

    def _fill(self, locks: tuple[str, ...]) -> None:
        self.stamp.unlink(missing_ok=True)
        requirements = [argument for lock in locks for argument in ("--requirement", str(LOCKS / lock))]
        # Wheels alone: an archive that has to be built first runs its own code and fetches what no lock pins.
        self.pip_install("--require-hashes", "--only-binary", ":all:", *requirements)

    def _finish(self, locks: tuple[str, ...]) -> None:
        self.pip_install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        self.stamp.write_text(fingerprint(locks), encoding="ascii")
