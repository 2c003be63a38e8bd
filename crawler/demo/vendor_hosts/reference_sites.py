"""Stand-ins for the sites that the policy sends its reader to. No page loads anything from them."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, page

HOSTS = (
    "globalprivacycontrol.org",
    "www.allaboutcookies.org",
    "google.com",
    "tools.google.com",
    "policies.google.com",
    "optout.aboutads.info",
    "optout.networkadvertising.org",
)


def answer(call: Call) -> Answer | None:
    """One sentence that says it is a stand-in."""
    if call.host not in HOSTS or call.method not in ("GET", "HEAD"):
        return None
    text = f"A stand-in for {call.host}, on this machine only."
    return page(f"<!doctype html><html lang=en><meta charset=utf-8><title>Stand-in</title><p>{text}</p></html>")
