"""What every test shares: how hard the property tests look, and where windows go without a display."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # else Qt ends the whole process

_relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("default", _relaxed, max_examples=500, derandomize=True)
settings.register_profile("long", _relaxed, max_examples=10_000)
settings.load_profile(os.environ.get("PANIC_BUTTON_HYPOTHESIS", "default"))
