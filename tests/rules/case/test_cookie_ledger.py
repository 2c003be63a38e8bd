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


def test_no_host_sets_a_cookie_for_another() -> None:
    """A browser refuses it; a recording of another tool may tell of it as if it had been stored."""
    row = a_request(
        REQUESTS["an unknown third party"], FIRST, set_cookie=(set_cookie(name="li_at", domain="linkedin.com"),)
    )
    assert case_of(row).stored == ()
    jar = a_cookie(FIRST, name="li_at", domain="linkedin.com", setter_url=None)
    (cookie,) = case_of(row, jar).cookies
    assert cookie.vendor != "nobody-knows.example"


def test_who_takes_a_cookie_away_has_not_set_it() -> None:
    gone = set_cookie(name="NID", domain="google.com", asked_lifetime_s=0.0)
    row = a_request(REQUESTS["google-recaptcha checkbox"], FIRST, set_cookie=(gone,))
    (cookie,) = case_of(row, a_cookie(FIRST, name="NID", domain="google.com", setter_url=None)).cookies
    assert cookie.vendor != "google-recaptcha"


@pytest.mark.parametrize(
    ("jar", "vendor", "basis"),
    [
        ({"name": "_ga", "set_by": "script"}, "google-analytics", "name"),
        ({"name": "_ga", "set_by": "http", "setter_url": SITE + "/"}, "google-analytics", "name"),
        ({"name": "zq7", "set_by": "http", "setter_url": SITE + "/"}, "", ""),
        ({"name": "li_sugr", "domain": "linkedin.com", "party": "third"}, "linkedin-insight", "domain"),
        ({"name": "uid", "domain": "nobody-knows.example", "party": "third"}, "nobody-knows.example", ""),
    ],
)
def test_each_line_says_what_its_vendor_rests_on(jar: dict[str, Any], vendor: str, basis: str) -> None:
    given = {"domain": "acme.example", "party": "first", "setter_url": None, "set_by": "unknown"} | jar
    (cookie,) = case_of(a_cookie(FIRST, **given)).cookies
    assert (cookie.vendor, cookie.basis) == (vendor, basis)


def test_a_container_on_the_sites_own_host_is_known_by_its_shape() -> None:
    row = a_request(
        REQUESTS["google-analytics on the site's own host"],
        FIRST,
        set_cookie=(set_cookie(name="FPID", domain="acme.example"),),
    )
    jar = a_cookie(FIRST, name="FPID", domain="acme.example", party="first", setter_url=row.url)
    (cookie,) = case_of(row, jar).cookies
    assert (cookie.vendor, cookie.basis, cookie.judged.basis) == ("google-analytics", "setter", "setter")


def test_an_explaining_visit_names_the_setter_and_takes_no_sign_away() -> None:
    """A stranger's script wrote _ga, as the explaining visit saw; the rules keep to what the compared ones know."""
    visits = [FIRST, a_visit(SITE + "/", Arm.TRACE, 1)]
    jar = [
        a_cookie(v, name="_ga", domain="acme.example", party="first", set_by="script",
                 setter_url="https://t.nobody-knows.example/t.js" if v.arm is Arm.TRACE else None)
        for v in visits
    ]  # fmt: skip
    case = case_of(*jar, visits=visits)
    (cookie,) = case.cookies
    assert (cookie.vendor, cookie.basis, cookie.setter_explained) == ("nobody-knows.example", "setter", True)
    assert (cookie.judged.vendor, str(cookie.judged.basis)) == ("google-analytics", "name")
    assert [(v.vendor, v.cookies) for v in case.vendors] == [("google-analytics", ("_ga",))]


def test_an_owner_by_a_name_from_memory_is_not_verified() -> None:
    jar = [
        a_cookie(FIRST, name="uid", domain="criteo.com", setter_url=None),
        a_cookie(FIRST, name="li_sugr", domain="linkedin.com", setter_url=None),
    ]
    assert {c.vendor: c.verified for c in case_of(*jar).stored} == {"criteo": False, "linkedin-insight": True}
