"""Settling: quiet means nothing in flight and nothing new; the cap always ends it."""

from __future__ import annotations

import asyncio
import time

import pytest

from crawler.browser.settle import settle


class Traffic:
    """Requests that start at the given seconds after creation and hang for `hang_s`."""

    def __init__(self, starts: list[float], hang_s: float = 0.0) -> None:
        self._begin = time.monotonic()
        self._starts = starts
        self._hang_s = hang_s

    @property
    def last_activity(self) -> float:
        now = time.monotonic() - self._begin
        return self._begin + max([s for s in self._starts if s <= now], default=0.0)

    def in_flight(self, stale_after_s: float = 3.0) -> int:
        now = time.monotonic() - self._begin
        return sum(s <= now < s + self._hang_s for s in self._starts)


def waited(traffic: Traffic, **limits: float) -> tuple[str, float]:
    begin = time.monotonic()
    result = asyncio.run(settle(traffic, **limits))  # type: ignore[arg-type]
    return result, time.monotonic() - begin


@pytest.mark.parametrize(
    ("starts", "hang_s", "expected"),
    [([], 0.0, "quiet"), ([0.3], 0.0, "quiet"), ([0.1], 9.0, "cap"), ([i * 0.1 for i in range(40)], 0.0, "cap")],
    ids=["calm", "a late request", "a hanging request", "a heartbeat"],
)
def test_quiet_or_cap(starts: list[float], hang_s: float, expected: str) -> None:
    result, _ = waited(Traffic(starts, hang_s), least_s=0.1, quiet_s=0.3, cap_s=1.5)
    assert result == expected


def test_a_late_request_starts_the_quiet_time_anew() -> None:
    _, seconds = waited(Traffic([0.4]), least_s=0.1, quiet_s=0.5, cap_s=5)
    assert seconds >= 0.85


def test_it_stays_at_least_as_long_as_asked() -> None:
    _, seconds = waited(Traffic([]), least_s=0.6, quiet_s=0.1, cap_s=5)
    assert seconds >= 0.55
