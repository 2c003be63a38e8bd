"""The policy names a vendor that no visited page uses.

What it checks
    Every vendor that the policy names must show in control: by a request of any role, by a library out of the cache,
    or by a cookie of its own.

Why it matters
    A policy that names vendors of the past teaches readers not to trust the list, and hides that nobody keeps it up.

What it cannot see
    Pages that were not visited (reCAPTCHA often sits on forms alone), logged-in areas, apps, and servers that call the
    vendor themselves.

What to do
    Find out whether the vendor is still used; if not, take it out of the policy, else add a page that uses it to the
    audited sites.

Sources
    None outside: stale declarations are bad drafting, not a breach, so the finding is low.
"""

from __future__ import annotations

from crawler.claims import Claim, ClaimKind
from crawler.evidence import Arm
from crawler.findings import ClaimOutcome, Confidence, Coverage, Finding, Outcome, Seen, Severity, Verdict
from crawler.rules.case.charge import quoted
from crawler.rules.case.conclude import conclude, missing, on_claims
from crawler.rules.case.coverage import declared
from crawler.rules.case.model import Case, VendorSeen
from crawler.vendors import catalogue

ID = "declared-vendor-absent"


def concerns(claim: Claim) -> bool:
    """Named vendors."""
    return claim.kind is ClaimKind.VENDOR


def judge(case: Case) -> Verdict:
    """One finding per named vendor, for the company as a whole: its policy speaks of all its sites."""
    claims = [c for c in case.company.claims if concerns(c)]
    findings: list[Finding] = []
    outcomes: list[ClaimOutcome] = []
    for vendor in sorted({c.vendor or "" for c in claims}):
        own = [c for c in claims if c.vendor == vendor]
        seen = [v for v in case.vendors if any(c in declared(case.company, v.vendor, v.purpose).claims for c in own)]
        shown = [v for v in seen if v.arm is Arm.CONTROL and (v.sightings or v.cookies)]
        found = [] if shown else [_finding(case, vendor, own, seen)]
        outcomes += on_claims(own, found, kept=f"Seen on {', '.join(sorted({v.site for v in shown}))}.")
        findings += found
    return conclude(ID, case, findings, outcomes, passed=f"Each vendor that is named was seen ({len(claims)}).")


def _finding(case: Case, vendor: str, claims: list[Claim], elsewhere: list[VendorSeen]) -> Finding:
    product = catalogue().vendors.get(vendor)
    name = product.name if product else vendor
    unsure = missing(case, (Arm.CONTROL,))
    if elsewhere:
        unsure = f"It was seen in other arms only: {', '.join(sorted({v.arm for v in elsewhere}))}."
    visits = sum(len(case.judged_visits(site, Arm.CONTROL)) for site in case.sites)
    return Finding(
        rule=ID,
        outcome=Outcome.INCONCLUSIVE if unsure else Outcome.VIOLATION,
        severity=Severity.LOW,
        confidence=Confidence.LOW if unsure else Confidence.MEDIUM,
        site="",
        arm=Arm.CONTROL,
        vendor=vendor,
        purpose=product.purpose if product else "",
        coverage=Coverage.NAMED,
        claims=tuple(c.id for c in claims),
        visits={str(Arm.CONTROL): Seen(seen=0, of=visits)} if visits else {},
        message=f"{name} is named in the policy and was not seen on any visited page.{quoted(claims)}",
        certainty=unsure or f"Not seen in any of {visits} visits of control, and all that was planned was seen.",
        cannot_tell="Pages that were not visited, logged-in areas, apps, and calls by the company's servers.",
        remedy=f"Take {name} out of the policy, or add a page that uses it to the audited sites.",
    )
