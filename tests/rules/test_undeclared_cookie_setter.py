"""What a cookie is charged with, and that one fact is charged once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.claims import Purpose
from crawler.evidence import Arm
from crawler.rules import undeclared_cookie_setter
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, visits_of

MEDIUM = {"unknown", "security", "payment", "consent", "monitoring", "tag-manager", "embed", "cdn"}


def case_of(lifetime_s: float = 3e7, **changes: object) -> Case:
    visits = visits_of([SITE + "/"])
    rows = [a_cookie(v, stored_lifetime_s=lifetime_s) for v in visits if v.arm is Arm.CONTROL]
    case = case_from(a_bundle(visits, *rows), a_company(), TODAY)
    return replace(case, stored=tuple(replace(c, **changes) for c in case.stored))


@pytest.mark.parametrize("purpose", list(Purpose))
def test_severity_of_a_lasting_value(purpose: Purpose) -> None:
    (finding,) = undeclared_cookie_setter.judge(case_of(purpose=purpose)).findings
    assert str(finding.severity) == ("medium" if purpose in MEDIUM else "high")
    assert "347 days" in finding.message and "uid (nobody-knows.example)" in finding.message


@pytest.mark.parametrize("purpose", [Purpose.UNKNOWN, Purpose.ADVERTISING])
def test_of_whom_nobody_knows_it_says_that_a_category_may_cover_it(purpose: Purpose) -> None:
    (finding,) = undeclared_cookie_setter.judge(case_of(purpose=purpose)).findings
    assert ("a category may cover it" in finding.cannot_tell) is (purpose is Purpose.UNKNOWN)


def test_a_short_lived_cookie_is_low() -> None:
    (finding,) = undeclared_cookie_setter.judge(case_of(lifetime_s=1800.0)).findings
    assert str(finding.severity) == "low"


def test_a_name_from_memory_is_medium_at_most() -> None:
    (finding,) = undeclared_cookie_setter.judge(case_of(verified=False)).findings
    assert (str(finding.severity), str(finding.confidence)) == ("medium", "low")


@pytest.mark.parametrize(
    ("requests", "severity"),
    [
        (["linkedin-insight"], "low"),
        ([], "high"),
        (["an unknown third party"], "high"),
    ],
    ids=["the vendor is charged with as much", "only the cookie shows", "somebody else is a note"],
)
def test_one_fact_is_charged_once(requests: list[str], severity: str) -> None:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS[n], v) for v in visits for n in requests]
    jar = [a_cookie(v, name="li_sugr", domain="linkedin.com", setter_url=None) for v in visits]
    case = case_from(a_bundle(visits, *rows, *jar), a_company(), TODAY)
    (finding,) = undeclared_cookie_setter.judge(case).findings
    assert (finding.vendor, str(finding.severity)) == ("linkedin-insight", severity)


def test_a_vendor_charged_only_perhaps_does_not_lower_its_cookie() -> None:
    visits = visits_of([SITE + "/"])
    jar = [a_cookie(v, name="li_sugr", domain="linkedin.com", setter_url=None) for v in visits]
    case = case_from(a_bundle(visits, a_request(REQUESTS["linkedin-insight"], visits[0]), *jar), a_company(), TODAY)
    (finding,) = undeclared_cookie_setter.judge(case).findings
    assert str(finding.severity) == "high"


def test_the_steady_arm_speaks() -> None:
    visits = visits_of([SITE + "/"])
    jar = [a_cookie(v) for v in visits if v.arm is Arm.GPC or v.repetition == 1]
    (finding,) = undeclared_cookie_setter.judge(case_from(a_bundle(visits, *jar), a_company(), TODAY)).findings
    assert (finding.arm, str(finding.outcome)) == ("gpc", "violation")
    assert {arm: s.seen for arm, s in finding.visits.items()} == {"control": 1, "gpc": 3}


def test_it_says_after_what_the_vendor_first_called() -> None:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["linkedin-insight"], v, step="scroll") for v in visits]
    jar = [a_cookie(v, name="li_sugr", domain="linkedin.com", setter_url=None) for v in visits]
    (finding,) = undeclared_cookie_setter.judge(case_from(a_bundle(visits, *rows, *jar), a_company(), TODAY)).findings
    assert finding.trigger == "First called after scrolling."


@pytest.mark.parametrize(("lifetime_s", "severity"), [(86_400.001, "low"), (86_399.999, "low"), (86_401.0, "medium")])
def test_a_day_is_a_day_to_the_second(lifetime_s: float, severity: str) -> None:
    (finding,) = undeclared_cookie_setter.judge(case_of(lifetime_s=lifetime_s)).findings
    assert str(finding.severity) == severity
