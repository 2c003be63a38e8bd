"""Who matched with whom: severity by what both are, once per owner, and nobody for what proves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.claims import ClaimKind, Purpose
from crawler.evidence import Arm, IdentifierSent, Visit
from crawler.findings import Restriction
from crawler.rules import cookie_syncing
from crawler.rules.case import Case, case_from
from crawler.vendors.model import Demand, KnownBy
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_cookie, a_request, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
COVERED = a_claim("D40", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING,))
MATCH = "https://match.adsrvr.org/track/cmf/generic?ttd_pid=li"
VISITS = visits_of([SITE + "/"])


def id_of(visit: Visit, name: str = "li_sugr", domain: str = "linkedin.com") -> tuple[IdentifierSent, ...]:
    return (IdentifierSent(name=name, domain=domain, where="url", value_hash=visit.id),)


def case_of(*claims: Any, url: str = MATCH, arms: tuple[Arm, ...] = (Arm.GPC,), **manifest: Any) -> Case:
    rows = [a_request(url, v, identifiers_of_others=id_of(v)) for v in VISITS if v.arm in arms]
    jar = [a_cookie(v, name="li_sugr", domain="linkedin.com", setter_url=None) for v in VISITS if v.arm in arms]
    calls = [a_request(REQUESTS["linkedin-insight"], v) for v in VISITS if v.arm in arms]
    return case_from(a_bundle(VISITS, *rows, *jar, *calls, **manifest), a_company(*claims), TODAY)


def severities(case: Case) -> list[tuple[str, str]]:
    return [(str(f.severity), str(f.outcome)) for f in cookie_syncing.judge(case).findings]


def changed(case: Case, **changes: object) -> Case:
    """The receiver made into something else."""
    vendors = tuple(replace(v, **changes) if v.vendor == "the-trade-desk" else v for v in case.vendors)
    return replace(case, vendors=vendors)


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "high"),
        ({"demand": Demand.SILENT}, "high"),
        ({"verified": False}, "medium"),
        ({"known_by": KnownBy.THIRD_PARTY_WEB}, "medium"),
        ({"demand": Demand.REVIEW}, None),
        ({"demand": Demand.UNAFFECTED}, None),
        ({"company": "LinkedIn"}, None),
    ],
)
def test_under_the_signal_by_who_receives_it(changes: dict[str, object], severity: str | None) -> None:
    expected = [(severity, "violation")] if severity else []
    assert severities(changed(case_of(PROMISE, COVERED), **changes)) == expected


def test_another_host_of_the_owner_is_no_partner_whatever_its_requests_look_like() -> None:
    case = case_of(PROMISE, COVERED)
    case = replace(case, journeys=tuple(replace(j, hosts=("tags.linkedin.com",)) for j in case.journeys))
    assert severities(case) == []


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        (Restriction.UNKNOWN, "high"),
        (Restriction.UNRESTRICTED, "high"),
        (Restriction.SELF_HONOUR_CLAIMED, "medium"),
        (Restriction.RESTRICTED, "medium"),
    ],
)
def test_a_restricted_request_stops_at_medium(state: Restriction, severity: str) -> None:
    case = case_of(PROMISE, COVERED)
    case = replace(case, journeys=tuple(replace(j, restriction=state) for j in case.journeys))
    assert severities(case) == [(severity, "violation")]


def test_a_recording_made_elsewhere_cannot_tell_a_visitor_from_a_constant() -> None:
    assert severities(case_of(PROMISE, COVERED, recorded_elsewhere=[{}])) == [("medium", "violation")]


def test_what_is_charged_under_the_signal_is_not_charged_for_coverage_too() -> None:
    found = cookie_syncing.judge(case_of(PROMISE, arms=(Arm.CONTROL, Arm.GPC))).findings
    assert [(f.arm, str(f.severity), f.vendor) for f in found] == [("gpc", "high", "linkedin-insight")]


def test_without_a_promise_only_coverage_counts() -> None:
    assert severities(case_of(COVERED)) == []
    assert severities(case_of()) == [("info", "pass")], "both are charged as undeclared vendors"


def test_many_partners_are_one_finding_that_stays_short() -> None:
    rows = [
        a_request(f"https://p.partner-{n}.example/m", v, identifiers_of_others=id_of(v))
        for n in range(300)
        for v in VISITS
        if v.arm is Arm.CONTROL
    ]
    calls = [a_request(REQUESTS["linkedin-insight"], v) for v in VISITS]
    case = case_from(a_bundle(VISITS, *rows, *calls), a_company(COVERED), TODAY)
    (finding,) = cookie_syncing.judge(case).findings
    assert "and 295 more" in finding.message and len(finding.message) < 1500 and len(finding.evidence) <= 10


def test_the_evidence_are_the_requests_that_carried_it() -> None:
    (finding,) = cookie_syncing.judge(case_of(PROMISE, COVERED)).findings
    assert {ref.url for ref in finding.evidence} == {MATCH}
    assert {ref.note for ref in finding.evidence} == {"the value of li_sugr (linkedin.com) in the url"}
    assert finding.claims == ("D14",)
