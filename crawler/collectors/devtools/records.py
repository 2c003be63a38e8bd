"""What CDP tells about requests, from the events of all targets: who asked, in which frame, what became of it."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from crawler.collectors.addresses import without_credentials
from crawler.collectors.devtools.initiators import initiator
from crawler.collectors.visit_clock import VisitClock
from crawler.evidence import Initiator

MAX_REQUESTS = 50_000
KEPT_CHARS = 64 << 20
"""Of all requests of a visit together: addresses, bodies and stacks may each be long."""
MAX_URL_CHARS = 65_536
MAX_BODY_CHARS = 65_536
MAX_ISSUES = 5_000
MAX_ANSWERS = 50
"""A page that reloads itself without end is answered often; only the last ones matter."""
_NETWORK_SCHEMES = ("http://", "https://", "ws://", "wss://")
Params = dict[str, Any]


@dataclass(slots=True)
class CdpRequest:
    """One request or redirect hop as one target reported it."""

    request_id: str
    session: str | None
    target: str
    url: str
    method: str
    resource_type: str
    initiator: Initiator
    frame_id: str | None
    document_url: str | None
    unix_ms: float
    redirected_from: str | None
    loader: str | None = None
    """Id of the document that it belongs to; a worker's is that of its script."""
    preflight_for: str | None = None
    """Id of the request that this preflight asked leave for."""
    body: str | None = None
    status: int | None = None
    from_cache: bool = False
    from_service_worker: bool = False
    error: str | None = None
    blocked: str | None = None
    """Why the browser itself stopped it: csp, mixed-content, inspector, origin, cors ..."""
    frame_request: bool = False
    """Of a frame inside the target's page, not of the page itself."""
    begun_unix_ms: float | None = None
    """When the network stack began it, as NetLog tells it, too; None when no answer told."""
    connection: int | None = None
    """Number of the connection that it used; NetLog's number of the socket."""

    @property
    def brought_no_document(self) -> bool:
        """Told as a document of its own, and nothing took a document's place: prefetches, `fetchLater`, downloads."""
        return self.loader == self.request_id and (self.resource_type != "Document" or self.error is not None)


@dataclass(frozen=True, slots=True)
class CookieIssue:
    """A cookie that the browser refused, as the Issues panel lists it; the only trace of refused script cookies."""

    operation: str
    """SetCookie or ReadCookie."""
    name: str
    domain: str
    path: str
    line: str
    reasons: tuple[str, ...]
    url: str | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """What a server answered to a navigation of a page's main frame, redirects left out."""

    page: str
    """Id of the page's target."""
    url: str
    """Without fragment."""
    status: int
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def content_type(self) -> str:
        """In lower case; empty when the server gave none."""
        return self.headers.get("content-type", "").lower()


@dataclass(slots=True)
class Target:
    """Something that sends requests: a page, a frame of its own process, a worker."""

    id: str
    type: str
    url: str
    opener: str | None
    parent: str | None
    """Session that it was attached through."""
    attached_unix_ms: float
    detached_unix_ms: float | None = None


