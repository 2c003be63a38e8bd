"""The site uses what the policy says it does not use.

What it checks
    Sentences that deny something ("we do not use session replay"): whoever they exclude, by name, by purpose or by
    role, must get no data in any arm. Any of the three suffices. A sentence under review ("we do not sell") depends
    on contracts: its contradiction is medium and a person must judge. A mere library is left open.

Why it matters
    A denial that a browser can refute is the plainest deceptive statement that a policy can make.

What it cannot see
    That a denial is true. Nothing observed is no proof, so such a claim is never kept: it stays not checkable.

What to do
    Remove the vendor, or take the sentence back. For a sentence under review: find the contract that makes it true.

Sources
    People v. Sephora, 2022-08 ("we do not sell" beside third-party trackers), read in summaries on 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Claim, ClaimKind
from crawler.findings import ClaimOutcome, Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import Words, charge, in_each_arm, number_of, quoted
from crawler.rules.case.conclude import conclude, on_claims
from crawler.rules.case.coverage import forbidding
from crawler.rules.case.model import DATA_ROLES, Case, VendorSeen
from crawler.rules.case.subject import pick
from crawler.vendors.model import Role

ID = "forbidden-vendor"
NO_CONTRADICTION = "No contradiction was observed, which proves nothing: a browser cannot show that it never happens."


def concerns(claim: Claim) -> bool:
    """Denials."""
    return claim.kind is ClaimKind.FORBIDDEN


def judge(case: Case) -> Verdict:
    """One finding per site and denied vendor."""
    denials = [c for c in case.company.claims if concerns(c)]
    findings = []
    for site, vendor in sorted({(v.site, v.vendor) for v in case.vendors}):
        for library_only in (False, True):
            finding = _finding(case, site, vendor, library_only)
            if finding is not None:
                findings.append(finding)
                break
    claims = [
        outcome if outcome.outcome is not Outcome.PASS else _unproven(outcome)
        for outcome in on_claims(denials, findings, kept=NO_CONTRADICTION)
    ]
    return conclude(
        ID, case, findings, claims, passed=f"{number_of(len(denials), 'denial')}; no contradiction was observed."
    )


def _finding(case: Case, site: str, vendor: str, library_only: bool) -> Finding | None:
    def visits(seen: VendorSeen) -> frozenset[str]:
        return seen.visits(_roles(case, seen, library_only))

    found = pick(case, site, vendor, visits)
    if found is None:
        return None
    seen, in_visits = found
    roles = _roles(case, seen, library_only)
    claims = sorted(forbidding(case.company, seen.vendor, seen.purpose, roles), key=lambda c: c.review)
    review = all(c.review for c in claims)
    did = "received data" if roles == DATA_ROLES else f"was called as {' and '.join(sorted(roles))}"
    return charge(
        case,
        seen,
        in_visits,
        rule=ID,
        severity=Severity.MEDIUM if review or library_only else Severity.HIGH,
        outcome=Outcome.INCONCLUSIVE if library_only else None,
        claims=claims,
        coverage=Coverage.FORBIDDEN,
        restriction=seen.worst_restriction(),
        role=str(Role.LIBRARY) if library_only else "",
        roles=roles,
        words=Words(
            message=f"{seen.name} ({seen.purpose}) {did}, although the policy denies it.{quoted(claims)}",
            cannot_tell="Contracts. Whether what was sent is what the sentence means, a person must judge.",
            remedy=f"Remove {seen.name}, or correct the sentence.",
        ),
        notes=("The sentence is marked for review: a person must judge before it counts.",) if review else (),
        elsewhere=in_each_arm(case, seen, visits),
    )


def _roles(case: Case, seen: VendorSeen, library_only: bool) -> frozenset[Role]:
    """The roles of this vendor that some denial excludes."""
    asked = frozenset({Role.LIBRARY}) if library_only else DATA_ROLES
    return frozenset(role for role in asked if forbidding(case.company, seen.vendor, seen.purpose, {role}))


def _unproven(outcome: ClaimOutcome) -> ClaimOutcome:
    return ClaimOutcome(claim=outcome.claim, outcome=Outcome.NOT_CHECKABLE, why=NO_CONTRADICTION)
