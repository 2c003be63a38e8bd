"""Contract facts that a person vouches for: they turn what was seen into a note as long as they hold."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.rules.case.model import Case


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whether somebody vouches for a vendor today, and the words for a report."""

    holds: bool
    note: str


def vouched(case: Case, vendor: str) -> Vouched:
    """Attestations for a vendor on the case's day; one that has ended is said and does not count."""
    own = [a for a in case.company.attestations if a.vendor == vendor]
    for a in own:
        if case.today <= a.until:
            return Vouched(True, f'{a.owner} attests until {a.until}: "{a.statement}".')
    if own:
        last = max(own, key=lambda a: a.until)
        return Vouched(False, f"An attestation by {last.owner} ended on {last.until} and no longer counts.")
    return Vouched(False, "")
