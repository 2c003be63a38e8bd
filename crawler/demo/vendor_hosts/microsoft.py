"""Microsoft Advertising UET: library, per-tag script, the action hit and the MUID cookie."""

from __future__ import annotations

import re

from crawler.demo.exchange import Answer, Call, no_content, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("bat.bing.com",)

_MUID = "MUID={visitor}; Domain=.bing.com; Path=/; Max-Age=33696000; Secure; SameSite=None"


def answer(call: Call) -> Answer | None:
    """204 for a hit, with the cookie unless the hit says that ad storage is denied (`asc=D`)."""
    if call.host != "bat.bing.com":
        return None
    if call.path == "/bat.js":
        return script(scripts.read("bat.js"))
    if re.fullmatch(r"/p/action/\d+\.js", call.path):
        return script("/* no extra settings */\n")
    if call.path == "/action/0":
        return no_content() if call.params.get("asc") == "D" else no_content(cookies=(_MUID,))
    return None
