"""Gives each hop of a NetLog the body that went over the wire, from the bytes that its sockets sent.

Needs a log of capture mode `Everything` from a browser without QUIC. Which request used which connection is read from
the log's own source dependencies (request -> stream job -> socket, HTTP/2 stream -> job), not guessed from URLs;
a URL is only the last resort.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from crawler.collectors.netlog_records import Hop
from crawler.collectors.wire_body import Body, Budget
from crawler.collectors.wire_http1 import Http1Sender, Sink
from crawler.collectors.wire_http2 import PREFACE, Http2Sender
from crawler.collectors.wire_websocket import WebSocketSender

_TLS_HANDSHAKE = b"\x16\x03"


class Wire:
    """Consumes the socket events of one log in their order."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._request_of_job: dict[int, int] = {}
        self._socket_of_job: dict[int, int] = {}
        self._jobs_of_request: dict[int, int] = {}
        self._socket_of_session: dict[int, int] = {}
        self._waiting: dict[int, deque[Hop]] = {}
        self._senders: dict[int, Http1Sender | Http2Sender] = {}
        self._streams: dict[tuple[int, int], Sink] = {}
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
        self._streams[socket, stream] = WebSocketSender(hop.body) if websocket else hop.body

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
            sender = self._open(socket, data, "https" if decrypted else "http")
            self._senders[socket] = sender
        sender.feed(data)

    def _open(self, socket: int, data: bytes, scheme: str) -> Http1Sender | Http2Sender:
        if data[:3] == PREFACE[:3]:
            return Http2Sender(lambda stream: self._stream(socket, stream))
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
        else:
            while waiting and waiting.popleft() is not hop:
                pass
            hop.body = body
        return WebSocketSender(body) if websocket else body

    def finish(self, hops: Iterable[Hop]) -> int:
        """Join what could not be bound by source to sent hops of the same URL; returns how many found none."""
        if not self._unbound:
            return 0
        free: dict[tuple[str, str], deque[Hop]] = {}
        for hop in hops:
            if hop.body is None and hop.request_headers is not None:
                free.setdefault((hop.method, _without_fragment(hop.url)), deque()).append(hop)
        left = 0
        for method, url, body in self._unbound:
            same = free.get((method, url))
            if same:
                same.popleft().body = body
            else:
                left += 1
        return left


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _same_request(hop: Hop, method: str, url: str) -> bool:
    ours, theirs = _without_fragment(hop.url), url
    return hop.method == method and (ours == theirs or ours.partition("://")[2].partition("/")[2] == _path(theirs))


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]
