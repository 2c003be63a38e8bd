"""Clickbridge, an invented link broker that nobody's list knows: it sets a cookie on the way to somewhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.demo.exchange import Answer, Call, redirect

HOSTS = ("go.clickbridge.example",)

_COOKIE = "cb_uid={visitor}; Domain=clickbridge.example; Path=/; Max-Age=34560000; Secure; SameSite=None"
"""400 days, the longest that Chromium keeps."""


def answer(call: Call) -> Answer | None:
    """A hop to the `to` address with a cookie on the way."""
    if call.host not in HOSTS or not call.path.startswith("/r/"):
        return None
    target = urlsplit(call.params.get("to", ""))
    if target.scheme != "https" or not (target.hostname or "").startswith("cdn."):
        return None
    return redirect(target.geturl(), cookies=(_COOKIE,))
