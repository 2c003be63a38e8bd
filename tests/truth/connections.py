"""HTTP/1.1 and HTTP/2 connections that write down what arrives, the moment it arrives.

Written on h11, h2 and wsproto instead of a finished server, so that nothing stands between the wire and the truth.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import h11

from tests.truth.answers import Reply
from tests.truth.log import Answer, Received, TruthLog
from tests.truth.websocket import Socket, accept_token

Answering = Callable[[Received, int], Reply]
Pairs = Iterable[tuple[bytes, bytes]]
_CHUNK = 16_000


class _Connection(asyncio.Protocol):
    """What both have: the log, the answers, the transport."""

    def __init__(self, log: TruthLog, answering: Answering) -> None:
        self._log, self._answering = log, answering
        self._transport: asyncio.Transport | None = None
        self._scheme = "http"
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._scheme = "https" if transport.get_extra_info("ssl_object") is not None else "http"

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        for task in self._tasks:
            task.cancel()

    def _write(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _note(self, method: str, host: str, target: str, headers: dict[str, str], http: str, *, ws: bool) -> Received:
        scheme = {"https": "wss", "http": "ws"}[self._scheme] if ws else self._scheme
        received = Received(method, f"{scheme}://{host}{target}", headers, http)
        self._log.requests.append(received)
        self._count += 1
        return received

    def _spawn(self, received: Received, send: Callable[[Reply, bytes], None]) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(received, send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, received: Received, send: Callable[[Reply, bytes], None]) -> None:
        received.body_complete = True
        reply = self._answering(received, self._count)
        received.answer = Answer(reply.status, reply.set_cookie, reply.body)
        await asyncio.sleep(reply.delay_s)
        send(reply, gzip.compress(reply.body) if reply.gzip else reply.body)
        received.answer.complete = not reply.hang


class Http1Connection(_Connection):
    """One connection of HTTP/1.1, which may turn into a WebSocket."""

    def __init__(self, log: TruthLog, answering: Answering) -> None:
        super().__init__(log, answering)
        self._http = h11.Connection(h11.SERVER)
        self._received: Received | None = None
        self._socket: Socket | None = None

    def data_received(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.feed(data)
            return
        try:
            self._http.receive_data(data)
            self._events()
        except h11.RemoteProtocolError:
            self._abort()

    def _events(self) -> None:
        while True:
            event = self._http.next_event()
            if event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
                return
            if isinstance(event, h11.Request):
                headers = joined(event.headers)
                upgrade = headers.get("upgrade", "").lower() == "websocket"
                self._received = self._note(
                    event.method.decode(),
                    headers.get("host", ""),
                    event.target.decode("latin-1"),
                    headers,
                    "1.1",
                    ws=upgrade,
                )
            elif isinstance(event, h11.Data) and self._received is not None:
                self._received.body += event.data
            elif isinstance(event, h11.EndOfMessage) and self._received is not None:
                if self._received.url.startswith("ws"):
                    self._upgrade(self._received)
                    return
                self._spawn(self._received, self._send)

    def _send(self, reply: Reply, body: bytes) -> None:
        if reply.abort:
            self._abort()
            return
        for link in reply.early_hints:
            self._write(self._http.send(h11.InformationalResponse(status_code=103, headers=[("link", link)])) or b"")
        self._write(self._http.send(h11.Response(status_code=reply.status, headers=headers_of(reply, body))) or b"")
        if body and reply.status != 204 and self._received is not None and self._received.method != "HEAD":
            self._write(self._http.send(h11.Data(data=body)) or b"")
        if reply.hang:
            return
        self._write(self._http.send(h11.EndOfMessage()) or b"")
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._events()
        elif self._transport is not None:
            self._transport.close()

    def _upgrade(self, received: Received) -> None:
        reply = self._answering(received, self._count)
        received.body_complete = True
        received.answer = Answer(reply.status, reply.set_cookie)
        if reply.status != 101:
            self._send(reply, reply.body)
            return
        self._socket = Socket(
            received.url, received.headers.get("sec-websocket-extensions", ""), self._log, self._write
        )
        headers = [("upgrade", "websocket"), ("connection", "Upgrade")]
        headers += [("sec-websocket-accept", accept_token(received.headers["sec-websocket-key"]))]
        headers += [("set-cookie", line) for line in reply.set_cookie]
        if self._socket.extensions:
            headers.append(("sec-websocket-extensions", self._socket.extensions))
        self._write(self._http.send(h11.InformationalResponse(status_code=101, headers=headers)) or b"")
        self._socket.open()
        received.answer.complete = True


class Http2Connection(_Connection):
    """One connection of HTTP/2; its streams may be WebSockets (RFC 8441)."""

    def __init__(self, log: TruthLog, answering: Answering) -> None:
        super().__init__(log, answering)
        self._http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        values = {
            h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1000,
            h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL: 1,
        }
        self._http.local_settings = h2.settings.Settings(client=False, initial_values=values)
        self._received: dict[int, Received] = {}
        self._sockets: dict[int, Socket] = {}
        self._outgoing: dict[int, tuple[bytearray, bool]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._http.initiate_connection()
        self._flush()

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._http.receive_data(data):
                self._event(event)
        except h2.exceptions.ProtocolError:
            self._flush()
            self._abort()
            return
        self._flush()

    def _event(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self._request(event)
        elif isinstance(event, h2.events.DataReceived):
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if event.stream_id in self._sockets:
                self._sockets[event.stream_id].feed(event.data)
            elif event.stream_id in self._received:
                self._received[event.stream_id].body += event.data
        elif isinstance(event, h2.events.StreamEnded):
            received = self._received.get(event.stream_id)
            if received is not None and event.stream_id not in self._sockets:
                stream = event.stream_id
                self._spawn(received, lambda reply, body: self._send(stream, reply, body))
        elif isinstance(event, h2.events.StreamReset):
            self._outgoing.pop(event.stream_id, None)
        elif isinstance(event, h2.events.WindowUpdated):
            for stream in list(self._outgoing):
                self._pump(stream)

    def _request(self, event: h2.events.RequestReceived) -> None:
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in event.headers]
        all_headers = joined(pairs)
        headers = {name: value for name, value in all_headers.items() if not name.startswith(":")}
        ws = all_headers.get(":protocol") == "websocket"
        received = self._note(
            "GET" if ws else all_headers[":method"],
            all_headers[":authority"],
            all_headers[":path"],
            headers,
            "2",
            ws=ws,
        )
        self._received[event.stream_id] = received
        if ws:
            self._upgrade(event.stream_id, received)

    def _send(self, stream: int, reply: Reply, body: bytes) -> None:
        try:
            if reply.abort:
                self._http.reset_stream(stream, 2)
            else:
                for link in reply.early_hints:
                    self._http.send_headers(stream, [(":status", "103"), ("link", link)])
                bare = reply.status == 204 or self._received[stream].method == "HEAD"
                head = [(":status", str(reply.status)), *headers_of(reply, body)]
                self._http.send_headers(stream, head, end_stream=bare or not body)
                if body and not bare:
                    self._outgoing[stream] = (bytearray(body), not reply.hang)
                    self._pump(stream)
        except h2.exceptions.ProtocolError:
            pass  # the browser has given the stream up
        self._flush()

    def _pump(self, stream: int) -> None:
        waiting, end = self._outgoing[stream]
        try:
            while waiting and (room := min(_CHUNK, self._http.local_flow_control_window(stream))) > 0:
                piece = bytes(waiting[:room])
                del waiting[:room]
                self._http.send_data(stream, piece, end_stream=end and not waiting)
        except h2.exceptions.ProtocolError:
            waiting.clear()
        if not waiting:
            del self._outgoing[stream]
        self._flush()

    def _upgrade(self, stream: int, received: Received) -> None:
        reply = self._answering(received, self._count)
        received.body_complete = True
        received.answer = Answer(reply.status, reply.set_cookie)

        def write(data: bytes) -> None:
            waiting, _ = self._outgoing.setdefault(stream, (bytearray(), False))
            waiting += data
            self._pump(stream)

        socket = Socket(received.url, received.headers.get("sec-websocket-extensions", ""), self._log, write)
        head = [(":status", "200"), *(("set-cookie", line) for line in reply.set_cookie)]
        if socket.extensions:
            head.append(("sec-websocket-extensions", socket.extensions))
        self._http.send_headers(stream, head)
        self._sockets[stream] = socket
        socket.open()
        received.answer.complete = True

    def _flush(self) -> None:
        self._write(self._http.data_to_send())


def headers_of(reply: Reply, body: bytes) -> list[tuple[str, str]]:
    """The header lines of an answer."""
    headers = [*reply.headers, *(("set-cookie", line) for line in reply.set_cookie)]
    if reply.gzip:
        headers.append(("content-encoding", "gzip"))
    if reply.status != 204 and not reply.hang:
        headers.append(("content-length", str(len(body))))
    return headers


def joined(pairs: Pairs) -> dict[str, str]:
    """Headers by lower-case name; a repeated name is joined by a comma, Cookie by a semicolon."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        headers[name] = headers[name] + joint + value if name in headers else value
    return headers
