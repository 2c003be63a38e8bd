"""WebSocket messages from one direction of a connection: frames (RFC 6455), permessage-deflate (RFC 7692)."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from crawler.collectors.netlog.wire.body import KEPT_BYTES

_CONTINUATION, _TEXT, _BINARY = 0, 1, 2
_OPCODES = frozenset({0, 1, 2, 8, 9, 10})
_MAX_INFLATED = 64 << 20
_MAX_FRAME = 64 << 20
_TAIL = b"\x00\x00\xff\xff"

OnMessage = Callable[[bytes, int, bool], None]
"""Called with the first bytes of each message (at most `KEPT_BYTES`), its whole size, and whether it is binary."""


class WebSocketFrames:
    """Puts frames together to messages, in any portions; never raises on what it is fed."""

    def __init__(self, on_message: OnMessage) -> None:
        self.broken = False
        self._on_message = on_message
        self._buffer = bytearray()
        self._message = bytearray()
        self._compressed = False
        self._binary = False
        self._inflater = zlib.decompressobj(-15)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the connection, in any portions."""
        if self.broken:
            return
        self._buffer += data
        while not self.broken and self._frame():
            pass

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        opcode, length, at = buffer[0] & 15, buffer[1] & 127, 2
        if length == 126:
            length, at = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, at = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < at:
            return False
        if opcode not in _OPCODES or length > _MAX_FRAME:
            self.broken = True
            self._buffer.clear()
            return False
        mask = b""
        if buffer[1] & 128:
            mask, at = bytes(buffer[at : at + 4]), at + 4
        if len(buffer) < at + length:
            return False
        payload = _unmask(bytes(buffer[at : at + length]), mask)
        if opcode <= _BINARY:
            self._data(buffer[0], opcode, payload)
        del buffer[: at + length]
        return True

    def _data(self, first: int, opcode: int, payload: bytes) -> None:
        if opcode != _CONTINUATION:
            self._compressed = bool(first & 64)
            self._binary = opcode == _BINARY
            self._message.clear()
        if len(self._message) + len(payload) > _MAX_FRAME:
            self.broken = True
            return
        self._message += payload
        if not first & 128:
            return
        payload, size = bytes(self._message[:KEPT_BYTES]), len(self._message)
        if self._compressed:
            payload, size = self._inflate(bytes(self._message) + _TAIL)
        self._message.clear()
        self._on_message(payload, size, self._binary)

    def _inflate(self, data: bytes) -> tuple[bytes, int]:
        """The first `KEPT_BYTES` of a decompressed message, and its whole size."""
        kept, size = bytearray(), 0
        try:
            while data and size < _MAX_INFLATED:
                piece = self._inflater.decompress(data, 1 << 16)
                kept += piece[: KEPT_BYTES - len(kept)]
                size += len(piece)
                data = self._inflater.unconsumed_tail
                if not piece:
                    break
        except zlib.error:
            self.broken = True
        if data:
            self.broken = True
        return bytes(kept), size


def _unmask(payload: bytes, mask: bytes) -> bytes:
    if len(mask) != 4 or not payload:
        return payload
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")
