"""LinkedIn Insight: library, the collect hit, and the redirect through linkedin.com that joins the two cookies."""

from __future__ import annotations

from urllib.parse import quote

from crawler.demo.exchange import Answer, Call, pixel, redirect, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("snap.licdn.com", "px.ads.linkedin.com", "www.linkedin.com")

_END = "Path=/; Secure; SameSite=None"
_LI_SUGR = f"li_sugr={{visitor}}; Domain=.linkedin.com; Max-Age=7776000; {_END}"
_BCOOKIE = f'bcookie="v=2&{{visitor}}"; Domain=.linkedin.com; Max-Age=31536000; {_END}'
_LIDC = f'lidc="b=OGST01:s=O:r=O:a=O:p=O:g=3000"; Domain=.linkedin.com; Max-Age=86400; {_END}'
_MATCH = f"UserMatchHistory=AQ{{visitor}}; Domain=.linkedin.com; Max-Age=2592000; {_END}"


def answer(call: Call) -> Answer | None:
    """collect -> www.linkedin.com/px/li_sync -> collect again, each hop with its own cookies."""
    if call.host == "snap.licdn.com" and call.path == "/li.lms-analytics/insight.min.js":
        return script(scripts.read("insight.js"))
    if call.host == "px.ads.linkedin.com" and call.path in ("/collect", "/collect/"):
        if call.params.get("liSync") == "true":
            return pixel(cookies=(_MATCH,))
        back = f"https://px.ads.linkedin.com/collect?{call.query}&liSync=true"
        return redirect(f"https://www.linkedin.com/px/li_sync?redirect={quote(back, safe='')}", cookies=(_LI_SUGR,))
    if call.host == "www.linkedin.com" and call.path == "/px/li_sync":
        back = call.params.get("redirect", "")
        if back.startswith("https://px.ads.linkedin.com/"):
            return redirect(back, cookies=(_BCOOKIE, _LIDC))
    return None
