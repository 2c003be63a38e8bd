from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.collectors import netlog
from crawler.collectors.netlog.records import Hop
from crawler.collectors.netlog.wire.body import KEPT_BYTES, Body, Budget
from crawler.collectors.netlog.wire.http1 import Http1Sender, UpgradeAnswer
from crawler.collectors.netlog.wire.http2 import PREFACE, Http2Frames
from crawler.collectors.netlog.wire.websocket import WebSocketFrames
from tests.collectors.netlog_text import OFFSET_MS, NetLogText


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


def test_a_request_sent_again_on_a_new_connection_is_two_sendings(tmp_path: Path) -> None:
    text = NetLogText()
    source = posted(text, "/", 7)
    text.bytes(7, http1("/", b"par", "Content-Length: 7"))
    text.socket(source, 8, job=555)
    text.send(source, "Host: a.test", method="POST")
    text.bytes(8, http1("/", b"payload", "Content-Length: 7"))
    first, second = netlog.read(text.write(tmp_path)).hops
    assert (kept(first), first.sent_again) == (b"par", False)
    assert (kept(second), second.sent_again, second.position, second.url) == (b"payload", True, 1, first.url)


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
    bit = 128 if mask else 0
    size = bytes([bit | length]) if length < 126 else bytes([bit | 126]) + length.to_bytes(2, "big")
    return bytes([first]) + size + mask + bytes(byte ^ (mask or bytes(4))[at % 4] for at, byte in enumerate(payload))


def deflated(payload: bytes, state: zlib._Compress) -> bytes:
    return (state.compress(payload) + state.flush(zlib.Z_SYNC_FLUSH))[:-4]


Said = list[tuple[bytes, int, bool]]


def messages(data: bytes, step: int = 1 << 20) -> tuple[Said, WebSocketFrames]:
    found: Said = []
    frames = WebSocketFrames(lambda *message: found.append(message))
    for at in range(0, len(data), step):
        frames.feed(data[at : at + step])
    return found, frames


def test_websocket_messages_fragmented_masked_and_compressed() -> None:
    state = zlib.compressobj(wbits=-15)
    data = ws_frame(b"hel", 0x01) + ws_frame(b"ping", 0x89) + ws_frame(b"lo", 0x80)
    data += ws_frame(deflated(b"again again", state), 0xC1) + ws_frame(deflated(b"again again", state), 0xC1)
    for step in (1, 3, 1000):
        found, frames = messages(data, step)
        assert found == [(b"hello", 5, False), (b"again again", 11, False), (b"again again", 11, False)]
        assert not frames.broken


def test_binary_and_empty_websocket_messages_are_told_apart() -> None:
    found, _ = messages(ws_frame(b"text") + ws_frame(b"\0\xff", 0x82) + ws_frame(b"") + ws_frame(b"words", 0x82))
    assert found == [(b"text", 4, False), (b"\0\xff", 2, True), (b"", 0, False), (b"words", 5, True)]


def test_a_compression_bomb_is_counted_but_not_kept() -> None:
    state = zlib.compressobj(9, wbits=-15)
    [(kept, size, _)], _ = messages(ws_frame(deflated(b"\0" * (20 << 20), state)[: 1 << 15], 0xC1))
    assert size > 10 << 20
    assert len(kept) <= KEPT_BYTES


def said(hop: Hop) -> list[tuple[bool, bytes | None]]:
    return [(message.sent, message.data) for message in hop.messages]


def websocket(text: NetLogText, answer: bytes) -> int:
    source = text.start("wss://a.test/ws")
    text.socket(source, 7)
    text.send(source, "Host: a.test", "Upgrade: websocket", path="/ws")
    text.bytes(7, b"GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n\r\n")
    text.bytes(7, answer, received=True)
    return source


