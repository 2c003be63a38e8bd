"""Reads Chromium's NetLog, the only complete record of what a browser process sent.

The file is one line of constants, then one event per line, so it is read as a stream in one pass that also rebuilds
the request bodies and WebSocket messages (`wire`). Most events are told by the type number at the end of their line and
never parsed; of those that carry bytes, only the bytes are taken, and only where somebody needs them. Checked against
Chromium 156 on 2026-11-27. Nothing in the file, damage included, raises: damage makes the log incomplete, and an
incomplete log makes the visit a gap.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import orjson

from crawler.collectors.netlog.cookies import CookieEvents
from crawler.collectors.netlog.events import Handler, Moment, Taker
from crawler.collectors.netlog.names import NameEvents
from crawler.collectors.netlog.peers import PeerEvents
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.netlog.requests import RequestEvents
from crawler.collectors.netlog.sockets import SocketEvents

T = TypeVar("T")
_MAX_LINE = 64 << 20
_BYTES, _SOURCE, _TIME = b'"bytes":"', b'"source":{"id":', b'"time":"'


def read(path: Path, offset_ms: float | None = None) -> NetLog:
    """The requests, bodies, messages and cookie changes of a log; an unreadable file is an empty, incomplete log.

    `offset_ms` is the Unix time of tick zero, see `VisitClock`; without it, what the browser took for it at its start.
    """
    reader = _Reader(offset_ms)
    try:
        with path.open("rb") as file:
            reader.read(iter(lambda: file.readline(_MAX_LINE), b""))
    except OSError as error:
        reader.log.flaw = f"it could not be read: {error.strerror}"
    return reader.log


class _Reader:
    def __init__(self, offset_ms: float | None) -> None:
        self.log = NetLog()
        self._moment = Moment(offset_ms)
        self._net_errors: dict[int, str] = {}
        requests = RequestEvents(self.log, self._moment, self._net_errors)
        names = NameEvents(self.log, self._moment)
        peers = PeerEvents(self.log, self._moment, requests, names, self._net_errors)
        self._sockets = SocketEvents(self.log, self._moment, requests, peers.stun_over_tcp)
        self._parts = (requests, CookieEvents(self.log, self._moment, requests), self._sockets, peers, names)
        self._handlers: dict[bytes, Handler] = {}
        self._takers: dict[bytes, Taker] = {}
        self._ended = False

    def read(self, lines: Iterator[bytes]) -> None:
        if not self._constants(next(lines, b"")):
            self.log.bad_lines += 1
            self.log.flaw = "it has no beginning"
            return
        handlers, takers = self._handlers, self._takers
        for line in lines:
            line = line.rstrip(b"\r\n").rstrip(b",")
            if not line.startswith(b'{"') or self._ended:
                self._ended = self._ended or line == b"]"
                self.log.bad_lines += not (self._ended or line in (b"", b'"events": ['))
                continue
            last = line.endswith(b"}]")
            if last:
                line = line[:-1]
            self.log.events += 1
            kind = line[line.rfind(b":") + 1 : -1]
            handler, taker = handlers.get(kind), takers.get(kind)
            if handler is not None or last or self.log.began_unix_ms is None:
                self._event(line, handler)
            elif taker is None and not line.endswith(b"}"):
                self.log.bad_lines += 1
            if taker is not None:
                self._take(line, taker)
            self._ended = last
        self._sockets.finish()
        self.log.flaw = self._flaw()

    def _flaw(self) -> str:
        if not self._ended:
            return "it has no end"
        if self.log.bad_lines:
            return f"{self.log.bad_lines} lines of it are damaged"
        if self.log.dropped:
            return f"{self.log.dropped} records of it were beyond the limits or could not be read"
        return ""

    def _constants(self, line: bytes) -> bool:
        try:
            constants = orjson.loads(line.strip().rstrip(b",") + b"}")["constants"]
            types = constants["logEventTypes"]
            if self._moment.offset_ms is None:
                self._moment.offset_ms = float(constants["timeTickOffset"])
            self._net_errors.update((int(code), name) for name, code in constants["netError"].items())
            for part in self._parts:
                self._handlers.update(_numbered(part.handlers(), types))
                self._takers.update(_numbered(part.takers(), types))
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        return True

    def _event(self, line: bytes, handler: Handler | None) -> None:
        try:
            event = orjson.loads(line)
            self._moment.set(event["source"]["id"], event["phase"], float(event["time"]), self.log.events)
            if self.log.began_unix_ms is None:
                self.log.began_unix_ms = self._moment.unix_ms
            if handler is not None:
                handler(event.get("params") or {})
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            self.log.bad_lines += 1

    def _take(self, line: bytes, taker: Taker) -> None:
        """The bytes of an event, without parsing it: its keys stand in the order of the alphabet."""
        try:
            at = line.rindex(_SOURCE) + len(_SOURCE)
            source = int(line[at : line.index(b",", at)])
            if not taker.wants(source):
                return
            begin = line.find(_BYTES)
            if begin < 0:
                return  # a log of a mode that keeps no bytes
            begin += len(_BYTES)
            data = binascii.a2b_base64(line[begin : line.index(b'"', begin)], strict_mode=True)
            at = line.rindex(_TIME) + len(_TIME)
            self._moment.set(source, 0, float(line[at : line.index(b'"', at)]), self.log.events)
            taker.take(source, data)
        except (ValueError, IndexError):
            self.log.bad_lines += 1


def _numbered(named: dict[str, T], types: dict[str, int]) -> Iterator[tuple[bytes, T]]:
    return ((str(types[name]).encode(), handler) for name, handler in named.items() if name in types)
