"""One row of the evidence for one request, whoever saw it."""

from __future__ import annotations

import base64

from crawler.bundle.redact import Redactor
from crawler.collectors import set_cookie
from crawler.collectors.addresses import MAX_URL_CHARS
from crawler.collectors.body_text import body_text
from crawler.collectors.devtools.records import CdpRequest
from crawler.collectors.identifiers import Carried, IdentifierIndex
from crawler.collectors.ledger import request_kinds
from crawler.collectors.ledger.reconcile import Explanation, always_class, is_own_traffic, unsent_class
from crawler.collectors.netlog.records import NO_INITIATOR, Hop, Peer
from crawler.collectors.netlog.wire.body import KEPT_BYTES
from crawler.collectors.secrets_of_visit import VisitSecrets
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Initiator, Request
from crawler.parties import Party, party

_UNKNOWN = Initiator(type="unknown")


class RequestRows:
    """Makes the rows of one visit."""

    def __init__(
        self,
        visit: VisitKey,
        redactor: Redactor,
        secrets: VisitSecrets,
        identifiers: IdentifierIndex,
        main_session: str | None,
    ) -> None:
        self._visit = visit
        self._redactor = redactor
        self._secrets = secrets
        self._identifiers = identifiers
        self._main_session = main_session

    def from_both(self, hop: Hop, request: CdpRequest, before: Hop | None) -> Request:
        """Of a request that NetLog and CDP tell of."""
        wire_class = always_class(hop)
        if hop.request_headers is None and wire_class is None:
            wire_class = unsent_class(hop, request)
        target = request_kinds.target_of(request, self._main_session)
        return self._of_hop(hop, request, before, wire_class, target, request.document_url)

    def from_wire(
        self, hop: Hop, explanation: Explanation, before: Hop | None, cause: CdpRequest | None = None
    ) -> Request:
        """Of a hop that only NetLog has; `cause` is CDP's request that was sent once more with it."""
        if cause is None:
            return self._of_hop(hop, None, before, explanation.wire_class, explanation.target, explanation.frame_url)
        target = request_kinds.target_of(cause, self._main_session)
        return self._of_hop(hop, cause, before, explanation.wire_class, target, cause.document_url, seen_by="netlog")

    def _of_hop(
        self,
        hop: Hop,
        request: CdpRequest | None,
        before: Hop | None,
        wire_class: str | None,
        target: str,
        frame_url: str | None,
        seen_by: str | None = None,
    ) -> Request:
        headers = hop.request_headers or {}
        body, body_bytes = _body_of(hop, request)
        led_from = before.url if before is not None else request.redirected_from if request is not None else None
        response, sent = hop.response, hop.request_headers is not None
        carried = self._carried(hop.url, body)
        return Request(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            frame_url=self._url(frame_url),
            target=target,
            method=hop.method,
            url=self._url(hop.url) or "",
            resource_type=request_kinds.type_of(hop, request),
            headers=self._secrets.headers(headers),
            body=body_text(body, body_bytes, self._secrets),
            body_bytes=body_bytes,
            initiator=self._initiator(request.initiator if request else _initiator_of_hop(hop)),
            redirected_from=None if hop.sent_again else self._url(led_from),
            sent_ms=hop.unix_ms - self._visit.started_unix_ms,
            sec_gpc=headers.get("sec-gpc") == "1",
            status=hop.status if sent or request is None else hop.status or request.status,
            response_headers=self._secrets.headers(hop.response_headers),
            set_cookie=tuple(line.row(self._redactor, why) for line, why, _ in set_cookie.of_hop(hop)),
            seen_by=seen_by or ("netlog" if request is None else "both"),
            own_traffic=is_own_traffic(hop, request),
            on_wire=sent,
            wire_class=wire_class,
            error=_error(hop),
            cookies_sent=tuple(_cookie_names(headers.get("cookie", ""))),
            identifiers=carried.own,
            identifiers_of_others=carried.of_others,
            response_bytes=None if response is None else response.total,
            response_sha256=None if response is None else response.sha256,
            cookies_withheld=_withheld(hop),
        )

    def from_cdp(self, request: CdpRequest, wire_class: str) -> Request:
        """Of a request that only CDP has: it never reached the wire."""
        body = (request.body or "").encode("utf-8", "replace")
        return Request(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            frame_url=self._url(request.document_url),
            target=request_kinds.target_of(request, self._main_session),
            method=request.method,
            url=self._url(request.url) or "",
            resource_type=request_kinds.type_of_cdp(request),
            headers={},
            body=body_text(body, len(body), self._secrets),
            body_bytes=len(body),
            initiator=self._initiator(request.initiator),
            redirected_from=self._url(request.redirected_from),
            sent_ms=request.unix_ms - self._visit.started_unix_ms,
            sec_gpc=False,
            status=request.status,
            response_headers={},
            set_cookie=(),
            seen_by="cdp",
            own_traffic=False,
            on_wire=False,
            wire_class=wire_class,
            error=request.error,
        )

    def from_peer(self, peer: Peer) -> Request:
        """Of an address that WebRTC talked to: `stun:host:port`; see `netlog.peers` for what is not known of it."""
        host = f"[{peer.host}]" if ":" in peer.host and not peer.host.startswith("[") else peer.host
        scheme = {("tcp", False): "turn", ("tcp", True): "turns"}.get((peer.transport, peer.secure), "stun")
        return Request(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            frame_url=None,
            target="page",
            method="STUN",
            url=f"{scheme}:{host}:{peer.port}" + ("?transport=tcp" if peer.transport == "tcp" else ""),
            resource_type="webrtc",
            headers={},
            body=None,
            body_bytes=peer.sent_bytes,
            initiator=_UNKNOWN,
            redirected_from=None,
            sent_ms=peer.unix_ms - self._visit.started_unix_ms,
            sec_gpc=False,
            status=None,
            response_headers={},
            set_cookie=(),
            seen_by="netlog",
            own_traffic=False,
            on_wire=peer.sent_packets > 0,
            response_bytes=peer.received_bytes or None,
        )

    def _url(self, url: str | None) -> str | None:
        return None if url is None else self._secrets.url(url.partition("#")[0][:MAX_URL_CHARS])

    def _initiator(self, initiator: Initiator) -> Initiator:
        return Initiator(
            type=initiator.type,
            url=None if initiator.url is None else self._secrets.url(initiator.url),
            line=initiator.line,
            column=initiator.column,
            stack=tuple(self._secrets.text(frame) for frame in initiator.stack),
        )

    def _carried(self, url: str, body: bytes) -> Carried:
        if party(url, self._visit.page_url, self._visit.own_domains) is not Party.THIRD:
            return Carried()
        return self._identifiers.find(url[:MAX_URL_CHARS], body)


