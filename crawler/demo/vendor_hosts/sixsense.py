"""6sense: the beacon and the company look-up, called from a worker of the site."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, json_for, pixel, preflight

HOSTS = ("b.6sc.co", "epsilon.6sense.com")

_6SUUID = "6suuid={visitor}; Domain=.6sc.co; Path=/; Max-Age=63072000; Secure; SameSite=None"


def answer(call: Call) -> Answer | None:
    """A pixel with 6sense's cookie; the look-up says which company the visitor works for."""
    if call.host == "b.6sc.co" and call.path == "/v1/beacon/img.gif":
        return pixel(cookies=(_6SUUID,))
    if call.host == "epsilon.6sense.com" and call.path == "/v3/company/details":
        if call.method == "OPTIONS":
            return preflight(call)
        return json_for(call, {"company": {"name": "Example Plumbing Inc.", "confidence": "High"}})
    return None
