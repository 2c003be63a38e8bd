"""What is kept of a NetLog: one `Hop` per request and redirect, and every change of the cookie store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from crawler.collectors.netlog.response_body import ResponseBody
from crawler.collectors.netlog.wire.body import Body

NO_INITIATOR = "not an origin"
"""Chromium's word for a request that no document or worker asked for."""
_DO_NOT_SAVE_COOKIES = 1 << 6


@dataclass(frozen=True, slots=True)
class CookieStatus:
    """The browser's decision on one cookie of one response (`store`) or request (`send`)."""

    operation: str
    name: str | None
    """None when the line could not be made into a cookie at all."""
    domain: str | None
    path: str | None
    partition_key: str | None
    reasons: tuple[str, ...]
    """`EXCLUDE_*` words; empty when the cookie was stored or sent."""
    order: int
    """Line of the log."""


@dataclass(frozen=True, slots=True)
class CookieChange:
    """One entry that came into or left the cookie store, whoever did it."""

    added: bool
    name: str
    value: str
    domain: str
    """With its leading dot when the cookie has a Domain attribute."""
    path: str
    unix_ms: float
    order: int
    """Line of the log; tells before from after within a millisecond."""
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    persistent: bool = False
    cause: str | None = None
    """Why it left: `overwrite`, `expired_overwrite`, `explicit`, ..."""


@dataclass(frozen=True, slots=True)
class CookieRejection:
    """A cookie that the store itself refused because of one that was there, whoever asked for it."""

    name: str
    value: str
    domain: str
    path: str
    reason: str
    """`EXCLUDE_OVERWRITE_HTTP_ONLY` or `EXCLUDE_OVERWRITE_SECURE`, as the statuses of responses say it."""
    unix_ms: float
    order: int


class Asker(Enum):
    """What Chromium's site for cookies tells of who asked (all 1,390 requests of the truth world, 156, 2026-11-27)."""

    FIRST_PARTY = "first party"
    """It is the site at the top of the window, or of the worker."""
    INSIDE_ANOTHER = "inside another"
    """Taken away, because the document is inside another site's: never a shared or service worker."""
    PARTITIONED_WORKER = "partitioned worker"
    """There never was one: but for preflights, a shared or service worker of a frame inside another site."""


@dataclass(slots=True)
class Hop:
    """One request of the network stack up to its response or redirect. Filled while the log is read."""

    source: int
    position: int
    """0 for the first hop of a request, 1 after one redirect or when it was sent again, and so on."""
    url: str
    """Without the name and password that a script may have put into it: they are not sent as part of it."""
    method: str
    initiator: str
    """Origin that asked, or `NO_INITIATOR`."""
    request_type: str
    """`main frame`, `subframe`, or empty."""
    annotation: int
    """Hash of Chromium's traffic annotation; names the component that sent it."""
    unix_ms: float
    order: int
    flags: int = 0
    """Chromium's load flags, see its `net/base/load_flags_list.h`."""
    asker: Asker = Asker.FIRST_PARTY
    """Who may have asked, as far as the site for cookies tells."""
    request_headers: Mapping[str, str] | None = None
    """As sent, names in lower case, pseudo headers left out; None when it never reached the wire."""
    sent_again: bool = False
    """The same request once more: after a challenge to authenticate, or because the connection had gone away."""
    status: int | None = None
    response_order: int = 0
    """Line of the log where the response headers stand."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    set_cookie: tuple[str, ...] = ()
    cookie_statuses: list[CookieStatus] = field(default_factory=list)
    error: str | None = None
    from_cache: bool = False
    internal_redirect: bool = False
    """The stack answered itself, e.g. an upgrade to https by HSTS."""
    cache_only: bool = False
    """The browser only asked its own cache."""
    declared_body_bytes: int | None = None
    body: Body | None = None
    response: ResponseBody | None = None
    """None when no byte of an answer was read."""
    messages: list[SocketMessage] = field(default_factory=list)
    """Of a WebSocket or a WebTransport, both ways."""

    @property
    def saves_no_cookies(self) -> bool:
        """Made without credentials: whatever cookies the answer sets, the browser ignores them."""
        return bool(self.flags & _DO_NOT_SAVE_COOKIES)


@dataclass(frozen=True, slots=True)
class SocketMessage:
    """One message of a WebSocket, or one datagram of a WebTransport."""

    sent: bool
    """False: received."""
    unix_ms: float
    """When its last byte passed the browser's socket."""
    size: int
    """Decompressed."""
    data: bytes | None
    """The first bytes of it; None where the log does not show them."""
    binary: bool


@dataclass(slots=True)
class Peer:
    """An address that a WebRTC connection exchanged packets with, STUN servers among them."""

    host: str
    """A name where the log tells which name led to the address, else the address."""
    port: int
    secure: bool
    """Over TLS."""
    transport: str
    """udp or tcp."""
    unix_ms: float
    sent_packets: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Lookup:
    """How the browser looked a host up, and what its answer said of other names."""

    by: str
    """browser (its own resolver), system, or hosts (the machine's hosts file)."""
    chain: tuple[str, ...]
    """As in `crawler.evidence.HostName`; of the browser's own resolver alone."""


@dataclass(slots=True)
class NetLog:
    """The ledger of one browser process."""

    hops: list[Hop] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    cookie_changes: list[CookieChange] = field(default_factory=list)
    cookie_rejections: list[CookieRejection] = field(default_factory=list)
    lookups: dict[str, Lookup] = field(default_factory=dict)
    """By host in lower case: every one that was looked up and has an address."""
    flaw: str = "it could not be read"
    """What is missing of it, in words; empty when it has its end, no line was damaged, and nothing was dropped."""
    began_unix_ms: float | None = None
    """Time of the first event."""
    events: int = 0
    bad_lines: int = 0
    dropped: int = 0
    """Records beyond the limits."""
    unbound_bodies: int = 0
    """Requests found in the bytes of a socket that belong to no hop."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing of it."""
        return not self.flaw

    def must_cover(self, unix_ms: float) -> None:
        """Note the flaw of a log that began after the network stack had begun a request: its writer died meanwhile.

        The process that goes on in the dead one's place begins the log anew. It starts only when it is needed, which
        may be some 100 ms after the page was asked for.
        """
        if self.began_unix_ms is not None and self.began_unix_ms > unix_ms:
            self.flaw = self.flaw or "it began anew after the first requests"
