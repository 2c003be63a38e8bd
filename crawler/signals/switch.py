"""A switch: one parameter whose value alone says whether the visitor's data is restricted."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

MAX_VALUES = 3
"""Values that are told."""


def read(request: RequestFacts, name: str, meaning: Mapping[str, Restriction], *, silent: str | None = None) -> Reading:
    """What the parameter says: `meaning` gives the state for each documented value.

    Any other value is unknown; with `silent`, the reason why, it says nothing, so that the strings of the frameworks
    are heard. `SILENT` when there is no such parameter.
    """
    values = request.values(name)
    if not values:
        return SILENT
    said = ", ".join(f"{name}={shown(value)}" for value in values[:MAX_VALUES])
    if len(values) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: it contradicts itself")
    state = meaning.get(values[0])
    if state is not None:
        return Reading(state, said)
    if silent is not None:
        return Reading(Restriction.UNKNOWN, f"{said} ({silent})", said=False)
    return Reading(Restriction.UNKNOWN, said)
