"""Who asked for what only one of the recorders tells of in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.collectors.devtools.records import Target
from tests.collectors.netlog_text import BEACON, OFFSET_MS, NetLogText
from tests.collectors.test_requests import Cdp, build, sent


def test_a_preflight_that_cdp_does_not_report_is_its_requests(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.targets["shared"] = Target("w", "shared_worker", "https://site.test/w.js", None, None, OFFSET_MS)
    sent(text, "https://t.test/p", "Access-Control-Request-Method: PUT", method="OPTIONS")
    sent(text, "https://t.test/p", method="PUT")
    cdp.asks("1", "https://t.test/p", "Fetch", "shared", method="PUT", initiator={"type": "script", "url": "w.js"})
    preflight, request = sorted(build(text, tmp_path, cdp)[0], key=lambda row: row.method)
    assert (preflight.method, preflight.seen_by, preflight.wire_class) == ("OPTIONS", "netlog", "preflight")
    assert (preflight.target, preflight.initiator) == ("shared-worker", request.initiator)


def test_a_preflight_is_not_given_to_another_origins_request(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    sent(
        text, "https://t.test/p", "Access-Control-Request-Method: PUT", method="OPTIONS", initiator="https://other.test"
    )
    cdp.asks("1", "https://t.test/p", "Fetch", method="PUT")
    preflight = next(row for row in build(text, tmp_path, cdp)[0] if row.method == "OPTIONS")
    assert preflight.initiator.url == "https://other.test"


def test_a_websocket_belongs_to_the_document_of_the_origin_that_asked(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.asks("1", "https://site.test/a.png")
    cdp.asks("2", "https://f.test/b.png", frame="inner", documentURL="https://f.test/frame")
    for number, origin in ((3, "https://site.test"), (4, "https://f.test")):
        url = f"wss://t.test/{number}"
        cdp.records.event("page", "Network.webSocketCreated", {"requestId": str(number), "url": url})
        sent(text, url, initiator=origin)
    sockets = [row for row in build(text, tmp_path, cdp)[0] if row.resource_type == "websocket"]
    assert [(row.target, row.frame_url) for row in sorted(sockets, key=lambda row: row.url)] == [
        ("page", "https://site.test/"),
        ("frame", "https://f.test/frame"),
    ]


def test_what_a_redirect_leads_to_has_the_initiator_of_the_first(tmp_path: Path) -> None:
    cdp = Cdp()
    script = {"type": "script", "stack": {"callFrames": [{"functionName": "f", "url": "https://site.test/a.js"}]}}
    cdp.asks("1", "https://t.test/1", initiator=script)
    cdp.asks("1", "https://t.test/2", redirectResponse={"status": 302})
    first, second = build(NetLogText(), tmp_path, cdp)[0]
    assert second.initiator == first.initiator


def test_fetch_later_and_prefetches_belong_to_the_document_that_is_there(tmp_path: Path) -> None:
    cdp = Cdp()
    cdp.asks("1", "https://site.test/a.png", loaderId="document")
    later = "https://t.test/later"
    cdp.asks("2", later, "Fetch", loaderId="2", documentURL=later)
    row = next(row for row in build(NetLogText(), tmp_path, cdp)[0] if row.url == later)
    assert row.frame_url == "https://site.test/"


def test_a_download_does_not_end_the_document_that_began_it(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    text.now = 20_000
    sent(text, "https://t.test/bye", "Sec-Fetch-Dest: empty", method="POST")
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.asks("2", "https://t.test/file", "Document", loaderId="2", timestamp=OFFSET_MS / 1000 + 1)
    cdp.records.event("page", "Network.loadingFailed", {"requestId": "2", "errorText": "net::ERR_ABORTED"})
    cdp.stopped_unix_ms = OFFSET_MS + 20_100
    bye = next(row for row in build(text, tmp_path, cdp)[0] if row.url == "https://t.test/bye")
    assert (bye.wire_class, bye.target) == ("unload-beacon", "page")


def test_a_window_is_heard_only_when_its_document_is(tmp_path: Path) -> None:
    """The browser process tells of the navigation; the new document's process may be listened to seconds later."""
    text, cdp = NetLogText(), Cdp()
    cdp.targets["pop"] = Target("pop", "page", "https://pop.test/", "main", None, OFFSET_MS)
    text.now = 1_500
    sent(text, "https://t.test/early.js", "Sec-Fetch-Dest: script", initiator="https://pop.test")
    text.now = 9_000
    sent(text, "https://t.test/nobody.js", "Sec-Fetch-Dest: script", initiator="https://pop.test")
    pop = {"session": "pop", "frame": "pop", "documentURL": "https://pop.test/"}
    cdp.asks("0", "https://site.test/", "Document")
    cdp.asks("1", "https://pop.test/", "Document", **pop)
    cdp.asks("2", "https://t.test/late.js", "Script", timestamp=OFFSET_MS / 1000 + 1.6, **pop)
    classes = {row.url: (row.wire_class, row.target) for row in build(text, tmp_path, cdp)[0]}
    assert classes["https://t.test/early.js"] == ("popup-start", "popup")
    assert classes["https://t.test/nobody.js"][0] == "unexplained"


