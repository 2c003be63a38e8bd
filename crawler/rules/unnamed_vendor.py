"""A vendor is covered by a category of the policy only, not by its name.

What it checks
    Vendors that a sentence declares by purpose ("advertising companies") and no sentence names.

Why it matters
    A category is a declaration, so this is a note and no fault. The list tells the privacy team whom the sentence
    stands for today, and that somebody new slipped in under it.

What it cannot see
    Whether the sentence was meant to cover this vendor, and whether a law or a contract asks for the name.

What to do
    Read the list. Name the vendors in the policy where that is the company's habit, or remove those that nobody knows.

Sources
    None outside: that a category declares, and a name declares better, is a convention of this program.
"""

from __future__ import annotations

from crawler.claims import Claim, ClaimKind
from crawler.findings import ClaimOutcome, Coverage, Outcome, Severity, Verdict
from crawler.rules.case.charge import Words, charge, in_each_arm, number_of, quoted
from crawler.rules.case.conclude import conclude
from crawler.rules.case.coverage import declared
from crawler.rules.case.model import Case
from crawler.rules.case.subject import subjects

ID = "unnamed-vendor"


def concerns(claim: Claim) -> bool:
    """Categories."""
    return claim.kind is ClaimKind.CATEGORY


def judge(case: Case) -> Verdict:
    """One note per site and vendor."""
    findings = []
    names: dict[str, set[str]] = {c.id: set() for c in case.company.claims if concerns(c)}
    for subject in subjects(case):
        seen = subject.seen
        said = declared(case.company, seen.vendor, seen.purpose)
        if said.coverage is not Coverage.CATEGORY:
            continue
        for claim in said.claims:
            names[claim.id].add(seen.name)
        steady = case.consistent(seen.site, seen.arm, subject.visits) and subject.reached
        findings.append(
            charge(
                case,
                seen,
                subject.visits,
                rule=ID,
                severity=Severity.INFO,
                outcome=Outcome.PASS if steady else None,
                reached=subject.reached,
                claims=said.claims,
                coverage=Coverage.CATEGORY,
                restriction=seen.worst_restriction(),
                words=Words(
                    message=f"{seen.name} ({seen.purpose}) is covered by a category, not by name.{quoted(said.claims)}",
                    cannot_tell="Whether the sentence was meant to cover it.",
                    remedy="Check that it belongs there; name it in the policy where names are given.",
                ),
                elsewhere=in_each_arm(case, seen, subject.shown_by),
            )
        )
    claims = [_claim(case.company.claim(claim), seen) for claim, seen in names.items()]
    return conclude(
        ID, case, findings, claims, passed=f"{number_of(len(findings), 'vendor')} covered by a category alone."
    )


def _claim(claim: Claim, names: set[str]) -> ClaimOutcome:
    if not names:
        purposes = ", ".join(claim.purposes)
        return ClaimOutcome(
            claim=claim.id,
            outcome=Outcome.NOT_CHECKABLE,
            why=f"No vendor for {purposes} was seen; their absence does not contradict that some may be used.",
        )
    return ClaimOutcome(claim=claim.id, outcome=Outcome.PASS, why=f"Stands for: {', '.join(sorted(names)[:20])}.")
