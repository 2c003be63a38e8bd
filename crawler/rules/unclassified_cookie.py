"""A cookie was kept of which nobody knows whose it is.

What it checks
    Cookies that the browser kept in compared visits, whose name the catalogue does not know on their domain, whose
    domain no list knows, and of which no visit saw the response or script that set them. One note per site lists them.

Why it matters
    A list of cookies is complete only when somebody can say of each what it is for.

What it cannot see
    Which script set a cookie, where no explaining visit saw it being set. Cookies that the site's own responses or
    scripts set are the site's to explain, and are not listed here; the table of cookies has them.

What to do
    Find out what sets them, name them in the policy's list of cookies, or remove them.

Sources
    None outside: a note for the person who keeps the list of cookies.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.findings import Confidence, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import MAX_EVIDENCE, how_often, listed, number_of
from crawler.rules.case.conclude import conclude
from crawler.rules.case.model import Case, KeptCookie
from crawler.rules.case.visits import together

ID = "unclassified-cookie"
MAX_NAMED = 20


def concerns(claim: Claim) -> bool:
    """No sentence speaks of a cookie that nobody knows."""
    return False


def judge(case: Case) -> Verdict:
    """One note per site, in the first arm that kept such a cookie."""
    unknown = {(c.name, c.domain) for c in case.cookies if c.unclassified}
    findings = []
    for site in case.sites:
        kept = [k for k in case.kept if k.site == site and (k.name, k.domain) in unknown]
        if kept:
            findings.append(_finding(case, site, kept))
    passed = "Of every cookie that was kept is known whose it is, or what set it."
    return conclude(ID, case, findings, passed=passed if not findings else f"{number_of(len(findings), 'note')}.")


def _finding(case: Case, site: str, kept: list[KeptCookie]) -> Finding:
    by_arm = together(k.visits for k in kept)
    arm = next(iter(by_arm))
    names = listed((f"{k.name[:60] or '(without a name)'} ({k.domain[:80]})" for k in kept), MAX_NAMED)
    return Finding(
        rule=ID,
        outcome=Outcome.PASS,
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        site=site,
        arm=arm,
        pages=case.pages_of(site, arm, by_arm[arm]),
        visits=case.seen(site, by_arm),
        message=f"{number_of(len(kept), 'cookie')} of which nobody knows whose they are: {names}.",
        certainty=f"{how_often(case, site, arm, by_arm[arm], was='Kept')}. Which script set a cookie, only explaining "
        "visits can tell.",
        cannot_tell="What the cookies are for, and whether they identify anybody.",
        remedy="Find out what sets them; name them in the list of cookies, or remove them.",
        evidence=tuple(k.evidence[0] for k in kept[:MAX_EVIDENCE]),
    )