def test_a_window_that_opens_again_is_not_taken_for_the_one_that_closed(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    sent(text, "https://pop.test/", kind="main frame")
    cdp.asks("0", "https://site.test/", "Document")
    for session, at in (("old", 0), ("new", 5_000)):
        cdp.targets[session] = Target(session, "page", "https://pop.test/", "main", None, OFFSET_MS + at)
        pop = {"session": session, "frame": session, "documentURL": "https://pop.test/"}
        for number, seconds in ((session, at / 1000), (session + "2", at / 1000 + 1)):
            kind = "Document" if number == session else "Fetch"
            url = "https://pop.test/" if number == session else f"https://t.test/{number}"
            cdp.asks(number, url, kind, loaderId=session, timestamp=OFFSET_MS / 1000 + seconds, **pop)
    cdp.targets["old"].detached_unix_ms = OFFSET_MS + 4_000
    for now, name in ((4_500, "bye"), (5_500, "hello")):
        text.now = now
        sent(text, f"https://t.test/{name}", "Sec-Fetch-Dest: image", initiator="https://pop.test")
    classes = {row.url.rpartition("/")[2]: row.wire_class for row in build(text, tmp_path, cdp)[0]}
    assert (classes["bye"], classes["hello"]) == ("unload-beacon", "popup-start")


def test_a_worker_that_begins_is_not_taken_for_a_document_that_may_be_there_still(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.targets["w"] = Target("w", "shared_worker", "https://site.test/w.js", None, None, OFFSET_MS + 3_000)
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.stopped_unix_ms = OFFSET_MS + 6_000
    text.now = 2_900
    sent(text, "https://t.test/put", "Sec-Fetch-Dest: empty", method="PUT")
    row = next(row for row in build(text, tmp_path, cdp)[0] if row.method == "PUT")
    assert (row.wire_class, row.target) == ("worker-start", "shared-worker")


@pytest.mark.parametrize(
    ("headers", "more"),
    [("Sec-Fetch-Dest: image", {}), ("Sec-Fetch-Dest: empty", {"method": "POST", "flags": BEACON})],
    ids=["an image", "a beacon"],
)
def test_no_worker_asks_for_what_only_documents_can(headers: str, more: dict[str, Any], tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.targets["w"] = Target("w", "shared_worker", "https://site.test/w.js", None, None, OFFSET_MS + 3_000)
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.stopped_unix_ms = OFFSET_MS + 6_000
    text.now = 2_900
    sent(text, "https://t.test/bye", headers, **more)
    row = next(row for row in build(text, tmp_path, cdp)[0] if row.url == "https://t.test/bye")
    assert (row.wire_class, row.target) == ("unload-beacon", "page")


def test_a_frame_goes_with_its_page(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    frame = {"frame": "inner", "documentURL": "https://f.test/"}
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.asks("2", "https://f.test/", "Document", loaderId="2", **frame)
    for number, seconds in (("3", 2.0), ("4", 2.1)):
        kind = "Document" if number == "3" else "Image"
        cdp.asks(number, f"https://site.test/{number}", kind, loaderId="3", timestamp=OFFSET_MS / 1000 + seconds)
    cdp.stopped_unix_ms = OFFSET_MS + 60_000
    for text.now, name in ((2_200, "bye"), (30_000, "nobody")):
        sent(text, f"https://t.test/{name}", "Sec-Fetch-Dest: empty", initiator="https://f.test")
    classes = {row.url.rpartition("/")[2]: row.wire_class for row in build(text, tmp_path, cdp)[0]}
    assert (classes["bye"], classes["nobody"]) == ("unload-beacon", "unexplained")


def test_a_worker_that_begins_anew_is_not_taken_for_the_document_that_left(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    sent(text, "https://site.test/w.js")
    for session, at in (("old", 500), ("new", 5_000)):
        url = "https://site.test/w.js"
        cdp.targets[session] = Target(session, "shared_worker", url, None, None, OFFSET_MS + at)
    cdp.targets["pop"] = Target("pop", "page", "https://site.test/", "main", None, OFFSET_MS)
    cdp.targets["pop"].detached_unix_ms = OFFSET_MS + 4_000
    pop = {"session": "pop", "frame": "pop", "loaderId": "pop"}
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.asks("pop", "https://site.test/", "Document", **pop)
    text.now = 5_500
    sent(text, "https://t.test/put", "Sec-Fetch-Dest: empty", method="PUT")
    row = next(row for row in build(text, tmp_path, cdp)[0] if row.method == "PUT")
    assert (row.wire_class, row.target) == ("worker-start", "shared-worker")


@pytest.mark.parametrize(
    ("site", "told"),
    [
        ("site=null; schemefully_same=false", ("worker-start", "shared-worker")),
        ("site=null; schemefully_same=true", ("unload-beacon", "frame")),
    ],
    ids=["no site at all", "a site inside another"],
)
@pytest.mark.parametrize("attached_ms", [2_500, 3_500], ids=["told of before", "told of after"])
def test_a_frames_shared_worker_and_the_frame_that_left(
    site: str, told: tuple[str, str], attached_ms: int, tmp_path: Path
) -> None:
    """Both of one origin and at one time; only the site for cookies tells them apart."""
    text, cdp = NetLogText(), Cdp()
    sent(text, "https://f.test/w.js")
    url = "https://f.test/w.js"
    cdp.targets["w"] = Target("w", "shared_worker", url, None, None, OFFSET_MS + attached_ms)
    frame = {"frame": "inner", "documentURL": "https://f.test/"}
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    cdp.asks("2", "https://f.test/", "Document", loaderId="2", timestamp=OFFSET_MS / 1000 + 2, **frame)
    for number, seconds in (("3", 2.2), ("4", 2.3)):
        kind = "Document" if number == "3" else "Image"
        cdp.asks(number, f"https://site.test/{number}", kind, loaderId="3", timestamp=OFFSET_MS / 1000 + seconds)
    cdp.stopped_unix_ms = OFFSET_MS + 60_000
    text.now = 3_000
    sent(text, "https://t.test/x", "Sec-Fetch-Dest: empty", initiator="https://f.test", method="PUT", site=site)
    row = next(row for row in build(text, tmp_path, cdp)[0] if row.method == "PUT")
    assert (row.wire_class, row.target) == told


def test_two_windows_of_one_address_may_begin_together(tmp_path: Path) -> None:
    """The second was asked for before the first was told of."""
    text, cdp = NetLogText(), Cdp()
    for text.now in (100, 200):
        sent(text, "https://pop.test/")
    for session, at in (("one", 300), ("two", 2_500)):
        url = "https://pop.test/"
        cdp.targets[session] = Target(session, "page", url, "main", None, OFFSET_MS + at)
    text.now = 1_400
    sent(text, "https://t.test/first.js", "Sec-Fetch-Dest: script", initiator="https://pop.test")
    cdp.asks("1", "https://site.test/", "Document", loaderId="1")
    for session, seconds in (("one", 0.35), ("two", 2.6)):
        more = {"session": session, "frame": session, "documentURL": "https://pop.test/"}
        cdp.asks(session, f"https://t.test/{session}", "Fetch", timestamp=OFFSET_MS / 1000 + seconds, **more)
    row = next(row for row in build(text, tmp_path, cdp)[0] if row.url == "https://t.test/first.js")
    assert (row.wire_class, row.target) == ("popup-start", "popup")


def test_the_first_requests_of_a_worker_are_not_a_worklets(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    for session, kind, at in (("a", "worklet", 100), ("b", "shared_worker", 900)):
        cdp.targets[session] = Target(session, kind, f"https://site.test/{session}.js", None, None, OFFSET_MS + at)
    text.now = 150
    sent(text, "https://t.test/imported.js", "Sec-Fetch-Dest: script")
    [row] = build(text, tmp_path, cdp)[0]
    assert (row.wire_class, row.target) == ("worker-start", "shared-worker")


def test_what_was_sent_and_given_up_has_an_error_and_no_status(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    given_up = text.start("https://t.test/1")
    text.send(given_up)
    text.event("CANCELLED", given_up)
    answered = sent(text, "https://t.test/2")
    text.event("CANCELLED", answered)
    rows = build(text, tmp_path, cdp)[0]
    assert [(row.on_wire, row.status, row.error) for row in sorted(rows, key=lambda row: row.url)] == [
        (True, None, "net::ERR_ABORTED"),
        (True, 200, None),
    ]


def test_the_answer_to_a_second_sending_is_not_told_of_the_first(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    source = text.start("https://t.test/p")
    text.send(source)
    text.send(source)
    text.answer(source)
    cdp.asks("1", "https://t.test/p")
    cdp.answers("1")
    rows = build(text, tmp_path, cdp)[0]
    assert [(row.wire_class, row.status) for row in rows] == [(None, None), ("sent-again", 200)]