@dataclass(slots=True)
class CdpRecords:
    """Consumes Network and Audits events; bounded, and counts what it had to drop."""

    requests: list[CdpRequest] = field(default_factory=list)
    issues: list[CookieIssue] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    """By session."""
    answers: deque[DocumentAnswer] = field(default_factory=lambda: deque(maxlen=MAX_ANSWERS))
    documents: Counter[str] = field(default_factory=Counter)
    """So many answers there were, by target."""
    dropped: int = 0
    last_activity: float = field(default_factory=time.monotonic)
    clock: VisitClock = field(default_factory=VisitClock)
    _room: int = KEPT_CHARS
    _last: dict[str, CdpRequest] = field(default_factory=dict)
    _open: dict[str, float] = field(default_factory=dict)
    _shown: dict[str | None, str | None] = field(default_factory=dict)
    """URL of the document in each frame."""

    def in_flight(self, stale_after_s: float) -> int:
        """Requests that still wait for response headers and are not older than `stale_after_s`."""
        oldest = time.monotonic() - stale_after_s
        return sum(1 for started in self._open.values() if started > oldest)

    def explain_preflights(self) -> None:
        """Give each preflight the initiator and the document of its request, which may be reported after it."""
        for preflight in self.requests:
            request = self._last.get(preflight.preflight_for or "")
            if request is not None:
                preflight.initiator, preflight.document_url = request.initiator, request.document_url
                preflight.session, preflight.target = request.session, request.target
                preflight.frame_id, preflight.frame_request = request.frame_id, request.frame_request

    def event(self, session: str | None, method: str, params: Params) -> None:
        """Take one event. Raises `KeyError` or `TypeError` for one of an unknown shape."""
        handler = _HANDLERS.get(method)
        if handler is not None:
            handler(self, session, params)

    def _request(self, session: str | None, params: Params) -> None:
        request_id, request = params["requestId"], params["request"]
        url = str(request["url"])
        if not url.startswith(_NETWORK_SCHEMES):
            return
        before = self._last.get(request_id)
        redirect = params.get("redirectResponse")
        if before is not None and before.session != session:
            return  # A service worker is attached twice, to the browser and to its page.
        if before is not None and redirect is not None:
            self._answered(before, redirect)
        self._open[request_id] = self.last_activity = time.monotonic()
        frame_id, loader = params.get("frameId"), params.get("loaderId") or None
        document_url = str(params.get("documentURL") or "")[:MAX_URL_CHARS] or None
        if loader is not None and loader != request_id:
            self._shown[frame_id] = document_url
        elif loader is not None and params.get("type") != "Document":
            document_url = self._shown.get(frame_id)  # a prefetch or `fetchLater` is told as its own document
        target = self.targets.get(session or "")
        cause = params.get("initiator") or {}
        asked = initiator(cause)
        if redirect is not None and before is not None:
            asked = before.initiator  # the browser names itself, or the document, as the cause of what comes after
        self._add(
            CdpRequest(
                request_id=request_id,
                session=session,
                target=target.type if target else "browser",
                url=without_credentials(url)[:MAX_URL_CHARS],
                method=str(request["method"]),
                resource_type=str(params.get("type") or "Other"),
                initiator=asked,
                frame_id=frame_id,
                document_url=document_url,
                unix_ms=self.clock.at_ms(params["timestamp"]),
                redirected_from=before.url if before is not None and redirect is not None else None,
                loader=loader,
                preflight_for=cause.get("requestId") if cause.get("type") == "preflight" else None,
                body=None if request.get("postData") is None else str(request["postData"])[:MAX_BODY_CHARS],
                frame_request=bool(target and target.type == "page" and frame_id and frame_id != target.id),
            )
        )

    def _add(self, request: CdpRequest) -> None:
        size = len(request.url) + len(request.document_url or "") + len(request.body or "")
        self._room -= size + sum(map(len, request.initiator.stack))
        if len(self.requests) >= MAX_REQUESTS or self._room < 0:
            self.dropped += 1
            self._open.pop(request.request_id, None)
            return
        self.requests.append(request)
        self._last[request.request_id] = request

    def _response(self, session: str | None, params: Params) -> None:
        if params.get("type") == "Document":
            self._document(session, params)
        if (request := self._last.get(params["requestId"])) is not None:
            self._answered(request, params["response"])
        self._done(params["requestId"])

    def _document(self, session: str | None, params: Params) -> None:
        target, response = self.targets.get(session or ""), params["response"]
        if target is not None and target.type == "page" and params.get("frameId") == target.id:
            headers = {str(name).lower(): str(value) for name, value in (response.get("headers") or {}).items()}
            url = str(response["url"]).partition("#")[0]
            self.answers.append(DocumentAnswer(target.id, url, int(response["status"]), headers))
            self.documents[target.id] += 1

    def _answered(self, request: CdpRequest, response: Params) -> None:
        request.status = int(response["status"]) if response.get("status") else None
        request.from_cache |= bool(response.get("fromDiskCache") or response.get("fromPrefetchCache"))
        request.from_service_worker |= bool(response.get("fromServiceWorker"))
        begun = (response.get("timing") or {}).get("requestTime")
        request.begun_unix_ms = self.clock.at_ms(float(begun)) if begun else None
        request.connection = int(response.get("connectionId") or 0) or None

    def _served_from_memory(self, session: str | None, params: Params) -> None:
        if (request := self._last.get(params["requestId"])) is not None:
            request.from_cache = True

    def _finished(self, session: str | None, params: Params) -> None:
        self._done(params["requestId"])

    def _failed(self, session: str | None, params: Params) -> None:
        if (request := self._last.get(params["requestId"])) is not None:
            request.error = str(params.get("errorText") or "failed")[:200]
            cors = params.get("corsErrorStatus") or {}
            reason = params.get("blockedReason") or (cors.get("corsError") and f"cors {cors['corsError']}")
            request.blocked = str(reason)[:200] if reason else None
        self._done(params["requestId"])

    def _done(self, request_id: str) -> None:
        # Ends of data: URLs and the like say nothing about the network.
        if request_id in self._last:
            self.last_activity = time.monotonic()
            self._open.pop(request_id, None)

    def _websocket(self, session: str | None, params: Params) -> None:
        self._channel(session, params["requestId"], params, "GET", "WebSocket")

    def _webtransport(self, session: str | None, params: Params) -> None:
        self._channel(session, params["transportId"], params, "CONNECT", "WebTransport")

    def _channel(self, session: str | None, request_id: str, params: Params, method: str, kind: str) -> None:
        if request_id in self._last:
            return
        self._open[request_id] = self.last_activity = time.monotonic()
        target = self.targets.get(session or "")
        self._add(
            CdpRequest(
                request_id=request_id,
                session=session,
                target=target.type if target else "browser",
                url=without_credentials(str(params["url"]))[:MAX_URL_CHARS],
                method=method,
                resource_type=kind,
                initiator=initiator(params.get("initiator") or {}),
                frame_id=None,
                document_url=None,
                unix_ms=self.clock.now_ms(),
                redirected_from=None,
            )
        )

    def _webtransport_over(self, session: str | None, params: Params) -> None:
        self._done(params["transportId"])

    def _issue(self, session: str | None, params: Params) -> None:
        details = (params["issue"].get("details") or {}).get("cookieIssueDetails")
        if not details or not details.get("cookieExclusionReasons"):
            return
        if len(self.issues) >= MAX_ISSUES:
            self.dropped += 1
            return
        cookie = details.get("cookie") or {}
        self.issues.append(
            CookieIssue(
                operation=str(details.get("operation")),
                name=str(cookie.get("name") or "")[:4096],
                domain=str(cookie.get("domain") or "")[:1024],
                path=str(cookie.get("path") or "")[:1024],
                line=str(details.get("rawCookieLine") or "")[:8192],
                reasons=tuple(str(reason)[:100] for reason in details["cookieExclusionReasons"][:10]),
                url=str(details.get("cookieUrl") or (details.get("request") or {}).get("url") or "")[:4096] or None,
                request_id=(details.get("request") or {}).get("requestId"),
            )
        )


_HANDLERS = {
    "Network.requestWillBeSent": CdpRecords._request,
    "Network.responseReceived": CdpRecords._response,
    "Network.requestServedFromCache": CdpRecords._served_from_memory,
    "Network.loadingFinished": CdpRecords._finished,
    "Network.loadingFailed": CdpRecords._failed,
    "Network.webSocketCreated": CdpRecords._websocket,
    "Network.webSocketHandshakeResponseReceived": CdpRecords._response,
    "Network.webSocketClosed": CdpRecords._finished,
    "Network.webTransportCreated": CdpRecords._webtransport,
    "Network.webTransportConnectionEstablished": CdpRecords._webtransport_over,
    "Network.webTransportClosed": CdpRecords._webtransport_over,
    "Audits.issueAdded": CdpRecords._issue,
}
