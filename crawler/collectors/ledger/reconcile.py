"""Says of every request that only one recorder saw why the other did not."""

from __future__ import annotations

from typing import NamedTuple

from crawler.collectors.addresses import bare
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CdpRequest
from crawler.collectors.ledger import components, lives
from crawler.collectors.netlog.peers import WEBTRANSPORT
from crawler.collectors.netlog.records import NO_INITIATOR, Asker, Hop, NetLog

UNEXPLAINED = "unexplained"
_ALWAYS = {
    components.FEDCM: "fedcm",
    components.REPORTING: "report",
    components.DOWNLOAD: "download",
    components.BACKGROUND_FETCH: "background-fetch",
    components.EARLY_HINTS: "early-hint",
    components.SPECULATION: "speculation",
}
"""Components whose requests the browser treats apart, whoever saw them: among others, they carry no signal."""
_UNSEEN = {
    **_ALWAYS,
    components.FETCH_LATER: "fetch-later",
    components.FAVICON: "favicon",
    **dict.fromkeys(components.WORKER_SCRIPTS, "worker-script"),
}
"""Components that send on the site's behalf where CDP does not look."""
_SCRIPT_DESTINATIONS = frozenset({"worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet", "worklet"})
_TARGETS_BY_DESTINATION = {
    "worker": "worker",
    "sharedworker": "shared-worker",
    "serviceworker": "service-worker",
    "audioworklet": "worklet",
    "paintworklet": "worklet",
    "iframe": "frame",
    "frame": "frame",
}
_LEFT_BEHIND = frozenset({"empty", "image", ""})
"""Destinations of what a document can send when it leaves."""
_SHARED = frozenset({"shared-worker", "service-worker"})
_START = {"popup": "popup-start", "frame": "frame-start"}


class Explanation(NamedTuple):
    """Why CDP did not report a hop, and where it came from, as far as that tells."""

    wire_class: str
    target: str = "page"
    frame_url: str | None = None


def is_own_traffic(hop: Hop, request: CdpRequest | None) -> bool:
    """True when the browser itself wanted this: a component of its own sent it, for nobody, and no target reported it.

    A component that is not known is not the browser's: better a request that nobody explains than a hidden tracker.
    """
    return request is None and hop.initiator == NO_INITIATOR and hop.annotation in components.OF_THE_BROWSER


def always_class(hop: Hop) -> str | None:
    """The class of kinds that keep it even when both saw them, because the browser treats their headers apart."""
    headers = hop.request_headers or {}
    if hop.sent_again:
        return "sent-again"
    if (known := _ALWAYS.get(hop.annotation)) is not None:
        return known
    if headers.get("sec-fetch-dest") == "webidentity":
        return "fedcm"
    if hop.annotation == components.WORKER_UPDATE and headers.get("service-worker") != "script":
        return "worker-update"
    if hop.method == "OPTIONS" and "access-control-request-method" in headers:
        return "preflight"
    if "prefetch" in headers.get("sec-purpose", "") and headers.get("sec-fetch-mode") == "navigate":
        return "speculation"
    return None


def is_favicon(hop: Hop) -> bool:
    """True for the icon that the browser fetches for its tab."""
    return hop.annotation == components.FAVICON


