from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.collectors import netlog
from crawler.collectors.netlog_records import Hop
from crawler.collectors.wire_body import KEPT_BYTES, Body, Budget
from crawler.collectors.wire_http1 import Http1Sender
from crawler.collectors.wire_http2 import PREFACE, Http2Sender
from crawler.collectors.wire_websocket import WebSocketSender
from tests.collectors.netlog_text import NetLogText


def http1(path: str, body: bytes, *headers: str, host: str = "a.test") -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def posted(text: NetLogText, path: str, socket: int, *, scheme: str = "https") -> int:
    source = text.start(f"{scheme}://a.test{path}", "POST")
    text.socket(source, socket)
    text.send(source, "Host: a.test", method="POST", path=path)
    return source


def bodies(text: NetLogText, folder: Path) -> list[tuple[str, bytes | None]]:
    return [(hop.url, kept(hop)) for hop in netlog.read(text.write(folder)).hops]


def kept(hop: Hop) -> bytes | None:
    return None if hop.body is None else hop.body.kept


def test_requests_one_after_the_other_on_one_connection(tmp_path: Path) -> None:
    text = NetLogText()
    posted(text, "/1", 7)
    text.bytes(7, http1("/1", b"first", "Content-Length: 5"))
    posted(text, "/2", 7)
    text.bytes(7, http1("/2", b"", "Content-Length: 6")[:20])
    text.bytes(7, http1("/2", b"", "Content-Length: 6")[20:] + b"sec")
    text.bytes(7, b"ond")
    assert bodies(text, tmp_path) == [("https://a.test/1", b"first"), ("https://a.test/2", b"second")]


def test_equal_urls_on_two_connections_get_their_own_bodies(tmp_path: Path) -> None:
    text = NetLogText()
    posted(text, "/same", 7)
    posted(text, "/same", 8)
    text.bytes(8, http1("/same", b"of eight", "Content-Length: 8"))
    text.bytes(7, http1("/same", b"of seven", "Content-Length: 8"))
    assert [body for _, body in bodies(text, tmp_path)] == [b"of seven", b"of eight"]


def test_a_chunked_body(tmp_path: Path) -> None:
    text = NetLogText()
    posted(text, "/", 7)
    text.bytes(7, http1("/", b"5;x=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n", "Transfer-Encoding: chunked"))
    posted(text, "/next", 7)
    text.bytes(7, http1("/next", b"ok", "Content-Length: 2"))
    assert [body for _, body in bodies(text, tmp_path)] == [b"hello!", b"ok"]


def test_a_request_sent_again_on_a_new_connection_counts_once(tmp_path: Path) -> None:
    text = NetLogText()
    source = posted(text, "/", 7)
    text.bytes(7, http1("/", b"par", "Content-Length: 7"))
    text.socket(source, 8, job=555)
    text.send(source, "Host: a.test", method="POST")
    text.bytes(8, http1("/", b"payload", "Content-Length: 7"))
    [hop] = netlog.read(text.write(tmp_path)).hops
    assert (kept(hop), hop.sends) == (b"payload", 2)


def test_plain_connections_are_read_and_tls_ciphertext_is_not(tmp_path: Path) -> None:
    text = NetLogText()
    posted(text, "/plain", 7, scheme="http")
    text.bytes(7, http1("/plain", b"seen", "Content-Length: 4"), tls=False)
    posted(text, "/tls", 8)
    text.bytes(8, b"\x16\x03\x01\x02\x00 hello", tls=False)
    text.bytes(8, http1("/tls", b"also", "Content-Length: 4"))
    text.bytes(8, http1("/fake", b"ciphertext", "Content-Length: 10"), tls=False)
    log = netlog.read(text.write(tmp_path))
    assert [kept(hop) for hop in log.hops] == [b"seen", b"also"]
    assert log.unbound_bodies == 0


