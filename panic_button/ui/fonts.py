"""The typeface: Inter, shipped beside the package, and one way to ask for a size and a weight.

Rule: sizes are pixels of the design and may be fractions. Without the files everything still reads, in the system's
font.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FAMILY = "Inter"
POINTS_PER_INCH = 72.0

Weight = QFont.Weight


def resources_folder() -> Path | None:
    """Where icons and fonts are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    folders = (package / "resources", package.parent / "resources")
    return next((folder for folder in folders if (folder / "fonts").is_dir()), None)


@cache
def load_fonts() -> bool:
    """Make the shipped typeface known to Qt, once. Returns whether it can be used."""
    folder = resources_folder()
    files = [] if folder is None else sorted((folder / "fonts").glob("*.ttf"))
    known = [QFontDatabase.addApplicationFont(str(file)) for file in files]
    return bool(known) and -1 not in known


def font(pixels: float, weight: QFont.Weight = Weight.Normal, *, tabular: bool = False) -> QFont:
    """The window's font; `tabular` gives all digits one width."""
    made = QFont()
    made.setFamilies([FAMILY, QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()])
    return _sized(made, pixels, weight, tabular=tabular)


def mono_font(pixels: float) -> QFont:
    """The font of order ids."""
    made = QFont()
    made.setFamilies(["DejaVu Sans Mono", QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
    made.setStyleHint(QFont.StyleHint.Monospace)
    return _sized(made, pixels, Weight.Normal, tabular=False)


def _sized(made: QFont, pixels: float, weight: QFont.Weight, *, tabular: bool) -> QFont:
    screen = QGuiApplication.primaryScreen()
    # Qt takes whole pixels only, but fractions of a point.
    made.setPointSizeF(pixels * POINTS_PER_INCH / screen.logicalDotsPerInch())
    made.setWeight(weight)
    # Hinted glyphs come in whole pixels: 12.5 would look like 13.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
