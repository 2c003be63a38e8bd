"""What happened at the servers against what was recorded, with a real browser."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage

from crawler.collectors import signal_proof
from crawler.collectors.netlog.wire.body import KEPT_BYTES
from crawler.evidence import Arm, Request
from crawler.rules import cookie_syncing, first_party_identifier_leaves
from crawler.rules.case import case_from
from tests.collectors.nasty_pages import TRACKER_ID, pages
from tests.collectors.recorded import Recorded, record
from tests.collectors.world import Received, World, running
from tests.rules.world import TODAY, a_bundle, a_company, a_visit

pytestmark = pytest.mark.browser
Seen = tuple[Recorded, list[Received], dict[str, list[bytes]]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    async def run() -> Seen:
        async with running(pages()) as world:
            recorded = await record(
                tmp_path_factory.mktemp("visit"), world.switches, "https://site.test/", lambda page: story(page, world)
            )
            return recorded, world.received, world.messages

    return asyncio.run(run())


async def story(page: BrowserPage, world: World) -> None:
    await world.quiet()
    await page.click("#ping")
    await page.evaluate("void window.open('https://site.test/popup')")
    await page.evaluate("fetch('/synthetic').then(r => r.text())")
    await page.evaluate("fetch('https://nowhere.invalid/x').catch(() => 0)")
    await world.quiet()


def one(recorded: Recorded, url: str, method: str | None = None) -> Request:
    rows = [row for row in recorded.requests if row.url == url and method in (None, row.method)]
    assert len(rows) == 1, f"{url}: {len(rows)} rows"
    return rows[0]


def redacted(recorded: Recorded, url: str) -> str:
    for secret in ("vis-4f9a8b7c6d5e", "http-only-value-1"):
        url = url.replace(secret, recorded.redactor.token(secret))
    return url


def test_every_request_that_reached_a_server_was_recorded_and_nothing_else(seen: Seen) -> None:
    recorded, received, _ = seen
    happened = Counter((r.method, redacted(recorded, r.url)) for r in received)
    assert len(received) > 40
    assert Counter((row.method, row.url) for row in recorded.wire()) == happened


def test_every_body_is_equal_byte_by_byte(seen: Seen) -> None:
    recorded, received, _ = seen
    bodies = Counter((r.method, r.url, len(r.body), r.body[:KEPT_BYTES]) for r in received if "/ws" not in r.url)
    wire = Counter(
        (hop.method, hop.url, hop.body.total if hop.body else 0, hop.body.kept if hop.body else b"")
        for hop in recorded.log.hops
        if hop.request_headers is not None and "/ws" not in hop.url
    )
    assert wire == bodies
    assert recorded.log.unbound_bodies == 0


def test_websocket_messages_are_in_the_row_of_the_handshake(seen: Seen) -> None:
    recorded, _, messages = seen
    row = one(recorded, "wss://tracker.test/ws")
    assert messages["wss://tracker.test/ws"] == [b"first", b"y" * 70_000, bytes([1, 2, 0])]
    assert row.resource_type == "websocket"
    assert row.body == "first\n" + "y" * 70_000 + "\nbase64:AQIA"
    assert row.body_bytes == 5 + 70_000 + 3
    assert row.error is None


def test_headers_are_those_of_the_wire(seen: Seen) -> None:
    recorded, received, _ = seen
    sent = {(r.method, r.url): r.headers for r in received}
    for row in recorded.wire():
        truth = sent.get((row.method, row.url))
        if truth is not None and "cookie" not in truth:
            assert {k: v for k, v in row.headers.items() if k != "content-length"} == {
                k: v for k, v in truth.items() if k != "content-length"
            }


def test_the_recorders_agree_or_say_why_not(seen: Seen) -> None:
    recorded, _, _ = seen
    found = recorded.reconciliation
    assert found.netlog_complete
    assert found.unexplained == ()
    assert found.cdp_only == {"service-worker": 1}
    assert set(found.wire_only) <= {"unload-beacon", "worker-script", "worker-update", "worker-start", "popup-start"}
    assert found.matched > 35
    assert recorded.cdp.dropped == 0


@pytest.mark.parametrize(
    ("url", "target", "resource_type"),
    [
        ("https://site.test/", "page", "document"),
        ("https://site.test/style.css", "page", "stylesheet"),
        ("https://tracker.test/tag.js?id=1", "page", "script"),
        ("https://tracker.test/frame", "frame", "document"),
        ("https://tracker.test/from-frame", "frame", "fetch"),
        ("https://ads.test/srcdoc.gif", "frame", "image"),
        ("https://tracker.test/from-worker", "worker", "fetch"),
        ("https://tracker.test/from-frame-worker", "worker", "fetch"),
        ("https://tracker.test/from-sw", "service-worker", "fetch"),
        ("https://site.test/popup", "popup", "document"),
        ("https://tracker.test/from-popup", "popup", "fetch"),
        ("https://tracker.test/beacon", "page", "ping"),
        ("https://tracker.test/ping", "page", "ping"),
        ("https://site.test/xhr", "page", "xhr"),
        ("https://site.test/events", "page", "eventsource"),
        ("https://ads.test/prefetched", "page", "prefetch"),
        ("https://tracker.test/bye", "page", "fetch"),
    ],
)
def test_where_it_came_from_and_what_it_was(seen: Seen, url: str, target: str, resource_type: str) -> None:
    row = one(seen[0], url)
    assert (row.target, row.resource_type) == (target, resource_type)


def test_scripts_and_requests_of_shared_and_service_workers(seen: Seen) -> None:
    scripts = [row for row in seen[0].requests if row.url == "https://site.test/sw.js"]
    assert {(row.target, row.resource_type) for row in scripts} == {("service-worker", "script")}
    shared = one(seen[0], "https://tracker.test/from-shared")
    assert shared.target == "shared-worker" or shared.wire_class == "worker-start"


def test_initiators_name_the_script(seen: Seen) -> None:
    collect = one(seen[0], "https://tracker.test/beacon").initiator
    assert (collect.type, collect.url) == ("script", "https://site.test/")
    assert collect.line and collect.line > 10
    assert collect.stack[0].startswith("(anonymous) https://site.test/:")
    assert one(seen[0], "https://tracker.test/from-frame").initiator.url == "https://tracker.test/frame"


def test_the_preflight_stands_beside_its_request(seen: Seen) -> None:
    preflight = one(seen[0], "https://tracker.test/preflighted", "OPTIONS")
    assert (preflight.resource_type, preflight.wire_class) == ("preflight", "preflight")
    assert preflight.frame_url == "https://site.test/"
    assert one(seen[0], "https://tracker.test/preflighted", "POST").body == "after preflight"


def test_redirects_name_their_predecessor(seen: Seen) -> None:
    first, second = "https://tracker.test/redirect/1?uid=abc12345", "https://ads.test/redirect/2"
    assert one(seen[0], second).redirected_from == first
    assert one(seen[0], "https://tracker.test/pixel.gif").redirected_from == second
    assert [line.name for line in one(seen[0], first).set_cookie] == ["hop1"]


def test_what_was_attempted_and_never_sent(seen: Seen) -> None:
    failed = one(seen[0], "https://nowhere.invalid/x")
    assert (failed.on_wire, failed.wire_class, failed.error) == (False, "failed", "net::ERR_NAME_NOT_RESOLVED")
    synthetic = one(seen[0], "https://site.test/synthetic")
    assert (synthetic.on_wire, synthetic.seen_by, synthetic.wire_class) == (False, "cdp", "service-worker")


def test_beacons_at_unload_are_recorded(seen: Seen) -> None:
    assert one(seen[0], "https://tracker.test/bye").body == "bye"
    assert one(seen[0], "https://tracker.test/bye-fetch").body == "bye fetch"


def test_setters_of_cookies(seen: Seen) -> None:
    setters = {row.name: (row.set_by, row.setter_url) for row in seen[0].cookies if row.blocked_reason is None}
    assert setters == {
        "session": ("http", "https://site.test/"),
        "hop1": ("http", "https://tracker.test/redirect/1?uid=abc12345"),
        "hop2": ("http", "https://ads.test/redirect/2"),
        "framed": ("http", "https://tracker.test/frame"),
        "chips": ("http", "https://tracker.test/frame"),
        "script_set": ("script", None),
        "framejs": ("script", None),
        "_ga": ("script", None),
        "came": ("script", None),
        "uid": ("http", "https://tracker.test/match/1"),
    }


def test_lifetimes_asked_and_stored(seen: Seen) -> None:
    rows = {row.name: row for row in seen[0].cookies}
    assert rows["hop1"].asked_lifetime_s == 31_536_000
    assert rows["hop1"].stored_lifetime_s == pytest.approx(31_536_000, abs=5)
    assert rows["_ga"].stored_lifetime_s == pytest.approx(400 * 86_400, abs=5), "the browser's cap"
    assert rows["hop2"].asked_lifetime_s is not None and rows["hop2"].asked_lifetime_s > 100_000_000
    assert rows["framed"].asked_lifetime_s is None and rows["framed"].stored_lifetime_s is None
    assert rows["chips"].partition_key == "https://site.test"
    assert rows["session"].http_only
    assert {rows["session"].party, rows["hop1"].party} == {"first", "third"}


def test_refused_cookies_are_rows_with_the_reason(seen: Seen) -> None:
    refused = {row.name: row for row in seen[0].cookies if row.blocked_reason is not None}
    assert set(refused) == {"alien", "lax", "refusedjs"}
    assert (refused["refusedjs"].set_by, refused["refusedjs"].domain) == ("script", "tracker.test")
    assert "EXCLUDE_DOMAIN_MISMATCH" in (refused["alien"].blocked_reason or "")
    assert refused["lax"].setter_url == "https://tracker.test/frame"
    lines = {line.name: line.blocked for line in one(seen[0], "https://site.test/").set_cookie}
    assert lines["session"] == ()
    assert lines["alien"] != ()


def test_no_value_of_a_cookie_is_written_down(seen: Seen) -> None:
    text = repr((seen[0].requests, seen[0].cookies, seen[0].storage, seen[0].page))
    for value in ("http-only-value-1", "s3cr3t-script-1", "GA1.1.1234567890", "vis-4f9a8b7c6d5e"):
        assert value not in text


def test_identifiers_on_their_way_to_others(seen: Seen) -> None:
    [found] = one(seen[0], "https://tracker.test/collect?cid=" + "1234567890.1700000000").identifiers
    assert (found.name, found.domain, found.where) == ("_ga", "site.test", "url")
    [stolen] = [row for row in seen[0].requests if "/steal" in row.url]
    assert [(i.name, i.domain, i.where) for i in stolen.identifiers] == [("visitor", "https://site.test", "url")]
    [led] = [row for row in seen[0].requests if row.url.startswith("https://ads.test/in?")]
    assert [(i.name, i.domain) for i in led.identifiers] == [("session", "site.test")]
    others = [row.url for row in seen[0].requests if row.identifiers and row not in (stolen, led)]
    assert others == ["https://tracker.test/collect?cid=1234567890.1700000000"]


def test_two_third_parties_match_their_visitors(seen: Seen) -> None:
    """The tracker's answer sets its cookie and leads on to its partner with a part of the value."""
    [match] = [row for row in seen[0].requests if row.identifiers_of_others]
    assert match.url.startswith("https://ads.test/match?partner=tracker&id=")
    assert match.redirected_from == "https://tracker.test/match/1"
    [found] = match.identifiers_of_others
    assert (found.name, found.domain, found.where) == ("uid", "tracker.test", "url")
    assert found.value_hash == seen[0].redactor.hash(TRACKER_ID) and match.identifiers == ()


