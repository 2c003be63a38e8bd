"""Reasons are counted, and severity follows what rests on the lack."""

from __future__ import annotations

import pytest

from crawler.claims import ClaimKind, Purpose
from crawler.evidence import Arm, Gap
from crawler.findings import Outcome
from crawler.rules import crawl_incomplete
from crawler.rules.case import case_from
from tests.rules.world import SITE, TODAY, a_bundle, a_claim, a_company, visits_of


def gap(arm: str, reason: str = "timeout") -> Gap:
    return Gap(arm=arm, url=SITE + "/x", reason=reason, detail="it took too long")


@pytest.mark.parametrize(
    ("arm", "severity", "outcome", "rule"),
    [
        ("all", "high", "inconclusive", "inconclusive"),
        (Arm.CONTROL, "high", "inconclusive", "inconclusive"),
        (Arm.GPC, "high", "inconclusive", "inconclusive"),
        (Arm.DNT, "low", "inconclusive", "inconclusive"),
        (Arm.TRACE, "info", "pass", "pass"),
    ],
)
def test_severity_follows_the_arm(arm: str, severity: str, outcome: str, rule: str) -> None:
    verdict = crawl_incomplete.judge(case_from(a_bundle(visits_of([SITE + "/"]), gap(arm)), a_company(), TODAY))
    assert [(str(f.severity), str(f.outcome)) for f in verdict.findings] == [(severity, outcome)]
    assert str(verdict.outcome) == rule


def test_reasons_are_counted() -> None:
    gaps = [gap("gpc"), gap("gpc", "bot-wall"), Gap(arm="gpc", url=SITE + "/y", reason="timeout", detail="slow")]
    (finding,) = crawl_incomplete.judge(
        case_from(a_bundle(visits_of([SITE + "/"]), *gaps), a_company(), TODAY)
    ).findings
    assert "1 x bot-wall, 2 x timeout" in finding.message
    assert finding.pages == (SITE + "/x", SITE + "/y")


def test_claims_that_could_be_kept_are_open_and_others_untouched() -> None:
    company = a_company(
        a_claim("vendor", ClaimKind.VENDOR, vendor="meta-pixel"),
        a_claim("category", ClaimKind.CATEGORY, purposes=(Purpose.CHAT,)),
        a_claim("limits", ClaimKind.DATA, limits=(Purpose.CHAT,)),
        a_claim("gpc", ClaimKind.SIGNAL, signal="gpc", honoured=True),
        a_claim("dnt", ClaimKind.SIGNAL, signal="dnt", honoured=False),
        a_claim("denial", ClaimKind.FORBIDDEN, purposes=(Purpose.CHAT,)),
        a_claim("statement", ClaimKind.STATEMENT),
    )
    verdict = crawl_incomplete.judge(case_from(a_bundle(visits_of([SITE + "/"]), gap("gpc")), company, TODAY))
    assert {o.claim for o in verdict.claims} == {"vendor", "category", "limits", "gpc"}
    assert {o.outcome for o in verdict.claims} == {Outcome.INCONCLUSIVE}
