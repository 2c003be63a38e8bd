"""The Trade Desk's limited data use: `data_processing_option` with the policy LDU, in its conversion events.

The interface at insight.adsrvr.org takes JSON, also from tags in a browser. The image of the universal pixel has no
such parameter; it carries the strings of the frameworks.
Sources, read 2026-11-28: documentation.freshpaint.io (theTradeDesk reference, data processing options),
docs.tealium.com/client-side-tags/the-trade-desk-real-time-conversion-events-tag; MisterPhilip/omnibug on GitHub for
the pixel. The shape of the option, a list of policies, is from memory, so LDU is looked for in all of it.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading

NAMES = frozenset({"data_processing_option", "data_processing_options"})


def decode(request: RequestFacts) -> Reading:
    """LDU is restricted; another or an empty option is unknown."""
    options = [v for n, values in request.params.items() if not NAMES.isdisjoint(n.split(".")) for v in values]
    if not options:
        return SILENT
    if "LDU" in options and "{}" not in options:
        return Reading(Restriction.RESTRICTED, "data_processing_option LDU")
    return Reading(Restriction.UNKNOWN, "data_processing_option is there, and is not LDU throughout")
