"""Mutants that mean the same as the original, and why: they are left out of the score."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
