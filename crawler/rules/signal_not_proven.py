"""A visit could not prove the state of its opt-out signal, so nothing it saw can be held against anybody.

What it checks
    Each visit of control and GPC proves its signal three ways: what the browser answers, what the property says in
    every frame, and the headers that went over the wire (all but the exempt kinds under GPC, none in control). Visits
    whose proof is missing or does not fit their arm are reported per site and arm, and do not count anywhere else.

Why it matters
    A site that was never told the signal cannot ignore it. An accusation without this proof would be false, and so
    would be an acquittal.

What it cannot see
    Why the browser failed to send the signal.

What to do
    Run `tracking-audit doctor`; use a browser that sends GPC natively; repeat the run.

Sources
    W3C Global Privacy Control, editor's draft of 2026-04-03 (header and property), read 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.findings import ClaimOutcome, Confidence, Finding, Outcome, Seen, Severity, Verdict
from crawler.rules.case.charge import number_of, shortened
from crawler.rules.case.coverage import gpc_promises, promises_gpc
from crawler.rules.case.model import COMPARED, MAX_PAGES, Case, Shortfall

ID = "signal-not-proven"
REASON = "signal-not-proven"


def concerns(claim: Claim) -> bool:
    """Promises about the signal."""
    return promises_gpc(claim)


def judge(case: Case) -> Verdict:
    """One finding per site and arm."""
    unproven = [s for s in case.shortfalls if s.reason == REASON and s.arm in COMPARED]
    groups = sorted({(s.site, s.arm) for s in unproven})
    findings = tuple(
        _finding(case, site, arm, [s for s in unproven if (s.site, s.arm) == (site, arm)]) for site, arm in groups
    )
    promises = gpc_promises(case.company)
    if findings:
        why = f"{number_of(len(unproven), 'visit')} did not prove the signal."
        claims = [ClaimOutcome(claim=c.id, outcome=Outcome.INCONCLUSIVE, why=why) for c in promises]
        return Verdict(rule=ID, outcome=Outcome.INCONCLUSIVE, why=why, findings=findings, claims=tuple(claims))
    absent = [str(arm) for arm in COMPARED if not case.ran(arm)]
    if absent and (promises or "control" in absent):
        why = f"No visit of arm {' and '.join(absent)} proved its signal."
        claims = [ClaimOutcome(claim=c.id, outcome=Outcome.INCONCLUSIVE, why=why) for c in promises]
        return Verdict(rule=ID, outcome=Outcome.INCONCLUSIVE, why=why, claims=tuple(claims))
    return Verdict(rule=ID, outcome=Outcome.PASS, why="Every visit that counts proved its signal.")


def _finding(case: Case, site: str, arm: str, unproven: list[Shortfall]) -> Finding:
    visits = [v for v in case.visits if v.arm == arm and v.page_url in {s.url for s in unproven}]
    first = unproven[0]
    proven = sum(v.ok for v in visits)
    return Finding(
        rule=ID,
        outcome=Outcome.INCONCLUSIVE,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        site=site,
        arm=arm,
        claims=tuple(c.id for c in gpc_promises(case.company)),
        pages=tuple(sorted({s.url for s in unproven if s.url}))[:MAX_PAGES],
        visits={arm: Seen(seen=min(len(unproven), len(visits)), of=len(visits))} if visits else {},
        message=f"{number_of(len(unproven), 'visit')} of {site} ({arm}) did not prove the signal: "
        f"{shortened(first.detail, 300)}",
        certainty=f"{proven} of {len(visits)} visits of these pages went well."
        if visits
        else "No such visit was kept.",
        cannot_tell="What the site would have done: these visits count neither for it nor against it.",
        remedy="Run `tracking-audit doctor` and repeat the run with a browser that sends GPC natively.",
    )
