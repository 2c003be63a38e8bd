"""With Global Privacy Control on, the site tells the same advertising vendors the same things as without.

What it checks
    Per site, over the pages that were judged in both arms: the vendors of which the signal demands silence or a
    restricted mode, each with role and account. When all that were told of visits steadily in control are told again
    under GPC, none restricted and none in a milder state than before, the signal had no effect. Runs only when the
    policy promises to honour GPC. Vendors that an attestation covers are left out, and so are vendors that only a
    coarse list or an unverified shape points to.

Why it matters
    One vendor that is missed is a mistake; a site on which nothing changes does not process the signal at all. This is
    the picture that regulators' sweeps look for.

What it cannot see
    Changes on the server, in contracts, or in consent strings that no request carries. A site whose vendors were all
    restricted before has nothing to change, and passes.

What to do
    Find out whether the consent tool knows the signal, whether its template is switched on for this region, and
    whether tags wait for it.

Sources
    CCPA regulations, 11 CCR 7025(b); joint sweep of California, Colorado and Connecticut, 2025-09-09; Todd Snyder, CPPA
    2025-05 (a misconfigured tool did not recognise GPC for 40 days); read in summaries on 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import MAX_EVIDENCE, listed, number_of, quoted, rows_of
from crawler.rules.case.conclude import conclude, not_promised, on_claims
from crawler.rules.case.coverage import gpc_promises, promises_gpc
from crawler.rules.case.model import CONCERNED, DATA_ROLES, Case, VendorSeen
from crawler.vendors.model import KnownBy

ID = "gpc-has-no-effect"
concerns = promises_gpc

Key = tuple[str, str, str]
"""Vendor, role, account."""


def judge(case: Case) -> Verdict:
    """At most one finding per site."""
    promises = gpc_promises(case.company)
    if not promises:
        return not_promised(ID, "to honour Global Privacy Control")
    findings = [f for site in case.sites if (f := _of_site(case, site, promises)) is not None]
    concerned = any(_concerned(case, seen) for seen in case.vendors if seen.arm is Arm.CONTROL)
    passed = "What vendors were told changed under GPC." if concerned else "No vendor was seen that GPC would stop."
    claims = on_claims(promises, findings, kept=passed, untested="" if concerned else passed)
    return conclude(ID, case, findings, claims, passed=passed, arms=(Arm.CONTROL, Arm.GPC))


def _of_site(case: Case, site: str, promises: tuple[Claim, ...]) -> Finding | None:
    pages = set(case.judged.get((site, Arm.CONTROL), {})) & set(case.judged.get((site, Arm.GPC), {}))
    before, after = (_told(case, site, arm, pages) for arm in (Arm.CONTROL, Arm.GPC))
    steady = {key: told for key, told in before.items() if case.consistent(site, Arm.CONTROL, told[1])}
    # Where nothing was steady, all that was seen must stand in for it; the finding is then no more than a question.
    expected = steady or before
    if not expected or any(not _same(told, after.get(key)) for key, told in expected.items()):
        return None
    if {state for state, _ in after.values()} <= {Restriction.SELF_HONOUR_CLAIMED}:
        return None
    sure = bool(steady) and all(case.consistent(site, Arm.GPC, after[key][1]) for key in expected)
    seen = [v for v in case.vendors if v.site == site and v.arm is Arm.GPC and v.vendor in {key[0] for key in expected}]
    names = listed(v.name for v in seen)
    visits = {
        arm: frozenset[str]().union(*(told[key][1] for key in expected))
        for arm, told in ((Arm.CONTROL, before), (Arm.GPC, after))
    }
    return Finding(
        rule=ID,
        outcome=Outcome.VIOLATION if sure else Outcome.INCONCLUSIVE,
        severity=Severity.CRITICAL,
        confidence=_confidence(case, site, sure),
        site=site,
        arm=Arm.GPC,
        claims=tuple(c.id for c in promises),
        pages=case.pages_of(site, Arm.GPC, visits[Arm.GPC]),
        visits=case.seen(site, visits),
        message=f"GPC changed nothing: {names} got the same requests with it as without.{quoted(promises)}",
        certainty=f"Compared: {number_of(len(expected), 'kind')} of requests over {number_of(len(pages), 'page')}. "
        + "All came again, "
        + ("in every repetition of a page." if sure else "but not in every repetition, so it is not held against it."),
        cannot_tell="Whether servers or contracts restrict what the requests do not.",
        remedy="Check that the consent tool recognises GPC in this region and that tags wait for its answer.",
        evidence=tuple(ref for v in seen for ref in rows_of(v, sorted(DATA_ROLES))[:2])[:MAX_EVIDENCE],
    )


def _told(case: Case, site: str, arm: Arm, pages: set[str]) -> Mapping[Key, tuple[Restriction, frozenset[str]]]:
    """The least restricted state of each kind of request, and the visits on shared pages that showed it."""
    shared = frozenset[str]().union(*(ids for page, ids in case.judged.get((site, arm), {}).items() if page in pages))
    told: dict[Key, tuple[Restriction, frozenset[str]]] = {}
    for seen in case.vendors:
        if seen.site != site or seen.arm is not arm or not _concerned(case, seen):
            continue
        for s in seen.sightings:
            if s.role in DATA_ROLES and s.reached and s.visits & shared:
                state, visits = told.get((seen.vendor, s.role, s.account), (Restriction.NONE, frozenset()))
                worst = max(state, s.restriction, key=list(Restriction).index)
                told[seen.vendor, s.role, s.account] = (worst, visits | (s.visits & shared))
    return told


def _same(before: tuple[Restriction, frozenset[str]], after: tuple[Restriction, frozenset[str]] | None) -> bool:
    order = list(Restriction)
    if after is None or Restriction.RESTRICTED in (before[0], after[0]):
        return False
    # A vendor's claim to honour the header itself is none of the site's doing: it reads as unknown.
    states = [Restriction.UNKNOWN if s is Restriction.SELF_HONOUR_CLAIMED else s for s in (before[0], after[0])]
    return order.index(states[1]) >= order.index(states[0])


def _concerned(case: Case, seen: VendorSeen) -> bool:
    known = seen.verified and (seen.known_by is KnownBy.CATALOGUE or seen.tracker_rule is not None)
    wanted = seen.demand in CONCERNED and bool(seen.visits())
    return known and wanted and not vouched(case, seen.vendor).holds


def _confidence(case: Case, site: str, sure: bool) -> Confidence:
    if not sure:
        return Confidence.LOW
    repeated = all(len(case.judged_visits(site, arm)) > 1 for arm in (Arm.CONTROL, Arm.GPC))
    return Confidence.HIGH if repeated and not case.emulated else Confidence.MEDIUM
