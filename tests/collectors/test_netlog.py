from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.collectors import netlog
from crawler.collectors.netlog import requests as netlog_requests
from crawler.collectors.netlog.records import NetLog
from tests.collectors.netlog_text import BEGIN, END, OFFSET_MS, NetLogText


def read(text: NetLogText, folder: Path, **options: bool) -> NetLog:
    return netlog.read(text.write(folder, **options))


def test_a_hop_has_what_was_sent_and_what_came_back(tmp_path: Path) -> None:
    text = NetLogText()
    text.now = 250
    source = text.start("https://tracker.test/c?x=1#part", "POST", annotation=42)
    text.send(source, "Host: tracker.test", "Sec-GPC: 1", "Accept: a", "Accept: b")
    text.answer(source, "Content-Type: image/gif", "Set-Cookie: a=1", "Set-Cookie: b=2; Path=/", status=204)
    [hop] = read(text, tmp_path).hops
    assert (hop.method, hop.url, hop.initiator) == ("POST", "https://tracker.test/c?x=1#part", "https://site.test")
    assert hop.unix_ms == OFFSET_MS + 250
    assert hop.annotation == 42
    assert hop.request_headers == {"host": "tracker.test", "sec-gpc": "1", "accept": "a, b"}
    assert (hop.status, hop.response_headers["content-type"]) == (204, "image/gif")
    assert hop.set_cookie == ("a=1", "b=2; Path=/")


