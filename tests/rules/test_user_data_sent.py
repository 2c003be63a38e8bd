"""User data by form, by why it is taken for it, by what the signal demands, and by what the policy says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import Attestation, ClaimKind
from crawler.evidence import Arm
from crawler.findings import Outcome, Restriction
from crawler.rules import user_data_sent
from crawler.rules.case import Case, case_from
from crawler.rules.case.model import UserDataSeen
from crawler.vendors.model import Demand
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
NAMES_META = a_claim("D31", ClaimKind.VENDOR, vendor="meta-pixel")


def case_of(arm: Arm = Arm.GPC, demand: Demand = Demand.RESTRICTED, *, named: bool = False, **changes: object) -> Case:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["meta-pixel"], v) for v in visits if v.arm is arm]
    claims = (PROMISE, NAMES_META) if named else (PROMISE,)
    case = case_from(a_bundle(visits, *rows), a_company(*claims), TODAY)
    (seen,) = case.vendors
    found = UserDataSeen(
        kind="email",
        form="plain",
        where="ud[em]",
        basis="documented",
        restriction=Restriction.UNKNOWN,
        third=True,
        visits=seen.all_visits(),
        evidence=(),
    )
    data = (replace(found, **changes),)  # type: ignore[arg-type]
    return replace(case, vendors=(replace(seen, demand=demand, user_data=data),))


def severity(case: Case) -> str | None:
    findings = user_data_sent.judge(case).findings
    assert len(findings) <= 1
    return str(findings[0].severity) if findings else None


@pytest.mark.parametrize("demand", [Demand.SILENT, Demand.RESTRICTED])
@pytest.mark.parametrize(
    ("form", "basis", "expected"),
    [
        ("plain", "documented", "high"),
        ("hashed", "documented", "medium"),
        ("redacted", "documented", "medium"),
        ("plain", "named", "medium"),
        ("hashed", "named", "low"),
        ("plain", "value", "low"),
    ],
)
def test_under_the_signal(demand: Demand, form: str, basis: str, expected: str) -> None:
    assert severity(case_of(demand=demand, form=form, basis=basis)) == expected


@pytest.mark.parametrize(
    ("demand", "state", "expected"),
    [
        (Demand.RESTRICTED, Restriction.RESTRICTED, "info"),
        (Demand.SILENT, Restriction.RESTRICTED, "high"),
        (Demand.RESTRICTED, Restriction.SELF_HONOUR_CLAIMED, "medium"),
        (Demand.RESTRICTED, Restriction.UNRESTRICTED, "high"),
        (Demand.REVIEW, Restriction.UNKNOWN, None),
        (Demand.UNAFFECTED, Restriction.UNKNOWN, None),
    ],
)
def test_demand_and_state(demand: Demand, state: Restriction, expected: str | None) -> None:
    assert severity(case_of(demand=demand, restriction=state)) == expected


@pytest.mark.parametrize(
    ("named", "form", "basis", "expected"),
    [
        (False, "plain", "documented", "medium"),
        (False, "hashed", "documented", "medium"),
        (False, "plain", "named", "low"),
        (False, "plain", "value", "low"),
        (True, "plain", "documented", "info"),
    ],
)
def test_without_a_signal_the_policy_decides(named: bool, form: str, basis: str, expected: str) -> None:
    assert severity(case_of(Arm.CONTROL, named=named, form=form, basis=basis)) == expected


def test_what_is_no_visitors_or_goes_to_the_company_itself_accuses_nobody() -> None:
    assert severity(case_of(constant=True)) == "info"
    assert severity(case_of(kind="person id", form="hashed")) == "info"
    assert severity(case_of(third=False)) is None


def test_without_a_promise_the_arm_with_the_signal_is_not_judged() -> None:
    case = case_of()
    verdict = user_data_sent.judge(replace(case, company=replace(case.company, claims=())))
    assert verdict.findings == ()


def test_an_attestation_turns_it_into_a_note() -> None:
    case = case_of()
    attested = Attestation(vendor="meta-pixel", statement="service provider", owner="legal", until=TODAY, line=1)
    (finding,) = user_data_sent.judge(replace(case, company=replace(case.company, attestations=(attested,)))).findings
    assert finding.outcome is Outcome.PASS
    assert "legal" in finding.certainty


def test_the_finding_names_the_parameter_and_no_value() -> None:
    (finding,) = user_data_sent.judge(case_of()).findings
    assert "email (plain, in ud[em])" in finding.message
