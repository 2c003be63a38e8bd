"""A fictional audit for every test of the outputs."""

from __future__ import annotations

from typing import Any

import fictional
import pytest
from rendered import render


@pytest.fixture
def verdicts() -> dict[str, Any]:
    return fictional.verdicts()


@pytest.fixture
def manifest() -> dict[str, Any]:
    return fictional.manifest()


@pytest.fixture(scope="session")
def report() -> str:
    """The report of the fictional company, rendered once."""
    return render(fictional.verdicts())
