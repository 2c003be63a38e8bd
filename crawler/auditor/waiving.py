"""Waivers against findings: which are accepted today, and which waivers nobody needs any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.claims import Waiver
from crawler.findings import Finding, Outcome
from crawler.rules import crawl_incomplete, signal_not_proven

UNWAIVABLE = frozenset({crawl_incomplete.ID, signal_not_proven.ID})
"""Missing evidence cannot be accepted away: a run that saw nothing must not pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiving:
    """What the waivers of a company come to on one day."""

    of_finding: Mapping[str, dict[str, Any]]
    """By fingerprint: the waiver as it stands in a finding; `state` is `active` or `expired`."""
    report: tuple[dict[str, Any], ...]
    """Every waiver with its status: used, expired, unused (matches nothing that counts), refused."""

    def accepts(self, finding: Finding) -> bool:
        """Whether a waiver holds for this finding today."""
        return self.of_finding.get(finding.fingerprint, {}).get("state") == "active"


def waive(waivers: Sequence[Waiver], findings: Sequence[Finding], today: date) -> Waiving:
    """Match waivers with findings. One that has not expired goes before one that has."""
    counting = [f for f in findings if f.outcome in (Outcome.VIOLATION, Outcome.INCONCLUSIVE)]
    of_finding: dict[str, dict[str, Any]] = {}
    report = []
    for waiver in sorted(waivers, key=lambda w: (w.until < today, w.line)):
        matched = [f for f in counting if waiver.matches(f.rule, f.vendor, f.site)]
        expired = waiver.until < today
        status = "expired" if expired else "used"
        if waiver.rule in UNWAIVABLE:
            status, matched = "refused", []
        elif not matched:
            status = "expired" if expired else "unused"
        for finding in matched:
            of_finding.setdefault(finding.fingerprint, {**_row(waiver), "state": "expired" if expired else "active"})
        report.append(
            {
                **_row(waiver),
                "line": waiver.line,
                "status": status,
                "findings": sorted({f.fingerprint for f in matched}),
            }
        )
    return Waiving(of_finding=of_finding, report=tuple(sorted(report, key=lambda row: row["line"])))


def _row(waiver: Waiver) -> dict[str, Any]:
    return {
        "rule": waiver.rule,
        "vendor": waiver.vendor,
        "site": waiver.site,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "until": waiver.until.isoformat(),
    }
