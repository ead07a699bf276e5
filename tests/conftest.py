"""What every test shares: how hard the property tests look."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_relaxed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("default", max_examples=150, derandomize=True, **_relaxed)
settings.register_profile("long", max_examples=10_000, **_relaxed)
settings.load_profile(os.environ.get("PANIC_BUTTON_HYPOTHESIS", "default"))
