"""Meta Pixel: library, configuration, `/tr/`, and Facebook's own cookie."""

from __future__ import annotations

import re

from crawler.demo.exchange import Answer, Call, pixel, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("connect.facebook.net", "www.facebook.com")

_FR = "fr=0{visitor}; Domain=.facebook.com; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=None"


def answer(call: Call) -> Answer | None:
    """A pixel with the `fr` cookie; without it when the hit asks for limited data use."""
    if call.host == "connect.facebook.net":
        if call.path == "/en_US/fbevents.js":
            return script(scripts.read("fbevents.js"))
        if re.fullmatch(r"/signals/config/\d+", call.path):
            return script("window.fbq && window.fbq.configured && window.fbq.configured();\n")
    if call.host == "www.facebook.com" and call.path in ("/tr", "/tr/"):
        limited = "LDU" in call.params.get("dpo", "")
        return pixel() if limited else pixel(cookies=(_FR,))
    return None
