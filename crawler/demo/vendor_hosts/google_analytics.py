"""Google Analytics 4 and the Google tag: `gtag/js` and `g/collect`."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, no_content, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("www.googletagmanager.com", "www.google-analytics.com", "region1.google-analytics.com")


def answer(call: Call) -> Answer | None:
    """The library for `G-` and `AW-` ids; 204 for a hit. Neither sets a cookie: the script does, on the site."""
    if call.host == "www.googletagmanager.com" and call.path == "/gtag/js":
        return script(scripts.read("gtag.js"))
    if call.host.endswith("google-analytics.com") and call.path == "/g/collect":
        return no_content()
    return None