def test_a_websocket_on_http1_gets_its_messages_both_ways(tmp_path: Path) -> None:
    text = NetLogText()
    websocket(text, b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n" + ws_frame(b"in ", 0x01, b"")[:2])
    text.now = 40
    text.bytes(7, ws_frame(b"out"))
    text.now = 70
    text.bytes(7, ws_frame(b"in ", 0x01, b"")[2:] + ws_frame(b"two", 0x80, b""), received=True)
    [hop] = netlog.read(text.write(tmp_path), OFFSET_MS).hops
    assert said(hop) == [(True, b"out"), (False, b"in two")]
    assert [message.unix_ms - OFFSET_MS for message in hop.messages] == [40, 70]


def test_a_websocket_on_http2_gets_its_messages_both_ways(tmp_path: Path) -> None:
    text = NetLogText()
    text.event("HTTP2_SESSION_INITIALIZED", 50, {"source_dependency": {"id": 7, "type": 1}})
    text.bytes(7, frame(4, 0, 0, b"\0\3\0\0\0\x64" + b"\0\x08\0\0\0\1"), received=True)
    text.bytes(7, PREFACE)
    source = text.start("wss://a.test/ws")
    stream(text, 50, 1, source, ":method: CONNECT", ":protocol: websocket")
    text.bytes(7, frame(0, 0, 1, ws_frame(b"out")))
    other = frame(0, 0, 3, b"of another stream")
    data = (
        other
        + frame(0, 0, 1, ws_frame(b"back", mask=b"")[:3])
        + other
        + frame(0, 0, 1, ws_frame(b"back", mask=b"")[3:])
    )
    for at in range(0, len(data), 11):
        text.bytes(7, data[at : at + 11], received=True)
    log = netlog.read(text.write(tmp_path))
    assert said(log.hops[0]) == [(True, b"out"), (False, b"back")]
    assert log.complete


def test_bytes_received_where_no_websocket_can_be_are_not_looked_at(tmp_path: Path) -> None:
    text = NetLogText()
    text.event("HTTP2_SESSION_INITIALIZED", 50, {"source_dependency": {"id": 7, "type": 1}})
    text.bytes(7, frame(4, 0, 0, b"\0\3\0\0\0\x64"), received=True)
    text.lines.append(text.lines[-1].replace('"bytes":"', '"bytes":"!not base64!'))
    text.bytes(9, b"of a socket that nobody knows", received=True)
    text.lines.append(text.lines[-1].replace('"bytes":"', '"bytes":"!not base64!'))
    assert netlog.read(text.write(tmp_path)).complete
    source = text.start("wss://a.test/ws")
    stream(text, 50, 1, source, ":method: CONNECT", ":protocol: websocket")
    assert not netlog.read(text.write(tmp_path)).complete, "a WebSocket all the same: its messages are missing"


def test_what_follows_a_refused_upgrade_is_no_message() -> None:
    found: list[bytes | bytearray | memoryview] = []

    class Sink:
        def feed(self, data: bytes | bytearray | memoryview) -> None:
            found.append(bytes(data))

    refused, granted = UpgradeAnswer(Sink()), UpgradeAnswer(Sink())
    refused.feed(b"HTTP/1.1 403 Forbidden\r\n\r\n\x81\x02no")
    assert found == []
    for piece in (b"HTTP/1.1 103 Early", b" Hints\r\n\r\nHTTP/1.1 101 S\r\n", b"\r\n\x81", b"\x02ok"):
        granted.feed(piece)
    assert b"".join(found) == b"\x81\x02ok"


def test_a_refused_upgrade_leaves_the_connection_to_http(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("wss://a.test/ws")
    text.socket(source, 7)
    text.send(source, "Host: a.test", "Upgrade: websocket", path="/ws")
    text.bytes(7, b"GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n\r\n")
    posted(text, "/then", 7)
    text.bytes(7, http1("/then", b"body", "Content-Length: 4"))
    text.bytes(7, b"HTTP/1.1 403 No\r\n\r\n\x81\x02no", received=True)
    assert bodies(text, tmp_path) == [("wss://a.test/ws", b""), ("https://a.test/then", b"body")]
    assert netlog.read(text.write(tmp_path)).hops[0].messages == []


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
    two = Http2Frames(lambda number: body, client=True)
    three = WebSocketFrames(lambda data, size, binary: None)
    four, five = Http2Frames(lambda number: body, client=False), UpgradeAnswer(three)
    two.feed(PREFACE)
    for piece in pieces:
        one.feed(piece)
        two.feed(piece)
        three.feed(piece)
        four.feed(piece)
        five.feed(piece)
    assert body.total <= sum(map(len, pieces)) * 4 + (64 << 20)


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
