"""Tools whose state is shown and does not count: what their categories mean for an opt-out in the United States is the
site's setting, or known from memory alone.

Cookiebot: `{necessary, preferences, statistics, marketing}` (rules of autoconsent, read 2026-11-22; that marketing
stands for an opt-out of sale, from memory). HubSpot: `__hs_opt_out`, `__hs_do_not_track` and, when its banner saw the
signal, `__hs_gpc_banner_dismiss` (knowledge base of HubSpot and Open Cookie Database, read 2026-11-22). Didomi:
`purposes` with `enabled` and `disabled`, or `{consent: {...}}` (developers.didomi.io, read 2026-11-28). Transcend:
`purposes`, each true or false (npm @transcend-io/airgap.js-types, read 2026-11-28). Osano, TrustArc, Ketch,
Usercentrics, DataGrail: from memory.
"""

from __future__ import annotations

from typing import Any

from crawler.signals.consent.fields import document, flags, members, said
from crawler.signals.consent.statement import OptOut, Statement, bounded, nothing

_MAX_FLAGS = 60


def cookiebot(name: str, value: str) -> Statement:
    """Marketing on or off."""
    states = {key: on for key, on in flags(members(value)).items() if key in _COOKIEBOT}
    if not states:
        return nothing(value or "no state")
    opt_out = {True: OptOut.NO, False: OptOut.YES}.get(states["marketing"]) if "marketing" in states else None
    return Statement(opt_out or OptOut.NOTHING, bounded(said(states)))


_COOKIEBOT = ("necessary", "preferences", "statistics", "marketing")


def hubspot(name: str, value: str) -> Statement:
    """It speaks of HubSpot's own cookies alone."""
    key = name.lower()
    if key == "__hs_gpc_banner_dismiss":
        return Statement(OptOut.NOTHING, "its banner saw the signal", saw_gpc=True)
    return nothing(f"of HubSpot's own cookies: {name}={value}")


def transcend(name: str, value: str) -> Statement:
    """Its purposes."""
    states = flags(members(value), ("purposes",))
    return nothing(said(states) if states else "no purposes in it")


def didomi(name: str, value: str) -> Statement:
    """Its purposes, in either of two shapes."""
    found: Any = members(value).get("purposes")
    found = found if isinstance(found, dict) else {}
    inner = found.get("consent") if isinstance(found.get("consent"), dict) else found
    states = {
        str(purpose): word == "enabled"
        for word in ("enabled", "disabled")
        for purpose in (inner.get(word) if isinstance(inner.get(word), list) else ())
    }
    states |= {
        str(key): entry["enabled"]
        for key, entry in found.items()
        if isinstance(entry, dict) and isinstance(entry.get("enabled"), bool)
    }
    return nothing(said(states) if states else "no purposes in it")


def shown_only(name: str, value: str) -> Statement:
    """Whatever can be shown of it: flags anywhere in it, else the text."""
    found: dict[str, bool] = {}
    pending: list[tuple[str, Any]] = [("", document(value))]
    while pending and len(found) < _MAX_FLAGS:
        key, inner = pending.pop()
        if isinstance(inner, bool):
            found.setdefault(key, inner)
        elif isinstance(inner, dict):
            pending += [(str(k), v) for k, v in list(inner.items())[:_MAX_FLAGS]]
        elif isinstance(inner, list):
            pending += [(key, v) for v in inner[:_MAX_FLAGS]]
    return nothing(said(found) if found else value or "no state")
