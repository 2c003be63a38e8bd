"""US Privacy: the string that `__uspapi` gives, or a cookie holds. See `crawler.signals.us_privacy`."""

from __future__ import annotations

from crawler.signals import us_privacy
from crawler.signals.carried import Unreadable
from crawler.signals.consent.fields import members, text
from crawler.signals.consent.statement import Statement, bounded, nothing, of


def decode(name: str, value: str) -> Statement:
    """`1YYN` has opted out, `1YNN` has not, `1---` says that the law does not apply."""
    string = text(members(value), "uspString") if value.startswith("{") else value
    if not string:
        return nothing("no US Privacy string")
    parsed = us_privacy.parse(string)
    if isinstance(parsed, Unreadable):
        return nothing(parsed.reason)
    return Statement(of(parsed.restriction), bounded(f"{parsed}: {parsed.meaning}"), counts=True)
