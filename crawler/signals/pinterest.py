"""Pinterest's limited data processing: `opt_out_type=LDP`, as a parameter or inside the JSON of `pd`.

The name is documented for the tag's calls and for the image tag; that the script writes it into the request was not
seen in a capture, so it never counts as an explicit refusal of the limited mode.
Source: developers.pinterest.com/docs/track-conversions/use-limited-data-processing-flag, read 2026-11-22.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

UNCONFIRMED = "the name on the wire is not confirmed"


def decode(request: RequestFacts) -> Reading:
    """LDP is restricted; any other value is unknown."""
    values = request.under("opt_out_type")
    if not values:
        return SILENT
    said = f"opt_out_type={shown(values[0])}"
    if set(values) == {"LDP"}:
        return Reading(Restriction.RESTRICTED, f"{said} ({UNCONFIRMED})")
    return Reading(Restriction.UNKNOWN, said)