def test_what_was_seen_is_judged(seen: Seen) -> None:
    """The tracker's match, and the site's session at the partner, are findings; the policy covers nobody."""
    visit = a_visit("https://site.test/", Arm.GPC, 1, 1, id=seen[0].key.id)
    bundle = a_bundle([visit], *seen[0].requests, *seen[0].cookies, *seen[0].cookie_events)
    case = case_from(bundle, a_company(sites=("https://site.test/",)), TODAY)
    [sync] = cookie_syncing.judge(case).findings
    assert sync.message.startswith("The value of tracker.test's cookie uid (tracker.test) went to ads.test;")
    left, named = first_party_identifier_leaves.judge(case).findings
    assert (left.vendor, str(left.severity)) == ("ads.test", "medium")
    assert "session (the site's own)" in left.message
    assert (named.vendor, str(named.severity), str(named.confidence)) == ("tracker.test", "info", "low")
    assert "Only the name" in named.certainty, "the tracker's script set it, which a compared visit cannot know"
    assert {c.name: c.basis for c in case.cookies if c.party == "first"}["_ga"] == "name"


def test_storage_of_all_frames(seen: Seen) -> None:
    found = {(item.origin, item.area, item.key): item.value_length for item in seen[0].storage}
    assert found == {
        ("https://site.test", "local", "visitor"): 16,
        ("https://site.test", "session", "s"): 1,
        ("https://tracker.test", "local", "tracker"): 14,
    }


