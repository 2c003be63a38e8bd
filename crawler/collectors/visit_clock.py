"""The clock of one visit: all its times are comparable, even when somebody sets the machine's clock meanwhile.

Chromium stamps its network log and its DevTools events with ticks since the machine's start, which nobody sets, and
`time.perf_counter` reads the same ticks: CLOCK_MONOTONIC on Linux (equal to the millisecond with Chromium 156, measured
2026-11-27), the performance counter on Windows and mach_absolute_time on macOS (Python's documentation of `time`, read
2026-11-27). So what Unix time the ticks stand for is asked once, when the visit begins, and holds for all three.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field


def _offset_ms() -> float:
    return (time.time() - time.perf_counter()) * 1000


@dataclass(frozen=True, slots=True)
class VisitClock:
    """Unix milliseconds from now on, as if the machine's clock were never set."""

    offset_ms: float = field(default_factory=_offset_ms)
    """Unix time of tick zero."""

    def now_ms(self) -> float:
        """The time now."""
        return self.at_ms(time.perf_counter())

    def at_ms(self, ticks_s: float) -> float:
        """The time of a DevTools `timestamp`, in seconds."""
        return ticks_s * 1000 + self.offset_ms
