"""What each sentence of the policy came to: the worst of its rules, else an honest word on why nobody checked it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crawler.auditor.waiving import Waiving
from crawler.claims import Claim, ClaimKind
from crawler.evidence import Arm
from crawler.findings import ClaimOutcome, Finding, Outcome, Verdict, worst
from crawler.rules.case import Case

_NO_RULE = {
    ClaimKind.DATA: "No rule compares the data that requests carry with the data that the policy lists.",
    ClaimKind.SCOPE: "It says what the policy speaks of; no rule checks that each page links to the policy.",
    ClaimKind.OPT_OUT: "No rule exercises the opt-out: the audit fills in no form and follows no such link.",
    ClaimKind.LINK: "No rule follows the policy's links.",
    ClaimKind.STATEMENT: "No rule looks at this statement.",
    ClaimKind.VENDOR: "No rule came to a result on this vendor.",
    ClaimKind.CATEGORY: "No rule came to a result on this category.",
    ClaimKind.FORBIDDEN: "No contradiction was observed, which proves nothing.",
}
_NEEDED_ARM = {ClaimKind.COOKIE_REFUSAL: Arm.NO_COOKIES}


def claim_rows(case: Case, verdicts: Sequence[Verdict], findings: Sequence[Finding], waiving: Waiving) -> list[Any]:
    """One row per claim, in the order of the file."""
    rows = []
    for claim in case.company.claims:
        said = [(v.rule, o) for v in verdicts for o in v.claims if o.claim == claim.id]
        outcome = worst(o.outcome for _, o in said)
        own = [f for f in findings if claim.id in f.claims and f.rule in {rule for rule, _ in said}]
        against = [f for f in own if f.outcome is Outcome.VIOLATION]
        rows.append(
            {
                "id": claim.id,
                "section": claim.section,
                "kind": str(claim.kind),
                "quote": claim.quote,
                "note": claim.note,
                "review": claim.review,
                "outcome": str(outcome),
                "why": _why(claim, outcome, [o for _, o in said], case),
                "findings": [f.fingerprint for f in own],
                "rules": [{"id": rule, "outcome": str(o.outcome), "why": o.why} for rule, o in said],
                "waived": bool(against) and all(waiving.accepts(f) for f in against),
            }
        )
    return rows


def _why(claim: Claim, outcome: Outcome, said: Sequence[ClaimOutcome], case: Case) -> str:
    reasons = list(dict.fromkeys(o.why for o in said if o.outcome is outcome))
    if reasons:
        return " ".join(reasons)
    if claim.kind is ClaimKind.NOT_CHECKABLE:
        return f"No browser can see it ({claim.reason})."
    arm = Arm.DNT if claim.kind is ClaimKind.SIGNAL and claim.signal == "dnt" else _NEEDED_ARM.get(claim.kind)
    if arm is not None:
        ran = "was run, but no rule compares it yet" if case.ran(arm) else "was not run"
        return f"It takes the arm {arm}, which {ran}."
    if claim.kind is ClaimKind.SIGNAL:
        return "It promises nothing that a browser could find broken."
    return _NO_RULE.get(claim.kind, "No rule checks it.")
