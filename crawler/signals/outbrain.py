"""Outbrain's pixel: `optOut`, true or false.

The name and `false` stand in a public recording of the pixel; what the pixel takes it from is not documented. So true
is restricted, while false, which the pixel writes by itself, states nothing.
Sources, read 2026-11-28: MisterPhilip/omnibug on GitHub (provider and its test); recordings of 2026 lack the name.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import switch
from crawler.signals.carried import Reading

_MEANING = {"true": Restriction.RESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """True is restricted; anything else says nothing."""
    return switch.read(request, "optOut", _MEANING, silent="a default of the pixel")
