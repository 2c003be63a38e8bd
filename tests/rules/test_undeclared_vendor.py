"""Severity by purpose, and what may not raise it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import Purpose
from crawler.findings import Outcome
from crawler.rules import undeclared_vendor
from crawler.rules.case import Case, case_from
from crawler.vendors.model import KnownBy
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_request, visits_of

EXPECTED = {
    "high": "advertising social session-replay visitor-identification chat call-tracking",
    "medium": "analytics marketing",
    "low": "monitoring security tag-manager consent payment",
    "info": "embed cdn unknown",
}
ONE_LOWER = {"high": "medium", "medium": "low", "low": "info", "info": "info"}
PURPOSES = [(Purpose(p), severity) for severity, names in EXPECTED.items() for p in names.split()]


def case_of(name: str = "meta-pixel", **changes: object) -> Case:
    visits = visits_of([SITE + "/"])
    case = case_from(a_bundle(visits, *(a_request(REQUESTS[name], v) for v in visits)), a_company(), TODAY)
    return replace(case, vendors=tuple(replace(v, **changes) for v in case.vendors))


def test_every_purpose_has_a_severity() -> None:
    assert {p for p, _ in PURPOSES} == set(Purpose)


@pytest.mark.parametrize(("purpose", "severity"), PURPOSES)
def test_severity_follows_the_purpose(purpose: Purpose, severity: str) -> None:
    (finding,) = undeclared_vendor.judge(case_of(purpose=purpose)).findings
    assert str(finding.severity) == severity
    assert finding.outcome is (Outcome.PASS if severity == "info" else Outcome.VIOLATION)


@pytest.mark.parametrize(("purpose", "severity"), PURPOSES)
def test_a_library_alone_is_one_step_lower(purpose: Purpose, severity: str) -> None:
    (finding,) = undeclared_vendor.judge(case_of("meta-pixel library", purpose=purpose)).findings
    assert str(finding.severity) == ONE_LOWER[severity]
    assert "library" in finding.message and finding.role == "library"


def test_unknown_and_marked_is_medium() -> None:
    changes = {"purpose": Purpose.UNKNOWN, "known_by": KnownBy.FILTER_LIST, "tracker_rule": "EasyPrivacy: ||x^"}
    (finding,) = undeclared_vendor.judge(case_of(**changes)).findings
    assert str(finding.severity) == "medium" and "EasyPrivacy: ||x^" in finding.certainty


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({"verified": False}, "medium"),
        ({"known_by": KnownBy.THIRD_PARTY_WEB}, "medium"),
        ({"known_by": KnownBy.THIRD_PARTY_WEB, "tracker_rule": "EasyPrivacy: ||x^"}, "high"),
    ],
)
def test_weak_grounds_stop_at_medium(changes: dict[str, object], severity: str) -> None:
    (finding,) = undeclared_vendor.judge(case_of(**changes)).findings
    assert str(finding.severity) == severity


def test_the_same_vendor_is_one_finding_whatever_it_did() -> None:
    visits = visits_of([SITE + "/", SITE + "/contact"])
    rows = [a_request(REQUESTS[n], v) for v in visits for n in ("meta-pixel", "meta-pixel library")]
    (finding,) = undeclared_vendor.judge(case_from(a_bundle(visits, *rows), a_company(), TODAY)).findings
    assert len(finding.pages) == 2 and finding.role == ""
