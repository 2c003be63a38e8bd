"""Reddit Pixel: `opt_out` is its own opt-out switch, `dpm=LDU` with `dpcc` and `dprc` its limited data use.

The pixel writes `opt_out=0` when the page did not opt the visitor out: the request itself then says so.
Sources: c15t/c15t and segmentio/action-destinations on GitHub, read 2026-11-22.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown


def decode(request: RequestFacts) -> Reading:
    """Either switch on is restricted; `opt_out=0` with no limited data use is explicitly unrestricted."""
    opt_out, mode = request.values("opt_out"), request.values("dpm")
    said = [f"{name}={shown(v)}" for name in ("opt_out", "dpm", "dpcc", "dprc") for v in request.values(name)[:2]]
    if not opt_out and not mode:
        return SILENT
    if mode == ("LDU",) or opt_out == ("1",):
        return Reading(Restriction.RESTRICTED, ", ".join(said))
    if opt_out == ("0",) and mode in ((), ("",)):
        return Reading(Restriction.UNRESTRICTED, ", ".join(said))
    return Reading(Restriction.UNKNOWN, ", ".join(said))
