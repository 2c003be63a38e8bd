"""Set against set: when nothing changed, when something did, and when chance had a hand in it."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.claims import Attestation, ClaimKind
from crawler.evidence import Arm
from crawler.findings import Outcome
from crawler.rules import gpc_has_no_effect
from crawler.rules.case import case_from
from tests.rules.world import (
    OTHER_SITE,
    REQUESTS,
    SITE,
    TODAY,
    a_bundle,
    a_claim,
    a_company,
    a_request,
    visits_of,
)

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
META, LIMITED, LINKEDIN = (REQUESTS[n] for n in ("meta-pixel", "meta-pixel restricted", "linkedin-insight"))
EXPLICIT = REQUESTS["meta-pixel explicitly unrestricted"]
OTHER_ACCOUNT = META.replace("1234567890", "99")


def outcome(control: list[str], gpc: list[str], in_control: int = 3, in_gpc: int = 3, **company: Any) -> Outcome | None:
    visits = visits_of([SITE + "/"])
    rows = [
        a_request(url, v)
        for v in visits
        for url in (control if v.arm is Arm.CONTROL else gpc)
        if v.repetition <= (in_control if v.arm is Arm.CONTROL else in_gpc)
    ]
    found = gpc_has_no_effect.judge(case_from(a_bundle(visits, *rows), a_company(PROMISE, **company), TODAY)).findings
    return found[0].outcome if found else None


@pytest.mark.parametrize(
    ("control", "gpc", "expected"),
    [
        ([META], [META], Outcome.VIOLATION),
        ([META, LINKEDIN], [LINKEDIN, META, META], Outcome.VIOLATION),
        ([META], [META, LINKEDIN], Outcome.VIOLATION),
        ([META], [EXPLICIT], Outcome.VIOLATION),
        ([EXPLICIT], [META], None),
        ([META], [], None),
        ([META], [LIMITED], None),
        ([META], [META, LIMITED], Outcome.VIOLATION),
        ([LIMITED], [LIMITED], None),
        ([LIMITED, LINKEDIN], [LIMITED, LINKEDIN], None),
        ([META, OTHER_ACCOUNT], [META], None),
        ([META], [OTHER_ACCOUNT], None),
        ([], [META], None),
        ([REQUESTS["meta-pixel library"]], [REQUESTS["meta-pixel library"]], None),
    ],
)
def test_sets(control: list[str], gpc: list[str], expected: Outcome | None) -> None:
    assert outcome(control, gpc) is expected


def test_chance() -> None:
    assert outcome([META], [META], in_control=1) is Outcome.INCONCLUSIVE
    assert outcome([META], [META], in_gpc=1) is Outcome.INCONCLUSIVE


def test_a_vendor_that_shows_by_chance_does_not_stand_for_an_effect() -> None:
    """LinkedIn comes once in control and never under GPC: sampling, not the signal. Meta decides."""
    visits = visits_of([SITE + "/"])
    rows = [a_request(META, v) for v in visits] + [a_request(LINKEDIN, visits[0])]
    (finding,) = gpc_has_no_effect.judge(case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)).findings
    assert finding.outcome is Outcome.VIOLATION


def test_attested_vendors_are_left_out() -> None:
    attested = Attestation(vendor="meta-pixel", statement="contract", owner="legal", until=TODAY, line=1)
    assert outcome([META], [META], attestations=(attested,)) is None
    assert outcome([META, LINKEDIN], [META, LINKEDIN], attestations=(attested,)) is Outcome.VIOLATION


def test_only_pages_seen_in_both_arms_are_compared() -> None:
    visits = [
        v for v in visits_of([SITE + "/", SITE + "/only-control"]) if v.arm is Arm.CONTROL or v.page_url == SITE + "/"
    ]
    rows = [a_request(META, v) for v in visits] + [a_request(LINKEDIN, v) for v in visits if v.page_url != SITE + "/"]
    (finding,) = gpc_has_no_effect.judge(case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)).findings
    assert finding.pages == (SITE + "/",)


def test_each_site_is_judged_by_itself() -> None:
    visits = visits_of([SITE + "/", OTHER_SITE + "/"])
    rows = [a_request(META, v) for v in visits if v.arm is Arm.CONTROL or v.page_url == OTHER_SITE + "/"]
    company = a_company(PROMISE, sites=(SITE + "/", OTHER_SITE + "/"))
    (finding,) = gpc_has_no_effect.judge(case_from(a_bundle(visits, *rows), company, TODAY)).findings
    assert finding.site == "acme-shop.example"
