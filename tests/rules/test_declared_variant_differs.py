"""What was seen against the variant that was named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.rules import declared_variant_differs
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of


def case_of(named: str, *variants: str, of_three: int = 3) -> Case:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["google-recaptcha loader"], v) for v in visits]
    claim = a_claim("D34", ClaimKind.VENDOR, vendor="google-recaptcha", variant=named)
    case = case_from(a_bundle(visits, *rows), a_company(claim), TODAY)
    ids = frozenset(v.id for v in visits if v.arm is Arm.CONTROL and v.repetition <= of_three)
    return replace(case, vendors=tuple(replace(v, variants=dict.fromkeys(variants, ids)) for v in case.vendors))


@pytest.mark.parametrize(
    ("named", "variants", "outcome"),
    [
        ("v2-invisible", ["v2-invisible"], "pass"),
        ("v2-invisible", ["v3"], "violation"),
        ("v2-invisible", ["v2-checkbox"], "violation"),
        ("v2-invisible", ["v2-invisible", "v3"], "violation"),
        ("v2-invisible", ["invisible-or-v3"], "inconclusive"),
        ("v3", ["invisible-or-v3"], "inconclusive"),
        ("v2-checkbox", ["invisible-or-v3"], "violation"),
        ("v2-invisible", ["enterprise-invisible"], "inconclusive"),
        ("v2-invisible", ["enterprise-score"], "violation"),
        ("v2-invisible", [], "inconclusive"),
        ("v2-invisible", ["v2-invisible", "invisible-or-v3"], "inconclusive"),
    ],
)
def test_each_pair(named: str, variants: list[str], outcome: str) -> None:
    verdict = declared_variant_differs.judge(case_of(named, *variants))
    assert [str(o.outcome) for o in verdict.claims] == [outcome]
    assert all(str(f.severity) == "low" for f in verdict.findings)


def test_sometimes_is_inconclusive() -> None:
    (finding,) = declared_variant_differs.judge(case_of("v2-invisible", "v3", of_three=1)).findings
    assert str(finding.outcome) == "inconclusive"
