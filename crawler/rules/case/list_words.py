"""What filter lists make of a vendor's requests, in words."""

from __future__ import annotations

from crawler.rules.case.charge import shortened
from crawler.rules.case.model import VendorSeen


def marked(seen: VendorSeen) -> str:
    """For a message: that a list marks its requests, where the severity rests on that."""
    rule = seen.tracker_rule
    return f" A filter list marks its requests as tracking ({shortened(rule, 120)})." if rule else ""


def lists_say(seen: VendorSeen) -> str:
    """For the certainty: rules that mark some of its requests, and exceptions that let some pass."""
    blocks = f"{seen.tracker_rule} marks the request as tracking." if seen.tracker_rule else ""
    lifted = f"A rule would mark it as tracking, but: {seen.lifted_rule}." if seen.lifted_rule else ""
    return f"{blocks} {lifted}".strip()
