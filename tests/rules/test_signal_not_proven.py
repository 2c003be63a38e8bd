"""Visits without proof, told once per site and arm."""

from __future__ import annotations

from dataclasses import replace

from crawler.claims import ClaimKind
from crawler.evidence import Arm, Gap
from crawler.findings import Outcome
from crawler.rules import crawl_incomplete, signal_not_proven
from crawler.rules.case import case_from
from tests.rules.world import OTHER_SITE, SITE, TODAY, a_bundle, a_claim, a_company, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)


def test_one_finding_per_site_and_arm_however_it_was_noted() -> None:
    visits = visits_of([SITE + "/", OTHER_SITE + "/"])
    unproven = [n for n, v in enumerate(visits) if v.arm is Arm.GPC and v.repetition < 3]
    for n in unproven:
        visits[n] = replace(visits[n], ok=False, reason="signal-not-proven")
    gaps = [
        Gap(arm="gpc", url=visits[n].page_url, reason="signal-not-proven", detail="no header", visit=visits[n].id)
        for n in unproven[:2]
    ]
    company = a_company(PROMISE, sites=(SITE + "/", OTHER_SITE + "/"))
    case = case_from(a_bundle(visits, *gaps), company, TODAY)
    verdict = signal_not_proven.judge(case)
    assert [(f.site, f.arm, f.visits["gpc"].seen, f.visits["gpc"].of) for f in verdict.findings] == [
        ("acme-shop.example", "gpc", 2, 3),
        ("acme.example", "gpc", 2, 3),
    ]
    assert crawl_incomplete.judge(case).findings == (), "this lack has a rule of its own"
    assert crawl_incomplete.judge(case).outcome is Outcome.INCONCLUSIVE


def test_an_arm_without_any_visit_is_no_proof() -> None:
    control = a_bundle(visits_of([SITE + "/"], (Arm.CONTROL,)), arms=["control"])
    assert signal_not_proven.judge(case_from(control, a_company(PROMISE), TODAY)).outcome is Outcome.INCONCLUSIVE
    assert signal_not_proven.judge(case_from(control, a_company(), TODAY)).outcome is Outcome.PASS
