"""Two third parties matched their visitors: the value of one company's cookie went to another company.

What it checks
    Requests to a third party, redirects among them, in which the value of another company's third-party cookie was
    found. Left out: hosts of one company or one domain, consent states, and what is the same in every fresh profile.
    Under Global Privacy Control, where the policy promises to honour it, two vendors of which the signal demands
    silence or a restricted mode are high, when both are firmly known, the request was not restricted, and the value was
    seen to differ from visit to visit; else medium. In other cases a pair counts of which the policy does not cover
    both: medium, or a note where other rules already hold whoever is not covered to be at least medium.

Why it matters
    A matched identifier lets companies join what they know of one browser. It is the exchange of personal information
    with third parties that an opt-out of sale and sharing is about.

What it cannot see
    Values that were hashed with a secret or encrypted, matches on servers, and those that a partner's cookie already
    holds from other sites: each visit begins with an empty browser.

What to do
    Under GPC do not call what starts the exchange. Else declare the companies, or switch the vendor's matching off.

Sources
    CCPA regulations, 11 CCR 7025(c)(1) (browser, device and pseudonymous profiles), read in summaries on 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Coverage, Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules import undeclared_cookie_setter, undeclared_vendor
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import Words, charge, listed, quoted
from crawler.rules.case.conclude import conclude, on_claims, unless_noted
from crawler.rules.case.coverage import gpc_promises, promises_gpc
from crawler.rules.case.gravity import gravest
from crawler.rules.case.model import Case
from crawler.rules.case.prior_charges import PriorCharges, prior_charges
from crawler.rules.case.signal_tested import untested
from crawler.rules.case.syncs import Sync, syncs
from crawler.rules.case.visits import visits_by_arm, visits_of
from crawler.vendors.model import Role

ID = "cookie-syncing"
concerns = promises_gpc

_MILDER = frozenset({Restriction.RESTRICTED, Restriction.SELF_HONOUR_CLAIMED})


def judge(case: Case) -> Verdict:
    """Per site and owner of the cookies: one finding under the signal, else one about what the policy covers."""
    promises = gpc_promises(case.company)
    by_owner: dict[tuple[str, str], list[Sync]] = {}
    for sync in syncs(case):
        by_owner.setdefault((sync.journey.site, sync.owner.vendor), []).append(sync)
    prior = _prior(case) if by_owner else PriorCharges({})
    findings: list[Finding] = []
    for _, own in sorted(by_owner.items(), key=lambda pair: pair[0]):
        against = [s for s in own if promises and s.journey.arm is Arm.GPC and s.demanded]
        if against:
            findings.append(_under_signal(case, against, promises))
            if findings[-1].outcome is Outcome.VIOLATION:
                continue  # one exchange is charged once
        left = [s for s in own if s not in against and s.uncovered(case.company)]
        if left:
            findings.append(_uncovered(case, left, prior))
    passed = unless_noted("No third party's cookie value went to another that the policy does not cover.", findings)
    kept = "With GPC on, no two advertising vendors were seen to match visitors."
    claims = on_claims(promises, findings, kept=kept, untested=untested(case))
    arms = (Arm.CONTROL, Arm.GPC) if promises else (Arm.CONTROL,)
    return conclude(ID, case, findings, claims, passed=passed, arms=arms)


def _prior(case: Case) -> PriorCharges:
    return prior_charges([*undeclared_vendor.charged(case), *undeclared_cookie_setter.judge(case).findings])


def _severity(sync: Sync) -> Severity:
    return Severity.HIGH if sync.firm and sync.journey.restriction not in _MILDER else Severity.MEDIUM


def _under_signal(case: Case, found: list[Sync], promises: tuple[Claim, ...]) -> Finding:
    words = {s: [vouched(case, vendor) for vendor in (s.owner.vendor, s.receiver.vendor)] for s in found}
    counting = [s for s in found if not any(word.holds for word in words[s])]
    severity, worst = gravest(counting or found, _severity)
    return _finding(
        case,
        (worst, severity, None if counting else Outcome.PASS),
        said=f" with GPC on.{quoted(promises)}",
        note=next((word.note for s in worst for word in words[s] if word.note), ""),
        remedy="With GPC on, do not call what starts the exchange.",
        claims=promises,
    )


def _uncovered(case: Case, found: list[Sync], prior: PriorCharges) -> Finding:
    arm = min((s.journey.arm for s in found), key=list(Arm).index)
    found = [s for s in found if s.journey.arm is arm]
    new = [
        s for s in found if not all(prior.hold(s.journey.site, v, Severity.MEDIUM) for v in s.uncovered(case.company))
    ]
    return _finding(
        case,
        (new or found, Severity.MEDIUM, None if new else Outcome.PASS),
        said="; the policy does not cover them all.",
        note="" if new else "Whoever is not covered is charged by another rule, so this is a note.",
        remedy="Declare the companies that match visitors, or switch the matching off.",
        role=str(Role.SYNC),
        coverage=Coverage.UNDECLARED,
    )


def _finding(
    case: Case,
    judged: tuple[list[Sync], Severity, Outcome | None],
    *,
    said: str,
    note: str,
    remedy: str,
    claims: tuple[Claim, ...] = (),
    role: str = "",
    coverage: Coverage | None = None,
) -> Finding:
    found, severity, outcome = judged
    first = found[0]
    seen = case.by_arm(first.journey.site, first.owner.vendor).get(first.journey.arm) or first.receiver
    cookies = listed(f"{s.journey.name[:60]} ({s.journey.domain[:80]})" for s in found)
    receivers = listed(s.receiver.name for s in found)
    ways = {s.journey.way for s in found}
    return charge(
        case,
        seen,
        visits_of(s.journey for s in found),
        rule=ID,
        severity=severity,
        outcome=outcome,
        claims=claims,
        coverage=coverage,
        restriction=max((s.journey.restriction for s in found), key=list(Restriction).index),
        role=role,
        evidence=tuple(ref for s in found for ref in s.journey.evidence[:2]),
        words=Words(
            message=f"The value of {first.owner.name}'s cookie {cookies} went to {receivers}{said}",
            cannot_tell="What the receivers join it with, and under which contract.",
            remedy=remedy,
        ),
        notes=(note,),
        elsewhere=visits_by_arm(j for j in case.journeys if j.way in ways),
    )
