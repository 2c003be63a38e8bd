"""Who set a cookie, and which cookies count as stored by a third party."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.evidence import Arm, SetCookie
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, a_visit, visits_of

VISITS = visits_of([SITE + "/"])
FIRST = VISITS[0]


def case_of(*rows: Any, visits: Any = VISITS) -> Case:
    return case_from(a_bundle(list(visits), *rows), a_company(), TODAY)


def set_cookie(**changes: Any) -> SetCookie:
    given: dict[str, Any] = {
        "name": "uid", "domain": "nobody-knows.example", "path": "/", "value_hash": "0", "value_length": 32,
        "asked_lifetime_s": 3.2e7, "secure": True, "http_only": False, "same_site": "None", "partitioned": False,
    }  # fmt: skip
    return SetCookie(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "stored"),
    [
        ({}, True),
        ({"blocked": ("ThirdPartyPhaseout",)}, False),
        ({"asked_lifetime_s": 0.0}, False),
        ({"asked_lifetime_s": -1.0}, False),
        ({"domain": "acme.example"}, False),
        ({"domain": "www.acme.example"}, False),
    ],
)
def test_responses_that_store(changes: dict[str, Any], stored: bool) -> None:
    row = a_request(REQUESTS["an unknown third party"], FIRST, set_cookie=(set_cookie(**changes),))
    assert bool(case_of(row).stored) is stored


@pytest.mark.parametrize(
    ("changes", "stored"),
    [
        ({}, True),
        ({"set_by": "script"}, True),
        ({"blocked_reason": "ThirdPartyPhaseout"}, False),
        ({"domain": ".acme.example", "party": "first"}, False),
    ],
)
def test_the_jar(changes: dict[str, Any], stored: bool) -> None:
    assert bool(case_of(a_cookie(FIRST, **changes)).stored) is stored


def test_a_cookie_of_a_redirect_that_is_gone_from_the_jar_is_still_seen() -> None:
    hop = a_request(
        "https://go.nobody-knows.example/r?u=1", FIRST, status=302,
        set_cookie=(set_cookie(domain="go.nobody-knows.example"),),
    )  # fmt: skip
    (cookie,) = case_of(hop).stored
    assert (cookie.vendor, cookie.lasting) == ("nobody-knows.example", True)
    assert cookie.evidence[0].stream == "requests"


def test_the_owner_is_whoever_set_it() -> None:
    """A security widget's response that sets a corporation's cookie is charged to the widget, not to its adverts."""
    row = a_request(
        REQUESTS["google-recaptcha checkbox"], FIRST, set_cookie=(set_cookie(name="NID", domain="google.com"),)
    )
    jar = a_cookie(FIRST, name="NID", domain=".google.com", setter_url=None)
    case = case_of(row, jar)
    assert {c.vendor for c in case.stored} == {"google-recaptcha"}
    assert {c.vendor for c in case.cookies} == {"google-recaptcha"}


def test_without_a_setter_name_and_domain_decide() -> None:
    jar = [
        a_cookie(FIRST, name="li_sugr", domain=".linkedin.com", setter_url=None),
        a_cookie(FIRST, name="_ga", domain=".nobody-knows.example", setter_url=None),
    ]
    assert {c.name: c.vendor for c in case_of(*jar).stored} == {
        "li_sugr": "linkedin-insight",
        "_ga": "nobody-knows.example",
    }


def test_first_party_cookies_name_their_vendor_without_a_hit() -> None:
    case = case_of(a_cookie(FIRST, name="_fbp", domain="acme.example", party="first", setter_url=None))
    (seen,) = case.vendors
    assert (seen.vendor, seen.cookies, seen.sightings) == ("meta-pixel", ("_fbp",), ())


@pytest.mark.parametrize(
    ("length", "lifetime_s", "lasting"),
    [(8, 86_401.0, True), (7, 86_401.0, False), (32, 86_400.0, False), (32, None, False)],
)
def test_lasting_is_long_enough_and_kept_for_more_than_a_day(
    length: int, lifetime_s: float | None, lasting: bool
) -> None:
    jar = a_cookie(FIRST, value_length=length, stored_lifetime_s=lifetime_s, asked_lifetime_s=lifetime_s)
    assert case_of(jar).stored[0].lasting is lasting


def test_visits_that_do_not_count_store_nothing() -> None:
    failed = a_visit(SITE + "/", Arm.CONTROL, 1, ok=False, reason="crash")
    case = case_of(a_cookie(failed), visits=[failed])
    assert case.stored == () and case.cookies == ()


def test_a_site_that_makes_up_names_does_not_fill_the_memory() -> None:
    rows = [a_cookie(FIRST, name=f"n{n}", domain="evil.example") for n in range(6000)]
    case = case_of(*rows)
    assert len(case.stored) == len(case.cookies) == 5000


@pytest.mark.parametrize("domain", ["", ".", "...", "\x00", "[::1]", "a" * 300, "xn--", "\ud800.example"])
def test_strange_domains_do_not_break(domain: str) -> None:
    case_of(
        a_cookie(FIRST, domain=domain), a_request("https://x.example/", FIRST, set_cookie=(set_cookie(domain=domain),))
    )


def test_no_cookie_is_said_to_be_kept_longer_than_a_browser_keeps_it() -> None:
    asked = set_cookie(asked_lifetime_s=730 * 86_400.0)
    (cookie,) = case_of(a_request(REQUESTS["an unknown third party"], FIRST, set_cookie=(asked,))).stored
    assert cookie.lifetime_s == 400 * 86_400
    assert cookie.evidence[0].note == "Set-Cookie: uid, asked for 730 days"
