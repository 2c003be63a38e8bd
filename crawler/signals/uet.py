"""Microsoft UET: `asc` is consent mode's ad_storage, D denied, G granted; absent, consent mode is not in use.

`cdb` is written beside it and is told; its letters are not documented.
Source: learn.microsoft.com/en-us/advertising/msa-help/hlp_ba_conc_uet_consent, read 2026-11-22.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import switch
from crawler.signals.carried import SILENT, Reading
from crawler.signals.mentioned import told

_MEANING = {"D": Restriction.RESTRICTED, "G": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """`asc=D` is restricted, `asc=G` is explicitly unrestricted."""
    reading = switch.read(request, "asc", _MEANING)
    if reading is not SILENT:
        return reading
    return told(request, ("cdb",), "not documented; without asc consent mode is not in use")