def test_each_redirect_is_a_hop_of_its_own(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://a.test/")
    text.send(source)
    text.answer(source, "Location: https://b.test/", "Set-Cookie: first=1", status=302)
    text.start("https://b.test/", source=source)
    text.send(source)
    text.answer(source, "Set-Cookie: second=2")
    one, two = read(text, tmp_path).hops
    assert (one.position, one.status, one.set_cookie) == (0, 302, ("first=1",))
    assert (two.position, two.status, two.set_cookie) == (1, 200, ("second=2",))


def test_http2_headers_come_without_pseudo_headers(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://a.test/")
    lines = [":method: GET", ":authority: a.test", ":scheme: https", ":path: /", "sec-gpc: 1"]
    text.event("HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS", source, {"headers": lines})
    text.event("HTTP_TRANSACTION_READ_RESPONSE_HEADERS", source, {"headers": ["HTTP/1.1 200", "x: y"]})
    [hop] = read(text, tmp_path).hops
    assert hop.request_headers == {"sec-gpc": "1"}
    assert hop.status == 200


def test_what_was_never_sent_has_no_headers_but_its_error(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://gone.test/")
    text.event("FAILED", source, {"net_error": -105})
    [hop] = read(text, tmp_path).hops
    assert hop.request_headers is None
    assert hop.error == "net::ERR_NAME_NOT_RESOLVED"


def test_cookie_decisions_and_changes_are_kept_in_their_order(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://a.test/")
    text.answer(source, "Set-Cookie: ok=1", "Set-Cookie: bad=2; Domain=b.test")
    text.stored(source, "ok", "a.test", "1")
    text.refused(source)
    text.event(
        "COOKIE_STORE_COOKIE_DELETED",
        4,
        {"name": "ok", "domain": "a.test", "path": "/", "value": "1", "deletion_cause": "expired_overwrite"},
    )
    log = read(text, tmp_path)
    stored, refused = log.hops[0].cookie_statuses
    assert (stored.name, stored.reasons) == ("ok", ())
    assert (refused.name, refused.reasons) == (None, ("EXCLUDE_DOMAIN_MISMATCH",))
    added, deleted = log.cookie_changes
    assert (added.added, added.name, added.value) == (True, "ok", "1")
    assert (deleted.added, deleted.cause) == (False, "expired_overwrite")
    assert log.hops[0].response_order < added.order < stored.order < deleted.order


def test_escaped_text_is_read_as_it_was(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://a.test/")
    text.answer(source, "%ESCAPED:\u200b Set-Cookie: n=%C3%A9%25; Path=/")
    text.added("%ESCAPED:\u200b n%C3%A9", "a.test", "100%25")
    log = read(text, tmp_path)
    assert log.hops[0].set_cookie == ("n=é%; Path=/",)
    assert log.cookie_changes[0].name == "né"
    assert log.cookie_changes[0].value == "100%25", "only marked strings are escaped"


def test_a_log_with_its_end_is_complete(tmp_path: Path) -> None:
    text = NetLogText()
    text.start("https://a.test/")
    log = read(text, tmp_path)
    assert log.complete
    assert (log.events, log.bad_lines) == (2, 0)


def test_the_browser_was_killed(tmp_path: Path) -> None:
    text = NetLogText()
    text.start("https://a.test/")
    log = read(text, tmp_path, complete=False)
    assert not log.complete
    assert len(log.hops) == 1, "what is there is still read"


@pytest.mark.parametrize("cut", [1, 5, 40, 120])
def test_a_line_cut_in_its_middle_makes_the_log_incomplete(tmp_path: Path, cut: int) -> None:
    text = NetLogText()
    text.start("https://a.test/")
    path = tmp_path / "n.json"
    path.write_bytes(text.text(complete=False)[: -2 - cut])
    log = netlog.read(path)
    assert not log.complete
    assert log.bad_lines == 1


def test_a_damaged_line_makes_the_log_incomplete_and_costs_only_itself(tmp_path: Path) -> None:
    text = NetLogText()
    text.start("https://a.test/1")
    text.lines.append('{"params":{"url":[]},"phase":1,"source":{"id":"x"},"time":"?","type":11}')
    text.start("https://a.test/2")
    log = read(text, tmp_path)
    assert [hop.url for hop in log.hops] == ["https://a.test/1", "https://a.test/2"]
    assert log.bad_lines == 1
    assert not log.complete


def test_no_file_is_an_incomplete_log(tmp_path: Path) -> None:
    log = netlog.read(tmp_path / "missing")
    assert not log.complete
    assert log.hops == []


def test_more_hops_than_the_limit_are_counted_and_make_it_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(netlog_requests, "MAX_HOPS", 3)
    text = NetLogText()
    for number in range(5):
        text.start(f"https://a.test/{number}")
    log = read(text, tmp_path)
    assert len(log.hops) == 3
    assert log.dropped == 2
    assert not log.complete


def test_events_of_no_interest_are_not_parsed(tmp_path: Path) -> None:
    text = NetLogText()
    text.start("https://a.test/")  # the first event tells when the log began
    text.event("SOCKET_BYTES_RECEIVED", 1, {"bytes": "x" * 50}, END)
    text.lines[-1] = text.lines[-1].replace("xxx", "\\q!", 1)
    text.start("https://a.test/")
    assert read(text, tmp_path).complete


def test_a_log_that_began_anew_does_not_cover_what_was_before(tmp_path: Path) -> None:
    text = NetLogText()
    text.now = 500
    text.start("https://a.test/")
    text.now = 900
    text.start("https://b.test/")
    log = read(text, tmp_path)
    assert log.complete and log.began_unix_ms == OFFSET_MS + 500
    log.must_cover(OFFSET_MS + 501)
    assert log.complete
    log.must_cover(OFFSET_MS + 499)
    assert log.flaw == "it began anew after the first requests"
    assert netlog.read(tmp_path / "missing").flaw == "it could not be read: No such file or directory"


def test_a_redirect_inside_the_stack_is_marked(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("http://a.test/")
    text.event("URL_REQUEST_REDIRECT_JOB", source, {"reason": "HSTS"}, BEGIN)
    text.start("https://a.test/", source=source)
    text.send(source)
    one, two = read(text, tmp_path).hops
    assert (one.internal_redirect, one.request_headers) == (True, None)
    assert (two.internal_redirect, two.position) == (False, 1)


@given(st.binary(max_size=4000))
@settings(max_examples=200, deadline=None)
def test_random_bytes_never_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "random.json"
    path.write_bytes(data)
    assert not netlog.read(path).complete


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_logs_never_raise(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    text = NetLogText()
    source = text.start("https://a.test/", "POST")
    text.socket(source, 7)
    text.send(source, "Host: a.test")
    text.bytes(7, b"POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 4\r\n\r\nbody")
    text.answer(source, "Set-Cookie: a=1")
    text.stored(source, "a", "a.test", "1")
    raw = bytearray(text.text())
    start = raw.index(b'"events"') if data.draw(st.booleans()) else 0
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(start, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(bytes(raw))
    log = netlog.read(path)
    assert len(log.hops) <= 2
