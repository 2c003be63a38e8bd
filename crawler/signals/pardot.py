"""Pardot (Marketing Cloud Account Engagement): `pi_opt_in` is the answer to its own question whether it may track.

False means that page views are not recorded, true that they are; empty where nobody was asked.
Sources, read 2026-11-28: Pardot's knowledge base (How does Pardot track activities, pi_opt_in),
greenkeydigital.com/cookie (what an opted-out visitor's views come to), public pages with the request's address.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import switch
from crawler.signals.carried import Reading

_MEANING = {"false": Restriction.RESTRICTED, "true": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """False is restricted, true is unrestricted."""
    return switch.read(request, "pi_opt_in", _MEANING, silent="nobody was asked")
