"""With GPC on, the page's own strings say that the visitor opted out, and a vendor is told the opposite.

What it checks
    Visits of the GPC arm in which what the page says of the opt-out (US Privacy, GPP, the default groups of OneTrust)
    says opted out and nothing says otherwise. In the same visits a vendor of which the signal demands silence or a
    restricted mode got requests that say explicitly that nothing is restricted: by the vendor's own parameters (high
    where the shape of the request is verified), or by a US Privacy or GPP string in the request beside a restricted
    mode (medium). A missing parameter says nothing and is not judged here. A note where the policy does not promise to
    honour GPC, or an attestation holds. One fact is charged once: where gpc-ignored holds the same vendor on the same
    site to be at least as severe, this is low.

Why it matters
    The opt-out was understood by the page and did not reach the vendor. Regulators have held companies liable whose
    strings said the right thing while the data flowed.

What it cannot see
    What a vendor does with what it gets, and strings that are handed over outside of requests.

What to do
    Hand the page's string to the vendor's tag, or let the tag wait for the consent tool.

Sources
    IAB: US Privacy String; Global Privacy Platform, read 2026-11-28. Healthline, California, 2025-07 (the string was
    passed and the data flowed), read in summaries on 2026-11-22. Parameters of vendors: the catalogue.
"""

from __future__ import annotations

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules import gpc_ignored
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import Words, capped, charge, in_each_arm, listed, quoted, rows_of, shortened
from crawler.rules.case.conclude import conclude, missing, not_promised, on_claims
from crawler.rules.case.consent_said import StringSent, opted_out
from crawler.rules.case.coverage import declared, gpc_promises, promises_gpc
from crawler.rules.case.model import CONCERNED, DATA_ROLES, Case, VendorSeen
from crawler.rules.case.prior_charges import CERTAIN_OR_NOT, PriorCharges, charged_by, prior_charges
from crawler.rules.case.signal_tested import demand_of, untested
from crawler.rules.case.visits import visits_of

ID = "string-says-opted-out-traffic-does-not"
concerns = promises_gpc


def judge(case: Case) -> Verdict:
    """One finding per site and vendor."""
    promises = gpc_promises(case.company)
    out = any(opted_out(case.consent, site, Arm.GPC) & case.judged_visits(site, Arm.GPC) for site in case.sites)
    prior = prior_charges(gpc_ignored.judge(case).findings, CERTAIN_OR_NOT)
    seen = [v for v in case.vendors if v.arm is Arm.GPC and demand_of(v) in CONCERNED]
    found = [_finding(case, v, promises, prior) for v in seen]
    findings = [f for f in found if f is not None]
    if not findings and not promises:
        return not_promised(ID, "to honour Global Privacy Control")
    if not out and not missing(case, (Arm.GPC,)):
        why = "With GPC on, no page says with one voice that the visitor opted out."
        return Verdict(rule=ID, outcome=Outcome.NOT_CHECKABLE, why=why)
    kept = "Where a page said opted out, no request said the opposite."
    claims = on_claims(promises if out else (), findings, kept=kept, untested=untested(case))
    return conclude(ID, case, findings, claims, passed=kept, arms=(Arm.GPC,) if promises else ())


def _finding(case: Case, seen: VendorSeen, promises: tuple[Claim, ...], prior: PriorCharges) -> Finding | None:
    plain = _by_parameters(case, seen)
    contradicted = _by_parameters if plain else _by_string
    visits = contradicted(case, seen)
    if not visits:
        return None
    severity = Severity.HIGH if plain else Severity.MEDIUM
    twice = prior.hold(seen.site, seen.vendor, capped(severity, seen))
    attested = vouched(case, seen.vendor)
    how = (
        "its own parameters say that nothing is restricted" if plain else "the string in its requests says the opposite"
    )
    pages_say = [s for s in case.consent if s.counts and (s.site, s.arm) == (seen.site, Arm.GPC) and s.visits & visits]
    strings = listed((f"{s.name} ({shortened(s.words, 60)})" for s in pages_say), 3)
    return charge(
        case,
        seen,
        visits,
        rule=ID,
        severity=Severity.LOW if twice else severity,
        outcome=Outcome.PASS if attested.holds or not promises else None,
        claims=promises,
        coverage=declared(case.company, seen.vendor, seen.purpose).coverage,
        restriction=Restriction.UNRESTRICTED if plain else seen.worst_restriction(),
        evidence=(
            *(ref for said in pages_say[:1] for ref in said.evidence[:2]),
            *(rows_of(seen, sorted(DATA_ROLES)) if plain else _string_of(case, seen)[0].evidence),
        ),
        words=Words(
            message=f"The page says opted out: {strings}. {seen.name} ({seen.purpose}) received data all the same, and "
            f"{how}.{quoted(promises)}",
            cannot_tell="What the vendor does with what it gets, and strings handed over outside of requests.",
            remedy=f"Hand the page's opt-out to the tag of {seen.name}, or let the tag wait for the consent tool.",
        ),
        notes=(attested.note, charged_by(gpc_ignored.ID) if twice else ""),
        elsewhere=in_each_arm(case, seen, lambda other: contradicted(case, other)),
    )


def _by_parameters(case: Case, seen: VendorSeen) -> frozenset[str]:
    """Visits in which the page said opted out, and the vendor's own parameters that nothing is restricted."""
    told = [s for s in seen.sightings if s.role in DATA_ROLES and s.reached]
    return visits_of(s for s in told if s.restriction is Restriction.UNRESTRICTED) & _out(case, seen)


def _by_string(case: Case, seen: VendorSeen) -> frozenset[str]:
    """Visits in which the page said opted out, and a string in a request to the vendor the opposite."""
    return visits_of(_string_of(case, seen)) & _out(case, seen)


def _out(case: Case, seen: VendorSeen) -> frozenset[str]:
    return opted_out(case.consent, seen.site, seen.arm) & case.judged_visits(seen.site, seen.arm)


def _string_of(case: Case, seen: VendorSeen) -> list[StringSent]:
    return [s for s in case.strings_sent if (s.site, s.arm, s.vendor) == (seen.site, seen.arm, seen.vendor)]
