"""A vendor receives data under Global Privacy Control in a state that the signal does not allow.

What it checks
    Every vendor that was told of a visit in the GPC arm: what the signal demands of it (silence, restricted mode, a
    person's word, nothing) against the least restricted of its hits. A missing opt-out parameter is unknown, never
    restricted. The table: silence demanded, any hit is critical (high when restricted); restricted mode demanded, an
    unknown state is high, an explicitly unrestricted one critical, a vendor's claim to honour the signal itself
    medium; where a person must say, unknown and unrestricted are medium. Runs only when the policy promises to honour
    GPC. An attestation that holds turns the finding into a note. Where no vendor that the signal is about was seen in
    either arm, nothing tested the promise: it is not checkable, not kept.

Why it matters
    The promise is unconditional in most policies, and ignoring the signal is what attorneys general test first.

What it cannot see
    What the vendor's server does on its own when the header reaches it, contracts, and pages that were not visited.
    Vendors that nobody knows are judged only where a filter list marks their requests, and are medium at most: nobody
    can say what the signal demands of them.

What to do
    Do not call the vendor when the signal is on, or call it in its restricted mode (for instance dpo=LDU, npa=1).

Sources
    CCPA regulations, 11 CCR 7025(b); W3C Global Privacy Control, editor's draft of 2026-04-03; read in excerpts.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import Words, charge, in_each_arm, number_of, quoted
from crawler.rules.case.conclude import conclude, not_promised, on_claims
from crawler.rules.case.coverage import declared, gpc_promises, promises_gpc
from crawler.rules.case.model import CONCERNED, DATA_ROLES, Case, Sighting, VendorSeen
from crawler.rules.case.signal_tested import NOT_ABOUT, demand_of, untested
from crawler.rules.case.visits import visits_of
from crawler.vendors.model import Demand

ID = "gpc-ignored"
concerns = promises_gpc

R = Restriction
TABLE: dict[Demand, dict[Restriction, Severity | None]] = {
    Demand.SILENT: {
        R.NONE: None, R.RESTRICTED: Severity.HIGH, R.SELF_HONOUR_CLAIMED: Severity.HIGH,
        R.UNKNOWN: Severity.CRITICAL, R.UNRESTRICTED: Severity.CRITICAL,
    },
    Demand.RESTRICTED: {
        R.NONE: None, R.RESTRICTED: None, R.SELF_HONOUR_CLAIMED: Severity.MEDIUM,
        R.UNKNOWN: Severity.HIGH, R.UNRESTRICTED: Severity.CRITICAL,
    },
    Demand.UNAFFECTED: dict.fromkeys(R, Severity.INFO),
    Demand.REVIEW: {
        R.NONE: Severity.INFO, R.RESTRICTED: Severity.INFO, R.SELF_HONOUR_CLAIMED: Severity.INFO,
        R.UNKNOWN: Severity.MEDIUM, R.UNRESTRICTED: Severity.MEDIUM,
    },
}  # fmt: skip
"""Severity by what the signal demands and what was seen; None is a pass, INFO a note."""


def judge(case: Case) -> Verdict:
    """One finding per site and vendor."""
    promises = gpc_promises(case.company)
    if not promises:
        return not_promised(ID, "to honour Global Privacy Control")
    found = [_finding(case, seen, promises) for seen in case.vendors if seen.arm is Arm.GPC]
    findings = [f for f in found if f is not None]
    kept = "No vendor was told of a visit in a state that the signal forbids."
    claims = on_claims(promises, findings, kept=kept, untested=untested(case, CONCERNED | {Demand.REVIEW}))
    passed = "Under GPC every vendor was silent, restricted, or not concerned."
    return conclude(ID, case, findings, claims, passed=passed, arms=(Arm.GPC,))


def _finding(case: Case, seen: VendorSeen, promises: tuple[Claim, ...]) -> Finding | None:
    cells = TABLE[demand_of(seen)]
    hits = [s for s in seen.sightings if s.role in DATA_ROLES and cells[s.restriction] is not None]
    if not hits or (demand_of(seen) is Demand.UNAFFECTED and seen.purpose in NOT_ABOUT):
        return None
    # An attempt that reached nobody is judged only where nothing reached the vendor.
    reached = any(s.reached for s in hits)
    hits = [s for s in hits if s.reached is reached]
    severity = min((cells[s.restriction] or Severity.INFO for s in hits), key=list(Severity).index)
    worst = max((s.restriction for s in hits if cells[s.restriction] is severity), key=list(R).index)
    states = set(R) if severity is Severity.INFO else {r for r in R if cells[r] not in (None, Severity.INFO)}
    offending = [s for s in hits if s.restriction in states]
    visits = visits_of(offending)
    attested = vouched(case, seen.vendor)
    total, with_header = sum(s.hits for s in offending), sum(s.with_header for s in offending)
    notes = [f"{with_header} of its {number_of(total, 'request')} carried Sec-GPC: 1.", attested.note]
    worst_in = visits_of(s for s in hits if s.restriction is worst)
    if not case.consistent(seen.site, seen.arm, worst_in) and case.consistent(seen.site, seen.arm, visits):
        notes.append(f"The worst state ({worst}) was seen in {number_of(len(worst_in), 'visit')} only.")
    information = severity is Severity.INFO or attested.holds
    return charge(
        case,
        seen,
        visits,
        rule=ID,
        severity=severity,
        outcome=Outcome.PASS if information else None,
        reached=reached,
        claims=promises,
        coverage=declared(case.company, seen.vendor, seen.purpose).coverage,
        restriction=worst,
        roles=sorted({s.role for s in offending}),
        words=Words(
            message=f"{seen.name} ({seen.purpose}) received data with GPC on; {_state(seen, worst)}.{quoted(promises)}",
            cannot_tell="What the vendor's server does when it meets the signal, and what contracts say.",
            remedy=f"With GPC on, {_remedy(demand_of(seen))}",
        ),
        notes=notes,
        elsewhere=in_each_arm(
            case, seen, lambda v: visits_of(s for s in v.sightings if _told(s, reached) and s.restriction in states)
        ),
    )


def _told(sighting: Sighting, reached: bool) -> bool:
    return sighting.role in DATA_ROLES and sighting.reached is reached


def _state(seen: VendorSeen, state: Restriction) -> str:
    if demand_of(seen) is Demand.UNAFFECTED:
        return f"the signal demands nothing of {seen.purpose}"
    return {
        R.RESTRICTED: "its requests were restricted",
        R.SELF_HONOUR_CLAIMED: "only the vendor's own promise to honour the signal speaks for it",
        R.UNKNOWN: "its requests carried no opt-out",
        R.UNRESTRICTED: "its requests said explicitly that nothing is restricted",
    }.get(state, "its requests carried no state")


def _remedy(demand: Demand) -> str:
    return {
        Demand.SILENT: "do not load the vendor: it has no restricted mode.",
        Demand.RESTRICTED: "do not load the vendor, or load it in its restricted mode.",
        Demand.REVIEW: "decide what is expected of it; then silence it, or attest why it may go on.",
    }.get(demand, "nothing is demanded of it.")
