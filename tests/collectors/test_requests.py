from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.bundle.redact import Redactor
from crawler.collectors import cookies, netlog, requests
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import Target
from crawler.collectors.visit_clock import VisitClock
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, Reconciliation, Request
from tests.collectors.netlog_text import OFFSET_MS, NetLogText
from tests.collectors.test_wire import http1

KEY = VisitKey("001-gpc-1", "https://site.test/", Arm.GPC, 1, OFFSET_MS)
NOBODY = "not an origin"


class Cdp(CdpRecorder):
    """Fed by hand with the events of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.records.clock = VisitClock(offset_ms=0)
        self.targets["page"] = Target("main", "page", "https://site.test/", None, None, OFFSET_MS)

    def asks(self, number: str, url: str, kind: str = "Image", session: str = "page", **more: Any) -> None:
        """A target reports a request."""
        params = {
            "requestId": number,
            "request": {"url": url, "method": more.pop("method", "GET")},
            "type": kind,
            "initiator": more.pop("initiator", {"type": "parser", "url": "https://site.test/", "lineNumber": 4}),
            "timestamp": OFFSET_MS / 1000,
            "documentURL": "https://site.test/",
            "frameId": more.pop("frame", "main"),
        }
        self.records.event(session, "Network.requestWillBeSent", params | more)

    def answers(self, number: str, **response: Any) -> None:
        """The response headers of a request."""
        self.records.event(
            "page", "Network.responseReceived", {"requestId": number, "response": {"status": 200} | response}
        )


def build(
    text: NetLogText, folder: Path, cdp: CdpRecorder | None = None, secrets: Any = ()
) -> tuple[list[Request], Reconciliation]:
    return requests.build(netlog.read(text.write(folder)), cdp or Cdp(), KEY, Redactor(b"k"), secrets)


def sent(text: NetLogText, url: str, *headers: str, **more: Any) -> int:
    source = text.start(url, **more)
    text.send(source, *headers, method=more.get("method", "GET"))
    text.answer(source)
    return source


def test_both_recorders_make_one_row(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    sent(text, "https://t.test/p#frag", "Sec-GPC: 1", "Cookie: a=12345678; b=2")
    cdp.asks("1", "https://t.test/p")
    [row], found = build(text, tmp_path, cdp)
    assert (row.seen_by, row.url, row.target, row.sec_gpc) == ("both", "https://t.test/p", "page", True)
    assert (row.initiator.line, row.cookies_sent) == (5, ("a", "b"))
    assert "12345678" not in row.headers["cookie"]
    assert (found.matched, found.wire_only, found.cdp_only, found.unexplained) == (1, {}, {}, ())


def test_what_came_from_a_cache_does_not_take_a_request_that_was_sent(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.asks("1", "https://t.test/p", initiator={"type": "script", "url": "https://cached.test/"})
    cdp.records.event("page", "Network.requestServedFromCache", {"requestId": "1"})
    cdp.asks("2", "https://t.test/p", initiator={"type": "script", "url": "https://sender.test/"})
    sent(text, "https://t.test/p")
    rows, found = build(text, tmp_path, cdp)
    assert [(row.on_wire, row.initiator.url) for row in rows if row.on_wire] == [(True, "https://sender.test/")]
    assert (found.matched, found.cdp_only) == (1, {"cache": 1})


@pytest.mark.parametrize(
    ("headers", "more", "wire_class"),
    [
        ((), {"initiator": NOBODY, "annotation": 54845618}, "own-traffic"),
        ((), {"initiator": NOBODY, "annotation": 109891200, "method": "POST"}, "report"),
        ((), {"initiator": NOBODY, "annotation": 116443055}, "download"),
        ((), {"initiator": NOBODY, "annotation": 112189210}, "favicon"),
        ((), {"annotation": 78769907, "initiator": NOBODY}, "speculation"),
        (("Sec-Fetch-Dest: webidentity",), {"initiator": NOBODY}, "fedcm"),
        (("Access-Control-Request-Method: PUT",), {"method": "OPTIONS"}, "preflight"),
        (("Sec-Fetch-Dest: serviceworker",), {}, "worker-script"),
        (("Service-Worker: script", "Sec-Fetch-Dest: serviceworker"), {"annotation": 130931413}, "worker-script"),
        (("Sec-Fetch-Dest: script",), {"annotation": 130931413}, "worker-update"),
        (("Sec-Fetch-Dest: script",), {}, "unexplained"),
        (("Sec-Fetch-Dest: document",), {"kind": "main frame"}, "popup-start"),
    ],
)
def test_why_only_the_network_log_has_it(
    tmp_path: Path, headers: tuple[str, ...], more: dict[str, Any], wire_class: str
) -> None:
    text = NetLogText()
    sent(text, "https://t.test/", *headers, **more)
    [row], found = build(text, tmp_path)
    assert (row.wire_class, row.seen_by, row.on_wire) == (wire_class, "netlog", True)
    assert row.own_traffic is (wire_class == "own-traffic")
    assert found.wire_only == {wire_class: 1}
    assert bool(found.unexplained) is (wire_class == "unexplained")


def test_a_beacon_counts_as_of_the_unload_only_when_something_was_left(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    text.now = 10_000
    sent(text, "https://t.test/bye", "Sec-Fetch-Dest: empty", method="POST")
    cdp.asks("1", "https://site.test/", "Document", loaderId="first")

    def bye() -> str | None:
        return next(row.wire_class for row in build(text, tmp_path, cdp)[0] if row.url == "https://t.test/bye")

    assert bye() == "unexplained"
    cdp.stopped_unix_ms = OFFSET_MS + 10_200
    assert bye() == "unload-beacon"


@pytest.mark.parametrize(
    ("failure", "wire_class"),
    [
        ({"errorText": "net::ERR_BLOCKED_BY_CLIENT", "blockedReason": "csp"}, "blocked"),
        ({"errorText": "net::ERR_ABORTED"}, "aborted"),
        (None, "pending"),
    ],
)
def test_why_only_cdp_has_it(tmp_path: Path, failure: dict[str, str] | None, wire_class: str) -> None:
    cdp = Cdp()
    cdp.asks("1", "https://t.test/p")
    if failure:
        cdp.records.event("page", "Network.loadingFailed", {"requestId": "1"} | failure)
    [row], found = build(NetLogText(), tmp_path, cdp)
    assert (row.on_wire, row.seen_by, row.wire_class) == (False, "cdp", wire_class)
    assert found.cdp_only == {wire_class: 1}


def test_an_answer_that_no_wire_carried_is_unexplained(tmp_path: Path) -> None:
    cdp = Cdp()
    cdp.asks("1", "https://t.test/p")
    cdp.answers("1")
    _, found = build(NetLogText(), tmp_path, cdp)
    assert found.unexplained == ("GET https://t.test/p",)


def test_data_urls_are_no_requests(tmp_path: Path) -> None:
    cdp = Cdp()
    cdp.asks("1", "data:image/gif;base64,AAAA")
    cdp.asks("2", "blob:https://site.test/1")
    assert build(NetLogText(), tmp_path, cdp)[0] == []
    assert cdp.in_flight() == 0


def test_what_the_browser_wants_for_itself_is_not_the_sites_unless_a_page_reported_it(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    sent(text, "https://t.test/", initiator=NOBODY, annotation=54845618)
    cdp.asks("1", "https://t.test/")
    assert not build(text, tmp_path, cdp)[0][0].own_traffic
    assert build(text, tmp_path)[0][0].own_traffic


def test_a_component_that_nobody_knows_is_not_the_browsers_own(tmp_path: Path) -> None:
    text = NetLogText()
    sent(text, "https://t.test/", initiator=NOBODY, annotation=1)
    [row], found = build(text, tmp_path)
    assert not row.own_traffic and found.unexplained == ("GET https://t.test/",)


def test_secrets_leave_urls_and_bodies_but_the_host_and_the_endpoint_stay(tmp_path: Path) -> None:
    text = NetLogText()
    secret = "id-1234567890"
    source = text.start(f"https://t.test/collect?uid={secret}&mail=jane%40a.test&t.test", "POST")
    text.socket(source, 7)
    text.send(source, f"Referer: https://site.test/?s={secret}", "Authorization: Bearer abc", method="POST")
    body = f"v={secret}".encode()
    text.bytes(7, http1("/collect", body, f"Content-Length: {len(body)}", host="t.test"))
    [row], _ = build(text, tmp_path, secrets={secret: ("uid", "https://site.test"), "t.test12": ("h", "site.test")})
    assert secret not in repr(row) and "jane" not in repr(row) and "Bearer" not in repr(row)
    assert row.url.startswith("https://t.test/collect?uid=[redacted:")
    assert {found.where for found in row.identifiers} >= {"url"}


def test_a_site_cannot_hide_a_tracker_behind_its_cookies(tmp_path: Path) -> None:
    text = NetLogText()
    for value in ("https://t.test/collect", "t.test/collect", "t.test:443", "/collect/v2", "collect?v=2&tid=G-1234567"):
        text.added("trick", "site.test", value)
    url = "https://t.test/collect/v2?v=2&tid=G-1234567"
    sent(text, url)
    assert build(text, tmp_path)[0][0].url == url


def test_a_consent_state_stays_readable(tmp_path: Path) -> None:
    text = NetLogText()
    gpp = "DBABLA~BVQqAAAAAgA.QA123456"
    text.added("OTGPPConsent", "site.test", gpp)
    sent(text, f"https://t.test/c?gpp={gpp}")
    assert build(text, tmp_path)[0][0].url.endswith(gpp)


def test_binary_bodies_are_kept_and_secrets_in_them_blanked(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://t.test/", "POST")
    text.socket(source, 7)
    text.send(source, method="POST")
    text.bytes(7, http1("/", b"\x00id-1234567890\xff", "Content-Length: 15", host="t.test"))
    [row], _ = build(text, tmp_path, secrets=["id-1234567890"])
    assert row.body == "base64:ACoqKioqKioqKioqKir/"
    assert row.body_bytes == 15


def test_frames_popups_and_workers_are_told_apart(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    cdp.targets["pop"] = Target("pop", "page", "", "main", None, 0)
    cdp.targets["oopif"] = Target("f", "iframe", "", None, "page", 0)
    cdp.targets["sw"] = Target("w", "shared_worker", "", None, None, 0)
    cdp.targets["wl"] = Target("w", "auction_worklet", "", None, None, 0)
    cdp.asks("0", "https://site.test/", "Document")
    cdp.asks("1", "https://site.test/1", frame="inner")
    cdp.asks("2", "https://site.test/2", session="pop", frame="pop")
    for number, session in enumerate(("oopif", "sw", "wl"), 3):
        cdp.asks(str(number), f"https://site.test/{number}", session=session)
    cdp.asks("6", "https://site.test/6", session="pop", frame="inner")
    rows, _ = build(text, tmp_path, cdp)
    assert [row.target for row in sorted(rows, key=lambda row: row.url)] == [
        "page", "frame", "popup", "frame", "shared-worker", "worklet", "frame"
    ]  # fmt: skip


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_and_hostile_logs_never_raise(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    text = NetLogText()
    words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    for _ in range(3):
        url = data.draw(st.sampled_from(["https://[::1]:80/x", "https://[", "wss://t.test", "//", ""])) + data.draw(
            words
        )
        source = text.start(url, data.draw(words), initiator=data.draw(words), kind="main frame")
        text.send(source, *data.draw(st.lists(words, max_size=4)), "Cookie: " + data.draw(words))
        text.answer(source, *data.draw(st.lists(words, max_size=3)), "Set-Cookie: " + data.draw(words))
        text.stored(source, data.draw(words), data.draw(words), data.draw(words))
        text.refused(source)
    raw = bytearray(text.text())
    start = raw.index(b'"events"')
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(start, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    path = tmp_path_factory.getbasetemp() / "hostile.json"
    path.write_bytes(bytes(raw))
    log, cdp = netlog.read(path), Cdp()
    for number, hop in enumerate(log.hops):
        cdp.asks(str(number), "https://" + hop.url, initiator={"type": "script", "url": hop.url})
    rows, found = requests.build(log, cdp, KEY, Redactor(b"k"), [data.draw(words)])
    assert len(rows) >= len(log.hops)
    assert found.matched + sum(found.wire_only.values()) == len(log.hops)
    assert len(cookies.build([], log, cdp, KEY, Redactor(b"k"))) <= 100


def test_hostile_sizes(tmp_path: Path) -> None:
    text, cdp = NetLogText(), Cdp()
    url = "https://t.test/?" + "%" * 1_000_000
    sent(text, url)
    cdp.asks("1", url)
    [row], found = build(text, tmp_path, cdp)
    assert len(row.url) == 65_536
    assert found.matched == 1