def test_without_source_dependencies_the_url_decides(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://a.test/x?y=1#z", "POST")
    text.send(source, "Host: a.test", method="POST", path="/x?y=1")
    text.bytes(9, http1("/x?y=1", b"found", "Content-Length: 5"))
    text.bytes(9, http1("/nobody", b"lost", "Content-Length: 4"))
    log = netlog.read(text.write(tmp_path))
    assert [kept(hop) for hop in log.hops] == [b"found"]
    assert log.unbound_bodies == 1


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def stream(text: NetLogText, session: int, number: int, source: int, *headers: str) -> None:
    params = {"headers": list(headers), "source_dependency": {"id": source, "type": 1}, "stream_id": number}
    text.event("HTTP2_SESSION_SEND_HEADERS", session, params)


def test_http2_streams_with_padding_and_other_frames_between(tmp_path: Path) -> None:
    text = NetLogText()
    text.event("HTTP2_SESSION_INITIALIZED", 50, {"source_dependency": {"id": 7, "type": 1}})
    text.bytes(7, PREFACE[:10])
    text.bytes(7, PREFACE[10:] + frame(4, 0, 0, b"\0" * 6))
    one, two = text.start("https://a.test/1", "POST"), text.start("https://a.test/2", "POST")
    text.event("HTTP_STREAM_REQUEST_BOUND_TO_JOB", one, {"source_dependency": {"id": 900, "type": 1}})
    stream(text, 50, 1, 900, ":method: POST")  # Through a job.
    stream(text, 50, 3, two, ":method: POST")  # The request itself.
    padded = bytes([4]) + b"pad" + b"\0" * 4
    data = frame(1, 4, 1, b"hpack") + frame(9, 4, 1, b"continued")
    data += frame(0, 0, 1, b"a") + frame(0, 8, 3, padded) + frame(8, 0, 0, b"\0\0\0\1") + frame(0, 1, 1, b"b")
    for at in range(0, len(data), 7):
        text.bytes(7, data[at : at + 7])
    assert [body for _, body in bodies(text, tmp_path)] == [b"ab", b"pad"]


def ws_frame(payload: bytes, first: int = 0x81, mask: bytes = b"\1\2\3\4") -> bytes:
    length = len(payload)
    size = bytes([128 | length]) if length < 126 else bytes([128 | 126]) + length.to_bytes(2, "big")
    return bytes([first]) + size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def deflated(payload: bytes, state: zlib._Compress) -> bytes:
    return (state.compress(payload) + state.flush(zlib.Z_SYNC_FLUSH))[:-4]


def messages(data: bytes, step: int = 1 << 20) -> tuple[bytes, WebSocketSender]:
    sender = WebSocketSender(Body(Budget()))
    for at in range(0, len(data), step):
        sender.feed(data[at : at + step])
    return sender.body.kept, sender


def test_websocket_messages_fragmented_masked_and_compressed() -> None:
    state = zlib.compressobj(wbits=-15)
    data = ws_frame(b"hel", 0x01) + ws_frame(b"ping", 0x89) + ws_frame(b"lo", 0x80)
    data += ws_frame(deflated(b"again again", state), 0xC1) + ws_frame(deflated(b"again again", state), 0xC1)
    for step in (1, 3, 1000):
        kept, sender = messages(data, step)
        assert kept == b"hello\nagain again\nagain again"
        assert sender.body.total == 5 + 11 + 11
        assert not sender.broken


def test_binary_websocket_messages_do_not_spoil_the_text_ones() -> None:
    kept, sender = messages(ws_frame(b"text") + ws_frame(b"\0\xff", 0x82) + ws_frame(b"words", 0x82))
    assert kept == b"text\nbase64:AP8=\nwords"
    assert sender.body.total == 4 + 2 + 5


def test_a_compression_bomb_is_counted_but_not_kept() -> None:
    state = zlib.compressobj(9, wbits=-15)
    kept, sender = messages(ws_frame(deflated(b"\0" * (20 << 20), state)[: 1 << 15], 0xC1))
    assert sender.body.total > 10 << 20
    assert len(kept) <= KEPT_BYTES


def test_a_websocket_on_http1_gets_its_messages(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("wss://a.test/ws")
    text.socket(source, 7)
    text.send(source, "Host: a.test", "Upgrade: websocket", path="/ws")
    text.bytes(7, b"GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n\r\n")
    text.bytes(7, ws_frame(b"out"))
    assert bodies(text, tmp_path) == [("wss://a.test/ws", b"out")]


def test_a_refused_upgrade_leaves_the_connection_to_http(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("wss://a.test/ws")
    text.socket(source, 7)
    text.send(source, "Host: a.test", "Upgrade: websocket", path="/ws")
    text.bytes(7, b"GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n\r\n")
    posted(text, "/then", 7)
    text.bytes(7, http1("/then", b"body", "Content-Length: 4"))
    assert bodies(text, tmp_path) == [("wss://a.test/ws", b""), ("https://a.test/then", b"body")]


def test_a_large_body_is_bounded_and_its_size_is_true(tmp_path: Path) -> None:
    text = NetLogText()
    posted(text, "/", 7)
    size = KEPT_BYTES + 12345
    text.bytes(7, http1("/", b"z" * size, f"Content-Length: {size}"))
    [hop] = netlog.read(text.write(tmp_path)).hops
    assert hop.body is not None
    assert (hop.body.total, len(hop.body.kept)) == (size, KEPT_BYTES)


def test_all_bodies_together_are_bounded() -> None:
    budget = Budget(10)
    one, two = Body(budget), Body(budget)
    one.feed(b"12345678")
    two.feed(b"12345678")
    assert (one.kept, two.kept, two.total) == (b"12345678", b"12", 8)


@given(st.lists(st.binary(max_size=60), max_size=20))
@settings(deadline=None)
def test_senders_never_raise(pieces: list[bytes]) -> None:
    body = Body(Budget())
    one = Http1Sender(lambda method, target, headers: body)
    two = Http2Sender(lambda number: body)
    three = WebSocketSender(body)
    two.feed(PREFACE)
    for piece in pieces:
        one.feed(piece)
        two.feed(piece)
        three.feed(piece)
    assert body.total <= sum(map(len, pieces)) * 3 + (64 << 20)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.integers(1, 50))
@settings(deadline=None)
def test_http1_in_any_portions_gives_the_same_bodies(contents: list[bytes], step: int) -> None:
    found: list[Body] = []

    def on_request(method: str, target: str, headers: object) -> Body:
        found.append(Body(Budget()))
        return found[-1]

    sender = Http1Sender(on_request)
    data = b"".join(http1("/", content, f"Content-Length: {len(content)}") for content in contents)
    for at in range(0, len(data), step):
        sender.feed(data[at : at + step])
    assert [body.kept for body in found] == contents


@pytest.mark.parametrize("head", [b"GET\r\n\r\n", b"\x05\x01\x00", b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\nxx"])
def test_what_is_not_http_is_given_up(head: bytes) -> None:
    body = Body(Budget())
    sender = Http1Sender(lambda method, target, headers: body)
    sender.feed(head + b"\r\n\r\n" * 3)
    assert sender.broken
    assert body.total == 0
