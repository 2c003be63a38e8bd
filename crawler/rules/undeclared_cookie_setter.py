"""A third party that the policy does not cover stored a cookie in the visitor's browser.

What it checks
    Cookies on domains of third parties that the browser stored: from the jar after each visit, and from responses,
    redirects among them, whose cookies were gone again. The owner is the vendor whose response set the cookie, else the
    vendor that the catalogue knows by name and domain. When the policy neither names nor covers it, a lasting value
    (eight characters or more, kept for more than a day, not the same in every fresh profile) is high for vendors that
    follow visitors; medium for security, payment, consent, monitoring, tag managers, embeds and content networks, and
    where nobody knows the purpose: a sentence about a category may mean just this vendor. Others are low. In a
    recording made elsewhere nobody knows what a fresh profile would get: there a cookie that nobody documents is medium
    at most.
    One fact is charged once: where undeclared-vendor holds the same vendor on the same site to be at least as severe,
    the cookie is low, so that accepting the vendor is enough.

Why it matters
    A lasting value in a third party's cookie recognises the browser on every site where that party is embedded.

What it cannot see
    Cookies that need a click or a login, and identifiers kept elsewhere than in cookies.

What to do
    Remove what sets the cookie, or declare its owner in the policy and in the expectations file.

Sources
    RFC 6265bis, section 5.5 (a browser keeps no cookie longer than 400 days), read in excerpts on 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Purpose
from crawler.findings import Confidence, Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules import undeclared_vendor
from crawler.rules.case.charge import MAX_EVIDENCE, UNSTEADY, how_often, listed, number_of, quoted
from crawler.rules.case.conclude import conclude, on_claims
from crawler.rules.case.coverage import context, declared, limiting
from crawler.rules.case.gravity import lower_of
from crawler.rules.case.model import Case, StoredCookie
from crawler.rules.case.prior_charges import PriorCharges, charged_by, prior_charges
from crawler.rules.case.recurrence import UNTOLD
from crawler.rules.case.service import SERVICE
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.rules.case.steps import first_called
from crawler.rules.case.visits import visits_by_arm, visits_of

ID = "undeclared-cookie-setter"
concerns = undeclared_vendor.concerns


def judge(case: Case) -> Verdict:
    """One finding per site and third party, in the first arm that shows its cookies steadily."""
    prior = prior_charges(undeclared_vendor.charged(case))
    findings = []
    for site, vendor in sorted({(c.site, c.vendor) for c in case.stored}):
        stored = [c for c in case.stored if (c.site, c.vendor) == (site, vendor)]
        by_arm = visits_by_arm(stored)
        arm = speaking_arm(case, site, by_arm)
        cookies = sorted((c for c in stored if c.arm is arm), key=lambda c: (not c.lasting, c.name, c.domain))
        if declared(case.company, vendor, cookies[0].purpose).coverage is Coverage.UNDECLARED:
            findings.append(_finding(case, cookies, stored, prior))
    claims = [c for c in case.company.claims if concerns(c)]
    outcomes = on_claims(claims, findings, kept="No undeclared third party of these purposes stored a cookie.")
    return conclude(ID, case, findings, outcomes, passed="No undeclared third party stored a cookie.")


def _finding(case: Case, cookies: list[StoredCookie], stored: list[StoredCookie], prior: PriorCharges) -> Finding:
    """`cookies` are those of the arm that speaks, lasting ones first; `stored` those of every arm."""
    first = cookies[0]
    lasting = [c for c in cookies if c.lasting]
    named = lasting or cookies
    visits = visits_of(named)
    by_arm = visits_by_arm(c for c in stored if c.lasting or not lasting)
    severity, unknown = Severity.LOW, first.purpose is Purpose.UNKNOWN
    if lasting:
        severity = Severity.MEDIUM if unknown or first.purpose in SERVICE else Severity.HIGH
    untold = all(c.untold for c in lasting)
    if not first.verified or untold:
        severity = lower_of(severity, Severity.MEDIUM)
    twice = prior.hold(first.site, first.vendor, severity)
    steady = case.consistent(first.site, first.arm, visits)
    limits = limiting(case.company, first.purpose)
    names = listed((f"{c.name[:60]} ({c.domain[:80]})" for c in named), 4)
    days = round(max(c.lifetime_s or 0 for c in named) / 86_400)
    kept = f"for up to {number_of(days, 'day')}" if lasting else "for a short time"
    certainty = f"{how_often(case, first.site, first.arm, visits, was='Stored')}."
    if not steady:
        certainty += f" {UNSTEADY}"
    if lasting and untold:
        certainty += f" {UNTOLD}"
    if twice:
        certainty += f" {charged_by(undeclared_vendor.ID)}"
    caller = next((v for v in case.vendors if (v.site, v.arm, v.vendor) == (first.site, first.arm, first.vendor)), None)
    return Finding(
        rule=ID,
        outcome=Outcome.VIOLATION if steady else Outcome.INCONCLUSIVE,
        severity=Severity.LOW if twice else severity,
        confidence=Confidence.LOW if not steady or not first.verified else Confidence.HIGH,
        site=first.site,
        arm=first.arm,
        vendor=first.vendor,
        purpose=first.purpose,
        coverage=Coverage.UNDECLARED,
        claims=tuple(c.id for c in limits or context(case.company)),
        pages=case.pages_of(first.site, first.arm, visits),
        visits=case.seen(first.site, {**by_arm, first.arm: visits}),
        message=f"{first.vendor_name} ({first.purpose}), which the policy does not cover, stored {names} "
        f"{kept}.{quoted(limits)}",
        certainty=certainty,
        cannot_tell="What the value is used for. Cookie values are stored as hashes and cannot be read back."
        + " Who it is and what for, nobody could say: a sentence about a category may cover it." * unknown,
        remedy=f"Remove what sets it, or declare {first.vendor_name} in the policy and in the expectations file.",
        trigger=first_called(caller, visits) if caller is not None else "",
        evidence=tuple(ref for c in named for ref in c.evidence[:3])[:MAX_EVIDENCE],
    )
