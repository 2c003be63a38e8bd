"""What kind of request it is and what kind of target sent it, in the words of the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.collectors.devtools.records import CdpRequest, Target
from crawler.collectors.ledger.lives import target_word
from crawler.collectors.ledger.reconcile import is_favicon, is_webtransport
from crawler.collectors.netlog.records import Hop
from crawler.collectors.trace.records import Realm

_TYPES = {
    "Document": "document",
    "Stylesheet": "stylesheet",
    "Image": "image",
    "Media": "media",
    "TextTrack": "media",
    "Font": "font",
    "Script": "script",
    "XHR": "xhr",
    "Fetch": "fetch",
    "Prefetch": "prefetch",
    "EventSource": "eventsource",
    "WebSocket": "websocket",
    "Manifest": "manifest",
    "Ping": "ping",
    "CSPViolationReport": "csp-report",
    "Preflight": "preflight",
    "WebTransport": "webtransport",
}
_TYPES_BY_DESTINATION = {
    "document": "document",
    "iframe": "document",
    "frame": "document",
    "fencedframe": "document",
    "object": "document",
    "embed": "document",
    "style": "stylesheet",
    "image": "image",
    "audio": "media",
    "video": "media",
    "track": "media",
    "font": "font",
    "script": "script",
    "json": "script",
    "worker": "script",
    "sharedworker": "script",
    "serviceworker": "script",
    "audioworklet": "script",
    "paintworklet": "script",
    "manifest": "manifest",
    "report": "csp-report",
    "websocket": "websocket",
    "empty": "fetch",
}
_TYPES_BY_ACCEPT = (("image/", "image"), ("text/css", "stylesheet"), ("text/event-stream", "eventsource"))


def type_of(hop: Hop, request: CdpRequest | None) -> str:
    """The `resource_type` of a hop: by scheme and headers where they are sure, else by CDP, else by destination."""
    if hop.url.startswith(("ws:", "wss:")):
        return "websocket"
    if is_webtransport(hop):
        return "webtransport"
    headers = hop.request_headers or {}
    if hop.method == "OPTIONS" and "access-control-request-method" in headers:
        return "preflight"
    if "prefetch" in headers.get("sec-purpose", ""):
        return "prefetch"
    known = _TYPES.get(request.resource_type) if request else None
    if known is not None:
        return known
    if is_favicon(hop):
        return "favicon"
    if hop.request_type in ("main frame", "subframe"):
        return "document"
    destination = headers.get("sec-fetch-dest")
    if destination is None:  # not sent to an insecure address
        return next((kind for start, kind in _TYPES_BY_ACCEPT if headers.get("accept", "").startswith(start)), "other")
    return _TYPES_BY_DESTINATION.get(destination, "other")


def type_of_cdp(request: CdpRequest) -> str:
    """The `resource_type` of a request that only CDP has."""
    return _TYPES.get(request.resource_type, "other")


def target_of(request: CdpRequest, main_session: str | None) -> str:
    """The kind of target that reported a request; a frame is one whichever window it is in."""
    if request.frame_request:
        return "frame"
    return target_word(request.target, request.session, main_session)


def target_of_realm(realm: Realm, targets: Mapping[str, Target], main_session: str | None) -> str:
    """The kind of target that a script ran in."""
    target = targets.get(realm.session)
    if target is None:
        return "unknown"
    if target.type == "page":
        return target_word(target.type, realm.session, main_session) if realm.top else "frame"
    return target_word(target.type, realm.session, main_session)


def main_session(requests: Iterable[CdpRequest], targets: Mapping[str, Target], page_url: str) -> str | None:
    """The session of the page under audit; every other page is a popup."""
    documents = [r for r in requests if r.resource_type == "Document" and r.target == "page"]
    wanted = page_url.partition("#")[0]
    for request in documents:
        if request.url.partition("#")[0] == wanted:
            return request.session
    if documents:
        return documents[0].session
    return next((session for session, target in targets.items() if target.type == "page"), None)
