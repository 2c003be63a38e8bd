"""Part of what was meant to be seen was not seen, so nothing can be said to be kept.

What it checks
    Gaps, visits that were planned and not made, sites without a visit that counts, network logs without an end, visits
    that recorded no request, pages whose facts were not read, damaged evidence. Pages that were another one with the
    signal: another title in every visit, and hardly a link in common. Rows that neither of the two recorders can
    explain count when a visit has more than two of them and more than one in a hundred. Gaps in the explaining visits
    are a note, in arms that no rule compares they are low, all others high (unexplained rows: medium).

Why it matters
    A run that saw nothing finds nothing. It must never look like a site that does nothing wrong.

What it cannot see
    Pages that the crawl never heard of.

What to do
    Read the reasons, repeat the run; for a bot wall ask the site's operator to let the audit through.

Sources
    None outside: this is the audit's own discipline. Nothing seen is never a pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crawler.claims import Claim, ClaimKind
from crawler.findings import ClaimOutcome, Confidence, Finding, Outcome, Severity, Verdict, worst
from crawler.rules.case.coverage import promises_gpc
from crawler.rules.case.model import MAX_PAGES, Case, Shortfall

ID = "crawl-incomplete"
OTHER_RULE = "signal-not-proven"
"""Shortfalls with this reason have a rule of their own."""


def concerns(claim: Claim) -> bool:
    """Every claim that a rule could find kept: with evidence missing, none is."""
    return claim.kind in (ClaimKind.VENDOR, ClaimKind.CATEGORY) or bool(claim.limits) or promises_gpc(claim)


def judge(case: Case) -> Verdict:
    """One finding per site and arm."""
    short = [s for s in case.shortfalls if s.reason != OTHER_RULE]
    groups = sorted({(s.site, s.arm) for s in short})
    findings = tuple(_finding(site, arm, [s for s in short if (s.site, s.arm) == (site, arm)]) for site, arm in groups)
    outcome = worst([Outcome.PASS, *(f.outcome for f in findings)])
    claims: list[ClaimOutcome] = []
    if not case.complete:
        outcome = Outcome.INCONCLUSIVE
        why = f"The evidence is incomplete: {_reasons([s for s in case.shortfalls if s.blocks])}."
        claims = [
            ClaimOutcome(claim=c.id, outcome=Outcome.INCONCLUSIVE, why=why) for c in case.company.claims if concerns(c)
        ]
    else:
        counted = sum(len(ids) for pages in case.judged.values() for ids in pages.values())
        why = f"All planned visits of the compared arms were made and recorded; {counted} visits count."
    return Verdict(rule=ID, outcome=outcome, why=why, findings=findings, claims=tuple(claims))


def _finding(site: str, arm: str, short: Sequence[Shortfall]) -> Finding:
    severity = min((s.severity for s in short), key=list(Severity).index)
    first = next(s for s in short if s.severity is severity)
    where = f"{site or 'The run'}, {'all arms' if arm == 'all' else f'arm {arm}'}"
    return Finding(
        rule=ID,
        outcome=Outcome.PASS if severity is Severity.INFO else Outcome.INCONCLUSIVE,
        severity=severity,
        confidence=Confidence.HIGH,
        site=site,
        arm=arm,
        pages=tuple(sorted({s.url for s in short if s.url}))[:MAX_PAGES],
        visits={},
        message=f"{where}: {_reasons(short)}. {first.detail[:1].upper()}{first.detail[1:300].rstrip('.')}.",
        certainty="The run's own records say so.",
        cannot_tell="What would have been seen there.",
        remedy="Read the reasons under the gaps of this run, mend what can be mended, and repeat it.",
    )


def _reasons(short: Sequence[Shortfall]) -> str:
    return ", ".join(f"{number} x {reason}" for reason, number in sorted(Counter(s.reason for s in short).items()))
