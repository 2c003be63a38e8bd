"""Rows of verdicts.json that list rather than judge: cookies, consent, what scripts did and stored. Plain values."""

from __future__ import annotations

from typing import Any

from crawler.rules.case import Case
from crawler.rules.case.inventory import ActorSeen

_DAY_S = 86_400


def cookie_rows(case: Case) -> list[dict[str, Any]]:
    """One row per cookie name and domain, of every party."""
    return [
        {
            "name": c.name,
            "domain": c.domain,
            "party": c.party,
            "vendor": c.vendor,
            "set_by": c.set_by,
            "setter_url": c.setter_url,
            "setter_line": c.setter_line,
            "setter_vendor": c.setter_vendor,
            "step": c.step,
            "asked_lifetime_days": _days(c.asked_lifetime_s),
            "lifetime_days": _days(c.lifetime_s),
            "documented_lifetime_days": _days(c.documented_lifetime_s),
            "documented_verified": c.documented_verified,
            "basis": c.basis,
            "why": c.why,
            "unclassified": c.unclassified,
            "partition_keys": list(c.partition_keys),
            "stored": c.stored,
            "blocked_reasons": list(c.blocked_reasons),
            "sent_to": [{"host": host, "requests": number} for host, number in c.sent_to],
            "sent_hosts": c.sent_hosts,
            "value_sent_to": [
                {"vendor": to.vendor, "name": to.name, "arms": list(to.arms), "visits": to.visits} for to in c.went_to
            ],
            "value_vendors": c.went_vendors,
            "changes": dict(c.changes),
            "arms": list(c.arms),
        }
        for c in case.cookies
    ]


def consent_rows(case: Case) -> list[dict[str, Any]]:
    """One row per statement of a source of consent state, site and arm."""
    return [
        {
            "site": s.site,
            "arm": str(s.arm),
            "source": s.source,
            "where": s.where,
            "name": s.name,
            "says": str(s.opt_out),
            "words": s.words,
            "saw_gpc": s.saw_gpc,
            "counts": s.counts,
            "contradiction": s.against_itself,
            "visits": [len(s.visits), len(case.judged_visits(s.site, s.arm))],
        }
        for s in case.consent
    ]


def behaviour_rows(case: Case) -> list[dict[str, Any]]:
    """One row per party whose scripts called one of the interfaces that the explaining visits watch."""
    return [
        {
            "vendor": actor.vendor,
            "name": actor.name,
            "purpose": actor.purpose,
            "party": actor.party,
            "scripts": actor.scripts,
            "uses": [
                {
                    "kind": use.kind,
                    "calls": use.calls,
                    "visits": [use.visits, case.explaining],
                    "apis": list(use.apis),
                    "details": list(use.details),
                    "url": use.url,
                    "line": use.line,
                    "step": use.step,
                }
                for use in actor.uses
            ],
        }
        for actor in case.behaviour
    ]


def calls_by_kind(case: Case, vendor: str) -> dict[str, int]:
    """What the scripts of one vendor called, and how often: `{"canvas": 12}`."""
    actors: list[ActorSeen] = [actor for actor in case.behaviour if actor.vendor == vendor]
    return {use.kind: use.calls for actor in actors for use in actor.uses}


def storage_rows(case: Case) -> list[dict[str, Any]]:
    """One row per key, object store and cache."""
    return [
        {
            "area": item.area,
            "origin": item.origin,
            "key": item.key,
            "party": item.party,
            "vendor": item.vendor,
            "setter_url": item.setter_url,
            "setter_line": item.setter_line,
            "writes": item.writes,
            "entries": item.entries,
            "removed": item.removed,
            "arms": list(item.arms),
        }
        for item in case.items
    ]


def _days(seconds: float | None) -> float | None:
    return round(seconds / _DAY_S, 3) if seconds is not None else None
