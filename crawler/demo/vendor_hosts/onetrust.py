"""OneTrust: the consent tool's script, which keeps its groups in a cookie of the site and answers for them."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("cdn.cookielaw.org",)


def answer(call: Call) -> Answer | None:
    """The script; the host itself sets no cookie."""
    if call.host == "cdn.cookielaw.org" and call.path == "/scripttemplates/otSDKStub.js":
        return script(scripts.read("onetrust.js"))
    return None