def _body_of(hop: Hop, request: CdpRequest | None) -> tuple[bytes, int]:
    if hop.messages:
        return _said(hop)
    total = hop.body.total if hop.body else 0
    kept = hop.body.kept if hop.body else b""
    if not total and hop.declared_body_bytes:
        # The wire's bytes are missing; CDP's copy is better than nothing, and the size is known.
        kept = (request.body or "").encode("utf-8", "replace") if request else b""
        total = hop.declared_body_bytes
    return kept, total


def _said(hop: Hop) -> tuple[bytes, int]:
    """What was sent over a WebSocket, as the body of its handshake: by line, binary messages as `base64:...`."""
    sent = [message for message in hop.messages if message.sent and message.data is not None]
    lines = [_line(message.data or b"", message.binary) for message in sent]
    return b"\n".join(lines)[:KEPT_BYTES], sum(message.size for message in sent)


def _line(data: bytes, binary: bool) -> bytes:
    if not binary:
        return data
    try:
        return data if data.decode("utf-8").isprintable() else b"base64:" + base64.b64encode(data)
    except UnicodeDecodeError:
        return b"base64:" + base64.b64encode(data)


def _error(hop: Hop) -> str | None:
    # The network stack hands an opened WebSocket over and calls that an error; a cache that has nothing is none.
    return None if hop.error == "net::ERR_WS_UPGRADE" or hop.cache_only else hop.error


def _initiator_of_hop(hop: Hop) -> Initiator:
    return Initiator(type="unknown", url=None if hop.initiator == NO_INITIATOR else hop.initiator)


def _cookie_names(header: str) -> list[str]:
    return [pair.partition("=")[0].strip()[:4096] for pair in header.split(";") if pair.strip()]


def _withheld(hop: Hop) -> tuple[str, ...]:
    statuses = (s for s in hop.cookie_statuses if s.operation == "send" and s.reasons)
    return tuple(f"{(s.name or '')[:4096]}: {', '.join(s.reasons)}" for s in statuses)
