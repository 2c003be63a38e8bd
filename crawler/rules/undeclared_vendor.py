"""A vendor receives data from the site and no sentence of the policy speaks of it.

What it checks
    Every vendor that was told of a visit: a collecting or syncing request, or a frame, to a third party, or a vendor's
    request shape on the site's own host. The policy must name the vendor or declare its purpose. Severity follows the
    purpose: high for advertising, social, session replay, visitor identification, chat and call tracking; medium for
    analytics and marketing; low for monitoring, security, tag managers, consent and payment; a note for embeds and
    content networks. Third parties that nobody knows are medium when a filter list marks the request (EasyPrivacy, or
    one of your own). Else their behaviour decides: an identifier of the site sent to them, an invisible image with
    parameters, a beacon that tells of the page; a lasting cookie of their own adds to it. One such sign is low, two or
    more are medium, never above; none is a note. A vendor of which only a library was loaded counts one step lower, and
    never above medium.

Why it matters
    A reader of the policy must be able to tell who learns of the visit. Regulators have held tags that the policy did
    not mention against companies.

What it cannot see
    What a vendor's server passes on, vendors behind the company's own servers, pages that were not visited, and
    whether a contract makes the vendor a service provider. What an unknown third party does is a sign of tracking and
    no proof.

What to do
    Remove the tag, or declare the vendor (or its purpose) in the policy and in the expectations file.

Sources
    California Business and Professions Code 22575(b)(6) (other parties that collect over time and across sites),
    People v. Sephora, 2022-08 (trackers beside "we do not sell"); both read in summaries on 2026-11-22. Purposes and
    shapes of requests: the vendor catalogue, each file with its own sources.
"""

from __future__ import annotations

from crawler.claims import Claim, Purpose
from crawler.findings import Confidence, Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import Words, charge, in_each_arm, quoted
from crawler.rules.case.conclude import conclude, on_claims
from crawler.rules.case.coverage import context, declared, limiting
from crawler.rules.case.gravity import lower_of, one_lower
from crawler.rules.case.list_words import lists_say, marked
from crawler.rules.case.model import Case, VendorSeen
from crawler.rules.case.subject import Subject, subjects
from crawler.rules.case.suspicion import NO_SIGNS, Suspicion, suspicion
from crawler.vendors.model import Role

ID = "undeclared-vendor"

SEVERITY = {
    Purpose.ADVERTISING: Severity.HIGH,
    Purpose.SOCIAL: Severity.HIGH,
    Purpose.SESSION_REPLAY: Severity.HIGH,
    Purpose.VISITOR_IDENTIFICATION: Severity.HIGH,
    Purpose.CHAT: Severity.HIGH,
    Purpose.CALL_TRACKING: Severity.HIGH,
    Purpose.ANALYTICS: Severity.MEDIUM,
    Purpose.MARKETING: Severity.MEDIUM,
    Purpose.MONITORING: Severity.LOW,
    Purpose.SECURITY: Severity.LOW,
    Purpose.TAG_MANAGER: Severity.LOW,
    Purpose.CONSENT: Severity.LOW,
    Purpose.PAYMENT: Severity.LOW,
    Purpose.EMBED: Severity.INFO,
    Purpose.CDN: Severity.INFO,
}
"""Of a vendor that shares data. UNKNOWN is missing: there filter lists and behaviour decide."""


def concerns(claim: Claim) -> bool:
    """Sentences that are all the policy says about a purpose."""
    return bool(claim.limits)


def judge(case: Case) -> Verdict:
    """One finding per site and undeclared vendor."""
    findings = charged(case)
    claims = on_claims(
        [c for c in case.company.claims if concerns(c)],
        findings,
        kept="No undeclared vendor was seen for the purposes that this sentence limits.",
    )
    return conclude(
        ID, case, findings, claims, passed="Every vendor seen is declared, or harmless enough to be a note."
    )


def charged(case: Case) -> list[Finding]:
    """The findings alone: what stores cookies is judged in their light."""
    return [
        _finding(case, subject)
        for subject in subjects(case)
        if declared(case.company, subject.seen.vendor, subject.seen.purpose).coverage is Coverage.UNDECLARED
    ]


def _finding(case: Case, subject: Subject) -> Finding:
    seen = subject.seen
    signs = suspicion(case, seen)
    severity = severity_of(seen, signs)
    did = "received data"
    if subject.library_only:
        severity = lower_of(one_lower(severity), Severity.MEDIUM)
        did = "had a library loaded, and was not seen to receive data"
    elif not subject.reached:
        did = "was called, but no connection came about"
    limits = limiting(case.company, seen.purpose)
    through = " through the site's own host" if seen.first_party_host else ""
    return charge(
        case,
        seen,
        subject.visits,
        rule=ID,
        severity=severity,
        outcome=Outcome.PASS if severity is Severity.INFO else None,
        reached=subject.reached,
        claims=limits or context(case.company),
        coverage=Coverage.UNDECLARED,
        restriction=seen.worst_restriction(),
        role=str(Role.LIBRARY) if subject.library_only else "",
        words=Words(
            message=f"{seen.name} ({seen.purpose}) {did}{through}; the policy does not cover it."
            f"{'' if seen.purpose in SEVERITY else marked(seen)}{signs.says}{quoted(limits)}",
            cannot_tell="What the vendor does with the data, and whether a contract makes it a service provider."
            + (
                " Who it is and what its requests are for, nobody could say: behaviour is no proof." * bool(signs.signs)
            ),
            remedy=f"Remove {seen.name}, or declare it in the policy and in the expectations file.",
        ),
        notes=(lists_say(seen),),
        elsewhere=in_each_arm(case, seen, subject.shown_by),
        at_most=signs.confidence if signs.beyond_cookies and not seen.tracker_rule else Confidence.HIGH,
    )


def severity_of(seen: VendorSeen, signs: Suspicion = NO_SIGNS) -> Severity:
    """By purpose; without one, by what filter lists say; without that, by what it does."""
    if seen.purpose in SEVERITY:
        return SEVERITY[seen.purpose]
    if seen.tracker_rule:
        return Severity.MEDIUM
    if not signs.beyond_cookies:
        return Severity.INFO
    return Severity.MEDIUM if len(signs.signs) > 1 else Severity.LOW
