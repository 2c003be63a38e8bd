"""Google Analytics 4 and the Google tag: `gtag/js`, `g/collect`, and the pings of Google Signals."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, no_content, pixel, script
from crawler.demo.vendor_hosts import scripts

HOSTS = (
    "www.googletagmanager.com",
    "www.google-analytics.com",
    "region1.google-analytics.com",
    "stats.g.doubleclick.net",
    "www.google.com",
)
_COLLECT_HOSTS = HOSTS[1:4]


def answer(call: Call) -> Answer | None:
    """The library for `G-` and `AW-` ids; 204 for a hit. Neither sets a cookie: the script does, on the site."""
    if call.host == "www.googletagmanager.com" and call.path == "/gtag/js":
        return script(scripts.read("gtag.js"))
    if call.host in _COLLECT_HOSTS and call.path == "/g/collect":
        return no_content()
    if call.host == "www.google.com" and call.path == "/ads/ga-audiences":
        return pixel()
    return None
