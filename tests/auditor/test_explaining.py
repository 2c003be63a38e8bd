"""Explaining visits explain: they change no outcome and no exit code, accuse nobody, and make up for nothing."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.auditor import audit
from crawler.claims import Company
from crawler.comparison import compare
from crawler.evidence import Arm, Gap, IdentifierSent, Reconciliation, SetCookie, Visit
from crawler.findings import Severity
from tests.auditor.test_audit import COVERS_ADS, HONOURS, NAMES_GA, judge, seen
from tests.rules import test_scenarios
from tests.rules.scenario import read
from tests.rules.world import (
    OTHER_SITE,
    REQUESTS,
    SITE,
    TODAY,
    FakeBundle,
    a_bundle,
    a_call,
    a_company,
    a_cookie,
    a_page,
    a_request,
    a_visit,
    an_event,
    an_item,
    visits_of,
)

UNCONFIRMED = Reconciliation(
    netlog_complete=False, matched=1, wire_only={"unexplained": 40}, cdp_only={}, unexplained=("GET https://x/",) * 40
)


def explained(bundle: FakeBundle) -> FakeBundle:
    """The same run with explaining visits that see all there is to accuse, and that fail in every way there is."""
    more = copy.deepcopy(bundle)
    pages = sorted({v.page_url for v in more.streams.get("visits", [])} | {SITE + "/", OTHER_SITE + "/only-explained"})
    good = [a_visit(page, Arm.TRACE, n, 900 + n) for n, page in enumerate(pages * 2)]
    bad = [
        a_visit(pages[0], Arm.TRACE, 50, 950, ok=False, reason="crash"),
        a_visit(pages[0], Arm.TRACE, 51, 951, ok=False, reason=None),
        a_visit(pages[0], Arm.TRACE, 52, 952, reconciliation=None),
        a_visit(pages[0], Arm.TRACE, 53, 953, reconciliation=UNCONFIRMED, signal=None),
        replace(good[0], id="954-trace-54", signal=replace(good[0].signal, proven=False)),  # type: ignore[type-var]
    ]
    rows = [row for visit in [*good, *bad] for row in _all_there_is(visit)]
    gaps = [Gap(arm="trace", url=v.page_url, reason="crash", detail="it died", visit=v.id) for v in bad]
    gaps += [
        Gap(arm="trace", url=v.page_url, reason="timeout", detail="slow", visit=v.id)
        for v in more.streams.get("visits", [])
    ]
    extra = a_bundle([*good, *bad], *rows, *gaps)
    extra.streams["pages"] = [a_page(v, recaptcha=("render=explicit", "size=invisible")) for v in good]
    for stream, found in extra.streams.items():
        more.streams[stream] = [*more.streams.get(stream, []), *found]
    return more


def _all_there_is(visit: Visit) -> list[Any]:
    sent = IdentifierSent(name="_id", domain="acme.example", where="url", value_hash=visit.id)
    stored = SetCookie(
        name="uid", domain="nobody-knows.example", path="/", value_hash=visit.id, value_length=32,
        asked_lifetime_s=3e7, secure=True, http_only=False, same_site="None", partitioned=False,
    )  # fmt: skip
    return [
        *(a_request(url, visit, identifiers=(sent,), set_cookie=(stored,)) for url in REQUESTS.values()),
        a_request(REQUESTS["linkedin-insight"], visit, status=None, error="net::ERR_NAME_NOT_RESOLVED"),
        a_cookie(visit, name="only-explained"),
        a_cookie(visit),
        an_event(visit, name="only-explained"),
        a_call(visit, script_url="https://www.clarity.ms/tag/abc"),
        an_item(visit, origin="https://www.clarity.ms"),
    ]


def judgement(verdicts: dict[str, Any]) -> dict[str, Any]:
    """All that is said of the compared arms, without what explaining visits may add to it."""
    explanations = ("behaviour", "storage", "not_listed")
    left = {key: value for key, value in copy.deepcopy(verdicts).items() if key not in explanations}
    left["visits"].pop("trace", None)
    left["findings"] = [f for f in left["findings"] if f["arm"] != "trace"]
    left["gaps"] = [g for g in left["gaps"] if g["arm"] != "trace"]
    for vendor in left["vendors"]:
        del vendor["behaviour"], vendor["fingerprinting"]
    for cookie in left["cookies"]:
        explained = ("set_by", "setter_url", "setter_line", "setter_vendor", "asked_lifetime_days", "basis", "why")
        for key in (*explained, "unclassified", "documented_lifetime_days", "documented_verified"):
            del cookie[key]
    return left


def both(bundle: FakeBundle, company: Company, fail_on: Severity = Severity.INFO) -> tuple[Any, Any]:
    plain = audit(bundle, company, fail_on=fail_on, today=TODAY)
    more = explained(bundle)
    return judgement(plain), judgement(judge(more, company, fail_on))


@pytest.mark.parametrize("path", test_scenarios.SCENARIOS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_no_scenario_comes_to_another_end(path: Path) -> None:
    scenario = read(yaml.safe_load(path.read_text(encoding="utf-8")))
    plain, more = both(scenario.bundle, scenario.company)
    assert more == plain


def test_a_run_without_a_plan_comes_to_the_same_end() -> None:
    bundle = a_bundle(visits_of([SITE + "/"], repeat=1))
    assert not set(bundle.manifest) & {"arms", "repeat"}
    plain, more = both(bundle, a_company(NAMES_GA, HONOURS))
    assert more == plain


@pytest.mark.parametrize("arm", [Arm.CONTROL, Arm.GPC])
@pytest.mark.parametrize("trouble", ["failed", "lost", "unproven", "no ledger", "nothing recorded"])
def test_no_shortfall_of_a_compared_arm_is_lifted(arm: Arm, trouble: str) -> None:
    bundle = seen("google-analytics", "linkedin-insight")
    visits = bundle.streams["visits"]
    at = next(n for n, v in enumerate(visits) if v.arm is arm)
    if trouble == "lost":
        del visits[at]
    elif trouble == "nothing recorded":
        bundle.streams["requests"] = [r for r in bundle.streams["requests"] if r.visit != visits[at].id]
    else:
        changes: dict[str, dict[str, Any]] = {
            "failed": {"ok": False, "reason": "timeout"}, "unproven": {"signal": None},
            "no ledger": {"reconciliation": None},
        }  # fmt: skip
        visits[at] = replace(visits[at], **changes[trouble])
    bundle.manifest |= {"arms": ["control", "gpc", "trace"], "repeat": 3}
    plain, more = both(bundle, a_company(NAMES_GA, COVERS_ADS))
    assert plain["exit_code"] in (1, 3) and any(g["arm"] == arm for g in plain["gaps"])
    assert more == plain


def test_explaining_visits_alone_are_no_run() -> None:
    verdicts = judge(explained(FakeBundle()), a_company(NAMES_GA, HONOURS))
    assert (verdicts["exit_code"], verdicts["outcome"]) == (3, "inconclusive")
    assert verdicts["vendors"] == [] == verdicts["cookies"]
    assert "the run holds explaining visits alone" in {g["detail"] for g in verdicts["gaps"]}


def test_what_they_explain_is_there() -> None:
    verdicts = judge(explained(seen("microsoft-clarity")), a_company())
    (clarity,) = verdicts["vendors"]
    assert clarity["behaviour"] == {"canvas": 6}
    (actor,) = (a for a in verdicts["behaviour"] if a["vendor"] == "microsoft-clarity")
    assert actor["uses"][0]["visits"] == [6, 6]
    assert (actor["uses"][0]["url"], actor["uses"][0]["line"]) == ("https://www.clarity.ms/tag/abc", 7)
    assert verdicts["visits"]["trace"] == [6, 9]
    assert [(i["vendor"], i["arms"]) for i in verdicts["storage"]] == [("microsoft-clarity", ["trace"])]


def test_a_gap_of_an_explaining_visit_hides_nothing_from_a_comparison() -> None:
    before = judge(seen("google-analytics"), a_company())
    after = judge(explained(seen()), a_company())
    comparison = compare(before, after)
    assert {c.finding["vendor"] for c in comparison.gone} == {"google-analytics"}
    assert comparison.no_longer_judged == ()
