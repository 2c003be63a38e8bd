"""A third party that the policy does not cover stored a cookie in the visitor's browser.

What it checks
    Cookies on domains of third parties that the browser stored: from the jar after each visit, and from responses,
    redirects among them, whose cookies were gone again. The owner is the vendor whose response set the cookie, else the
    vendor that the catalogue knows by name and domain. When the policy neither names nor covers it, a lasting value
    (eight characters or more, kept for more than a day, not the same in every fresh profile) is high for vendors that
    follow visitors and for unknown ones, medium for security, payment, consent, monitoring, tag managers, embeds and
    content networks. Others are low. In a recording made elsewhere nobody knows what a fresh profile would get: there a
    cookie that nobody documents is medium at most.
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
from crawler.evidence import Arm
from crawler.findings import Confidence, Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules import undeclared_vendor
from crawler.rules.case.charge import ARM_WORDS, lower_of, number_of, quoted
from crawler.rules.case.conclude import conclude, on_claims
from crawler.rules.case.coverage import context, declared, limiting
from crawler.rules.case.model import Case, StoredCookie
from crawler.rules.case.recurrence import UNTOLD
from crawler.rules.case.steps import first_called

ID = "undeclared-cookie-setter"
concerns = undeclared_vendor.concerns

_SERVICE = frozenset(
    {
        Purpose.SECURITY, Purpose.PAYMENT, Purpose.CONSENT, Purpose.MONITORING, Purpose.TAG_MANAGER, Purpose.EMBED,
        Purpose.CDN,
    }
)  # fmt: skip


def judge(case: Case) -> Verdict:
    """One finding per site and third party, in the first arm that shows its cookies steadily."""
    charged = {
        (f.site, f.vendor): f.severity for f in undeclared_vendor.charged(case) if f.outcome is Outcome.VIOLATION
    }
    findings = []
    for site, vendor in sorted({(c.site, c.vendor) for c in case.stored}):
        cookies = _speaking(case, [c for c in case.stored if (c.site, c.vendor) == (site, vendor)])
        if declared(case.company, vendor, cookies[0].purpose).coverage is Coverage.UNDECLARED:
            findings.append(_finding(case, cookies, charged.get((site, vendor))))
    claims = [c for c in case.company.claims if concerns(c)]
    outcomes = on_claims(claims, findings, kept="No undeclared third party of these purposes stored a cookie.")
    return conclude(ID, case, findings, outcomes, passed="No undeclared third party stored a cookie.")


def _speaking(case: Case, cookies: list[StoredCookie]) -> list[StoredCookie]:
    """The cookies of one arm: where they are steady, else where there are any; lasting ones first."""
    by_arm = {arm: own for arm in Arm if (own := [c for c in cookies if c.arm is arm])}
    steady = [own for arm, own in by_arm.items() if case.consistent(own[0].site, arm, _visits(own))]
    return sorted((steady or list(by_arm.values()))[0], key=lambda c: (not c.lasting, c.name, c.domain))


def _finding(case: Case, cookies: list[StoredCookie], charged: Severity | None) -> Finding:
    first = cookies[0]
    lasting = [c for c in cookies if c.lasting]
    named = lasting or cookies
    visits = _visits(named)
    severity = Severity.LOW
    if lasting:
        severity = Severity.MEDIUM if first.purpose in _SERVICE else Severity.HIGH
    untold = all(c.untold for c in lasting)
    if not first.verified or untold:
        severity = lower_of(severity, Severity.MEDIUM)
    twice = charged is not None and charged.at_least(severity)
    steady = case.consistent(first.site, first.arm, visits)
    limits = limiting(case.company, first.purpose)
    names = ", ".join(f"{c.name[:60]} ({c.domain[:80]})" for c in named[:4])
    more = f" and {len(named) - 4} more" if len(named) > 4 else ""
    days = round(max(c.lifetime_s or 0 for c in named) / 86_400)
    kept = f"for up to {number_of(days, 'day')}" if lasting else "for a short time"
    of = case.judged_visits(first.site, first.arm)
    certainty = f"Stored in {len(visits)} of {number_of(len(of), 'visit')} ({ARM_WORDS[first.arm]})."
    if not steady:
        certainty += " On every page some repetitions show it and others do not, so it is not held against anybody."
    if lasting and untold:
        certainty += f" {UNTOLD}"
    if twice:
        certainty += " The vendor is already charged by undeclared-vendor, so this is low."
    by_arm = {c.arm: frozenset[str]() for c in case.stored if (c.site, c.vendor) == (first.site, first.vendor)}
    for c in case.stored:
        if (c.site, c.vendor) == (first.site, first.vendor):
            by_arm[c.arm] |= c.visits
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
        message=f"{first.vendor_name} ({first.purpose}), which the policy does not cover, stored {names}{more} "
        f"{kept}.{quoted(limits)}",
        certainty=certainty,
        cannot_tell="What the value is used for. Cookie values are stored as hashes and cannot be read back.",
        remedy=f"Remove what sets it, or declare {first.vendor_name} in the policy and in the expectations file.",
        trigger=first_called(caller, visits) if caller is not None else "",
        evidence=tuple(ref for c in named for ref in c.evidence[:3])[:10],
    )


def _visits(cookies: list[StoredCookie]) -> frozenset[str]:
    return frozenset[str]().union(*(c.visits for c in cookies))
