"""When a page has settled: our own quiescence, never the browser's `networkidle` alone.

`networkidle` waits for bodies that nobody reads, and trackers send such requests; here a request counts as done when
its response headers arrive, or after three seconds (see `decisions/0002-settling.md`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol


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
    scroll_steps: int = 30
    """At most so many screens downwards; a page that grows without end has no bottom."""
    hover_targets: int = 12
    """At most so many links, buttons and fields are pointed at; 0 leaves the mouse alone."""
    focus_fields: int = 12
    """At most so many form fields get the focus; nothing is typed and nothing sent."""
    wait_s: float = 1.0
    """At least so long after the last of these steps."""
    second_view: bool = True
    """Load the page a second time with the cookies of the first: some vendors only call then."""
    second_least_s: float = 1.0
    """As `least_s`, for the second view."""


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
