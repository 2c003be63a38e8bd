"""What a browser really makes the demo's pages send, in both states of the signal, by the server's own log."""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qsl

import pytest

from crawler.demo import seeded
from crawler.demo.site_map import AUDITED, BY_PATH, PAGES
from crawler.demo.world import World
from tests.demo.tour import Seen, tour

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

OUT, IN = "DBABLA~BVQVAAAAAgA.YA", "DBABLA~BVQqAAAAAgA.QA"
COMPANY = "www.larkfield-software.example"
STATES = [(fixed, gpc) for fixed in (False, True) for gpc in (False, True)]
GA = ("www.google-analytics.com", "/g/collect")
META = ("www.facebook.com", "/tr/")
UET = ("bat.bing.com", "/action/0")
GATEWAY = "/metrics/g/d/ccm/conversion/998877665/"
REMARKETING = ("googleads.g.doubleclick.net", "/pagead/viewthroughconversion/998877665/")


@cache
def toured(fixed: bool, gpc: bool) -> tuple[dict[str, Seen], World]:
    return tour(fixed=fixed, gpc=gpc)


def seen(fixed: bool, gpc: bool) -> dict[str, Seen]:
    return toured(fixed, gpc)[0]


def with_tag(*tags: str) -> set[str]:
    return {path for path in AUDITED if set(tags) & set(BY_PATH[path].tags)}


