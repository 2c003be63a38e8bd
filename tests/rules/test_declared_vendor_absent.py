"""A named vendor must show, by whatever sign."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.findings import Verdict
from crawler.rules import declared_vendor_absent
from crawler.rules.case import case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_cookie, a_request, visits_of

NAMED = (
    a_claim("D31", ClaimKind.VENDOR, vendor="google-analytics"),
    a_claim("D32", ClaimKind.VENDOR, vendor="google-analytics"),
)
VISITS = visits_of([SITE + "/"])
CONTROL = [v for v in VISITS if v.arm is Arm.CONTROL]
GPC = [v for v in VISITS if v.arm is Arm.GPC]
OWN_COOKIE = {"name": "_ga", "domain": "acme.example", "party": "first", "setter_url": None}


def judged(*rows: Any) -> Verdict:
    return declared_vendor_absent.judge(case_from(a_bundle(VISITS, *rows), a_company(*NAMED), TODAY))


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([a_request(REQUESTS["google-analytics"], CONTROL[0])], "pass"),
        ([a_request(REQUESTS["universal-analytics"], CONTROL[0])], "pass"),
        ([a_request(REQUESTS["google-analytics on the site's own host"], CONTROL[0])], "pass"),
        ([a_cookie(CONTROL[0], **OWN_COOKIE)], "pass"),
        ([a_request(REQUESTS["meta-pixel"], CONTROL[0])], "violation"),
        ([a_request(REQUESTS["google-analytics"], GPC[0])], "inconclusive"),
    ],
    ids=["a hit", "its predecessor", "on the own host", "its cookie", "somebody else", "another arm"],
)
def test_signs(rows: list[Any], outcome: str) -> None:
    verdict = judged(*rows)
    assert {str(o.outcome) for o in verdict.claims} == {outcome}
    assert len(verdict.findings) == (outcome != "pass"), "two sentences about one vendor are one finding"


def test_the_finding_speaks_of_the_company() -> None:
    (finding,) = judged().findings
    assert (finding.site, finding.claims, finding.visits["control"].of) == ("", ("D31", "D32"), 3)
    assert finding.message.startswith("Google Analytics is named")
