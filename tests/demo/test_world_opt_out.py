"""What the demo's pages say of an opt-out, and what goes out beside it, by the server's log and a browser's account."""

from __future__ import annotations

import pytest

from tests.demo.test_world_browser import GATEWAY, META, STATES, pages_calling, seen, with_tag

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

OUT, IN = "DBABLA~BVQVAAAAAgA.YA", "DBABLA~BVQqAAAAAgA.QA"
COMPANY = "www.larkfield-software.example"


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
    assert said == ({} if fixed else dict.fromkeys(with_tag("old-notice"), "1YNN"))
    assert not with_tag("old-notice") & with_tag("ads-gateway"), "each contradiction has pages of its own"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_address_of_the_form_goes_to_meta_but_not_under_the_signal_when_repaired(fixed: bool, gpc: bool) -> None:
    pages = seen(fixed, gpc)
    hashed = {p: [hit.params.get("ud[em]", "") for hit in page.to(*META)] for p, page in pages.items()}
    sent = {path for path, hashes in hashed.items() if any(hashes)}
    assert sent == (set() if fixed and gpc else with_tag("meta-matching")) <= {"/product/payments"}
    for path in sent:
        (one,) = hashed[path]
        assert len(one) == 64 and one != next(h for h in [seen(not fixed, gpc)[path].to(*META)[0].params.get("ud[em]")])


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
        assert "_ga=" in hit.headers["cookie"], "cookies of the whole site go along"


@pytest.mark.parametrize(("fixed", "gpc"), STATES)
def test_the_gateway_keeps_a_cookie_on_the_company_s_own_host(fixed: bool, gpc: bool) -> None:
    for path, page in seen(fixed, gpc).items():
        assert ("_gcl_gs" in page.cookies) is bool(page.to(COMPANY, GATEWAY)), path
        assert page.cookies.get("_gcl_gs", COMPANY) == COMPANY
