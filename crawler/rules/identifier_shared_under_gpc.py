"""With Global Privacy Control on, a value that identifies the visitor left the site for an advertising vendor.

What it checks
    Requests of the GPC arm in which the value of a first-party cookie or storage key was found, to vendors of which
    the signal demands silence or a restricted mode. High when the request was not restricted, or when the vendor has
    no restricted mode; medium when only the vendor's own promise to honour the signal speaks for it; a note when the
    request was restricted, because the restricted modes of vendors allow the identifier for the site's own purposes.
    A value that is the same in every visit, each with a fresh profile, is a note: it tells nobody apart. In a recording
    made elsewhere that cannot be told: there a value of a cookie that nobody documents is medium at most.
    Runs only when the policy promises to honour GPC. An attestation that holds turns the finding into a note.

Why it matters
    The identifier is what makes one visit linkable to the next and to other sites: it is the "sharing" that the signal
    refuses.

What it cannot see
    Identifiers that were hashed or encrypted before they left, and those that a vendor joins on its server. Values
    shorter than eight characters are not searched for.

What to do
    Do not set or read the vendor's first-party cookie under GPC, or do not call the vendor.

Sources
    CCPA regulations, 11 CCR 7025(c)(1) (browser, device and pseudonymous profiles), read in summaries on 2026-11-22.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Finding, Outcome, Restriction, Severity, Verdict
from crawler.parties import Party
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import Words, charge, in_each_arm, listed, quoted
from crawler.rules.case.conclude import conclude, not_promised, on_claims, unless_noted
from crawler.rules.case.coverage import declared, gpc_promises, promises_gpc
from crawler.rules.case.gravity import gravest, lower_of
from crawler.rules.case.model import CONCERNED, Case, IdentifierSeen, VendorSeen
from crawler.rules.case.recurrence import UNTOLD
from crawler.rules.case.signal_tested import untested
from crawler.rules.case.visits import visits_of
from crawler.vendors.model import Demand

ID = "identifier-shared-under-gpc"
concerns = promises_gpc

_MILDER = {Restriction.RESTRICTED: Severity.INFO, Restriction.SELF_HONOUR_CLAIMED: Severity.MEDIUM}


CONSTANT = (
    "The value is the same in every visit although each has a fresh profile: it is the site's configuration, or "
    "computed from the browser, and no identifier that was stored."
)


def judge(case: Case) -> Verdict:
    """One finding per site and vendor."""
    promises = gpc_promises(case.company)
    if not promises:
        return not_promised(ID, "to honour Global Privacy Control")
    findings = [
        _finding(case, seen, promises)
        for seen in case.vendors
        if seen.arm is Arm.GPC and seen.identifiers and seen.demand in CONCERNED and Party.THIRD in seen.parties
    ]
    passed = unless_noted("Under GPC no first-party identifier reached a vendor that the signal is about.", findings)
    claims = on_claims(promises, findings, kept=passed, untested=untested(case))
    return conclude(ID, case, findings, claims, passed=passed, arms=(Arm.GPC,))


def _finding(case: Case, seen: VendorSeen, promises: tuple[Claim, ...]) -> Finding:
    def severity_of(found: IdentifierSeen) -> Severity:
        if found.constant:
            return Severity.INFO
        silent = seen.demand is Demand.SILENT
        severity = Severity.HIGH if silent else _MILDER.get(found.restriction, Severity.HIGH)
        return lower_of(severity, Severity.MEDIUM) if found.untold else severity

    severity, worst = gravest(seen.identifiers, severity_of)
    names = {i.name for i in worst}
    shown = listed((name[:60] for name in sorted(names)), 4)
    attested = vouched(case, seen.vendor)
    note = severity is Severity.INFO or attested.holds
    constant = all(i.constant for i in worst)
    untold = severity is Severity.MEDIUM and all(i.untold for i in worst)
    how = " in its restricted mode" if severity is Severity.INFO and not constant else ""
    return charge(
        case,
        seen,
        visits_of(worst),
        rule=ID,
        severity=severity,
        outcome=Outcome.PASS if note else None,
        claims=promises,
        coverage=declared(case.company, seen.vendor, seen.purpose).coverage,
        restriction=max((i.restriction for i in worst), key=list(Restriction).index),
        evidence=tuple(ref for i in worst for ref in i.evidence),
        words=Words(
            message=f"{seen.name} ({seen.purpose}) got the value of {shown} with GPC on{how}.{quoted(promises)}",
            cannot_tell="Whether the value stands for a person or a browser, and what the vendor joins it with.",
            remedy="With GPC on, neither set nor send this identifier.",
        ),
        notes=(CONSTANT if constant else "", UNTOLD if untold else "", attested.note),
        elsewhere=in_each_arm(case, seen, lambda v: visits_of(i for i in v.identifiers if i.name in names)),
    )
