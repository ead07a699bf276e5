"""What every test shares: how hard the property tests look."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # else Qt ends the whole process

_relaxed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("default", max_examples=150, derandomize=True, **_relaxed)
settings.register_profile("long", max_examples=10_000, **_relaxed)
settings.load_profile(os.environ.get("PANIC_BUTTON_HYPOTHESIS", "default"))
