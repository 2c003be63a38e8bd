"""Request bodies from the bytes that a client sent on an HTTP/1.1 connection (RFC 9112), and upgraded connections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

_MAX_HEAD = 1 << 20
_REQUEST_LINE = re.compile(rb"([A-Z][A-Z-]{1,30}) (\S+) HTTP/1\.[01]")


class Sink(Protocol):
    """Where bytes of a body go."""

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes."""


OnRequest = Callable[[str, str, Mapping[str, str]], Sink]
"""Called with method, target and headers (lower case) of each request; answers where its body goes."""


class Http1Sender:
    """Parses one direction of one connection, in any portions; never raises on what it is fed."""

    def __init__(self, on_request: OnRequest) -> None:
        self._on_request = on_request
        self._buffer = bytearray()
        self._sink: Sink | None = None
        self._left = 0
        self._state: Callable[[], bool] = self._head
        self.broken = False

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes of the connection."""
        if self.broken:
            return
        self._buffer += data
        while not self.broken and self._state():
            pass

    def _fail(self) -> bool:
        self.broken = True
        self._buffer.clear()
        return False

    def _line(self, limit: int) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > limit:
                self._fail()
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return self._fail() if len(self._buffer) > _MAX_HEAD else False
        first, *lines = bytes(self._buffer[:end]).split(b"\r\n")
        del self._buffer[: end + 4]
        request = _REQUEST_LINE.fullmatch(first)
        if request is None:
            return self._fail()
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(b":")
            headers[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
        method = request[1].decode("ascii")
        self._sink = self._on_request(method, request[2].decode("latin-1"), headers)
        if headers.get("upgrade", "").lower() == "websocket":
            self._state = self._upgraded
        elif method == "CONNECT":
            return self._fail()
        elif headers.get("transfer-encoding", "").lower().endswith("chunked"):
            self._state = self._chunk_size
        else:
            length = headers.get("content-length", "0")
            self._left = int(length) if length.isascii() and length.isdigit() else 0
            self._state = self._sized if self._left else self._head
        return True

    def _sized(self) -> bool:
        if not self._take():
            return False
        self._state = self._head
        return True

    def _take(self) -> bool:
        """Move up to `_left` bytes into the sink; True when that many have come."""
        part = self._buffer[: self._left]
        if part and self._sink is not None:
            self._sink.feed(part)
        del self._buffer[: len(part)]
        self._left -= len(part)
        return self._left == 0

    def _chunk_size(self) -> bool:
        line = self._line(1024)
        if line is None:
            return False
        try:
            self._left = int(line.partition(b";")[0].strip(), 16)
        except ValueError:
            return self._fail()
        if self._left < 0:
            return self._fail()
        self._state = self._chunk if self._left else self._trailer
        return True

    def _chunk(self) -> bool:
        if not self._take():
            return False
        self._state = self._chunk_end
        return True

    def _chunk_end(self) -> bool:
        line = self._line(2)
        if line is None:
            return False
        self._state = self._chunk_size
        return line == b"" or self._fail()

    def _trailer(self) -> bool:
        line = self._line(_MAX_HEAD)
        if line is None:
            return False
        if not line:
            self._state = self._head
        return True

    def _upgraded(self) -> bool:
        if not self._buffer:
            return False
        # A refused upgrade leaves the connection to HTTP; no frame starts like a request line of a common verb.
        if bytes(self._buffer[:1]) in (b"G", b"P", b"O", b"H", b"D") and b" HTTP/1." in self._buffer[:_MAX_HEAD]:
            self._state = self._head
            return True
        if self._sink is not None:
            self._sink.feed(bytes(self._buffer))
        self._buffer.clear()
        return False


class UpgradeAnswer:
    """Waits for the answer to an upgrade, and passes on what follows if it is granted."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._granted: bool | None = None

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes that the connection received."""
        if self._granted is None:
            self._buffer += data
            while self._granted is None and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
                status = bytes(self._buffer[9:12])
                del self._buffer[: end + 4]
                if status == b"101" or not status.startswith(b"1"):
                    self._granted = status == b"101"
            if len(self._buffer) > _MAX_HEAD and self._granted is None:
                self._granted = False
            data = bytes(self._buffer) if self._granted else b""
        if self._granted and data:
            self._sink.feed(data)
