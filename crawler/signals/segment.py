"""Segment: `context.consent.categoryPreferences`, a mapping of the site's categories to true or false.

Segment passes an event on only to destinations whose categories are all true, so false for advertising restricts. The
categories are named by the site or its consent platform: only names that plainly mean advertising or selling decide,
or all categories together when they agree. An event without the mapping goes to all destinations.

RudderStack's `context.consentManagement` lists allowed and denied categories by numbers of the consent platform: it is
told and decides nothing.

Sources, read 2026-11-28: support.twilio.com (How to add consent object to your events in Segment), Segment's
documentation on consent management (segmentio/segment-docs on GitHub). RudderStack's names are from memory.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import Reading, shown
from crawler.signals.mentioned import told

_ADVERTISING = frozenset(
    {
        "advertising", "ads", "marketing", "targeting", "targetedadvertising", "datasharing", "dataselling",
        "saleofdata", "c0004",
    }
)  # fmt: skip
"""In small letters without spaces and signs; C0004 is OneTrust's category for targeting."""
_DENIAL = frozenset({"donotsell"})
"""Named the other way round: nobody can tell what true means."""
MAX_CATEGORIES = 30
_MARK = "categoryPreferences"


def decode(request: RequestFacts) -> Reading:
    """Advertising refused is restricted, advertising allowed is unrestricted, all else unknown."""
    request.has_any(())  # so that JSON inside parameters is read, too
    found = [(name, request.values(name)) for name in request.names() if f"{_MARK}." in f"{name}."]
    if not found:
        return told(request, ("deniedConsentIds", "allowedConsentIds"), "categories of a consent platform")
    choices = [(name.partition(_MARK)[2].lstrip("."), values) for name, values in found[:MAX_CATEGORIES]]
    said = ", ".join(f"{shown(name, 30)} {shown('/'.join(values[:3]), 20)}" for name, values in choices if name)
    return Reading(_state([c for c in choices if c[0]]), f"{_MARK}: {said or 'empty'}")


def _state(choices: list[tuple[str, tuple[str, ...]]]) -> Restriction:
    advertising = {value for name, values in choices if _plain(name) in _ADVERTISING for value in values}
    answers = advertising or {value for _, values in choices for value in values}
    if any(_plain(name) in _DENIAL for name, _ in choices) or len(answers) != 1 or not answers <= {"true", "false"}:
        return Restriction.UNKNOWN
    if not advertising and "true" in answers:
        return Restriction.UNKNOWN  # nobody can tell that one of these categories is advertising
    return Restriction.UNRESTRICTED if "true" in answers else Restriction.RESTRICTED


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
