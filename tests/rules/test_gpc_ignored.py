"""The whole table: what the signal demands against what was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import ClaimKind, Purpose
from crawler.evidence import Arm
from crawler.findings import Outcome, Restriction, Severity
from crawler.rules import gpc_ignored
from crawler.rules.case import Case, case_from
from crawler.vendors.model import Demand, KnownBy
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
COLUMNS = ("restricted", "self-honour-claimed", "unknown", "unrestricted")
TABLE = {
    Demand.SILENT: ("high", "high", "critical", "critical"),
    Demand.RESTRICTED: (None, "medium", "high", "critical"),
    Demand.UNAFFECTED: ("info", "info", "info", "info"),
    Demand.REVIEW: ("info", "info", "medium", "medium"),
}
CELLS = [(d, Restriction(c), severity) for d, row in TABLE.items() for c, severity in zip(COLUMNS, row, strict=True)]


def case_of(demand: Demand, state: Restriction, **changes: object) -> Case:
    """The Meta pixel's hits, made into a vendor of which the signal demands something else."""
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["meta-pixel"], v) for v in visits if v.arm is Arm.GPC]
    case = case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)
    (seen,) = case.vendors
    seen = replace(
        seen, demand=demand, sightings=tuple(replace(s, restriction=state) for s in seen.sightings), **changes
    )
    return replace(case, vendors=(seen,))


@pytest.mark.parametrize(("demand", "state", "severity"), CELLS, ids=[f"{d}-{s}" for d, s, _ in CELLS])
def test_each_cell(demand: Demand, state: Restriction, severity: str | None) -> None:
    verdict = gpc_ignored.judge(case_of(demand, state))
    assert [str(f.severity) for f in verdict.findings] == ([severity] if severity else [])
    expected = Outcome.PASS if severity in (None, "info") else Outcome.VIOLATION
    assert verdict.outcome is expected
    tested = demand is not Demand.UNAFFECTED
    assert [o.outcome for o in verdict.claims] == [expected if tested else Outcome.NOT_CHECKABLE]
    assert all(f.restriction is state for f in verdict.findings)


@pytest.mark.parametrize("demand", list(Demand))
def test_no_hit_is_no_finding(demand: Demand) -> None:
    silent = replace(case_of(demand, Restriction.UNKNOWN), vendors=())
    assert gpc_ignored.judge(silent).findings == ()


@pytest.mark.parametrize(
    ("changes", "severities"),
    [
        ({"purpose": Purpose.CDN, "known_by": KnownBy.THIRD_PARTY_WEB}, []),
        ({"purpose": Purpose.UNKNOWN, "known_by": KnownBy.THIRD_PARTY_WEB}, []),
        ({"purpose": Purpose.UNKNOWN, "known_by": KnownBy.NOBODY}, []),
        ({"purpose": Purpose.UNKNOWN, "known_by": KnownBy.FILTER_LIST, "tracker_rule": "||x^"}, ["medium"]),
        ({"purpose": Purpose.CHAT, "known_by": KnownBy.THIRD_PARTY_WEB}, ["medium"]),
        ({"purpose": Purpose.SECURITY}, ["medium"]),
    ],
)
def test_nobody_is_accused_over_a_vendor_whose_purpose_nobody_knows(
    changes: dict[str, object], severities: list[str]
) -> None:
    verdict = gpc_ignored.judge(case_of(Demand.REVIEW, Restriction.UNKNOWN, **changes))
    assert [str(f.severity) for f in verdict.findings] == severities


def test_an_unverified_shape_cannot_fail_a_gate() -> None:
    (finding,) = gpc_ignored.judge(case_of(Demand.SILENT, Restriction.UNKNOWN, verified=False)).findings
    assert (finding.severity, finding.confidence) == (Severity.MEDIUM, "low")


def test_the_finding_says_how_many_requests_carried_the_signal() -> None:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["meta-pixel"], v, sec_gpc=v.repetition > 1) for v in visits if v.arm is Arm.GPC]
    case = case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)
    (finding,) = gpc_ignored.judge(case).findings
    assert "2 of its 3 requests carried Sec-GPC: 1." in finding.certainty


def test_the_worst_state_decides_and_is_said_to_be_rare_when_it_is() -> None:
    visits = [v for v in visits_of([SITE + "/"]) if v.arm is Arm.GPC]
    rows = [a_request(REQUESTS["meta-pixel"], v) for v in visits]
    rows.append(a_request(REQUESTS["meta-pixel explicitly unrestricted"], visits[0]))
    case = case_from(a_bundle(visits_of([SITE + "/"]), *rows), a_company(PROMISE), TODAY)
    (finding,) = gpc_ignored.judge(case).findings
    assert (finding.outcome, finding.severity) == (Outcome.VIOLATION, Severity.CRITICAL)
    assert "The worst state (unrestricted) was seen in 1 visit only." in finding.certainty
    assert finding.evidence[0].url == REQUESTS["meta-pixel explicitly unrestricted"]
