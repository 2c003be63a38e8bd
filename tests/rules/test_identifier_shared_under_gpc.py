"""Identifiers by what the signal demands and the state of the request that carried them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import Attestation, ClaimKind
from crawler.evidence import Arm, IdentifierSent, Visit
from crawler.findings import Outcome, Restriction
from crawler.parties import Party
from crawler.rules import identifier_shared_under_gpc
from crawler.rules.case import Case, case_from
from crawler.vendors.model import Demand
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)


def sent_in(visit: Visit) -> tuple[IdentifierSent, ...]:
    return (IdentifierSent(name="_fbp", domain="acme.example", where="url", value_hash=visit.id),)


def case_of(arm: Arm = Arm.GPC, **changes: object) -> Case:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["meta-pixel"], v, identifiers=sent_in(v)) for v in visits if v.arm is arm]
    attested = Attestation(vendor="linkedin-insight", statement="s", owner="o", until=TODAY, line=1)
    case = case_from(a_bundle(visits, *rows), a_company(PROMISE, attestations=(attested,)), TODAY)
    return replace(case, vendors=tuple(replace(v, **changes) for v in case.vendors))


def with_state(demand: Demand, state: Restriction) -> Case:
    case = case_of(demand=demand)
    (seen,) = case.vendors
    return replace(
        case, vendors=(replace(seen, identifiers=tuple(replace(i, restriction=state) for i in seen.identifiers)),)
    )


@pytest.mark.parametrize(
    ("demand", "state", "severity"),
    [
        (Demand.SILENT, Restriction.RESTRICTED, "high"),
        (Demand.SILENT, Restriction.UNKNOWN, "high"),
        (Demand.RESTRICTED, Restriction.UNRESTRICTED, "high"),
        (Demand.RESTRICTED, Restriction.UNKNOWN, "high"),
        (Demand.RESTRICTED, Restriction.SELF_HONOUR_CLAIMED, "medium"),
        (Demand.RESTRICTED, Restriction.RESTRICTED, "info"),
        (Demand.UNAFFECTED, Restriction.UNKNOWN, None),
        (Demand.REVIEW, Restriction.UNKNOWN, None),
    ],
)
def test_each_cell(demand: Demand, state: Restriction, severity: str | None) -> None:
    verdict = identifier_shared_under_gpc.judge(with_state(demand, state))
    assert [str(f.severity) for f in verdict.findings] == ([severity] if severity else [])
    assert verdict.outcome is (Outcome.PASS if severity in (None, "info") else Outcome.VIOLATION)


def test_only_the_gpc_arm_is_looked_at() -> None:
    assert identifier_shared_under_gpc.judge(case_of(Arm.CONTROL)).findings == ()


def test_a_vendor_on_the_own_host_alone_is_no_other_party() -> None:
    case = case_of(parties=frozenset({Party.FIRST}))
    assert identifier_shared_under_gpc.judge(case).findings == ()


def test_an_attestation_makes_it_a_note() -> None:
    (finding,) = identifier_shared_under_gpc.judge(case_of(vendor="linkedin-insight")).findings
    assert (str(finding.outcome), str(finding.severity)) == ("pass", "info")


def test_the_evidence_names_what_was_sent() -> None:
    (finding,) = identifier_shared_under_gpc.judge(case_of()).findings
    assert "_fbp" in finding.message
    assert {ref.note for ref in finding.evidence} == {"_fbp in the url"}
