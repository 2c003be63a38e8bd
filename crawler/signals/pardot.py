"""Pardot (Marketing Cloud Account Engagement): `pi_opt_in` is the answer to its own question whether it may track.

False means that page views are not recorded, true that they are; empty where nobody was asked.
Sources, read 2026-11-28: Pardot's knowledge base (How does Pardot track activities, pi_opt_in),
greenkeydigital.com/cookie (what an opted-out visitor's views come to), public pages with the request's address.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

_MEANING = {"false": Restriction.RESTRICTED, "true": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """False is restricted, true is unrestricted."""
    values = request.values("pi_opt_in")
    if not values:
        return SILENT
    said = ", ".join(f"pi_opt_in={shown(value)}" for value in values[:2])
    if len(values) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: it contradicts itself")
    if values[0] not in _MEANING:
        return Reading(Restriction.UNKNOWN, f"{said} (nobody was asked)", said=False)
    return Reading(_MEANING[values[0]], said)
