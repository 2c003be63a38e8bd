"""Pardot (Salesforce Account Engagement): the page view of its tracker, under its own host and under an alias."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, pixel

HOSTS = ("pi.pardot.com",)

ALIASED = "go.pardot.com"
"""Where customers point a host of theirs."""


def answer(call: Call) -> Answer | None:
    """A pixel for a page view."""
    if call.host in (*HOSTS, ALIASED) and call.path == "/analytics" and call.params.get("account_id"):
        return pixel()
    return None
