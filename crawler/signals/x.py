"""X Pixel's `restricted_data_use`: `restrict_optimization` or `off`.

Sources, read 2026-11-22: X's Restricted Data Use guide (business.x.com) for the two values; a public capture of
t.co/1/i/adsct for the name on the wire.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import switch
from crawler.signals.carried import Reading

_MEANING = {"restrict_optimization": Restriction.RESTRICTED, "off": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """The documented values decide; anything else is unknown."""
    return switch.read(request, "restricted_data_use", _MEANING)
