"""Exit codes of several companies at once."""

from __future__ import annotations

import pytest

from crawler.cli import exits


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([], 3), ([0], 0), ([0, 3], 3), ([3, 1], 1), ([1, 4], 4), ([2, 1], 2), ([2, 4], 4), ([0, 1, 3, 4], 4)],
)
def test_the_worst_decides(codes: list[int], expected: int) -> None:
    assert exits.worst(codes) == expected
