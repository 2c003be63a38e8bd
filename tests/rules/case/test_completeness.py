"""Everything that can be missing is noticed, and noise is not taken for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm, Gap, Reconciliation
from crawler.findings import Severity
from crawler.rules.case import Case, case_from
from tests.rules.world import OTHER_SITE, SITE, TODAY, FakeBundle, a_bundle, a_claim, a_company, visits_of

PAGES = [SITE + "/", SITE + "/contact"]


def run(**manifest: Any) -> FakeBundle:
    return a_bundle(visits_of(PAGES), **manifest)


def judged(bundle: FakeBundle, **company: Any) -> Case:
    return case_from(bundle, a_company(**company), TODAY)


def short(case: Case) -> set[tuple[str, str]]:
    return {(s.arm, s.reason) for s in case.shortfalls}


def test_nothing_missing() -> None:
    for manifest in ({}, {"arms": ["control", "gpc"], "repeat": 3, "pages": [{"url": p} for p in PAGES]}):
        case = judged(run(**manifest))
        assert case.shortfalls == () and case.complete


def with_visit(number: int, **changes: Any) -> FakeBundle:
    bundle = run()
    bundle.streams["visits"][number] = replace(bundle.streams["visits"][number], **changes)
    return bundle


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (with_visit(0, ok=False, reason="timeout"), "timeout"),
        (with_visit(0, ok=False, reason=None), "error"),
        (with_visit(0, signal=None), "signal-not-proven"),
        (with_visit(0, reconciliation=None), "netlog-incomplete"),
    ],
)
def test_visits_that_went_wrong(bundle: FakeBundle, reason: str) -> None:
    case = judged(bundle)
    assert short(case) == {("control", reason)}
    assert not case.complete


def test_a_planned_visit_that_left_no_trace() -> None:
    bundle = run()
    del bundle.streams["visits"][4]
    assert short(judged(bundle)) == {("gpc", "missing")}


def test_a_planned_page_that_was_never_visited() -> None:
    bundle = run(arms=["control", "gpc"], repeat=3, pages=[{"url": SITE + "/never"}])
    case = judged(bundle)
    assert short(case) == {("control", "missing"), ("gpc", "missing")}
    assert {s.url for s in case.shortfalls} == {SITE + "/never"}


def test_a_repetition_that_was_planned_and_never_made() -> None:
    assert short(judged(run(repeat=4))) == {("control", "missing"), ("gpc", "missing")}


def test_a_site_without_a_visit() -> None:
    case = judged(run(), sites=(SITE + "/", OTHER_SITE + "/"))
    assert short(case) == {("control", "no-visit"), ("gpc", "no-visit")}


def test_an_arm_without_a_visit() -> None:
    control_only = a_bundle(visits_of(PAGES, (Arm.CONTROL,)), arms=["control"], repeat=3)
    assert judged(control_only).complete, "GPC was neither planned nor promised"
    promise = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
    assert ("gpc", "no-visit") in short(judged(control_only, claims=(promise,)))
    control_only.manifest.pop("arms")
    assert ("gpc", "no-visit") in short(judged(control_only)), "without a plan, both arms are expected"


def test_a_visit_that_recorded_nothing() -> None:
    bundle = run()
    first = bundle.streams["visits"][0].id
    bundle.streams["requests"] = [r for r in bundle.streams["requests"] if r.visit != first]
    assert short(judged(bundle)) == {("control", "nothing-recorded")}


def test_a_page_that_was_not_read() -> None:
    bundle = run()
    del bundle.streams["pages"][0]
    assert short(judged(bundle)) == {("control", "page-not-read")}


@pytest.mark.parametrize(("unexplained", "matched", "noticed"), [(2, 9, False), (3, 9, True), (3, 500, False)])
def test_unexplained_rows_beyond_noise(unexplained: int, matched: int, noticed: bool) -> None:
    ledger = Reconciliation(
        netlog_complete=True,
        matched=matched,
        wire_only={"unexplained": unexplained},
        cdp_only={},
        unexplained=("GET https://x.example/",) * unexplained,
    )
    case = judged(with_visit(0, reconciliation=ledger))
    assert short(case) == ({("control", "unexplained")} if noticed else set())
    assert all(s.severity is Severity.MEDIUM for s in case.shortfalls)


def test_damage_is_heard_from_the_seal_and_from_reading() -> None:
    bundle = run()
    bundle.unsealed = ["run.json says complete = false"]
    bundle.damage = ["requests: row 4: broken"]
    assert len(judged(bundle).shortfalls) == 2 and short(judged(bundle)) == {("all", "damaged")}


def test_gaps_in_arms_that_are_not_compared_do_not_block() -> None:
    bundle = run()
    bundle.streams["gaps"] = [
        Gap(arm=arm, url=SITE + "/", reason="crash", detail="the browser died") for arm in (Arm.TRACE, Arm.DNT)
    ]
    case = judged(bundle)
    assert {(s.arm, s.severity) for s in case.shortfalls} == {("dnt", Severity.LOW), ("trace", Severity.INFO)}
    assert case.complete


def test_a_gap_is_not_told_twice() -> None:
    bundle = with_visit(0, ok=False, reason="timeout")
    visit = bundle.streams["visits"][0]
    bundle.streams["gaps"] = [Gap(arm="control", url=visit.page_url, reason="timeout", detail="slow", visit=visit.id)]
    (shortfall,) = judged(bundle).shortfalls
    assert shortfall.detail == "slow"


def test_strange_manifests_do_not_break() -> None:
    for manifest in ({"arms": ["control", "no such arm", None], "repeat": "3", "pages": [None, 7]}, {"arms": {}}):
        assert isinstance(judged(run(**manifest)).complete, bool)
