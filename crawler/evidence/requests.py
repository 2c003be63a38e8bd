"""What was sent: requests hop by hop, and messages over channels that stay open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.evidence.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """What caused a request: `type` is the browser's word (parser, script, preload, preflight, other, unknown)."""

    type: str
    url: str | None = None
    line: int | None = None
    """1-based, as editors count."""
    column: int | None = None
    """1-based."""
    stack: tuple[str, ...] = ()
    """Innermost call first, each `function url:line:column`; async parents follow after `(async) reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """One Set-Cookie line of a response, stored or refused."""

    name: str
    domain: str
    """The Domain attribute without its leading dot, or the host of the response."""
    path: str
    value_hash: str
    value_length: int
    asked_lifetime_s: float | None
    """What the site asked for by Max-Age or Expires; None for a session cookie; 0 or less deletes."""
    secure: bool
    http_only: bool
    same_site: str | None
    partitioned: bool
    blocked: tuple[str, ...] = ()
    """The browser's reasons why it did not store the cookie; empty when it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierSent:
    """A cookie or storage value that was found inside a request to somebody else than the cookie's own site."""

    name: str
    """Name of the cookie or storage key."""
    domain: str
    """Cookie domain, or origin of the storage."""
    where: str
    """`url` or `body`."""
    value_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, hop by hop: a redirect is a row of its own that names its predecessor."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    frame_url: str | None
    target: str
    """page, frame, popup, worker, shared-worker, service-worker, worklet, browser."""
    method: str
    """HTTP verb; `GET` for a WebSocket handshake, told by `resource_type`; `STUN` for what WebRTC sends."""
    url: str
    resource_type: str
    """document, stylesheet, image, media, font, script, xhr, fetch, ping, prefetch, eventsource, websocket, preflight,
    csp-report, manifest, favicon, webtransport, webrtc (`stun:host:port`), other."""
    headers: Mapping[str, str]
    """As sent on the wire, names in lower case; values of secrets are redacted."""
    body: str | None
    """Decoded as UTF-8 where it is text, else `base64:...`; bounded, see `body_bytes` for the true size."""
    body_bytes: int
    initiator: Initiator
    redirected_from: str | None
    """URL of the hop before."""
    sent_ms: float
    sec_gpc: bool
    """True when the request itself carried `Sec-GPC: 1`."""
    status: int | None
    """None when no response came."""
    response_headers: Mapping[str, str]
    set_cookie: tuple[SetCookie, ...]
    seen_by: str
    """netlog, cdp, both; har in a recording of another tool."""
    own_traffic: bool
    """The browser's own doing, never charged to the site."""
    on_wire: bool = True
    """False for what never left the browser: cache, answers by a service worker, blocked by policy."""
    wire_class: str | None = None
    """Why one recorder alone saw it, or what became of it: unload-beacon, worker-script, worker-update, worker-start,
    popup-start, frame-start, fetch-later, preflight, report, favicon, download, fedcm, background-fetch, speculation,
    early-hint, sent-again, upgraded, internal-redirect, cache, cache-probe, service-worker, blocked, failed, aborted,
    pending, own-traffic, unexplained."""
    error: str | None = None
    """net:: error when it failed."""
    cookies_sent: tuple[str, ...] = ()
    """Names of the cookies that went with the request."""
    identifiers: tuple[IdentifierSent, ...] = ()
    """First-party cookie and storage values inside a request to another party."""
    step: str = ""
    """The step of the visit that it fell into, see `Step`; what the visitor had just done."""
    response_bytes: int | None = None
    """Bytes of the decoded response body; None when none was read."""
    response_sha256: str | None = None
    """Of those bytes, so that equal scripts can be recognised; None when none was read."""
    cookies_withheld: tuple[str, ...] = ()
    """`name: reason, reason` of cookies that the browser had and did not send."""
    identifiers_of_others: tuple[IdentifierSent, ...] = ()
    """Values of third parties' cookies inside a request to yet another third party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message over a channel that stays open: a WebSocket, WebTransport, a WebRTC data channel."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    channel: str
    """websocket, webtransport, webrtc."""
    url: str
    """Of the channel's own request; every one has a row in `requests`, too."""
    direction: str
    """sent or received."""
    sent_ms: float
    """When it passed the browser's socket."""
    size_bytes: int
    """Of the whole message, decompressed."""
    text: str | None
    """UTF-8 where it is text, else `base64:...`; redacted and bounded as request bodies are. None when not shown."""
    step: str = ""
