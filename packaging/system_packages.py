"""The packages of Debian and Ubuntu that a bare system lacks, and their installation by apt-get.

Only what is missing is installed; where all is there, nothing is run but one query. Other systems are left alone.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress

from steps import Step, Stopped, quietly

# What the libraries inside PySide6-Essentials link to and do not bring along (`ldd` of its libraries and of its xcb and
# Wayland plugins, in a root that holds Debian 12's minimum). What these depend on comes with them.
QT = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxkbcommon-x11-0",
)
# A screen with a window manager, a session bus, a font and a hand for mouse and keys: a bare server has none of them.
VIRTUAL_DESKTOP = ("dbus", "fonts-dejavu-core", "openbox", "xdotool", "xvfb")
# Real key presses, real windows, a real keyring.
TESTS = ("dbus-x11", "gnome-keyring", "imagemagick", "x11-utils")
# Networks of their own, between a desk and an exchange.
NETWORK = ("iproute2",)


def venv_package() -> tuple[str, ...]:
    """Debian keeps ensurepip, without which no virtual environment gets its pip, in a package of its own."""
    if importlib.util.find_spec("ensurepip"):
        return ()
    return (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)


def missing(wanted: Iterable[str], query: str) -> list[str]:
    """The wanted packages that are not installed, going by what `installed` answers.

    A provided name counts: newer releases renamed libglib2.0-0 to libglib2.0-0t64, which provides the old name.
    """
    there: set[str] = set()
    for line in query.splitlines():
        name, status, provides = line.split("\t")
        if status == "installed":
            there |= {name, *(entry.split()[0] for entry in provides.split(",") if entry.strip())}
    return sorted(set(wanted) - there)


def installed() -> str:
    """Every package this system knows, a line each: name, status, what it provides."""
    fields = "${Package}\t${db:Status-Status}\t${Provides}\n"
    return subprocess.run(
        ["dpkg-query", "--show", "--showformat", fields], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def commands(packages: Sequence[str], *, is_root: bool, has_sudo: bool) -> tuple[list[str], list[str]]:
    """Fresh lists, then the packages: as root, or through sudo."""
    if not is_root and not has_sudo:
        raise Stopped(f"System packages are missing, and there is no sudo to install them. {_by_hand(packages)}")
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    if not is_root:
        apt = ["sudo", *apt]
    return [*apt, "update"], [*apt, "install", "--yes", "--no-install-recommends", *packages]


def _by_hand(packages: Sequence[str]) -> str:
    return (
        f"As root, with a network, run\n  apt-get update && apt-get install {' '.join(packages)}\nand then start again."
    )


def install(packages: Sequence[str]) -> None:
    update, add = commands(packages, is_root=os.geteuid() == 0, has_sudo=shutil.which("sudo") is not None)
    with suppress(Stopped):  # one unreachable source fails it as a whole; whether it matters, the next line tells
        quietly(update)
    quietly(add, last_lines=15, advice=f"apt-get failed. {_by_hand(packages)}")


def steps(wanted: Iterable[str]) -> list[Step]:
    """The one step that installs what is missing; none when all is there or this system has no apt-get."""
    if sys.platform != "linux" or not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        return []
    packages = missing(wanted, installed())
    if not packages:
        return []
    title = f"system packages that Qt, a screen for it or the tests need, by apt-get: {' '.join(packages)}"
    return [Step(title, lambda: install(packages))]
