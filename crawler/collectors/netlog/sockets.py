"""The events of a NetLog that tell of sockets: which request uses which, and the bytes that went through them."""

from __future__ import annotations

from collections.abc import Callable

from crawler.collectors.netlog.events import Handler, Moment, Params, Taker
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.netlog.requests import RequestEvents
from crawler.collectors.netlog.wire.sockets import Wire


class SocketEvents:
    """Feeds the wire."""

    def __init__(
        self, log: NetLog, moment: Moment, requests: RequestEvents, on_stun: Callable[[int, bool], None]
    ) -> None:
        self._log, self._moment, self._requests = log, moment, requests
        self._wire = Wire(moment, on_stun)

    def handlers(self) -> dict[str, Handler]:
        """By name of the event."""
        wire = self._wire
        return {
            "HTTP_TRANSACTION_SEND_REQUEST_HEADERS": self._sent_http1,
            "HTTP_STREAM_REQUEST_BOUND_TO_JOB": lambda p: wire.bind_job(self._moment.source, _dependency(p)),
            "SOCKET_POOL_BOUND_TO_SOCKET": lambda p: wire.bind_socket(self._moment.source, _dependency(p)),
            "HTTP2_SESSION_INITIALIZED": lambda p: wire.bind_session(self._moment.source, _dependency(p)),
            "HTTP2_SESSION_SEND_HEADERS": self._stream,
        }

    def takers(self) -> dict[str, Taker]:
        """By name of the event."""
        wire = self._wire
        return {
            "SSL_SOCKET_BYTES_SENT": Taker(lambda socket: True, lambda s, data: wire.sent(s, data, decrypted=True)),
            "SOCKET_BYTES_SENT": Taker(wire.wants_sent, lambda s, data: wire.sent(s, data, decrypted=False)),
            "SSL_SOCKET_BYTES_RECEIVED": Taker(wire.wants_received, wire.received),
            "SOCKET_BYTES_RECEIVED": Taker(wire.wants_received_raw, wire.received),
        }

    def finish(self) -> None:
        """After the last event."""
        self._log.unbound_bodies = self._wire.finish(self._log.hops)
        self._log.dropped += self._wire.dropped

    def _sent_http1(self, params: Params) -> None:
        self._requests.sent_headers(params)
        if (hop := self._requests.hop(self._moment.source)) is not None:
            self._wire.expect(hop)

    def _stream(self, params: Params) -> None:
        request = self._wire.request_of(_dependency(params))
        websocket = any(str(line).startswith(":protocol: websocket") for line in params["headers"])
        hop = self._requests.hop(request)
        self._wire.open_stream(self._moment.source, int(params["stream_id"]), hop, websocket)


def _dependency(params: Params) -> int:
    return int(params["source_dependency"]["id"])
