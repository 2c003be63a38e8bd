"""FullStory: library, session start and the recording bundles."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, json_for, preflight, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("edge.fullstory.com", "rs.fullstory.com")


def answer(call: Call) -> Answer | None:
    """JSON for the recorder; the script keeps its cookie on the site."""
    if call.host == "edge.fullstory.com" and call.path == "/s/fs.js":
        return script(scripts.read("fs.js"))
    if call.host == "rs.fullstory.com" and call.path in ("/rec/page", "/rec/bundle/v2"):
        if call.method == "OPTIONS":
            return preflight(call)
        return json_for(call, {"UserIntId": "5104729", "SessionIntId": "6104729", "PageIntId": "7104729"})
    return None
