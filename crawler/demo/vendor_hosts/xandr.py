"""Xandr: it takes another company's identifier and keeps a cookie of its own beside it."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, pixel

HOSTS = ("ib.adnxs.com",)

_UUID2 = "uuid2={visitor}; Domain=.adnxs.com; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=None"


def answer(call: Call) -> Answer | None:
    """A pixel with Xandr's cookie, for whoever comes with an identifier."""
    if call.host == "ib.adnxs.com" and call.path == "/setuid" and call.params.get("code"):
        return pixel(cookies=(_UUID2,))
    return None
