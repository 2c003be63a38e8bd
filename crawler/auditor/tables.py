"""Rows of verdicts.json that rest on what rules read: findings, vendors, gaps. Plain values, sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.auditor.inventory import calls_by_kind
from crawler.auditor.waiving import Waiving
from crawler.evidence import Arm
from crawler.findings import Finding, Restriction
from crawler.parties import Party
from crawler.rules.case import Case, VendorSeen
from crawler.rules.case.coverage import coverage_of
from crawler.rules.case.suspicion import fingerprinting, suspicion


def finding_row(finding: Finding, waiving: Waiving, names: Mapping[str, str]) -> dict[str, Any]:
    """One finding with all that a report needs."""
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "outcome": str(finding.outcome),
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "site": finding.site,
        "arm": str(finding.arm),
        "vendor": finding.vendor,
        "vendor_name": names.get(finding.vendor, finding.vendor),
        "role": finding.role,
        "purpose": str(finding.purpose),
        "coverage": str(finding.coverage) if finding.coverage else None,
        "restriction": str(finding.restriction) if finding.restriction else None,
        "claims": list(finding.claims),
        "pages": list(finding.pages),
        "visits": {str(arm): [seen.seen, seen.of] for arm, seen in finding.visits.items()},
        "message": finding.message,
        "certainty": finding.certainty,
        "cannot_tell": finding.cannot_tell,
        "remedy": finding.remedy,
        "trigger": finding.trigger,
        "evidence": [
            {
                "stream": ref.stream,
                "row": ref.row,
                "url": ref.url,
                "visit": ref.visit,
                "note": ref.note,
                "step": ref.step,
            }
            for ref in finding.evidence
        ],
        "waiver": waiving.of_finding.get(finding.fingerprint),
    }


def vendor_rows(case: Case) -> list[dict[str, Any]]:
    """One row per vendor over all sites, whether or not a rule had anything to say about it."""
    arms = [arm for arm in Arm if case.ran(arm)]
    reads = fingerprinting(case.behaviour)
    rows = []
    for vendor in sorted({v.vendor for v in case.vendors}):
        seen = [v for v in case.vendors if v.vendor == vendor]
        first = min(seen, key=lambda v: (list(Arm).index(v.arm), v.site))
        roles = {role for v in seen for role in v.hits()}
        rows.append(
            {
                "vendor": vendor,
                "name": first.name,
                "company": first.company,
                "purpose": str(first.purpose),
                "coverage": str(coverage_of(case.company, vendor, first.purpose, roles)),
                "party": str(_party(seen)),
                "known_by": str(first.known_by),
                "basis": first.basis,
                "verified": any(v.verified for v in seen),
                "tracker_rule": next((v.tracker_rule for v in seen if v.tracker_rule), None),
                "lifted_rule": next((v.lifted_rule for v in seen if v.lifted_rule), None),
                "gpc_demands": str(first.demand),
                "sites": sorted({v.site for v in seen}),
                "signs": sorted({sign for v in seen for sign in suspicion(case, v).signs}),
                "fingerprinting": list(reads.get(vendor, ())),
                "behaviour": calls_by_kind(case, vendor),
                "sends": {str(arm): _sends([v for v in seen if v.arm is arm]) for arm in arms},
                "arms": {str(arm): _in_arm(case, arm, [v for v in seen if v.arm is arm]) for arm in arms},
            }
        )
    return rows


def _in_arm(case: Case, arm: Arm, seen: Sequence[VendorSeen]) -> dict[str, Any]:
    of = sum(len(ids) for (_, a), pages in case.judged.items() if a is arm for ids in pages.values())
    hits: dict[str, int] = {}
    states: dict[str, int] = {}
    for v in seen:
        for role, number in v.hits().items():
            hits[str(role)] = hits.get(str(role), 0) + number
        for state, number in v.restrictions().items():
            states[str(state)] = states.get(str(state), 0) + number
    return {
        "visits": [len(frozenset[str]().union(*(v.all_visits() for v in seen))), of],
        "hits": sum(hits.values()),
        "hits_by_role": hits,
        "cookies": sorted({name for v in seen for name in v.cookies}),
        "restriction": str(max((v.worst_restriction() for v in seen), key=list(Restriction).index, default="none")),
        "restrictions": states,
        "accounts": sorted({s.account for v in seen for s in v.sightings if s.account})[:20],
        "variants": sorted({name for v in seen for name in v.variants}),
    }


def _sends(seen: Sequence[VendorSeen]) -> dict[str, Any]:
    """What reached the vendor besides its events; names of parameters, never values."""
    user_data = {(u.kind, u.form, u.where, u.basis) for v in seen for u in v.user_data}
    return {
        "client_ids": sorted({name for v in seen for name in v.sent.client_ids}),
        "page_data": sorted({name for v in seen for name in v.sent.page_data}),
        "user_data": [
            {"kind": kind, "form": form, "parameter": where, "basis": basis}
            for kind, form, where, basis in sorted(user_data)
        ],
        "encodings": sorted({encoding for v in seen for encoding in v.sent.encodings}),
        "undecodable_bytes": sum(v.sent.undecodable_bytes for v in seen),
    }


def _party(seen: Sequence[VendorSeen]) -> Party:
    """The farthest away that any of its requests went; a vendor of which only cookies are known stands on the site."""
    parties = {party for v in seen for party in v.parties}
    return next((p for p in (Party.THIRD, Party.SAME_ORGANISATION) if p in parties), Party.FIRST)


def gap_rows(case: Case) -> list[dict[str, Any]]:
    """Everything that was meant to be seen and was not: the run's own gaps and what the records lack."""
    return [
        {"arm": s.arm, "url": s.url, "reason": s.reason, "detail": s.detail, "site": s.site, "visit": s.visit}
        for s in case.shortfalls
    ]
