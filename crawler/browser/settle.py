"""When a page has settled: our own quiescence, never the browser's `networkidle` alone.

`networkidle` waits for bodies that nobody reads, and trackers send such requests; here a request counts as done when
its response headers arrive, or after three seconds (see `decisions/0002-settling.md`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from playwright.async_api import Error, Page

_STEP_S = 5.0
"""A busy page may take a second to scroll; one that takes longer hangs."""


class Traffic(Protocol):
    """What settling needs to know; `CdpRecorder` knows it over all targets."""

    @property
    def last_activity(self) -> float:
        """`time.monotonic()` of the last start or end of a request."""

    def in_flight(self, stale_after_s: float = 3.0) -> int:
        """Requests that still wait for their response headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """How long to stay on a page. The same numbers hold in every arm, and stand in the manifest."""

    least_s: float = 2.5
    """At least so long after the document was parsed: late tags fire on timers."""
    quiet_s: float = 1.0
    """Nothing in flight and nothing new for so long."""
    cap_s: float = 20.0
    """Never longer: some pages are never quiet."""
    scroll_steps: int = 8
    """At most so many screens downwards."""


async def settle(traffic: Traffic, *, least_s: float, quiet_s: float, cap_s: float) -> str:
    """Wait until the page is quiet. Returns `quiet` or `cap`."""
    start = time.monotonic()
    while True:
        now = time.monotonic()
        if now - start >= cap_s:
            return "cap"
        idle = now - max(traffic.last_activity, start - quiet_s)
        if now - start >= least_s and idle >= quiet_s and traffic.in_flight() == 0:
            return "quiet"
        await asyncio.sleep(0.05)


async def scroll_through(page: Page, steps: int) -> None:
    """Scroll down in steps with the wheel, as a reader would: lazy tags wait for that. Stops at the bottom.

    A page that does not answer is left as it stands.
    """
    position = -1.0
    for _ in range(steps):
        try:
            async with asyncio.timeout(_STEP_S):
                await page.mouse.wheel(0, 700)
                await asyncio.sleep(0.08)
                now = await page.evaluate("() => document.scrollingElement ? document.scrollingElement.scrollTop : 0")
        except (Error, TimeoutError):
            return
        if not isinstance(now, int | float) or now <= position:
            return
        position = float(now)
