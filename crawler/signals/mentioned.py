"""Names that speak of an opt-out, yet decide nothing: they are told in the evidence, so that nobody overlooks them.

A vendor's flag whose place in the request nobody has confirmed stays here; so do flags that speak of something else
(Europe, children), and defaults that every request carries.
"""

from __future__ import annotations

from collections.abc import Collection

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

MAX_VALUES = 2
"""Values of one name that are told."""


def mentions(request: RequestFacts, names: Collection[str]) -> list[str]:
    """`name=value` for each of the names that the request carries, in query, form or JSON body, in the given order."""
    told: dict[str, list[str]] = {}
    for name, value in request.pairs(names):
        told.setdefault(name, []).append(f"{name}={shown(value)}")
    return [note for notes in told.values() for note in notes[:MAX_VALUES]]


def told(request: RequestFacts, names: Collection[str], why: str) -> Reading:
    """A reading that says nothing about the state: what was seen, and why it does not decide."""
    notes = mentions(request, names)
    if not notes:
        return SILENT
    return Reading(Restriction.UNKNOWN, f"{', '.join(notes)} ({why})", said=False)