def pages_calling(pages: dict[str, Seen], host: str, path: str = "") -> set[str]:
    return {p for p, page in pages.items() if page.to(host, path)}


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_no_page_complains_and_nothing_unexpected_is_called(fixed: bool, gpc: bool) -> None:
    pages, world = toured(fixed, gpc)
    assert {path: page.errors for path, page in pages.items() if page.errors} == {}
    assert [call.url for call in world.unexpected] == []


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_pages_are_light(fixed: bool, gpc: bool) -> None:
    for path, page in seen(fixed, gpc).items():
        assert 4 <= len(page.calls) <= 30, path


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_every_request_carries_the_signal_or_none_does(fixed: bool, gpc: bool) -> None:
    for page in seen(fixed, gpc).values():
        for call in page.calls:
            if call.method != "OPTIONS":
                assert call.gpc is gpc, call.url


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_hosts_by_page(fixed: bool, gpc: bool) -> None:
    """The whole map: which vendors each page calls, and nobody else."""
    by_tag = {
        "ga4": {"www.googletagmanager.com", "www.google-analytics.com"},
        "meta": {"connect.facebook.net", "www.facebook.com"},
        "uet": {"bat.bing.com"},
        "linkedin": set() if gpc else {"snap.licdn.com", "px.ads.linkedin.com", "www.linkedin.com"},
        "ads": {"www.googletagmanager.com", "googleads.g.doubleclick.net"} | (set() if gpc else {"www.google.com"}),
        "ads-gateway": set(),
        "fullstory": set() if gpc or fixed else {"edge.fullstory.com", "rs.fullstory.com"},
        "visitor-worker": set() if gpc or fixed else {"b.6sc.co", "epsilon.6sense.com"},
        "recaptcha": {"www.google.com", "www.gstatic.com"},
        "consent": {"cdn.cookielaw.org"},
        "old-notice": set(),
        "retargeting": set() if fixed else {"insight.adsrvr.org", "ib.adnxs.com"},
        "pardot": {"pi.pardot.com"} if fixed and not gpc else set(),
    }
    by_tag["meta-matching"] = by_tag["meta"]
    by_tag["ga4-signals"] = by_tag["ga4"] | (set() if gpc else {"stats.g.doubleclick.net", "www.google.com"})
    for path, page in seen(fixed, gpc).items():
        expected = set().union(*(by_tag[tag] for tag in BY_PATH[path].tags))
        if "blog/" in path and not gpc and not fixed:
            expected.add("go.clickbridge.example")
        assert page.hosts() == expected, path


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_analytics_is_the_same_in_all_states(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert pages_calling(pages, *GA) == with_tag("ga4") | with_tag("ga4-signals")
    for path in pages_calling(pages, *GA):
        view, engagement = pages[path].to(*GA)
        assert view.params["tid"] == "G-LARKF1ELD0" and view.params["v"] == "2" and view.params["en"] == "page_view"
        assert engagement.method == "POST" and b"en=user_engagement" in engagement.body, "the unload beacon"
        assert engagement.params["cid"] == view.params["cid"]
        assert not {"gcs", "npa", "rdp"} & set(view.params)
        assert pages[path].cookies["_ga"] == "larkfield-software.example"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_advertising_features_of_analytics_stop_under_the_signal(fixed: bool, gpc: bool) -> None:
    expected = set() if gpc else with_tag("ga4-signals")
    assert pages_calling(seen(fixed, gpc), "stats.g.doubleclick.net", "/g/collect") == expected
    assert pages_calling(seen(fixed, gpc), "www.google.com", "/ads/ga-audiences") == expected


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_meta_ignores_the_signal_until_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert pages_calling(pages, *META) == with_tag("meta", "meta-matching")
    for path in with_tag("meta", "meta-matching"):
        (hit,) = pages[path].to(*META)
        assert hit.params["id"] == "104729104729104" and hit.params["ev"] == "PageView"
        if fixed and gpc:
            assert [hit.params[k] for k in ("dpo", "dpoco", "dpost")] == ["LDU", "1", "1000"]
            assert "fbp" not in hit.params
            assert not {"_fbp", "fr"} & set(pages[path].cookies)
        else:
            assert "dpo" not in hit.params
            assert hit.params["fbp"].startswith("fb.1.")
            assert pages[path].cookies["_fbp"] == "larkfield-software.example"
            assert pages[path].cookies["fr"] == "facebook.com"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_uet_goes_restricted(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert pages_calling(pages, *UET) == with_tag("uet")
    for path in with_tag("uet"):
        (hit,) = pages[path].to(*UET)
        assert hit.params["asc"] == ("D" if gpc else "G")
        cookies = {"_uetsid", "_uetvid", "MUID"} & set(pages[path].cookies)
        assert cookies == (set() if gpc else {"_uetsid", "_uetvid", "MUID"})
        assert ({"sid", "vid"} <= set(hit.params)) is not gpc


@pytest.mark.parametrize("fixed", [False, True])
def test_linkedin_syncs_without_the_signal_and_is_silent_with_it(fixed: bool) -> None:
    pages = seen(fixed, False)
    for path in with_tag("linkedin"):
        chain = [(c.host, c.path) for c in pages[path].calls if c.host.endswith("linkedin.com")]
        assert chain == [
            ("px.ads.linkedin.com", "/collect"),
            ("www.linkedin.com", "/px/li_sync"),
            ("px.ads.linkedin.com", "/collect"),
        ]
        assert {"li_sugr", "bcookie", "lidc", "UserMatchHistory"} <= set(pages[path].cookies)
    for page in seen(fixed, True).values():
        assert not {h for h in page.hosts() if "linkedin" in h or "licdn" in h}


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_ads_behind_the_own_host_ignore_the_signal_until_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    silent = fixed and gpc
    assert pages_calling(pages, "www.larkfield-software.example", GATEWAY) == (
        set() if silent else {"/product", "/product/scheduling", "/product/payments"}
    )
    for page in pages.values():
        for hit in page.to("www.larkfield-software.example", GATEWAY):
            assert hit.params["gcs"] == "G111" and hit.params["tid"] == "AW-998877665"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_remarketing_is_restricted_under_the_signal(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert pages_calling(pages, *REMARKETING) == {"/", "/pricing"}
    for path in ("/", "/pricing"):
        (hit,) = pages[path].to(*REMARKETING)
        assert (hit.params.get("rdp"), hit.params.get("npa")) == (("1", "1") if gpc else (None, None))
        assert bool(pages[path].to("www.google.com", "/pagead/1p-user-list/998877665/")) is not gpc
        assert ("IDE" in pages[path].cookies) is ("_gcl_au" in pages[path].cookies) is not gpc


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_replay_runs_on_one_page_only(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    expected = set() if fixed or gpc else {"/pricing"}
    assert pages_calling(pages, "edge.fullstory.com", "/s/fs.js") == expected
    assert pages_calling(pages, "rs.fullstory.com", "/rec/page") == expected
    assert pages_calling(pages, "rs.fullstory.com", "/rec/bundle/v2") == expected
    if expected:
        (bundle,) = pages["/pricing"].to("rs.fullstory.com", "/rec/bundle/v2")
        assert bundle.params["OrgId"] == "o-1LARKF-na1" and b"Evts" in bundle.body
        assert pages["/pricing"].cookies["fs_uid"] == "larkfield-software.example"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_only_a_worker_calls_6sense_and_it_reads_the_signal(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    page = pages["/product/scheduling"]
    assert bool(page.to("www.larkfield-software.example", "/static/visitor-worker.js")) is not fixed
    expected = set() if fixed or gpc else {"/product/scheduling"}
    assert pages_calling(pages, "b.6sc.co", "/v1/beacon/img.gif") == expected
    assert pages_calling(pages, "epsilon.6sense.com", "/v3/company/details") == expected
    if expected:
        (beacon,) = page.to("b.6sc.co")
        assert beacon.params["event"] == "a_pageload"
        assert page.cookies["6suuid"] == "6sc.co"
        assert [c.method for c in page.calls if c.host == "epsilon.6sense.com"] == ["OPTIONS", "GET"]


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_consent_tool_takes_up_the_signal(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert {path for path, page in pages.items() if "gpp" in page.said} == with_tag("consent")
    for path in with_tag("consent"):
        assert pages[path].said["gpp"] == (OUT if gpc else IN)
        assert pages[path].said["groups"] == f"C0001:1,C0002:1,C0003:1,C0004:{0 if gpc else 1}"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_an_older_notice_says_the_opposite_on_the_blog_until_repaired(fixed: bool, gpc: bool) -> None:
    said = {path: page.said["usp"] for path, page in seen(fixed, gpc).items() if "usp" in page.said}
    kept = {path: page.said["kept"] for path, page in seen(fixed, gpc).items() if page.said["kept"]}
    # Kept as well as answered: a page that is too busy to answer is still read.
    assert said == kept == ({} if fixed else dict.fromkeys(with_tag("old-notice"), "1YNN"))
    assert not with_tag("old-notice") & with_tag("ads-gateway"), "each contradiction has pages of its own"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_address_of_the_form_goes_to_meta_but_not_under_the_signal_when_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    hashed = {p: [hit.params.get("ud[em]", "") for hit in page.to(*META)] for p, page in pages.items()}
    sent = {path for path, hashes in hashed.items() if any(hashes)}
    assert sent == (set() if fixed and gpc else with_tag("meta-matching")) <= {"/product/payments"}
    for path in sent:
        (one,) = hashed[path]
        assert len(one) == 64, "a hash, and nothing in plain"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_retargeting_pixel_hands_its_visitor_on_until_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    assert pages_calling(pages, "insight.adsrvr.org", "/track/pxl/") == (set() if fixed else {"/events"})
    assert pages_calling(pages, "ib.adnxs.com", "/setuid") == (set() if fixed else {"/events"})
    if not fixed:
        (hop,) = pages["/events"].to("ib.adnxs.com")
        assert len(hop.params["code"]) == 24
        assert pages["/events"].cookies["TDID"] == "adsrvr.org" and pages["/events"].cookies["uuid2"] == "adnxs.com"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_marketing_is_counted_under_an_alias_until_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    under = {host: pages_calling(pages, host, "/analytics") for host in ("go." + COMPANY[4:], "pi.pardot.com")}
    alias, own = under.values()
    assert alias == (set() if fixed or gpc else {"/contact"})
    assert own == ({"/contact"} if fixed and not gpc else set())
    for hit in pages["/contact"].to("go." + COMPANY[4:]):
        assert hit.params["account_id"] == "104730" and {"visitor_id", "pi_opt_in"} <= set(hit.params)


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_gateway_keeps_a_cookie_on_the_company_s_own_host(fixed: bool, gpc: bool) -> None:
    for path, page in seen(fixed, gpc).items():
        assert ("_gcl_gs" in page.cookies) is bool(page.to(COMPANY, GATEWAY)), path
        assert page.cookies.get("_gcl_gs", COMPANY) == COMPANY


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_recaptcha_variant(fixed: bool, gpc: bool) -> None:
    page = seen(fixed, gpc)["/contact"]
    (loader,) = page.to("www.google.com", "/recaptcha/api.js")
    assert ("render" in loader.params) is not fixed
    (anchor,) = page.to("www.google.com", "/recaptcha/api2/anchor")
    assert anchor.params["size"] == "invisible"
    assert bool(page.to("www.google.com", "/recaptcha/api2/reload")) is not fixed
    assert page.to("www.google.com", "/recaptcha/api2/webworker.js")
    assert page.cookies["_GRECAPTCHA"] == "www.google.com"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_broker_keeps_its_cookie_on_posts_only(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    posts = {p for p in AUDITED if p.startswith("/blog/")}
    assert {p for p, page in pages.items() if "cb_uid" in page.cookies} == (set() if fixed or gpc else posts)
    for path in posts:
        assert [c for c in pages[path].calls if c.host == "cdn.larkfield-software.example"]


def test_odd_names_are_the_sites_own_and_are_stored() -> None:
    cookies = seen(False, False)["/careers"].cookies
    assert cookies["<script>alert(1)</script>"] == "www.larkfield-software.example"
    assert "lf_team\u009b31m" in cookies


def test_only_a_script_leads_to_the_events_page() -> None:
    assert "/events" in seen(False, False)["/"].links


def test_pages_can_all_be_found() -> None:
    linked = {link for page in seen(False, False).values() for link in page.links}
    assert set(AUDITED) <= linked | {page.path for page in PAGES if page.in_sitemap}
    assert "/internal/rota" in linked


def test_the_tracker_free_page_calls_nobody() -> None:
    page = seen(False, False)["/privacy-choices"]
    assert page.hosts() == set()
    assert set(page.cookies) == {"lf_session"}


def test_a_service_worker_fetches_ahead() -> None:
    calls = seen(False, False)["/customers"].to("www.larkfield-software.example")
    assert {"/sw.js", "/static/offline.html"} <= {call.path for call in calls}
    assert not [c for c in seen(False, False)["/"].calls if c.path == "/sw.js"]


def test_seeded_pages_are_where_the_vendors_were_called() -> None:
    hosts = {
        "fullstory": "rs.fullstory.com",
        "6sense": "b.6sc.co",
        "meta-pixel": "www.facebook.com",
        "google-recaptcha": "www.gstatic.com",
        "clickbridge.example": "go.clickbridge.example",
        "linkedin-insight": "px.ads.linkedin.com",
        "microsoft-uet": "bat.bing.com",
        "onetrust": "cdn.cookielaw.org",
        "the-trade-desk": "insight.adsrvr.org",
        "xandr": "ib.adnxs.com",
        "pardot": "go.larkfield-software.example",
    }
    for expected in seeded.EXPECTED:
        if expected.vendor in hosts and expected.rule != "user-data-sent":
            pages = seen(False, expected.arm == "gpc")
            assert pages_calling(pages, hosts[expected.vendor]) == set(expected.pages), expected


def test_beacon_lines_can_be_read() -> None:
    engagement = seen(False, False)["/"].to(*GA)[-1]
    last = engagement.body.decode().splitlines()[-1]
    assert dict(parse_qsl(last))["en"] == "user_engagement"
