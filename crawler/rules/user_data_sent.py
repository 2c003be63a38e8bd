"""What identifies a person by name (e-mail address, phone, name) left the site for a third party.

What it checks
    Requests that reached third parties, for values in parameters that the vendor documents for such data, in parameters
    whose own name says so, and for e-mail addresses anywhere. With Global Privacy Control on, for vendors of which the
    signal demands silence or a restricted mode: high in plain, medium hashed (medium and low where only the parameter's
    name says what it is; low for an address elsewhere). A restricted request makes it a note, the vendor's own promise
    one step lower; this half runs only when the policy promises to honour the signal. Without a signal: medium when the
    policy does not cover the vendor (low where no vendor documents the parameter), else a note. A value that is the
    same in several visits, each with a fresh profile, is a note: it is no visitor's; but not in a recording made
    elsewhere, where a person types the same each time. An attestation that holds turns the finding into a note.

Why it matters
    An address joins a visit to a person, across sites and devices, and to purchases and mail. Hashing hides it from
    readers of the request, not from the vendor, who has the addresses of its own users hashed the same way.

What it cannot see
    Whose the data is: the crawler types nothing, so it is what a page holds by itself, or what the person who recorded
    typed. Names of parameters that no catalogue lists, hashes there, encrypted values, and bodies that cannot be read.

What to do
    Do not hand user data to the tag (advanced matching, enhanced conversions, identify) where the visitor opted out;
    say in the policy to whom it goes. Keep addresses out of page addresses.

Sources
    California Civil Code 1798.140(v)(1) (identifiers such as a real name and an e-mail address are personal
    information), read in summaries on 2026-11-22. Parameters: crawler/vendors/user_data.py, with its sources.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.evidence import Arm
from crawler.findings import Coverage, Finding, Outcome, Restriction, Severity, Verdict
from crawler.rules.case.attestation import vouched
from crawler.rules.case.charge import Words, charge, in_each_arm, listed, quoted
from crawler.rules.case.conclude import conclude, on_claims, unless_noted
from crawler.rules.case.coverage import context, declared, gpc_promises, limiting, promises_gpc
from crawler.rules.case.gravity import gravest, one_lower
from crawler.rules.case.model import CONCERNED, Case, UserDataSeen, VendorSeen
from crawler.rules.case.signal_tested import untested
from crawler.rules.case.visits import visits_of
from crawler.vendors.model import Demand
from crawler.vendors.user_data import BY_VALUE, DOCUMENTED_FOR_IT, PERSON, PLAIN

ID = "user-data-sent"
concerns = promises_gpc

CONSTANT = "The value is the same in every visit although each has a fresh profile, so it is no visitor's."
_SHOWN = 4


def judge(case: Case) -> Verdict:
    """One finding per site, vendor and arm."""
    promises = gpc_promises(case.company)
    arms = (Arm.CONTROL, Arm.GPC) if promises else (Arm.CONTROL,)
    findings = [
        finding
        for seen in case.vendors
        if seen.arm in arms and (seen.arm is Arm.CONTROL or seen.demand in CONCERNED)
        if (finding := _finding(case, seen)) is not None
    ]
    passed = unless_noted("No user data was seen to leave for a third party.", findings)
    claims = on_claims(promises, findings, kept=passed, untested=untested(case))
    return conclude(ID, case, findings, claims, passed=passed, arms=arms)


def severity_under_gpc(found: UserDataSeen, demand: Demand) -> Severity:
    """Of one parameter, with the signal on."""
    if found.constant or found.kind == PERSON:
        return Severity.INFO
    if found.restriction is Restriction.RESTRICTED and demand is not Demand.SILENT:
        return Severity.INFO
    severity = _by_basis(found, Severity.HIGH if found.form == PLAIN else Severity.MEDIUM)
    return one_lower(severity) if found.restriction is Restriction.SELF_HONOUR_CLAIMED else severity


def severity_without_signal(found: UserDataSeen, coverage: Coverage) -> Severity:
    """Of one parameter, in the control arm."""
    if found.constant or found.kind == PERSON or coverage is not Coverage.UNDECLARED:
        return Severity.INFO
    return _by_basis(found, Severity.MEDIUM)


def _by_basis(found: UserDataSeen, documented: Severity) -> Severity:
    if found.basis == DOCUMENTED_FOR_IT:
        return documented
    return Severity.LOW if found.basis == BY_VALUE else one_lower(documented)


def _finding(case: Case, seen: VendorSeen) -> Finding | None:
    left = [found for found in seen.user_data if found.third]
    if not left:
        return None
    coverage = declared(case.company, seen.vendor, seen.purpose).coverage
    gpc = seen.arm is Arm.GPC

    def severity_of(found: UserDataSeen) -> Severity:
        return severity_under_gpc(found, seen.demand) if gpc else severity_without_signal(found, coverage)

    severity, worst = gravest(left, severity_of)
    attested = vouched(case, seen.vendor)
    note = severity is Severity.INFO or attested.holds
    constant = all(found.constant for found in worst)
    what = {_what(found) for found in worst}
    claims = gpc_promises(case.company) if gpc else limiting(case.company, seen.purpose) or context(case.company)
    how = " with GPC on" if gpc else "" if coverage is not Coverage.UNDECLARED else "; the policy does not cover it"
    return charge(
        case,
        seen,
        visits_of(worst),
        rule=ID,
        severity=severity,
        outcome=Outcome.PASS if note else None,
        claims=claims,
        coverage=coverage,
        restriction=max((found.restriction for found in worst), key=list(Restriction).index),
        evidence=tuple(ref for found in worst for ref in found.evidence),
        words=Words(
            message=f"{seen.name} ({seen.purpose}) received {_said(worst)}{how}.{quoted(claims) if gpc else ''}",
            cannot_tell="Whose the data is, and what the vendor joins it with.",
            remedy="With GPC on, hand no user data to this vendor."
            if gpc
            else "Hand no user data to this vendor, or say in the policy that it receives it.",
        ),
        notes=(CONSTANT if constant else "", attested.note),
        elsewhere=in_each_arm(case, seen, lambda v: visits_of(u for u in v.user_data if u.third and _what(u) in what)),
    )


def _what(found: UserDataSeen) -> tuple[str, str, str]:
    return found.kind, found.form, found.where


def _said(found: Iterable[UserDataSeen]) -> str:
    return listed((f"{item.kind} ({item.form}, in {item.where[:60]})" for item in found), _SHOWN)
