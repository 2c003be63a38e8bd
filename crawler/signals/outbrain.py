"""Outbrain's pixel: `optOut`, true or false.

The name and `false` stand in a public recording of the pixel; what the pixel takes it from is not documented. So true
is restricted, while false, which the pixel writes by itself, states nothing.
Sources, read 2026-11-28: MisterPhilip/omnibug on GitHub (provider and its test); recordings of 2026 lack the name.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown


def decode(request: RequestFacts) -> Reading:
    """True is restricted; anything else says nothing."""
    values = request.values("optOut")
    if not values:
        return SILENT
    said = ", ".join(f"optOut={shown(value)}" for value in values[:2])
    if set(values) == {"true"}:
        return Reading(Restriction.RESTRICTED, said)
    if "true" in values:
        return Reading(Restriction.UNKNOWN, f"{said}: it contradicts itself")
    return Reading(Restriction.UNKNOWN, f"{said} (a default of the pixel)", said=False)
