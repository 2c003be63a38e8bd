"""One note per site, and a bounded list in it."""

from __future__ import annotations

from crawler.evidence import Arm
from crawler.rules import unclassified_cookie
from crawler.rules.case import case_from
from tests.rules.world import OTHER_SITE, SITE, TODAY, a_bundle, a_company, a_cookie, visits_of


def test_many_names_are_one_note_that_stays_short() -> None:
    visits = visits_of([SITE + "/", OTHER_SITE + "/"])
    jar = [
        a_cookie(v, name=f"z{n:03}", domain=v.page_url.split("/")[2], party="first", set_by="script", setter_url=None)
        for v in visits
        for n in range(100)
        if v.arm is Arm.GPC
    ]
    findings = unclassified_cookie.judge(case_from(a_bundle(visits, *jar), a_company(), TODAY)).findings
    assert [(f.site, f.arm) for f in findings] == [("acme-shop.example", "gpc"), ("acme.example", "gpc")]
    for finding in findings:
        assert finding.message.startswith("100 cookies") and "and 80 more" in finding.message
        assert len(finding.message) < 3000 and len(finding.evidence) <= 10
        assert finding.visits["gpc"].seen == 3 and finding.visits["control"].seen == 0


def test_refused_cookies_and_those_without_a_name_are_told_as_they_are() -> None:
    visits = visits_of([SITE + "/"])
    own = {"domain": "acme.example", "party": "first", "set_by": "script", "setter_url": None}
    jar = [
        a_cookie(v, name=name, blocked_reason=why, **own)
        for v in visits
        for name, why in (("r", "EXCLUDE"), ("", None))
    ]
    (finding,) = unclassified_cookie.judge(case_from(a_bundle(visits, *jar), a_company(), TODAY)).findings
    assert "(without a name) (acme.example)" in finding.message and finding.message.startswith("1 cookie ")
