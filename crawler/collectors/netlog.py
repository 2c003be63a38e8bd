"""Reads Chromium's NetLog, the only complete record of what a browser process sent.

The file is one line of constants, then one event per line, so it is read as a stream in one pass that also rebuilds
the request bodies (`wire`). Most events are told by the type number at the end of their line and never parsed.
Checked against Chromium 156 on 2026-11-22. Nothing in the file, damage included, raises: damage makes the log
incomplete, and an incomplete log makes the visit a gap.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from crawler.collectors.header_lines import headers_of, status_of, text_of
from crawler.collectors.netlog_records import NO_INITIATOR, CookieChange, CookieRejection, CookieStatus, Hop, NetLog
from crawler.collectors.wire import Wire

MAX_HOPS = 50_000
MAX_COOKIE_CHANGES = 100_000
MAX_COOKIE_STATUSES = 2_000
"""Per hop."""
_MAX_LINE = 64 << 20
_BEGIN, _END = 1, 2
Params = dict[str, Any]


def read(path: Path, offset_ms: float | None = None) -> NetLog:
    """The requests, bodies and cookie changes of a log; an unreadable file is an empty, incomplete log.

    `offset_ms` is the Unix time of tick zero, see `VisitClock`; without it, what the browser took for it at its start.
    """
    reader = _Reader(offset_ms)
    try:
        with path.open("rb") as file:
            reader.read(iter(lambda: file.readline(_MAX_LINE), b""))
    except OSError:
        reader.log.complete = False
    return reader.log


class _Reader:
    def __init__(self, offset_ms: float | None) -> None:
        self.log = NetLog()
        self.wire = Wire()
        self._last: dict[int, Hop] = {}
        self._annotations: dict[int, int] = {}
        self._offset = offset_ms
        self._net_errors: dict[int, str] = {}
        self._now = 0.0
        self._phase = 0
        self._source = 0
        self._ended = False

    def read(self, lines: Iterator[bytes]) -> None:
        handlers = self._constants(next(lines, b""))
        if handlers is None:
            self.log.bad_lines += 1
            return
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
            handler = handlers.get(line[line.rfind(b":") + 1 : -1])
            if handler is not None or last or self.log.began_unix_ms is None:
                self._event(line, handler)
            elif not line.endswith(b"}"):
                self.log.bad_lines += 1
            self._ended = last
        self.log.unbound_bodies = self.wire.finish(self.log.hops)
        self.log.complete = self._ended and not self.log.bad_lines and not self.log.dropped

    def _constants(self, line: bytes) -> dict[bytes, Callable[[Params], None]] | None:
        try:
            constants = orjson.loads(line.strip().rstrip(b",") + b"}")["constants"]
            types = constants["logEventTypes"]
            if self._offset is None:
                self._offset = float(constants["timeTickOffset"])
            self._net_errors = {int(code): name for name, code in constants["netError"].items()}
            return {str(types[name]).encode(): handler for name, handler in self._handlers().items() if name in types}
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _event(self, line: bytes, handler: Callable[[Params], None] | None) -> None:
        try:
            event = orjson.loads(line)
            self._now = (self._offset or 0.0) + float(event["time"])
            if self.log.began_unix_ms is None:
                self.log.began_unix_ms = self._now
            if handler is None:
                return
            self._source, self._phase = event["source"]["id"], event["phase"]
            handler(event.get("params") or {})
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
            self.log.bad_lines += 1

    def _handlers(self) -> dict[str, Callable[[Params], None]]:
        return {
            "REQUEST_ALIVE": self._alive,
            "URL_REQUEST_START_JOB": self._start,
            "URL_REQUEST_REDIRECT_JOB": self._redirected_inside,
            "URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED": self._redirected_inside,
            "HTTP_TRANSACTION_SEND_REQUEST_HEADERS": self._sent_http1,
            "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS": self._sent_headers,
            "HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS": self._sent_headers,
            "HTTP_TRANSACTION_READ_RESPONSE_HEADERS": self._response,
            "HTTP_CACHE_READ_INFO": self._cache_read,
            "UPLOAD_DATA_STREAM_INIT": self._upload,
            "COOKIE_INCLUSION_STATUS": self._cookie_status,
            "COOKIE_STORE_COOKIE_ADDED": lambda params: self._cookie_change(True, params),
            "COOKIE_STORE_COOKIE_DELETED": lambda params: self._cookie_change(False, params),
            "COOKIE_STORE_COOKIE_REJECTED_HTTPONLY": lambda p: self._cookie_rejected("EXCLUDE_OVERWRITE_HTTP_ONLY", p),
            "COOKIE_STORE_COOKIE_REJECTED_SECURE": lambda p: self._cookie_rejected("EXCLUDE_OVERWRITE_SECURE", p),
            "FAILED": self._failed,
            "CANCELLED": self._failed,
            "HTTP_STREAM_REQUEST_BOUND_TO_JOB": lambda p: self.wire.bind_job(
                self._source, p["source_dependency"]["id"]
            ),
            "SOCKET_POOL_BOUND_TO_SOCKET": lambda p: self.wire.bind_socket(self._source, p["source_dependency"]["id"]),
            "HTTP2_SESSION_INITIALIZED": lambda p: self.wire.bind_session(self._source, p["source_dependency"]["id"]),
            "HTTP2_SESSION_SEND_HEADERS": self._stream,
            "SSL_SOCKET_BYTES_SENT": lambda params: self._bytes(params, True),
            "SOCKET_BYTES_SENT": lambda params: self._bytes(params, False),
        }

    def _alive(self, params: Params) -> None:
        if self._phase == _BEGIN:
            self._annotations[self._source] = int(params.get("traffic_annotation") or 0)
        elif params.get("net_error"):
            self._failed(params)

    def _start(self, params: Params) -> None:
        if self._phase != _BEGIN:
            if params.get("net_error"):
                self._failed(params)
            return
        if len(self.log.hops) >= MAX_HOPS:
            self.log.dropped += 1
            self._last.pop(self._source, None)
            return
        before = self._last.get(self._source)
        hop = Hop(
            source=self._source,
            position=0 if before is None else before.position + 1,
            url=str(params["url"]),
            method=str(params["method"]),
            initiator=str(params.get("initiator") or NO_INITIATOR),
            request_type=str(params.get("request_type") or ""),
            annotation=int(params.get("traffic_annotation") or self._annotations.get(self._source, 0)),
            unix_ms=self._now,
            order=self.log.events,
        )
        self.log.hops.append(hop)
        self._last[self._source] = hop

    def _redirected_inside(self, params: Params) -> None:
        if (hop := self._last.get(self._source)) is not None:
            hop.internal_redirect = True

    def _sent_http1(self, params: Params) -> None:
        self._sent_headers(params)
        if (hop := self._last.get(self._source)) is not None:
            self.wire.expect(hop)

    def _sent_headers(self, params: Params) -> None:
        if (hop := self._last.get(self._source)) is not None:
            hop.request_headers = {k: v for k, v in headers_of(params["headers"]).items() if not k.startswith(":")}
            hop.sends += 1

    def _response(self, params: Params) -> None:
        hop = self._last.get(self._source)
        if hop is None:
            return
        lines = params["headers"]
        hop.status = status_of(lines)
        hop.response_order = self.log.events
        hop.response_headers = headers = headers_of(lines)
        if "set-cookie" in headers:
            hop.set_cookie = tuple(headers["set-cookie"].split("\n"))

    def _cache_read(self, params: Params) -> None:
        if (hop := self._last.get(self._source)) is not None:
            hop.from_cache = True

    def _upload(self, params: Params) -> None:
        if self._phase == _END and (hop := self._last.get(self._source)) is not None and not params.get("is_chunked"):
            hop.declared_body_bytes = int(params.get("total_size") or 0)

    def _cookie_status(self, params: Params) -> None:
        hop = self._last.get(self._source)
        if hop is None:
            return
        if len(hop.cookie_statuses) >= MAX_COOKIE_STATUSES:
            self.log.dropped += 1
            return
        words = str(params["status"]).split(", ")
        key = params.get("partition_key")
        hop.cookie_statuses.append(
            CookieStatus(
                operation=str(params["operation"]),
                name=text_of(params["name"]) if "name" in params else None,
                domain=text_of(params["domain"]) if "domain" in params else None,
                path=text_of(params["path"]) if "path" in params else None,
                partition_key=None if key in (None, "(none)") else str(key),
                reasons=tuple(word for word in words if word.startswith("EXCLUDE_")),
                order=self.log.events,
            )
        )

    def _cookie_change(self, added: bool, params: Params) -> None:
        if len(self.log.cookie_changes) >= MAX_COOKIE_CHANGES:
            self.log.dropped += 1
            return
        self.log.cookie_changes.append(
            CookieChange(
                added=added,
                name=text_of(params["name"]),
                value=text_of(params["value"]),
                domain=text_of(params["domain"]),
                path=text_of(params["path"]),
                unix_ms=self._now,
                order=self.log.events,
                secure=bool(params.get("secure")),
                http_only=bool(params.get("httponly")),
                same_site=None if params.get("same_site") is None else str(params["same_site"]),
                persistent=bool(params.get("is_persistent")),
                cause=None if params.get("deletion_cause") is None else str(params["deletion_cause"]),
            )
        )

    def _cookie_rejected(self, reason: str, params: Params) -> None:
        if len(self.log.cookie_rejections) >= MAX_COOKIE_CHANGES:
            self.log.dropped += 1
            return
        self.log.cookie_rejections.append(
            CookieRejection(
                name=text_of(params["name"]),
                value=text_of(params.get("newvalue", "")),
                domain=text_of(params["domain"]),
                path=text_of(params.get("path") or params.get("newpath") or "/"),
                reason=reason,
                unix_ms=self._now,
                order=self.log.events,
            )
        )

    def _failed(self, params: Params) -> None:
        hop, code = self._last.get(self._source), params.get("net_error")
        if hop is not None and code and hop.error is None:
            hop.error = "net::" + self._net_errors.get(int(code), f"ERR_{code}")

    def _stream(self, params: Params) -> None:
        request = self.wire.request_of(_dependency(params))
        websocket = any(str(line).startswith(":protocol: websocket") for line in params["headers"])
        self.wire.open_stream(self._source, int(params["stream_id"]), self._last.get(request), websocket)

    def _bytes(self, params: Params, decrypted: bool) -> None:
        if "bytes" in params:
            data = binascii.a2b_base64(params["bytes"])
            self.wire.sent(self._source, data, decrypted=decrypted)


def _dependency(params: Params) -> int:
    return int(params["source_dependency"]["id"])