def test_facts_of_the_page(seen: Seen) -> None:
    page = seen[0].page
    assert (page.title, page.language, page.forms) == ("Nasty & true", "en", 1)
    assert set(page.links) == {f"https://site.test/{path}" for path in ("", "next", "do-not-sell", "privacy")}
    assert page.banners == ("OneTrust",)
    assert page.opt_out_links == ("Do Not Sell or Share My Personal Information -> https://site.test/do-not-sell",)
    assert page.policy_links == ("https://site.test/privacy",)
    assert page.recaptcha == ("size=invisible",)
    assert "https://tracker.test/frame=true" in page.gpc_property


def test_the_signal_is_proven_from_all_three_sides(seen: Seen) -> None:
    recorded, _, _ = seen
    proof = signal_proof.prove(Arm.GPC, recorded.gpc, "native", recorded.page.gpc_property, recorded.requests)
    assert proof.proven, proof.why
    assert proof.requests_with == proof.requests_of > 35
    assert proof.property_values == ("true",)
    assert not signal_proof.prove(
        Arm.CONTROL, recorded.gpc, "native", recorded.page.gpc_property, recorded.requests
    ).proven


def test_control_carries_no_signal(tmp_path: Path) -> None:
    async def run() -> Recorded:
        async with running(pages()) as world:
            return await record(
                tmp_path, world.switches, "https://site.test/", lambda page: story(page, world), arm=Arm.CONTROL
            )

    recorded = asyncio.run(run())
    proof = signal_proof.prove(Arm.CONTROL, recorded.gpc, "native", recorded.page.gpc_property, recorded.requests)
    assert proof.proven, proof.why
    assert (proof.requests_with, proof.property_values) == (0, ("false",))
    assert proof.requests_of > 35
