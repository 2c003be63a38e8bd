"""Writes small NetLogs as text, in the shape that Chromium writes them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

OFFSET_MS = 1_000_000_000_000
TYPES = (
    "REQUEST_ALIVE",
    "URL_REQUEST_START_JOB",
    "URL_REQUEST_REDIRECT_JOB",
    "URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED",
    "HTTP_TRANSACTION_SEND_REQUEST_HEADERS",
    "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS",
    "HTTP_TRANSACTION_READ_RESPONSE_HEADERS",
    "HTTP_CACHE_READ_INFO",
    "UPLOAD_DATA_STREAM_INIT",
    "COOKIE_INCLUSION_STATUS",
    "COOKIE_STORE_COOKIE_ADDED",
    "COOKIE_STORE_COOKIE_DELETED",
    "COOKIE_STORE_COOKIE_REJECTED_HTTPONLY",
    "COOKIE_STORE_COOKIE_REJECTED_SECURE",
    "FAILED",
    "CANCELLED",
    "HTTP_STREAM_REQUEST_BOUND_TO_JOB",
    "SOCKET_POOL_BOUND_TO_SOCKET",
    "HTTP2_SESSION_INITIALIZED",
    "HTTP2_SESSION_SEND_HEADERS",
    "SSL_SOCKET_BYTES_SENT",
    "SOCKET_BYTES_SENT",
    "SOCKET_BYTES_RECEIVED",
    "SSL_SOCKET_BYTES_RECEIVED",
    "URL_REQUEST_JOB_FILTERED_BYTES_READ",
    "QUIC_SESSION_WEBTRANSPORT_CLIENT_ALIVE",
    "QUIC_SESSION_WEBTRANSPORT_CLIENT_STATE_CHANGED",
    "QUIC_SESSION_PACKET_SENT",
    "QUIC_SESSION_MESSAGE_FRAME_SENT",
    "QUIC_SESSION_MESSAGE_FRAME_RECEIVED",
    "UDP_BYTES_SENT",
    "UDP_BYTES_RECEIVED",
    "TCP_CONNECT_JOB_CONNECTOR_CONNECT_START",
    "HOST_RESOLVER_MANAGER_JOB",
    "HOST_RESOLVER_SYSTEM_TASK",
    "HOST_RESOLVER_DNS_TASK",
    "HOST_RESOLVER_MANAGER_HOSTS_HIT",
)
NUMBERS = {name: number for number, name in enumerate(TYPES, 10)}
NONE, BEGIN, END = 0, 1, 2
FETCH, BEACON = 65536, 0
"""Load flags that Chromium 156 gives to a `fetch` and to `sendBeacon`."""
INCLUDE, DOMAIN = "INCLUDE, DO_NOT_WARN, NO_EXEMPTION", "EXCLUDE_DOMAIN_MISMATCH, DO_NOT_WARN, NO_EXEMPTION"


class NetLogText:
    """Collects events; `now` is the clock in milliseconds."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.now = 0
        self._next = 100

    def event(self, name: str, source: int, params: Any = None, phase: int = NONE) -> None:
        """Add one event line."""
        record: dict[str, Any] = {} if params is None else {"params": params}
        record |= {"phase": phase, "source": {"id": source, "start_time": "0", "type": 1}, "time": str(self.now)}
        self.lines.append(json.dumps(record | {"type": NUMBERS[name]}, separators=(",", ":")))

    def start(
        self,
        url: str,
        method: str = "GET",
        *,
        source: int | None = None,
        initiator: str = "https://site.test",
        kind: str = "other",
        annotation: int = 101845102,
        flags: int = FETCH,
        site: str = "site=https://site.test; schemefully_same=true",
    ) -> int:
        """Start a request, or its next hop when a source is given; returns the source."""
        if source is None:
            source, self._next = self._next, self._next + 1
            self.event("REQUEST_ALIVE", source, {"traffic_annotation": annotation, "url": url}, BEGIN)
        params = {"initiator": initiator, "load_flags": flags, "method": method, "request_type": kind, "url": url}
        params["site_for_cookies"] = f"SiteForCookies: {{{site}}}"
        self.event("URL_REQUEST_START_JOB", source, params, BEGIN)
        return source

    def send(self, source: int, *headers: str, method: str = "GET", path: str = "/") -> None:
        """Send the headers over HTTP/1.1."""
        params = {"headers": list(headers), "line": f"{method} {path} HTTP/1.1\r\n"}
        self.event("HTTP_TRANSACTION_SEND_REQUEST_HEADERS", source, params)

    def answer(self, source: int, *headers: str, status: int = 200) -> None:
        """Receive the response headers."""
        params = {"headers": [f"HTTP/1.1 {status} X", *headers]}
        self.event("HTTP_TRANSACTION_READ_RESPONSE_HEADERS", source, params)

    def stored(self, source: int, name: str, domain: str, value: str, *, path: str = "/", added: bool = True) -> None:
        """The store takes a cookie of a response, and says so."""
        if added:
            self.added(name, domain, value, path=path)
        params = {"domain": domain, "name": name, "path": path, "operation": "store", "partition_key": "(none)"}
        self.event("COOKIE_INCLUSION_STATUS", source, params | {"status": INCLUDE})

    def refused(self, source: int, status: str = DOMAIN, **named: str) -> None:
        """The store refuses a cookie of a response."""
        params = {"operation": "store", "partition_key": "(none)", "status": status}
        self.event("COOKIE_INCLUSION_STATUS", source, params | named)

    def added(self, name: str, domain: str, value: str, *, path: str = "/") -> None:
        """A cookie comes into the store."""
        params = {"domain": domain, "httponly": False, "is_persistent": False, "name": name, "path": path}
        more = {"same_site": "none", "secure": True, "value": value}
        self.event("COOKIE_STORE_COOKIE_ADDED", 4, params | more)

    def deleted(self, name: str, domain: str, value: str, cause: str, *, path: str = "/") -> None:
        """A cookie leaves the store."""
        params = {"deletion_cause": cause, "domain": domain, "name": name, "path": path, "value": value}
        self.event("COOKIE_STORE_COOKIE_DELETED", 4, params)

    def socket(self, source: int, socket: int, job: int | None = None) -> None:
        """Bind a request to a socket through a stream job."""
        job = job or 10_000 + source
        for name, at, on in (
            ("SOCKET_POOL_BOUND_TO_SOCKET", job, socket),
            ("HTTP_STREAM_REQUEST_BOUND_TO_JOB", source, job),
        ):
            self.event(name, at, {"source_dependency": {"id": on, "type": 1}})

    def bytes(self, socket: int, data: bytes, *, tls: bool = True, received: bool = False) -> None:
        """A socket sends or receives bytes."""
        params = {"byte_count": len(data), "bytes": base64.b64encode(data).decode()}
        self.event(("SSL_" if tls else "") + "SOCKET_BYTES_" + ("RECEIVED" if received else "SENT"), socket, params)

    def body(self, source: int, data: bytes) -> None:
        """The browser reads bytes of the answer, decoded."""
        params = {"byte_count": len(data), "bytes": base64.b64encode(data).decode()}
        self.event("URL_REQUEST_JOB_FILTERED_BYTES_READ", source, params)

    def text(self, *, complete: bool = True) -> bytes:
        """The whole file."""
        constants = {
            "logEventTypes": NUMBERS,
            "netError": {"ERR_ABORTED": -3, "ERR_NAME_NOT_RESOLVED": -105},
            "timeTickOffset": OFFSET_MS,
        }
        head = json.dumps({"constants": constants}, separators=(",", ":"))[:-1] + ',\n"events": [\n'
        body = ",\n".join(self.lines)
        return (head + body + ('],\n"polledData": [{}]\n}\n' if complete else ",\n")).encode()

    def write(self, folder: Path, *, complete: bool = True) -> Path:
        """Write the file and return its path."""
        path = folder / "netlog.json"
        path.write_bytes(self.text(complete=complete))
        return path
