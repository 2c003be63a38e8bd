"""What is asked for, kept and documented, each against the other."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.evidence import Arm
from crawler.findings import Outcome
from crawler.rules import cookie_outlives_documentation as rule
from crawler.rules.case import case_from
from crawler.rules.cookie_outlives_documentation import outlives, span
from tests.rules.world import SITE, TODAY, a_bundle, a_company, a_cookie, visits_of

DAY_S = 86_400.0


@pytest.mark.parametrize(
    ("documented", "asked", "stored", "late"),
    [
        (90, 90, 90, False),
        (90, 108, 108, False),
        (90, 109, 109, True),
        (730, 730, 400, False),
        (730, 877, 400, True),
        (730, None, 400, False),
        (90, None, 109, True),
        (90, None, None, False),
        (396, None, 400, False),
        (1000, None, 400, False),
        (0, None, None, False),
        (0, 1, 1, False),
        (0, 2, 2, True),
        (None, 9999, 400, False),
        (1 / 1440, 1.9 / 1440, None, False),
        (1 / 1440, 2.1 / 1440, None, True),
        (90, float("inf"), None, True),
    ],
)
def test_days(documented: float | None, asked: float | None, stored: float | None, late: bool) -> None:
    documented, asked, stored = (None if days is None else days * DAY_S for days in (documented, asked, stored))
    assert outlives(documented, asked, stored) is late


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (400 * DAY_S, "400 days"),
        (DAY_S, "24 hours"),
        (1800.0, "30 minutes"),
        (1.0, "0 minutes"),
        (1e300, "without end"),
        (float("inf"), "without end"),
    ],
)
def test_spans(seconds: float, says: str) -> None:
    assert says in span(seconds)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"asked_lifetime_s": 90 * DAY_S, "stored_lifetime_s": 90 * DAY_S},
         {"asked_lifetime_s": 730 * DAY_S, "stored_lifetime_s": 400 * DAY_S}),
        ({"asked_lifetime_s": None, "stored_lifetime_s": 90 * DAY_S},
         {"asked_lifetime_s": None, "stored_lifetime_s": 400 * DAY_S}),
        ({"asked_lifetime_s": None, "stored_lifetime_s": None},
         {"asked_lifetime_s": 730 * DAY_S, "stored_lifetime_s": None}),
    ],
)  # fmt: skip
def test_the_pages_are_those_that_asked_for_too_long(short: dict[str, Any], long: dict[str, Any]) -> None:
    visits = visits_of([SITE + "/", SITE + "/offer"])
    jar = [
        a_cookie(
            v,
            name="li_sugr",
            domain="linkedin.com",
            setter_url="https://px.ads.linkedin.com/collect",
            **(long if v.page_url.endswith("/offer") and v.arm is Arm.CONTROL else short),
        )
        for v in visits
    ]
    [finding] = rule.judge(case_from(a_bundle(visits, *jar), a_company(), TODAY)).findings
    assert finding.outcome is Outcome.VIOLATION
    assert finding.pages == (SITE + "/offer",)
    assert {arm: (seen.seen, seen.of) for arm, seen in finding.visits.items()} == {"control": (3, 6), "gpc": (0, 6)}
    assert "in 3 of 6 visits" in finding.certainty


def test_where_an_explaining_visit_alone_knows_the_pages_are_those_that_kept_it() -> None:
    visits = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
    jar = [
        a_cookie(
            v,
            name="li_sugr",
            domain="linkedin.com",
            setter_url="https://px.ads.linkedin.com/collect",
            asked_lifetime_s=730 * DAY_S if v.arm is Arm.TRACE else None,
            stored_lifetime_s=None,
        )
        for v in visits
    ]
    [finding] = rule.judge(case_from(a_bundle(visits, *jar), a_company(), TODAY)).findings
    assert finding.outcome is Outcome.PASS and finding.pages == (SITE + "/",)
