"""comScore: `cs_ucfr` is the visitor's consent, 1 given, 0 refused, empty not known.

Sources, read 2026-11-28: docs.tealium.com/client-side-tags/comscore-digital-analytix-tag (0 no consent, 1 consent),
segmentio/analytics.js-integrations pull request 623 on GitHub (empty when not known), and public pages that carry the
image's address.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import switch
from crawler.signals.carried import Reading

_MEANING = {"0": Restriction.RESTRICTED, "1": Restriction.UNRESTRICTED}


def decode(request: RequestFacts) -> Reading:
    """0 is restricted, 1 is unrestricted; anything else says nothing."""
    return switch.read(request, "cs_ucfr", _MEANING, silent="consent not known")
