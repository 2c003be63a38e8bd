"""Microsoft UET: `asc` is consent mode's ad_storage, D denied, G granted; absent, consent mode is not in use.

`cdb` is written beside it and is told; its letters are not documented.
Source: learn.microsoft.com/en-us/advertising/msa-help/hlp_ba_conc_uet_consent, read 2026-11-22.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import Reading, shown
from crawler.signals.mentioned import told

_MEANING = {"D": Restriction.RESTRICTED, "G": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """`asc=D` is restricted, `asc=G` is explicitly unrestricted."""
    values = request.values("asc")
    if not values:
        return told(request, ("cdb",), "not documented; without asc consent mode is not in use")
    said = ", ".join(f"asc={shown(value)}" for value in values[:3])
    if len(values) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: asc contradicts itself")
    return Reading(_MEANING.get(values[0], Restriction.UNKNOWN), said)
