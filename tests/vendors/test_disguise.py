"""Who is behind a host of the site, and above all: who is not accused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.claims import Purpose
from crawler.parties import etld_plus_one
from crawler.vendors import catalogue
from crawler.vendors.disguise import FOLDER, FOLLOWING, behind
from crawler.vendors.model import Demand, KnownBy, Role

PAGE = "https://www.acme.example/"
DATA = json.loads((FOLDER / "targets.json").read_text())


def who(url: str, *chain: str, **given: str) -> str | None:
    found = behind(url, chain, page_url=PAGE, own_domains=("acme-group.example",), **given)  # type: ignore[arg-type]
    return found.hit.vendor if found else None


@pytest.mark.parametrize(
    ("url", "chain", "vendor", "role"),
    [
        ("https://metrics.acme.example/b/ss/a/1/J/s1?AQB=1", ["a.d1.sc.omtrdc.net"], "adobe-analytics", Role.COLLECT),
        ("https://data.acme.example/ee/v1/interact?configId=1", ["acme.data.adobedc.net"], "adobe-analytics", None),
        ("https://target.acme.example/x?y=1", ["acme.tt.omtrdc.net"], "adobe-target", Role.COLLECT),
        ("https://c.acme.example/r?id=1", ["acme.dnsdelegation.io"], "criteo", Role.COLLECT),
        ("https://e.acme.example/col?x=1", ["acme.eulerian.net", "eu.lb.example.net"], "eulerian.net", Role.COLLECT),
        ("https://s.acme.example/data?x=1", ["eua.stape.net"], "stape.net", Role.COLLECT),
        ("https://lf.acme.example/1.png?x=1", ["ghochv3eng.trafficmanager.net"], "lead-forensics", Role.COLLECT),
        ("https://api.acme.example/v1/p", ["api.segment.io"], "segment", Role.COLLECT),
        ("https://a.acme.example/x?y=1", ["acme-group.example", "acme.at-o.net"], "piano-analytics", Role.COLLECT),
        ("https://a.acme.example/x?y=1", ["d1.cloudfront.net", "acme.at-o.net"], "piano-analytics", Role.COLLECT),
    ],
)
def test_a_collector_is_named(url: str, chain: list[str], vendor: str, role: Role | None) -> None:
    found = behind(url, chain, page_url=PAGE, own_domains=("acme-group.example",))
    assert found is not None and found.hit.vendor == vendor
    assert role is None or found.hit.role is role
    assert found.hit.first_party_host and found.target in chain and found.target in found.hit.basis
    assert found.hit.verified


@pytest.mark.parametrize(
    "chain",
    [
        ["d111111abcdef8.cloudfront.net"],
        ["acme.map.fastly.net"],
        ["www.acme.example.edgekey.net", "e1234.a.akamaiedge.net"],
        ["acme.azureedge.net", "acme.ec.azureedge.net"],
        ["acme-prod.trafficmanager.net"],
        ["acme.netlify.app"],
        ["cname.vercel-dns.com"],
        ["shops.myshopify.com"],
        ["1234567.group7.sites.hubspot.net", "group7.sites.hscoscdn10.net"],
        ["acme.wpengine.com"],
        ["ghs.google.com"],
        ["ghs.googlehosted.com"],
        ["acme.my.salesforce.com"],
        ["acme.live.siteforce.com", "na1.force.com"],
        ["acme.mktoweb.com"],
        ["acme.zendesk.com"],
        ["custom.intercom.help"],
        ["acme.statuspage.io"],
        ["k8s-acme-1234.elb.us-east-1.amazonaws.com"],
        ["sendgrid.net"],
        ["trk.klaviyo.com"],
        ["unknown-company.example"],
        ["metrics.acme-group.example"],
        ["www.acme.example"],
        [],
    ],
)
@pytest.mark.parametrize("path", ["/", "/collect?id=1&cid=2", "/g/collect?v=2&tid=G-ABC1234&cid=1.2", "/pixel.gif?u=1"])
def test_hosting_is_no_disguise(chain: list[str], path: str) -> None:
    for kind in ("document", "script", "image", "fetch"):
        assert who(f"https://x.acme.example{path}", *chain, resource_type=kind) is None


@pytest.mark.parametrize(
    ("url", "chain"),
    [
        ("https://help.acme.example/pixel?x=1", "widget.intercom.io"),
        ("https://consent.acme.example/x.js", "cdn.cookielaw.org"),
        ("https://video.acme.example/embed/1", "www.youtube.com"),
        ("https://pay.acme.example/v3/", "js.stripe.com"),
    ],
)
def test_services_that_follow_nobody_are_no_disguise(url: str, chain: str) -> None:
    assert who(url, chain) is None


def test_a_coarse_list_alone_accuses_nobody() -> None:
    """All four are advertising or analytics to third-party-web; EasyPrivacy has a rule on the host of the last."""
    assert who("https://x.acme.example/p.gif?u=1", "files.alexametrics.com") is None
    assert who("https://x.acme.example/p.gif?u=1", "x.jump-time.net") is None, "a rule on the path alone"
    assert who("https://x.acme.example/p.gif?u=1", "acme.force.com") is None
    found = behind("https://x.acme.example/p.gif?u=1", ["acme.hitbox.com"], page_url=PAGE, resource_type="image")
    assert found is not None and found.hit.known_by is KnownBy.THIRD_PARTY_WEB


@pytest.mark.parametrize(
    ("kind", "url", "role"),
    [
        ("script", "https://c.acme.example/l.js?v=1", Role.LIBRARY),
        ("document", "https://c.acme.example/frame", Role.FRAME),
        ("image", "https://c.acme.example/p.gif", Role.UNKNOWN),
        ("image", "https://c.acme.example/p.gif?id=1", Role.COLLECT),
        ("ping", "https://c.acme.example/e", Role.COLLECT),
    ],
)
def test_what_a_request_without_a_shape_does(kind: str, url: str, role: Role) -> None:
    found = behind(url, ["acme.dnsdelegation.io"], resource_type=kind, page_url=PAGE)
    assert found is not None and found.hit.role is role


def test_where_pages_are_served_a_picture_tells_of_no_visit() -> None:
    picture, sent = (
        behind("https://go.acme.example/a.png?v=2", ["go.pardot.com"], resource_type=kind, page_url=PAGE)
        for kind in ("image", "fetch")
    )
    assert picture is not None and picture.hit.role is Role.LIBRARY
    assert sent is not None and sent.hit.role is Role.COLLECT


def test_what_is_known_from_memory_says_so() -> None:
    found = behind("https://x.acme.example/e?x=1", ["a.edgetag.io"], page_url=PAGE)
    assert found is not None and not found.hit.verified and "from memory" in found.hit.basis


def test_a_company_that_the_catalogue_lacks_is_known_by_the_list() -> None:
    found = behind("https://e.acme.example/col?x=1", ["acme.eulerian.net"], page_url=PAGE)
    assert found is not None
    hit = found.hit
    assert (hit.known_by, hit.name, hit.purpose, hit.gpc) == (
        KnownBy.CNAME_LIST, "Eulerian", Purpose.ANALYTICS, Demand.REVIEW,
    )  # fmt: skip


def test_the_list_is_sound() -> None:
    domains = [row["domain"] for row in DATA["targets"]]
    assert len(domains) == len(set(domains)) and DATA["hosting"] == sorted(set(DATA["hosting"]))
    for row in DATA["targets"]:
        assert row["source"] in DATA["sources"] and row.get("kind", "pages") in ("pages", "tag-server")
        key = row["vendor"]
        if key in catalogue().vendors:
            assert "purpose" not in row
        else:
            assert Purpose(row["purpose"]) in FOLLOWING
            assert key.startswith("tpw:") or key == etld_plus_one(key)
    used = {row["source"] for row in DATA["targets"]}
    assert used == set(DATA["sources"])
    # A whole cloud must not be a target.
    assert not set(domains) & set(DATA["hosting"])


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=4), st.text(max_size=30))
def test_nothing_raises(url: str, chain: list[str], body: str) -> None:
    behind(url, chain, body=body, page_url=PAGE)
    behind("https://x.acme.example/" + url, [*chain, "a.sc.omtrdc.net"], body=body, page_url=PAGE)
