"""DATA frames by stream from the bytes of one direction of an HTTP/2 connection (RFC 9113)."""

from __future__ import annotations

from collections.abc import Callable

from crawler.collectors.netlog.wire.http1 import Sink

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _SETTINGS = 0, 4
_PADDED = 8
_ENABLE_CONNECT_PROTOCOL = 8


class Http2Frames:
    """Parses one direction of one connection, in any portions; headers are not needed, NetLog has them."""

    def __init__(self, sink_of: Callable[[int], Sink | None], *, client: bool) -> None:
        """`sink_of` says where the data of a stream go; None: nobody needs them."""
        self._sink_of = sink_of
        self._buffer = bytearray()
        self._preface = PREFACE if client else b""
        self.broken = False
        self.websockets: bool | None = None
        """Whether the first SETTINGS frame allows WebSockets on this connection (RFC 8441); None before it."""

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the connection."""
        if self.broken:
            return
        buffer = self._buffer
        buffer += data
        if self._preface:
            if len(buffer) < len(self._preface):
                return
            if not buffer.startswith(self._preface):
                self.broken = True
                buffer.clear()
                return
            del buffer[: len(self._preface)]
            self._preface = b""
        at = 0
        while at + 9 <= len(buffer):
            length = int.from_bytes(buffer[at : at + 3], "big")
            if at + 9 + length > len(buffer):
                break
            kind = buffer[at + 3]
            if kind == _DATA:
                sink = self._sink_of(int.from_bytes(buffer[at + 5 : at + 9], "big") & 0x7FFFFFFF)
                if sink is not None:
                    _data(sink, buffer[at + 4], bytes(buffer[at + 9 : at + 9 + length]))
            elif kind == _SETTINGS and self.websockets is None:
                self.websockets = _allows_websockets(bytes(buffer[at + 9 : at + 9 + length]))
            at += 9 + length
        del buffer[:at]


def _data(sink: Sink, flags: int, payload: bytes) -> None:
    if flags & _PADDED:
        if not payload or payload[0] >= len(payload):
            return
        payload = payload[1 : len(payload) - payload[0]]
    if payload:
        sink.feed(payload)


def _allows_websockets(settings: bytes) -> bool:
    pairs = (settings[at : at + 6] for at in range(0, len(settings) - 5, 6))
    return any(int.from_bytes(p[:2], "big") == _ENABLE_CONNECT_PROTOCOL and p[2:] == b"\0\0\0\1" for p in pairs)
