"""The value of a first-party cookie or storage key reached a third party that is not covered and did not set it.

What it checks
    Requests to third parties in which a value was found that the site keeps: in a cookie, localStorage or
    sessionStorage. The receiver is one that the policy neither names nor covers, and it is of another company than
    whoever set the value: another vendor's `_ga`, or the site's own session. Medium where the response that set it was
    seen; low where its name alone tells whose it is; a note where an explaining visit alone knows what set it, so
    storage is never more than low. Where undeclared-vendor holds the receiver to be at least medium already, it is one
    step lower. A value that is the same in every fresh profile tells nobody apart and is left out; so is one of which
    nobody knows who set it: a vendor's own id in its own key is the vendor's business.
    Under Global Privacy Control identifier-shared-under-gpc judges it, where the policy promises to honour the signal.

Why it matters
    Who gets another's identifier can join what it saw with what the other saw. A session's id may open the session.

What it cannot see
    Values that were encrypted, or joined on a server.

What to do
    Find out why the receiver gets the value, stop it, or declare the receiver and what it gets.

Sources
    CCPA regulations, 11 CCR 7025(c)(1) (browser, device and pseudonymous profiles), read in summaries on 2026-11-22.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, Coverage, Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules import undeclared_vendor
from crawler.rules.case.charge import Words, charge, listed
from crawler.rules.case.conclude import conclude, unless_noted
from crawler.rules.case.coverage import declared, gpc_promises
from crawler.rules.case.gravity import gravest, one_lower
from crawler.rules.case.kept_values import KeptValue, kept_values, value_of
from crawler.rules.case.model import CONCERNED, Case, Journey, VendorSeen
from crawler.rules.case.prior_charges import charged_by, prior_charges
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.rules.case.visits import visits_by_arm, visits_of

ID = "first-party-identifier-leaves"


def concerns(claim: Claim) -> bool:
    """What a policy says of vendors, undeclared-vendor judges."""
    return False


def judge(case: Case) -> Verdict:
    """One finding per site and receiver."""
    kept = kept_values(case)
    prior = prior_charges(undeclared_vendor.charged(case))
    left: dict[tuple[str, str], list[tuple[Journey, KeptValue, Severity]]] = {}
    for journey in case.journeys:
        value = value_of(kept, journey)
        if journey.of_others or journey.constant or value is None:
            continue
        receiver = case.by_arm(journey.site, journey.vendor).get(journey.arm)
        severity = None if receiver is None else _severity(case, value, journey, receiver)
        if severity is not None:
            left.setdefault((journey.site, journey.vendor), []).append((journey, value, severity))
    findings = [_finding(case, left[key], twice=prior.hold(*key, Severity.MEDIUM)) for key in sorted(left)]
    passed = unless_noted(
        "No value that the site keeps was seen with a third party that neither set it nor is covered.", findings
    )
    return conclude(ID, case, findings, passed=passed)


def _severity(case: Case, value: KeptValue, journey: Journey, receiver: VendorSeen) -> Severity | None:
    """None where the receiver is covered, may have set it itself, or is judged by another rule."""
    if declared(case.company, receiver.vendor, receiver.purpose).coverage is not Coverage.UNDECLARED:
        return None
    demanded = receiver.demand in CONCERNED
    if journey.arm is Arm.GPC and demanded and gpc_promises(case.company):
        return None
    return None if value.set_by(receiver, journey.hosts) else value.weight


def _finding(case: Case, left: list[tuple[Journey, KeptValue, Severity]], *, twice: bool) -> Finding:
    site, vendor = left[0][0].site, left[0][0].vendor
    arm = speaking_arm(case, site, visits_by_arm(journey for journey, _, _ in left))
    severity, gravest_ones = gravest((one for one in left if one[0].arm is arm), lambda one: one[2])
    worst = [(journey, value) for journey, value, _ in gravest_ones]
    seen = case.by_arm(site, vendor)[arm]
    by_name = all(value.by_name for _, value in worst)
    notes = ["Only the name tells that somebody else set it."] if by_name else []
    if twice:
        severity = one_lower(severity)
        notes.append(charged_by(undeclared_vendor.ID, "one step lower"))
    names = listed(_told(journey, value) for journey, value in worst)
    ways = {journey.way for journey, _ in worst}
    finding = charge(
        case,
        seen,
        visits_of(j for j, _ in worst),
        rule=ID,
        severity=severity,
        outcome=Outcome.PASS if severity is Severity.INFO else None,
        coverage=Coverage.UNDECLARED,
        restriction=max((j.restriction for j, _ in worst), key=list(Restriction).index),
        evidence=tuple(ref for j, _ in worst for ref in j.evidence),
        words=Words(
            message=f"{seen.name} ({seen.purpose}), which the policy does not cover, got the value of {names}.",
            cannot_tell="What the receiver does with the value. A script of the site may contain the receiver's code.",
            remedy=f"Do not send the value to {seen.name}, or declare it in the policy and in the expectations file.",
        ),
        notes=notes,
        elsewhere=visits_by_arm(j for j in case.journeys if j.way in ways),
    )
    return replace(finding, confidence=Confidence.LOW) if by_name else finding


def _told(journey: Journey, value: KeptValue) -> str:
    where = f" in {value.where}" if value.where else ""
    return f"{journey.name[:60]}{where} ({value.whose})"
