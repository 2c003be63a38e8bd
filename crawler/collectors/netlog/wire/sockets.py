"""Gives each hop of a NetLog the body that went over the wire, and its WebSocket messages both ways, from the bytes
that its sockets sent and received.

Needs a log of capture mode `Everything` from a browser without QUIC. Which request used which connection is read from
the log's own source dependencies (request -> stream job -> socket, HTTP/2 stream -> job), not guessed from URLs;
a URL is only the last resort. Received bytes are asked for only on connections that carry a WebSocket.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from crawler.collectors.addresses import bare
from crawler.collectors.netlog.events import Moment
from crawler.collectors.netlog.records import Hop, SocketMessage
from crawler.collectors.netlog.wire.body import Body, Budget
from crawler.collectors.netlog.wire.http1 import Http1Sender, Sink, UpgradeAnswer
from crawler.collectors.netlog.wire.http2 import PREFACE, Http2Frames
from crawler.collectors.netlog.wire.websocket import WebSocketFrames

MAX_MESSAGES = 50_000
"""WebSocket messages of one visit, both ways."""
KEPT_RECEIVED_BYTES = 64 << 10
"""Of one received message; of a sent one as of any body."""
KEPT_TOTAL_RECEIVED_BYTES = 16 << 20
_TLS_HANDSHAKE = b"\x16\x03"
_STUN_COOKIE = b"\x21\x12\xa4\x42"


class Wire:
    """Consumes the socket events of one log in their order."""

    def __init__(self, moment: Moment, on_stun: Callable[[int, bool], None] = lambda socket, secure: None) -> None:
        """`on_stun` is told of each socket that speaks STUN instead of HTTP, and whether that is over TLS."""
        self.dropped = 0
        """Messages beyond the limit, and connections whose messages could not be read."""
        self._moment = moment
        self._on_stun = on_stun
        self._budget = Budget()
        self._received_budget = Budget(KEPT_TOTAL_RECEIVED_BYTES)
        self._messages = 0
        self._request_of_job: dict[int, int] = {}
        self._socket_of_job: dict[int, int] = {}
        self._jobs_of_request: dict[int, int] = {}
        self._socket_of_session: dict[int, int] = {}
        self._waiting: dict[int, deque[Hop]] = {}
        self._senders: dict[int, Sink] = {}
        self._receivers: dict[int, Http2Frames | UpgradeAnswer] = {}
        self._streams: dict[tuple[int, int], Sink] = {}
        self._received_streams: dict[tuple[int, int], Sink] = {}
        self._websockets: list[WebSocketFrames] = []
        self._tls: set[int] = set()
        self._unbound: list[tuple[str, str, Body]] = []

    def bind_job(self, request: int, job: int) -> None:
        """A request will be sent by this stream job."""
        self._request_of_job[job] = request
        self._jobs_of_request[request] = job

    def bind_socket(self, job: int, socket: int) -> None:
        """A stream job was given this socket."""
        self._socket_of_job[job] = socket

    def bind_session(self, session: int, socket: int) -> None:
        """An HTTP/2 session speaks over this socket."""
        self._socket_of_session[session] = socket
        # Read until the first settings tell whether there can be WebSockets on it.
        self._receivers[socket] = Http2Frames(lambda stream: self._received_streams.get((socket, stream)), client=False)

    def expect(self, hop: Hop) -> None:
        """The headers of a hop are about to be sent over HTTP/1.1."""
        socket = self._socket_of_job.get(self._jobs_of_request.get(hop.source, -1))
        if socket is not None:
            self._waiting.setdefault(socket, deque(maxlen=64)).append(hop)

    def request_of(self, dependency: int) -> int:
        """The request behind a source that an HTTP/2 stream depends on: a job, or the request itself."""
        return self._request_of_job.get(dependency, dependency)

    def open_stream(self, session: int, stream: int, hop: Hop | None, websocket: bool) -> None:
        """An HTTP/2 session sent the headers of a hop on a stream."""
        socket = self._socket_of_session.get(session)
        if socket is None or hop is None:
            return
        hop.body = Body(self._budget)
        self._streams[socket, stream] = self._websocket(hop, sent=True) if websocket else hop.body
        if websocket:
            self._received_streams[socket, stream] = self._websocket(hop, sent=False)
            # Settings that came later, after the first had ruled it out and reading had ended.
            self.dropped += socket not in self._receivers

    def wants_sent(self, socket: int) -> bool:
        """Are raw bytes that this socket sends of use? Those of TLS are not."""
        return socket not in self._tls

    def wants_received(self, socket: int) -> bool:
        """Can bytes that this socket receives be those of a WebSocket?"""
        return socket in self._receivers

    def wants_received_raw(self, socket: int) -> bool:
        """The same of raw bytes: those of TLS are not looked at."""
        return socket in self._receivers and socket not in self._tls

    def sent(self, socket: int, data: bytes, *, decrypted: bool) -> None:
        """A socket sent bytes: plain ones of TLS (`decrypted`), or raw ones, which are ignored when they are TLS."""
        if decrypted:
            self._tls.add(socket)
        elif socket in self._tls:
            return
        elif socket not in self._senders and data.startswith(_TLS_HANDSHAKE):
            self._tls.add(socket)
            return
        sender = self._senders.get(socket)
        if sender is None:
            sender = self._senders[socket] = self._open(socket, data, decrypted)
        sender.feed(data)

    def received(self, socket: int, data: bytes) -> None:
        """A socket received bytes, decrypted where it speaks TLS."""
        receiver = self._receivers[socket]
        receiver.feed(data)
        if isinstance(receiver, Http2Frames) and receiver.websockets is False:
            del self._receivers[socket]

    def _open(self, socket: int, data: bytes, secure: bool) -> Sink:
        if data[:3] == PREFACE[:3]:
            return Http2Frames(lambda stream: self._stream(socket, stream), client=True)
        if _STUN_COOKIE in (data[4:8], data[6:10]):
            self._on_stun(socket, secure)
            return _Nowhere()
        scheme = "https" if secure else "http"
        return Http1Sender(lambda method, target, headers: self._request(socket, scheme, method, target, headers))

    def _stream(self, socket: int, stream: int) -> Sink:
        sink = self._streams.get((socket, stream))
        if sink is None:
            sink = self._streams[socket, stream] = Body(self._budget)
        return sink

    def _request(self, socket: int, scheme: str, method: str, target: str, headers: Mapping[str, str]) -> Sink:
        body = Body(self._budget)
        websocket = headers.get("upgrade", "").lower() == "websocket"
        if websocket:
            scheme = {"https": "wss", "http": "ws"}[scheme]
        url = target if "://" in target else f"{scheme}://{headers.get('host', '')}{target}"
        waiting = self._waiting.get(socket)
        hop = next((h for h in waiting or () if _same_request(h, method, url)), None)
        if hop is None or waiting is None:
            self._unbound.append((method, url, body))
            return body
        while waiting and waiting.popleft() is not hop:
            pass
        hop.body = body
        if not websocket:
            return body
        self._receivers[socket] = UpgradeAnswer(self._websocket(hop, sent=False))
        return self._websocket(hop, sent=True)

    def _websocket(self, hop: Hop, *, sent: bool) -> WebSocketFrames:
        frames = WebSocketFrames(lambda data, size, binary: self._message(hop, sent, data, size, binary))
        self._websockets.append(frames)
        return frames

    def _message(self, hop: Hop, sent: bool, data: bytes, size: int, binary: bool) -> None:
        if self._messages >= MAX_MESSAGES:
            self.dropped += 1
            return
        self._messages += 1
        wanted, budget = (len(data), self._budget) if sent else (KEPT_RECEIVED_BYTES, self._received_budget)
        kept = data[: budget.take(min(wanted, len(data)))]
        hop.messages.append(SocketMessage(sent, self._moment.unix_ms, size, kept, binary))

    def finish(self, hops: Iterable[Hop]) -> int:
        """Join what could not be bound by source to sent hops of the same URL; returns how many found none."""
        self.dropped += sum(frames.broken for frames in self._websockets)
        if not self._unbound:
            return 0
        free: dict[tuple[str, str], deque[Hop]] = {}
        for hop in hops:
            if hop.body is None and hop.request_headers is not None:
                free.setdefault((hop.method, bare(hop.url)), deque()).append(hop)
        left = 0
        for method, url, body in self._unbound:
            same = free.get((method, url))
            if same:
                same.popleft().body = body
            else:
                left += 1
        return left


class _Nowhere:
    """Takes bytes that nobody needs."""

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Forget them."""


def _same_request(hop: Hop, method: str, url: str) -> bool:
    ours, theirs = bare(hop.url), url
    return hop.method == method and (ours == theirs or _path(ours) == _path(theirs))


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]
