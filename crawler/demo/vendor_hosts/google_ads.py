"""Google Ads remarketing: the conversion host, then a hop to google.com, and DoubleClick's cookie."""

from __future__ import annotations

import re

from crawler.demo.exchange import Answer, Call, pixel, redirect

HOSTS = ("googleads.g.doubleclick.net", "www.google.com")

_VIEW_THROUGH = re.compile(r"/pagead/viewthroughconversion/(\d+)/")
_USER_LIST = re.compile(r"/pagead/1p-user-list/\d+/")
_IDE = "IDE=AHWqTU{visitor}; Domain=.doubleclick.net; Path=/; Max-Age=63072000; Secure; HttpOnly; SameSite=None"


def answer(call: Call) -> Answer | None:
    """A redirect with the `IDE` cookie; only a pixel when the hit says that data processing is restricted."""
    found = _VIEW_THROUGH.fullmatch(call.path)
    if call.host == "googleads.g.doubleclick.net" and found:
        if call.params.get("rdp") == "1":
            return pixel()
        hop = f"https://www.google.com/pagead/1p-user-list/{found[1]}/?{call.query}&is_vtc=1"
        return redirect(hop, cookies=(_IDE,))
    if call.host == "www.google.com" and _USER_LIST.fullmatch(call.path):
        return pixel()
    return None
