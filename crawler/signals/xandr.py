"""Xandr (Microsoft Monetize): `consent` of the universal pixel, and `use_cookies` of placement tags.

`consent=0` on /pixie says that third-party cookies are neither read nor written, `consent=1` that they may be; consent
mode is off unless a site turns it on. The name is common, so it counts only beside the pixel's id `pi`.
`use_cookies=0` says that no cookie data is used or kept for this visitor, `use_cookies=1` that it is.
Sources, read 2026-11-28: learn.microsoft.com/en-us/xandr/curate/set-up-consent-mode-in-universal-pixel,
learn.microsoft.com/en-us/xandr/monetize/cookie-privacy-settings.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown

_MEANING = {"0": Restriction.RESTRICTED, "1": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """0 is restricted, 1 is unrestricted; two that disagree are unknown."""
    values = [("use_cookies", value) for value in request.values("use_cookies")]
    if request.values("pi"):
        values += [("consent", value) for value in request.values("consent")]
    if not values:
        return SILENT
    said = ", ".join(f"{name}={shown(value)}" for name, value in values[:4])
    states = {_MEANING.get(value, Restriction.UNKNOWN) for _, value in values}
    if len(states) > 1:
        return Reading(Restriction.UNKNOWN, f"{said}: it contradicts itself")
    return Reading(states.pop(), said)
