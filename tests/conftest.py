"""For all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Machines are shared: how long an example took is no result.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LONGEST = (
    "tests/test_end_to_end.py",
    "tests/browser/test_visit.py",
    "tests/faults/test_processes.py",
    "tests/faults/test_pages.py",
    "tests/faults/test_signals.py",
    "tests/faults/test_floods.py",
    "tests/faults/test_machine.py",
    "tests/demo/test_world_browser.py",
    "tests/browser/test_crawl.py",
    "tests/browser/test_discovery.py",
    "tests/neutrality/test_neutrality.py",
    "tests/browser/test_resume.py",
)
"""Files of minutes, the longest first. One that begins last is waited for by all other workers."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """These first, then the other files with a browser, then the many short tests that fill what is left."""
    browser = {item.path for item in items if item.get_closest_marker("browser")}
    places = {config.rootpath / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST) + (item.path not in browser)))
