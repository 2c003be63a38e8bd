"""After what a vendor first showed: the steps of a visit in their order, and the sentence that a finding says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crawler.rules.case.model import VendorSeen

ORDER = ("load", "scroll", "hover", "focus", "wait", "second-view", "consent", "leave")
"""The steps of a visit, see `crawler.evidence.Step`. What stands in no step counts as there from the start."""

FIRST: Mapping[str, str] = MappingProxyType(
    {
        "scroll": "First called after scrolling",
        "hover": "First called after the pointer had moved over the page",
        "focus": "First called after a form field had been given the focus",
        "wait": "First called only after a while of waiting",
        "second-view": "Called only on the second view of the page",
        "consent": "Called only when the page's consent interfaces were asked",
        "leave": "Called only when the page was left",
    }
)
"""What is said of a vendor by the step in which it first showed; loading needs no words."""


def earlier(one: str, other: str) -> str:
    """Of two steps the one that comes first in a visit; an unknown word comes before all."""
    return min(one, other, key=_rank)


def first_called(seen: VendorSeen, visits: frozenset[str]) -> str:
    """One sentence on when the vendor first showed in these visits; empty when it was there from the start of any.

    It says what came before what, not what caused it.
    """
    steps = [seen.first_steps[visit] for visit in sorted(visits) if visit in seen.first_steps]
    first = min(steps, key=_rank, default="")
    said = FIRST.get(first, "")
    same = steps.count(first)
    if not said:
        return ""
    return f"{said}." if same == len(steps) else f"{said}, in {same} of {len(steps)} visits; later in the others."


def _rank(step: str) -> tuple[int, str]:
    return (ORDER.index(step) if step in ORDER else -1, step)
