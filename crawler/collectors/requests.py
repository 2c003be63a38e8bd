"""The request rows of a visit: NetLog says what went out, CDP says who asked for it."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.bundle.redact import Redactor
from crawler.collectors import reconcile, request_kinds, set_cookie
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_records import CdpRequest
from crawler.collectors.identifiers import IdentifierIndex, inflated
from crawler.collectors.netlog_records import NO_INITIATOR, Hop, NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.visit_key import VisitKey
from crawler.collectors.wire_body import KEPT_BYTES
from crawler.evidence import IdentifierSent, Initiator, Reconciliation, Request
from crawler.parties import Party, party

MAX_URL_CHARS = 65_536
MAX_UNEXPLAINED = 200
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def build(
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> tuple[list[Request], Reconciliation]:
    """All requests of a visit in the order of time, redacted, and how the two recorders agree.

    `secrets` are values that must not be written down; as a mapping of value to (name, domain), such as
    `storage.secrets` gives, first-party ones are also looked for in requests to third parties. Cookie values are taken
    from the log without being given.
    """
    named, values = values_of(log, secrets)
    first_party = {v: owner for v, owner in named.items() if _is_first_party(owner[1], visit)}
    builder = _Builder(
        visit,
        redactor,
        VisitSecrets(redactor, values),
        IdentifierIndex(first_party, redactor, public=(visit.page_url,)),
        reconcile.WireClasses(log, cdp),
        request_kinds.main_session(cdp.requests, cdp.targets, visit.page_url),
    )
    cdp.records.explain_preflights()
    joined = reconcile.join(log, cdp.requests)
    predecessors = {(hop.source, hop.position): hop.url for hop in log.hops}
    rows: list[Request] = []
    wire_only: Counter[str] = Counter()
    cdp_only: Counter[str] = Counter()
    unexplained: list[str] = []
    partner: list[tuple[Hop, CdpRequest | None]] = [*joined.matched, *((hop, None) for hop in joined.wire_only)]
    for hop, request in partner:
        row = builder.from_hop(hop, request, predecessors.get((hop.source, hop.position - 1)))
        rows.append(row)
        if request is None:
            wire_only[row.wire_class or reconcile.UNEXPLAINED] += 1
    wire_urls = frozenset(hop.url.partition("#")[0] for hop in log.hops)
    for request in joined.cdp_only:
        row = builder.from_cdp(request, reconcile.cdp_class(request, wire_urls))
        rows.append(row)
        cdp_only[row.wire_class or reconcile.UNEXPLAINED] += 1
    rows.sort(key=lambda row: row.sent_ms)
    unexplained = [f"{row.method} {row.url[:500]}" for row in rows if row.wire_class == reconcile.UNEXPLAINED]
    return rows, Reconciliation(
        netlog_complete=log.complete,
        matched=len(joined.matched),
        wire_only=dict(sorted(wire_only.items())),
        cdp_only=dict(sorted(cdp_only.items())),
        unexplained=tuple(unexplained[:MAX_UNEXPLAINED]),
    )


def _is_first_party(domain_or_origin: str, visit: VisitKey) -> bool:
    return bool(domain_or_origin) and party(domain_or_origin, visit.page_url) is Party.FIRST


class _Builder:
    def __init__(
        self,
        visit: VisitKey,
        redactor: Redactor,
        secrets: VisitSecrets,
        identifiers: IdentifierIndex,
        classes: reconcile.WireClasses,
        main_session: str | None,
    ) -> None:
        self._visit = visit
        self._redactor = redactor
        self._secrets = secrets
        self._identifiers = identifiers
        self._classes = classes
        self._main_session = main_session

    def from_hop(self, hop: Hop, request: CdpRequest | None, before: str | None) -> Request:
        headers = hop.request_headers or {}
        on_wire = hop.request_headers is not None
        body, body_bytes = self._body_of(hop, request)
        if before is None and request is not None:
            before = request.redirected_from
        wire_class = self._classes.of(hop) if request is None else reconcile.always_class(hop)
        if request is not None and not on_wire and wire_class is None:
            wire_class = _unsent_class(hop, request)
        return Request(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            frame_url=self._url(request.document_url) if request else None,
            target=request_kinds.target_of(request, self._main_session) if request else self._classes.target_of(hop),
            method=hop.method,
            url=self._url(hop.url) or "",
            resource_type=request_kinds.type_of(hop, request),
            headers=self._secrets.headers(headers),
            body=self._text(body, body_bytes),
            body_bytes=body_bytes,
            initiator=self._initiator(request.initiator if request else _initiator_of_hop(hop)),
            redirected_from=self._url(before),
            sent_ms=hop.unix_ms - self._visit.started_unix_ms,
            sec_gpc=headers.get("sec-gpc") == "1",
            status=hop.status if hop.status is not None or request is None else request.status,
            response_headers=self._secrets.headers(hop.response_headers),
            set_cookie=tuple(line.row(self._redactor, why) for line, why, _ in set_cookie.of_hop(hop)),
            seen_by="netlog" if request is None else "both",
            own_traffic=reconcile.is_own_traffic(hop, request),
            on_wire=on_wire,
            wire_class=wire_class,
            error=_error(hop),
            cookies_sent=tuple(_cookie_names(headers.get("cookie", ""))),
            identifiers=self._sent_identifiers(hop.url, body),
        )

    def from_cdp(self, request: CdpRequest, wire_class: str) -> Request:
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
            body=self._text(body, len(body)),
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

    def _body_of(self, hop: Hop, request: CdpRequest | None) -> tuple[bytes, int]:
        total = hop.body.total if hop.body else 0
        kept = hop.body.kept if hop.body else b""
        if not total and hop.declared_body_bytes:
            # The wire's bytes are missing; CDP's copy is better than nothing, and the size is known.
            kept = (request.body or "").encode("utf-8", "replace") if request else b""
            total = hop.declared_body_bytes
        return kept, total

    def _text(self, body: bytes, total: int) -> str | None:
        if not total:
            return None
        plain = inflated(body)
        try:
            text = plain.decode("utf-8")
        except UnicodeDecodeError as error:
            cut = len(body) < total and error.start >= len(plain) - 3
            text = plain[: error.start].decode("utf-8") if cut else "\x00"
        if _BINARY.search(text):
            return "base64:" + base64.b64encode(self._secrets.data(plain)).decode("ascii")
        return self._secrets.text(text[:KEPT_BYTES])

    def _sent_identifiers(self, url: str, body: bytes) -> tuple[IdentifierSent, ...]:
        if party(url, self._visit.page_url, self._visit.own_domains) is not Party.THIRD:
            return ()
        return self._identifiers.find(url[:MAX_URL_CHARS], body)


def _unsent_class(hop: Hop, request: CdpRequest) -> str:
    if hop.internal_redirect:
        return "internal-redirect"
    if hop.from_cache or request.from_cache:
        return "cache"
    if request.blocked:
        return "blocked"
    return "failed" if hop.error or request.error else "pending"


def _error(hop: Hop) -> str | None:
    # The network stack hands an opened WebSocket over and calls that an error.
    return None if hop.error == "net::ERR_WS_UPGRADE" else hop.error


def _initiator_of_hop(hop: Hop) -> Initiator:
    return Initiator(type="unknown", url=None if hop.initiator == NO_INITIATOR else hop.initiator)


def _cookie_names(header: str) -> list[str]:
    return [pair.partition("=")[0].strip()[:4096] for pair in header.split(";") if pair.strip()]
