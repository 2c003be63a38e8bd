"""Whose a cookie is: the name, the setter and the domain decide together, the name alone is a hint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.vendors import identify
from crawler.vendors.companies import same_company, same_owner
from crawler.vendors.cookie_owner import CookieBasis, owner_of_cookie

PAGE = "https://www.acme.example/"
GTAG = "https://www.googletagmanager.com/gtag/js?id=G-ABC1234"
GTM = "https://www.googletagmanager.com/gtm.js?id=GTM-ABC123"
PIXEL = "https://connect.facebook.net/en_US/fbevents.js"
STRANGER = "https://t.nobody-knows.example/t.js"


@pytest.mark.parametrize(
    ("name", "script", "vendor", "basis"),
    [
        ("_ga", GTAG, "google-analytics", "setter"),
        ("_gcl_au", GTM, "google-ads", "setter"),
        ("_fbp", PIXEL, "meta-pixel", "setter"),
        ("_ga", STRANGER, "nobody-knows.example", "setter"),
        ("_ga", PIXEL, "meta-pixel", "setter"),
        ("whatever", PIXEL, "meta-pixel", "setter"),
        ("_fbp", GTM, "meta-pixel", "name"),
        ("whatever", GTM, "", ""),
        ("_ga", None, "google-analytics", "name"),
        ("whatever", None, "", ""),
    ],
)
def test_on_the_sites_own_domain(name: str, script: str | None, vendor: str, basis: str) -> None:
    setter = identify(script, resource_type="script", page_url=PAGE) if script else None
    found = owner_of_cookie(name, "acme.example", own=True, setter=setter)
    assert (found.vendor, str(found.basis)) == (vendor, basis)
    assert found.why


@pytest.mark.parametrize("script", [STRANGER, PIXEL])
def test_a_name_that_somebody_else_uses_brings_no_documentation_with_it(script: str) -> None:
    setter = identify(script, resource_type="script", page_url=PAGE)
    found = owner_of_cookie("_ga", "acme.example", own=True, setter=setter)
    assert found.fact is None and "although its name is one of Google Analytics" in found.why


@pytest.mark.parametrize(
    ("name", "domain", "vendor", "basis", "documented"),
    [
        ("li_sugr", "linkedin.com", "linkedin-insight", "domain", 90),
        ("li_sugr", "nobody-knows.example", "", "", None),
        ("_ga", "nobody-knows.example", "", "", None),
        ("IDE", "doubleclick.net", "doubleclick", "domain", 730),
        ("whatever", "addthis.com", "tpw:addthis", "domain", None),
    ],
)
def test_on_a_third_partys_domain(name: str, domain: str, vendor: str, basis: str, documented: int | None) -> None:
    found = owner_of_cookie(name, domain, own=False, setter=None)
    assert (found.vendor, str(found.basis)) == (vendor, basis)
    assert (found.fact.lifetime_days if found.fact else None) == documented


def test_whoever_set_a_third_partys_cookie_owns_it() -> None:
    widget = identify("https://www.google.com/recaptcha/api2/anchor?ar=1&k=6Lk&size=normal", page_url=PAGE)
    found = owner_of_cookie("NID", "google.com", own=False, setter=widget)
    assert (found.vendor, found.basis) == ("google-recaptcha", CookieBasis.SETTER)


@given(st.text(), st.text(), st.booleans())
def test_never_raises(name: str, domain: str, own: bool) -> None:
    assert isinstance(owner_of_cookie(name, domain, own=own, setter=None).vendor, str)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Google", "Google LLC", True),
        ("HubSpot", "Hubspot", True),
        ("Meta Platforms", "Facebook", True),
        ("X Corp.", "Twitter", True),
        ("Yahoo", "Yahoo!", True),
        ("Criteo", "Meta Platforms", False),
        ("LinkedIn", "Microsoft", False),
        ("", "", False),
        ("Inc.", "LLC", False),
    ],
)
def test_companies_by_name(one: str, other: str, same: bool) -> None:
    assert same_company(one, other) is same is same_company(other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.nobody.example", "b.nobody.example", True),
        ("www.google.com", "googlesyndication.com", True),
        ("facebook.com", "instagram.com", True),
        ("adnxs.com", "linkedin.com", False),
        ("nobody.example", "nowhere.example", False),
        ("", "", True),
    ],
)
def test_hosts_of_one_company(one: str, other: str, same: bool) -> None:
    assert same_owner(one, other) is same
