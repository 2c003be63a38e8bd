"""What the exit codes mean. Other programs read them: never renumber."""

from __future__ import annotations

from collections.abc import Iterable

PASSED = 0
VIOLATION = 1
USAGE = 2
INCONCLUSIVE = 3
FAILURE = 4
STOPPED = 130
"""By Ctrl-C, as shells have it (128 and the number of the signal); a crawl that ends in order is judged instead."""

MEANING = {
    PASSED: "every rule passed on complete evidence",
    VIOLATION: "at least one unwaived violation at or above --fail-on",
    USAGE: "wrong arguments, or an invalid expectations file",
    INCONCLUSIVE: "no violation, but something could not be judged",
    FAILURE: "a failure of this program, not of the site",
}

_ORDER = (PASSED, INCONCLUSIVE, VIOLATION, USAGE, FAILURE)


def worst(codes: Iterable[int]) -> int:
    """Several companies at once: 4 over 2 over 1 over 3 over 0. Nothing at all is inconclusive, never a pass."""
    return max(codes, key=_ORDER.index, default=INCONCLUSIVE)
