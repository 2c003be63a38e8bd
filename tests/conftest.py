"""For all tests."""

from __future__ import annotations

from hypothesis import settings

# Machines are shared: how long an example took is no result.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
