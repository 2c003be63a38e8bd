"""identify and identify_cookie on the bundled catalogue and the long tail."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.claims import Purpose
from crawler.vendors import Demand, KnownBy, Role, catalogue, identify, identify_cookie

PAGE = "https://www.acme.example/contact"
GA4 = "v=2&tid=G-ABC123DEF4&cid=1.2&en=page_view"


@pytest.mark.parametrize(
    ("url", "vendor", "role"),
    [
        ("https://www.google-analytics.com/g/collect?" + GA4, "google-analytics", Role.COLLECT),
        ("https://stats.g.doubleclick.net/g/collect?v=2&tid=G-1&cid=1", "google-analytics-advertising", Role.COLLECT),
        ("https://www.facebook.com/tr/?id=12345&ev=PageView", "meta-pixel", Role.COLLECT),
        ("https://www.googletagmanager.com/gtm.js?id=GTM-ABC", "google-tag-manager", Role.LIBRARY),
    ],
)
def test_products(url: str, vendor: str, role: Role) -> None:
    hit = identify(url, page_url=PAGE)
    assert hit is not None
    assert (hit.vendor, hit.role, hit.known_by, hit.first_party_host) == (vendor, role, KnownBy.CATALOGUE, False)
    assert hit.name == catalogue().vendors[vendor].name


def test_accounts_and_events_of_a_body_with_several_hits() -> None:
    hit = identify(
        "https://region1.google-analytics.com/g/collect?v=2&tid=G-ABC123DEF4",
        method="POST",
        body="en=page_view&_et=1\nen=scroll&_et=2",
        page_url=PAGE,
    )
    assert hit is not None
    assert (hit.vendor, hit.account, hit.event) == ("google-analytics", "G-ABC123DEF4", "page_view,scroll")


def test_a_page_address_in_a_parameter_names_nobody() -> None:
    page = "https%3A%2F%2Fwww.acme.example%2F%3Fu%3Dhttps%3A%2F%2Fwww.facebook.com%2Ftr%2F%3Fid%3D1%26ev%3DPageView"
    assert identify(f"https://www.acme.example/log?dl={page}", page_url=PAGE) is None
    assert identify("https://www.acme.example/log?dl=https://www.facebook.com/tr/?id=1", page_url=PAGE) is None
    hit = identify("https://stats.nobody-knows.example/?dl=https://www.facebook.com/tr/?id=1", page_url=PAGE)
    assert hit is not None
    assert hit.vendor == "nobody-knows.example"


@pytest.mark.parametrize("page", ["https://www.acme.example/", "https://shop.acme.example/"])
def test_analytics_on_an_own_host_is_still_analytics(page: str) -> None:
    hit = identify("https://sst.acme.example/data/g/collect?" + GA4, page_url=page)
    assert hit is not None
    assert (hit.vendor, hit.first_party_host, hit.account) == ("google-analytics", True, "G-ABC123DEF4")


def test_a_shape_on_an_own_domain_and_on_a_third_party() -> None:
    url = "https://collect.acme-data.example/g/collect?" + GA4
    own = identify(url, page_url=PAGE, own_domains=["acme-data.example"])
    foreign = identify(url, page_url=PAGE)
    assert own is not None
    assert foreign is not None
    assert (own.vendor, own.first_party_host) == ("google-analytics", True)
    assert (foreign.vendor, foreign.first_party_host) == ("google-analytics", False)


def test_an_error_of_an_own_host_is_told() -> None:
    hit = identify("https://www.acme.example/g/collect?" + GA4, page_url=PAGE, status=404)
    assert hit is not None
    assert hit.basis.endswith("(answered 404)")


def test_the_company_itself_is_nobody() -> None:
    assert identify("https://cdn.acme.example/app.js", page_url=PAGE) is None
    assert identify("https://img.acme-cdn.example/a.png", page_url=PAGE, own_domains=("acme-cdn.example",)) is None
    assert identify("https://www.facebook.com/tr/?id=1&ev=PageView", page_url="https://www.facebook.com/") is None


@pytest.mark.parametrize("url", ["data:image/gif;base64,R0", "blob:https://a/1", "about:blank", "", "https://[::1"])
def test_what_goes_to_no_host(url: str) -> None:
    assert identify(url, page_url=PAGE) is None


def test_the_long_tail_has_a_name_and_what_easyprivacy_says() -> None:
    hit = identify("https://sb.scorecardresearch.com/b?c1=2", resource_type="image", page_url=PAGE)
    assert hit is not None
    assert hit.known_by in (KnownBy.THIRD_PARTY_WEB, KnownBy.CATALOGUE)
    tail = identify("https://a.adroll-like.addthis.com/x.js", resource_type="script", page_url=PAGE)
    assert tail is not None
    assert (tail.vendor, tail.known_by, tail.role) == ("tpw:addthis", KnownBy.THIRD_PARTY_WEB, Role.UNKNOWN)
    assert (tail.purpose, tail.gpc) == (Purpose.SOCIAL, Demand.RESTRICTED)
    assert tail.basis.startswith("third-party-web 0.")


def test_a_tracker_that_only_the_list_knows() -> None:
    url = "https://metrics.nobody-knows.example/collect?v=1&t=pageview&"
    hit = identify(url, resource_type="image", page_url=PAGE)
    assert hit is not None
    assert (hit.vendor, hit.known_by, hit.gpc) == ("nobody-knows.example", KnownBy.FILTER_LIST, Demand.REVIEW)
    assert hit.tracker_rule is not None
    assert hit.tracker_rule.startswith("EasyPrivacy 2025-10-31: ")


def test_a_third_party_that_nobody_knows_still_gets_a_hit() -> None:
    hit = identify("https://a.b.nobody-knows.co.uk/x.css", resource_type="stylesheet", page_url=PAGE)
    assert hit is not None
    assert (hit.vendor, hit.known_by, hit.purpose) == ("nobody-knows.co.uk", KnownBy.NOBODY, Purpose.UNKNOWN)
    assert hit.tracker_rule is None
    assert identify("http://192.0.2.9/x", page_url=PAGE).vendor == "192.0.2.9"  # type: ignore[union-attr]


def test_a_company_is_named_by_its_other_hosts() -> None:
    hit = identify("https://unheard-of.scorecardresearch.com/", page_url=PAGE)
    assert hit is not None
    assert hit.company != "scorecardresearch.com"


@pytest.mark.parametrize(
    ("name", "domain", "vendor"),
    [
        ("_ga", ".acme.example", "google-analytics"),
        ("_ga_ABC123", "www.acme.example", "google-analytics"),
        ("_fbp", "acme.example", "meta-pixel"),
        ("_ga", ".tracker.example", None),
        ("_fbp", "facebook.com.evil.example", None),
        ("session", "acme.example", None),
        ("<script>", "acme.example", None),
        ("", "", None),
    ],
)
def test_cookies(name: str, domain: str, vendor: str | None) -> None:
    found = identify_cookie(name, domain, PAGE)
    assert (found[0] if found else None) == vendor


def test_third_party_cookies_need_their_domain() -> None:
    assert identify_cookie("IDE", ".doubleclick.net", PAGE) is not None
    assert identify_cookie("IDE", ".acme.example", PAGE) is None
    assert identify_cookie("IDE", ".other.example", PAGE) is None
    unnamed = identify_cookie("whatever", ".addthis.com", PAGE)
    assert unnamed is not None
    assert unnamed[0] == "tpw:addthis"


@pytest.mark.parametrize("domain", ["facebook.com", ".google.com", "linkedin.com"])
def test_a_cookie_on_a_domain_of_many_products_names_no_product(domain: str) -> None:
    found = identify_cookie("some_unknown_name", domain, PAGE)
    assert found is None or found[0].startswith("tpw:")


HOSTILE_PATHS = ["/" * 60_000, "/g/collect" * 6_000, "/a;" * 20_000, "/" + "a" * 60_000, "/tr/" + "%2f" * 20_000]


@pytest.mark.parametrize("path", HOSTILE_PATHS, ids=lambda p: p[:10])
def test_hostile_paths_do_not_stall(path: str) -> None:
    hosts = {host.replace("*", "x") for v in catalogue().vendors.values() for e in v.endpoints for host in e.hosts}
    for host in [*sorted(hosts), "www.acme.example", "unknown.example"]:
        began = time.process_time()
        identify(f"https://{host}{path}?{path}", page_url=PAGE, resource_type="script")
        assert time.process_time() - began < 1.5, host


@settings(max_examples=300, deadline=None)
@given(st.text(), st.text(), st.text(), st.text())
def test_never_raises(url: str, page: str, body: str, kind: str) -> None:
    for candidate in (url, "https://" + url, "https://www.facebook.com/" + url, "https://c.test/g/collect?" + url):
        hit = identify(candidate, method=kind, body=body, resource_type=kind, page_url=page, own_domains=(url,))
        assert hit is None or hit.vendor
    found = identify_cookie(url, page, body, (kind,))
    assert found is None or len(found) == 2


def test_huge_values_are_survived() -> None:
    huge = "x" * 5_000_000
    hit = identify("https://www.facebook.com/tr/?id=1&ev=PageView&dl=" + huge, body=huge, page_url=PAGE)
    assert hit is not None
    assert hit.vendor == "meta-pixel"


def test_speed() -> None:
    urls = [f"https://host{i % 50}.nobody{i % 7}.example/p/{i}?v=1&x={i}" for i in range(1_500)]
    urls += [f"https://www.google-analytics.com/g/collect?{GA4}&_p={i}" for i in range(1_500)]
    identify("https://warm.up.example/", page_url=PAGE)
    began = time.process_time()
    for url in urls:
        identify(url, page_url=PAGE)
    # Far below what is measured (tens of thousands a second), so that a busy machine does not fail it.
    assert len(urls) / (time.process_time() - began) > 2_000
