"""What other rules hold against a vendor on a site already. One fact is charged once: the later rule is milder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from crawler.findings import Finding, Outcome, Severity

CERTAIN = frozenset({Outcome.VIOLATION})
"""Outcomes that are held against somebody."""
CERTAIN_OR_NOT = CERTAIN | {Outcome.INCONCLUSIVE}


@dataclass(frozen=True, slots=True)
class PriorCharges:
    """The most severe charge of each vendor on each site."""

    by_vendor: Mapping[tuple[str, str], Severity]
    """By site and vendor."""

    def hold(self, site: str, vendor: str, severity: Severity) -> bool:
        """Whether the vendor is held there to be at least as severe."""
        held = self.by_vendor.get((site, vendor))
        return held is not None and held.at_least(severity)


def prior_charges(findings: Iterable[Finding], outcomes: Collection[Outcome] = CERTAIN) -> PriorCharges:
    """The charges among the findings of other rules; a note is none."""
    held: dict[tuple[str, str], Severity] = {}
    for finding in findings:
        key = (finding.site, finding.vendor)
        if finding.outcome in outcomes and (key not in held or finding.severity.at_least(held[key])):
            held[key] = finding.severity
    return PriorCharges(held)


def charged_by(rule: str, so: str = "low", *, whom: str = "vendor") -> str:
    """The sentence on certainty that says why a finding is no more than `so`."""
    return f"The {whom} is already charged by {rule}, so this is {so}."
