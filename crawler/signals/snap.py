"""Snap's limited data use: `data_processing_options` with LDU, in its server interface.

Where Snap's pixel would write it into the browser's request was not found, so what turns up is told and decides
nothing. The strings of the frameworks are heard.
Sources, read 2026-11-28: developers.snap.com (Conversions API) does not show the pixel's request;
MisterPhilip/omnibug on GitHub lists the pixel's request, none of which is an opt-out. The option's name is from
memory.
"""

from __future__ import annotations

from crawler.parsing import RequestFacts
from crawler.signals.carried import Reading
from crawler.signals.mentioned import told

NAMES = (
    "data_processing_options",
    "data_processing_options_country",
    "data_processing_options_state",
    "u_dpo",
    "limited_data_use",
)


def decode(request: RequestFacts) -> Reading:
    """Never decides."""
    return told(request, NAMES, "that Snap's pixel sends it is not confirmed")
