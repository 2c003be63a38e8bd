"""Request bodies from the bytes that a client sent on an HTTP/2 connection: DATA frames by stream (RFC 9113)."""

from __future__ import annotations

from collections.abc import Callable

from crawler.collectors.wire_http1 import Sink

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _PADDED = 0, 8


class Http2Sender:
    """Parses one direction of one connection, in any portions; headers are not needed, NetLog has them."""

    def __init__(self, sink_of: Callable[[int], Sink]) -> None:
        self._sink_of = sink_of
        self._buffer = bytearray()
        self._started = False
        self.broken = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        if self.broken:
            return
        buffer = self._buffer
        buffer += data
        if not self._started:
            if len(buffer) < len(PREFACE):
                return
            if not buffer.startswith(PREFACE):
                self.broken = True
                buffer.clear()
                return
            del buffer[: len(PREFACE)]
            self._started = True
        at = 0
        while at + 9 <= len(buffer):
            length = int.from_bytes(buffer[at : at + 3], "big")
            if at + 9 + length > len(buffer):
                break
            if buffer[at + 3] == _DATA:
                stream = int.from_bytes(buffer[at + 5 : at + 9], "big") & 0x7FFFFFFF
                self._data(stream, buffer[at + 4], bytes(buffer[at + 9 : at + 9 + length]))
            at += 9 + length
        del buffer[:at]

    def _data(self, stream: int, flags: int, payload: bytes) -> None:
        if flags & _PADDED:
            if not payload or payload[0] >= len(payload):
                return
            payload = payload[1 : len(payload) - payload[0]]
        if payload:
            self._sink_of(stream).feed(payload)