class WireClasses:
    """Explains the hops that only NetLog has.

    `popup-start`, `frame-start` and `worker-start`: a window, frame or worker whose first requests were on their way
    before its target could be listened to. `unload-beacon`: what a document sent when it left.
    """

    def __init__(self, log: NetLog, cdp: CdpRecorder, main_session: str | None) -> None:
        self._starts = lives.starts(log, cdp, main_session)
        self._window_starts = [life for life in self._starts if life.target not in lives.WORKERS.values()]
        self._shared_starts = [life for life in self._starts if life.target in _SHARED]
        self._other_starts = [life for life in self._starts if life.target not in _SHARED]
        self._ends = lives.ends(cdp, main_session)
        self._popups = {
            bare(target.url)
            for session, target in cdp.targets.items()
            if target.type == "page" and session != main_session
        }

    def explain(self, hop: Hop) -> Explanation:
        """Of a hop that only NetLog has."""
        headers = hop.request_headers or {}
        destination = headers.get("sec-fetch-dest", "")
        target = _TARGETS_BY_DESTINATION.get(destination, "page")
        if is_own_traffic(hop, None):
            return Explanation("own-traffic", "browser")
        if hop.request_headers is None:
            return Explanation(unsent_class(hop), target)
        known = always_class(hop) or _UNSEEN.get(hop.annotation)
        if known in ("worker-script", "worker-update"):
            return Explanation(known, "service-worker")
        if destination in _SCRIPT_DESTINATIONS or headers.get("service-worker") == "script":
            return Explanation(known or "worker-script", target)
        ending = lives.nearest(self._ends, hop)
        starting = lives.nearest(self._who_may_start(hop), hop)
        if known == "fetch-later" and ending is not None:
            return Explanation(known, ending.target, ending.url)
        if known is not None:
            return Explanation(known, target)
        if destination == "report":
            return Explanation("report", target)
        if hop.request_type == "main frame":
            return Explanation("popup-start", "popup" if bare(hop.url) in self._popups else "page")
        if starting is not None and hop.asker is Asker.PARTITIONED_WORKER:
            return Explanation("worker-start", starting.target, starting.url)
        if ending is not None and destination in _LEFT_BEHIND and _left(hop, ending, starting):
            return Explanation("unload-beacon", ending.target, ending.url)
        if starting is not None:
            return Explanation(_START.get(starting.target, "worker-start"), starting.target, starting.url)
        return Explanation(UNEXPLAINED, target)

    def _who_may_start(self, hop: Hop) -> list[lives.Life]:
        if hop.asker is Asker.PARTITIONED_WORKER:
            return self._shared_starts
        if _only_documents_send(hop):
            return self._window_starts
        return self._other_starts if hop.asker is Asker.INSIDE_ANOTHER else self._starts


def _only_documents_send(hop: Hop) -> bool:
    """Images and beacons: no worker can have asked.

    `sendBeacon` alone posts without any load flag over TLS; a `fetch` may at least use a shared dictionary, or may not
    keep cookies (of the 1,390 requests of the truth world, Chromium 156, 2026-11-27).
    """
    beacon = hop.method == "POST" and hop.flags == 0 and hop.url.startswith("https:")
    return beacon or (hop.request_headers or {}).get("sec-fetch-dest") == "image"


def _left(hop: Hop, ending: lives.Life, starting: lives.Life | None) -> bool:
    """Was it the document that ended, and not one of the same origin, or its worker, that began?"""
    if starting is None:
        return True
    unheard_yet = hop.unix_ms <= starting.word_ms and not ending.seen_to_go
    return not unheard_yet and hop.unix_ms >= ending.word_ms and ending.outlasts_the_start_of(starting)


def unsent_class(hop: Hop, request: CdpRequest | None = None) -> str:
    """What became of a hop that never reached the wire."""
    if hop.internal_redirect:
        return "internal-redirect"
    if hop.from_cache or (request is not None and request.from_cache):
        return "cache"
    if hop.cache_only:
        return "cache-probe"
    if request is not None and request.blocked:
        return "blocked"
    error = hop.error or (request.error if request is not None else None)
    if error is None or "ERR_ABORTED" in error:
        return "aborted"
    return "failed"


def cdp_class(request: CdpRequest, wire_urls: frozenset[str]) -> str:
    """Why NetLog does not have a request that CDP reported."""
    if request.from_service_worker:
        return "service-worker"
    if request.from_cache:
        return "cache"
    if request.blocked is not None or "BLOCKED" in (request.error or ""):
        return "blocked"
    if request.url.startswith(("http:", "ws:")) and _upgraded(request.url) in wire_urls:
        return "upgraded"
    if request.error is not None:
        return "aborted"
    if request.status is None:
        return "pending"
    return UNEXPLAINED


def is_webtransport(hop: Hop) -> bool:
    """True for a session of WebTransport."""
    return hop.request_type == WEBTRANSPORT


def _upgraded(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}s://{bare(rest)}"
