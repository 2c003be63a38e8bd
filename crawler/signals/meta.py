"""Meta Pixel's Limited Data Use: `dpo`, `dpoco` (country), `dpost` (state).

`dpo=LDU` asks for it, `dpo=` (empty) says explicitly that it is off, no `dpo` says nothing. Country 1 is the US, 0 asks
Meta to geolocate; a country without a state is geolocated too. LDU limits the use of data in the listed states only.
Source: developers.facebook.com/docs/marketing-apis/data-processing-options, and its state list, read 2026-11-22.
"""

from __future__ import annotations

from types import MappingProxyType

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

STATES = MappingProxyType(
    {
        "1000": "California",
        "1001": "Colorado",
        "1002": "Connecticut",
        "1003": "Florida",
        "1004": "Oregon",
        "1005": "Texas",
        "1006": "Montana",
        "1007": "Delaware",
        "1008": "Nebraska",
        "1009": "New Hampshire",
        "1010": "New Jersey",
        "1011": "Minnesota",
        "1012": "Maryland",
        "1013": "Rhode Island",
    }
)


def decode(request: RequestFacts) -> Reading:
    """LDU with a place that Meta accepts is restricted; with another it is unknown; empty is explicitly off."""
    options = request.values("dpo")
    if not options:
        return SILENT
    if len(options) > 1:
        return Reading(
            Restriction.UNKNOWN, "dpo contradicts itself: " + ", ".join(f"'{shown(v)}'" for v in options[:3])
        )
    option = options[0]
    if option in ("", "[]"):
        return Reading(Restriction.UNRESTRICTED, "dpo is empty: Limited Data Use explicitly off")
    if option.strip('["]') != "LDU":
        return Reading(Restriction.UNKNOWN, f"dpo={shown(option)} is not a known option")
    country = request.values("dpoco")
    state = request.values("dpost")
    said = "dpo=LDU" + "".join(f", dpoco={shown(v)}" for v in country) + "".join(f", dpost={shown(v)}" for v in state)
    if len(country) > 1 or len(state) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: the place contradicts itself")
    where = (country or ("0",))[0] or "0"
    which = (state or ("0",))[0] or "0"
    if where not in ("0", "1"):
        return Reading(Restriction.UNKNOWN, f"{said}: not a country code that Meta accepts")
    if which != "0" and which not in STATES:
        return Reading(Restriction.UNKNOWN, f"{said}: not a state code that Meta accepts")
    place = STATES[which] if where == "1" and which != "0" else "the listed states, as Meta geolocates"
    return Reading(Restriction.RESTRICTED, f"{said} (applies in {place})")
