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
from crawler.signals.carried import Reading, shown
from crawler.signals.mentioned import told
from crawler.signals.parameters import Parameters

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


def decode(parameters: Parameters) -> Reading:
    """Advertising refused is restricted, advertising allowed is unrestricted, all else unknown."""
    mappings = [m for m in parameters.json_values("categoryPreferences") if isinstance(m, dict)]
    if not mappings:
        return told(parameters, ("deniedConsentIds", "allowedConsentIds"), "categories of a consent platform")
    notes, states = [], set()
    for mapping in mappings[:10]:
        choices = [(str(name), value) for name, value in list(mapping.items())[:MAX_CATEGORIES]]
        told_choices = ", ".join(f"{shown(n, 30)} {str(v).lower() if isinstance(v, bool) else '?'}" for n, v in choices)
        notes.append(f"categoryPreferences: {told_choices or 'empty'}")
        states.add(_state(choices))
    state = states.pop() if len(states) == 1 else Restriction.UNKNOWN
    return Reading(state, "; ".join(dict.fromkeys(notes)))


def _state(choices: list[tuple[str, object]]) -> Restriction:
    if not choices or any(not isinstance(value, bool) for _, value in choices):
        return Restriction.UNKNOWN
    advertising = {value for name, value in choices if _plain(name) in _ADVERTISING}
    answers = advertising or {value for _, value in choices}
    if any(_plain(name) in _DENIAL for name, _ in choices) or len(answers) != 1:
        return Restriction.UNKNOWN
    if not advertising and True in answers:
        return Restriction.UNKNOWN  # nobody can tell that one of these categories is advertising
    return Restriction.UNRESTRICTED if True in answers else Restriction.RESTRICTED


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
