"""X Pixel's `restricted_data_use`: `restrict_optimization` or `off`.

Sources, read 2026-11-22: X's Restricted Data Use guide (business.x.com) for the two values; a public capture of
t.co/1/i/adsct for the name on the wire.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

_MEANING = {"restrict_optimization": Restriction.RESTRICTED, "off": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """The documented values decide; anything else is unknown."""
    values = request.values("restricted_data_use")
    if not values:
        return SILENT
    said = ", ".join(f"restricted_data_use={shown(value)}" for value in values[:2])
    if len(values) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: it contradicts itself")
    return Reading(_MEANING.get(values[0], Restriction.UNKNOWN), said)
