"""The site uses another variant of a product than the one that the policy names.

What it checks
    Sentences that name a variant ("invisible reCAPTCHA") against the variants that the visits of control showed. For
    reCAPTCHA the loader, the frames and the page are read together, visit by visit; for other products the shapes of
    requests tell.

Why it matters
    Variants do different things: a score runs on every page and watches longer than a box to tick.

What it cannot see
    Pages that were not visited. An invisible frame without its loader may be the invisible variant or the score, and an
    Enterprise key may be what the policy means by the plain name: both are left open.

What to do
    Correct the sentence, or change the widget.

Sources
    cloud.google.com/recaptcha/docs/keys (types of keys), read 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Claim, ClaimKind
from crawler.evidence import Arm
from crawler.findings import Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import Words, charge, in_each_arm, quoted
from crawler.rules.case.conclude import conclude, on_claims
from crawler.rules.case.model import Case, VendorSeen

ID = "declared-variant-differs"

_OPEN: dict[str, frozenset[str]] = {
    "invisible-or-v3": frozenset({"v2-invisible", "v3", "enterprise-invisible", "enterprise-score"}),
    "enterprise": frozenset({"enterprise-invisible", "enterprise-score", "enterprise-checkbox"}),
    "enterprise-invisible": frozenset({"v2-invisible"}),
    "enterprise-checkbox": frozenset({"v2-checkbox"}),
    "enterprise-score": frozenset({"v3"}),
}
"""What was seen, and the declared variants that it may be after all."""


def concerns(claim: Claim) -> bool:
    """Named variants."""
    return claim.kind is ClaimKind.VENDOR and claim.variant is not None


def judge(case: Case) -> Verdict:
    """One finding per site and product."""
    claims = [c for c in case.company.claims if concerns(c)]
    findings: list[Finding] = []
    judged: set[str] = set()
    for seen in case.vendors:
        own = [c for c in claims if c.vendor == seen.vendor]
        if own and seen.arm is Arm.CONTROL and seen.sightings:
            judged |= {c.id for c in own}
            findings += _findings(case, seen, own)
    # A product that was not seen has no variant; that it is absent is another rule's business.
    outcomes = on_claims([c for c in claims if c.id in judged], findings, kept="Only the named variant was seen.")
    return conclude(ID, case, findings, outcomes, passed=f"{len(judged)} named variants were seen, and no others.")


def _findings(case: Case, seen: VendorSeen, claims: list[Claim]) -> list[Finding]:
    named = {c.variant or "" for c in claims}
    differing = {v: ids for v, ids in seen.variants.items() if v not in named and not _OPEN.get(v, frozenset()) & named}
    unclear = {v: ids for v, ids in seen.variants.items() if v not in named and v not in differing}
    if differing:
        return [_finding(case, seen, claims, differing, None)]
    if unclear or not seen.variants:
        return [_finding(case, seen, claims, unclear, Outcome.INCONCLUSIVE)]
    return []


def _finding(
    case: Case,
    seen: VendorSeen,
    claims: list[Claim],
    variants: dict[str, frozenset[str]],
    outcome: Outcome | None,
) -> Finding:
    def visits(arm: VendorSeen) -> frozenset[str]:
        told = frozenset[str]().union(*(arm.variants.get(v, frozenset()) for v in variants))
        return told if variants else arm.all_visits()

    was = f"was seen as {' and '.join(sorted(variants))}" if variants else "was seen, but nothing told its variant"
    expected = " or ".join(sorted({c.variant or "" for c in claims}))
    doubt = "What was seen may be the named variant or another." if outcome is Outcome.INCONCLUSIVE else ""
    return charge(
        case,
        seen,
        visits(seen),
        rule=ID,
        severity=Severity.LOW,
        outcome=outcome,
        claims=claims,
        coverage=Coverage.NAMED,
        words=Words(
            message=f"{seen.name} {was}; the policy names {expected}.{quoted(claims)}",
            cannot_tell="Pages that were not visited may use another variant.",
            remedy="Correct the sentence, or change the widget.",
        ),
        notes=(doubt,),
        elsewhere=in_each_arm(case, seen, visits),
    )
