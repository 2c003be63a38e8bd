"""TikTok Pixel's `limited_data_use`, a boolean in its JSON body.

The name is the one of TikTok's events API; where the pixel writes it was not seen in a capture, so `true` counts as
restricted with that reservation and `false` counts for nothing.
Source: segmentio/action-destinations on GitHub, read 2026-11-22.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading

UNCONFIRMED = "the name on the wire is not confirmed"


def decode(request: RequestFacts) -> Reading:
    """True, and only true, is restricted."""
    values = request.under("limited_data_use")
    on = [value in ("true", "1") for value in values]
    if not values:
        return SILENT
    if all(on):
        return Reading(Restriction.RESTRICTED, f"limited_data_use=true ({UNCONFIRMED})")
    if any(on):
        return Reading(Restriction.UNKNOWN, "limited_data_use contradicts itself")
    return Reading(Restriction.UNKNOWN, f"limited_data_use is not true ({UNCONFIRMED})")
