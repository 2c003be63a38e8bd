"""Taboola: `cdns` is its own opt-out flag for the United States ("do not sell"), `cex` its consent flag for Europe.

Both are documented as what a page pushes to Taboola's script. The name in the request was not found, so they are told
and decide nothing. The strings of the frameworks, which Taboola's requests carry, are heard.
Sources, read 2026-11-28: developers.taboola.com (GDPR and US State Privacy Laws; React Native plug-in, GDPR and CCPA),
prebid/Prebid.js on GitHub (modules/taboolaBidAdapter.js, taboolaIdSystem.js).
"""

from __future__ import annotations

from crawler.parsing import RequestFacts
from crawler.signals.carried import Reading
from crawler.signals.mentioned import told


def decode(request: RequestFacts) -> Reading:
    """Never decides."""
    return told(request, ("cdns", "cex"), "that Taboola's script sends it under this name is not confirmed")
