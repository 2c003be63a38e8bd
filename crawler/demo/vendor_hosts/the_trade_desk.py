"""The Trade Desk: a retargeting pixel that hands its visitor on to Xandr, with the value of its own cookie."""

from __future__ import annotations

import re
import secrets

from crawler.demo.exchange import Answer, Call, redirect

HOSTS = ("insight.adsrvr.org",)

_KEPT = re.compile(r"(?:^|; )TDID=([0-9a-f]{24})(?:;|$)")


def answer(call: Call) -> Answer | None:
    """A hop to Xandr. The cookie is set on the way, and its value stands in the address of the hop."""
    if call.host != "insight.adsrvr.org" or call.path != "/track/pxl/":
        return None
    kept = _KEPT.search(call.headers.get("cookie", ""))
    visitor = kept[1] if kept else secrets.token_hex(12)
    cookie = f"TDID={visitor}; Domain=.adsrvr.org; Path=/; Max-Age=31536000; Secure; SameSite=None"
    return redirect(f"https://ib.adnxs.com/setuid?entity=91&code={visitor}", cookies=(cookie,))
