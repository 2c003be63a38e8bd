"""The vendors' hosts, played on loopback: each a function from a call to an answer, None for a path it does not know.

Shapes of hosts, paths, parameters and cookies follow what the vendors' tags were seen to do in public captures (read
2026-11-22); the scripts are this project's own and do only what the demonstration needs.
"""

from __future__ import annotations

from collections.abc import Callable

from crawler.demo.exchange import Answer, Call
from crawler.demo.vendor_hosts import (
    clickbridge,
    fullstory,
    google_ads,
    google_analytics,
    linkedin,
    meta,
    microsoft,
    onetrust,
    pardot,
    recaptcha,
    reference_sites,
    sixsense,
    the_trade_desk,
    xandr,
)

ANSWERERS: tuple[Callable[[Call], Answer | None], ...] = (
    google_analytics.answer,
    google_ads.answer,
    recaptcha.answer,
    meta.answer,
    linkedin.answer,
    microsoft.answer,
    fullstory.answer,
    sixsense.answer,
    clickbridge.answer,
    onetrust.answer,
    pardot.answer,
    the_trade_desk.answer,
    xandr.answer,
    reference_sites.answer,
)
"""Asked in this order; the first that knows the call answers it."""

HOSTS: tuple[str, ...] = (
    *google_analytics.HOSTS,
    *google_ads.HOSTS,
    *recaptcha.HOSTS,
    *meta.HOSTS,
    *linkedin.HOSTS,
    *microsoft.HOSTS,
    *fullstory.HOSTS,
    *sixsense.HOSTS,
    *clickbridge.HOSTS,
    *onetrust.HOSTS,
    *pardot.HOSTS,
    *the_trade_desk.HOSTS,
    *xandr.HOSTS,
    *reference_sites.HOSTS,
)
"""Every host name that a vendor is played under."""


def answer(call: Call) -> Answer | None:
    """The vendor's answer, or None when no vendor plays this host and path."""
    for answerer in ANSWERERS:
        given = answerer(call)
        if given is not None:
            return given
    return None
