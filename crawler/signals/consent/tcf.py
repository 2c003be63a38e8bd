"""The Transparency and Consent Framework: what `__tcfapi` answers, or a cookie holds. See `crawler.signals.tcf`.

It is for visitors in Europe. It is shown, and never counted as an opt-out in the United States.
"""

from __future__ import annotations

from crawler.signals import tcf
from crawler.signals.carried import Unreadable
from crawler.signals.consent.fields import members, text
from crawler.signals.consent.statement import Statement, nothing


def decode(name: str, value: str) -> Statement:
    """Purposes that were agreed to, in words."""
    found = members(value) if value.startswith("{") else {}
    string = text(found, "tcString") if value.startswith("{") else value
    applies = found.get("gdprApplies")
    law = "" if not isinstance(applies, bool) else f"gdprApplies={'yes' if applies else 'no'}"
    if not string:
        return nothing(law or "no TC string")
    parsed = tcf.parse(string)
    if isinstance(parsed, Unreadable):
        return nothing(parsed.reason)
    purposes = ", ".join(map(str, sorted(parsed.consents))) or "none"
    return nothing("; ".join(part for part in (law, f"purposes agreed to: {purposes}", "of Europe") if part))
