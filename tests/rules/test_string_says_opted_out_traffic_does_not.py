"""Severity of traffic against the page's own string, and that one fact is charged once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.findings import Outcome, Severity, Verdict
from crawler.rules import gpc_ignored
from crawler.rules import string_says_opted_out_traffic_does_not as rule
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, a_state, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
EXPLICIT = REQUESTS["meta-pixel explicitly unrestricted"]
BESIDE = REQUESTS["meta-pixel restricted"] + "&us_privacy=1YNN"


def case_of(url: str, value: str = "1YYN", **changes: object) -> Case:
    visits = visits_of([SITE + "/"])
    gpc = [v for v in visits if v.arm is Arm.GPC]
    rows = [row for v in gpc for row in (a_request(url, v), a_state(v, value=value))]
    case = case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)
    return replace(case, vendors=tuple(replace(v, **changes) for v in case.vendors))


@pytest.fixture
def uncharged(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if gpc-ignored held nothing against anybody."""
    monkeypatch.setattr(gpc_ignored, "judge", lambda case: Verdict(rule="gpc-ignored", outcome=Outcome.PASS, why=""))


@pytest.mark.usefixtures("uncharged")
@pytest.mark.parametrize(
    ("url", "verified", "severity"),
    [
        (EXPLICIT, True, Severity.HIGH),
        (EXPLICIT, False, Severity.MEDIUM),
        (BESIDE, True, Severity.MEDIUM),
    ],
)
def test_high_takes_an_explicit_word_of_a_verified_vendor(url: str, verified: bool, severity: Severity) -> None:
    [found] = rule.judge(case_of(url, verified=verified)).findings
    assert (found.severity, found.outcome, found.vendor) == (severity, Outcome.VIOLATION, "meta-pixel")


def test_what_gpc_ignored_charges_is_low_here() -> None:
    [found] = rule.judge(case_of(EXPLICIT)).findings
    assert found.severity is Severity.LOW and "already charged by gpc-ignored" in found.certainty


def test_the_finding_shows_the_string_and_the_request() -> None:
    [found] = rule.judge(case_of(BESIDE)).findings
    assert "usprivacy (1YYN: opted out of sale)" in found.message
    assert "the string in its requests says the opposite" in found.message
    assert [ref.stream for ref in found.evidence] == ["consent"] * 2 + ["requests"] * 3
    assert "us_privacy=1YNN (not opted out of sale)" in found.evidence[2].note


@pytest.mark.parametrize("value", ["1YNN", "1---", "rubbish", ""])
def test_without_an_opted_out_string_nothing_is_judged(value: str) -> None:
    verdict = rule.judge(case_of(EXPLICIT, value))
    assert verdict.outcome is Outcome.NOT_CHECKABLE and verdict.findings == () and verdict.claims == ()


def test_agreement_passes() -> None:
    verdict = rule.judge(case_of(REQUESTS["meta-pixel restricted"] + "&us_privacy=1YYN"))
    assert verdict.outcome is Outcome.PASS and [str(c.outcome) for c in verdict.claims] == ["pass"]


def test_words_of_the_page_are_cut_between_things() -> None:
    visits = visits_of([SITE + "/"])
    groups = ",".join(f"C000{n}:{int(n < 4)}" for n in range(1, 8))
    words = f"isGpcEnabled=1&browserGpcFlag=1&groups={groups}"
    gpc = [v for v in visits if v.arm is Arm.GPC]
    rows = [row for v in gpc for row in (a_request(EXPLICIT, v), a_state(v, "onetrust", words))]
    [found] = rule.judge(case_from(a_bundle(visits, *rows), a_company(PROMISE), TODAY)).findings
    assert "OptanonConsent (isGpcEnabled=1, browserGpcFlag=1, C0001:1, C0002:1 ...)" in found.message
