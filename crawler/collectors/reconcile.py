"""Joins the two recorders' accounts of a visit and says of every one-sided row why only one saw it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_records import CdpRequest
from crawler.collectors.netlog_records import NO_INITIATOR, Hop, NetLog

UNEXPLAINED = "unexplained"
# Hashes of Chromium's traffic annotations, read from NetLogs of Chromium 156 (2026-11-22).
_FEDCM, _FETCH_LATER, _REPORTING, _DOWNLOAD, _BACKGROUND_FETCH, _FAVICON = (
    78769907,
    68163855,
    109891200,
    116443055,
    16469669,
    112189210,
)
_OF_THE_SITE = {
    _FEDCM: "fedcm",
    _FETCH_LATER: "unload-beacon",
    _REPORTING: "report",
    _DOWNLOAD: "download",
    _BACKGROUND_FETCH: "background-fetch",
    _FAVICON: "favicon",
    130931413: "worker-script",
    21498113: "worker-script",
}
"""Components that send without an initiator, but on the site's behalf."""
_WORKERS = frozenset({"worker", "shared_worker", "service_worker"})
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
_BEFORE_DEPARTURE_MS, _AFTER_DEPARTURE_MS = 1_500, 3_000
_AROUND_ATTACH_MS = 1_500


@dataclass(slots=True)
class Joined:
    """The rows of both recorders, matched where they tell of the same request."""

    matched: list[tuple[Hop, CdpRequest]] = field(default_factory=list)
    wire_only: list[Hop] = field(default_factory=list)
    cdp_only: list[CdpRequest] = field(default_factory=list)


def join(log: NetLog, requests: Iterable[CdpRequest]) -> Joined:
    """Match by method and URL in the order of time; what truly went out is matched before what came from a cache."""
    pool: dict[tuple[str, str], list[CdpRequest]] = {}
    for request in sorted(requests, key=lambda r: r.unix_ms):
        pool.setdefault((request.method, _bare(request.url)), []).append(request)
    joined = Joined()
    partner: dict[int, CdpRequest] = {}
    passes: Sequence[tuple[bool, Callable[[CdpRequest], bool]]] = (
        (True, lambda r: not r.from_cache and not r.from_service_worker and r.blocked is None),
        (True, lambda r: not r.from_service_worker),
        (True, lambda r: True),
        (False, lambda r: True),
    )
    for sent, fits in passes:
        for hop in log.hops:
            if id(hop) in partner or (hop.request_headers is not None) is not sent:
                continue
            rest = pool.get((hop.method, _bare(hop.url)), [])
            fitting = next((r for r in rest if fits(r)), None)
            if fitting is not None:
                rest.remove(fitting)
                partner[id(hop)] = fitting
    for hop in log.hops:
        if id(hop) in partner:
            joined.matched.append((hop, partner[id(hop)]))
        else:
            joined.wire_only.append(hop)
    joined.cdp_only = [request for rest in pool.values() for request in rest]
    return joined


def is_own_traffic(hop: Hop, request: CdpRequest | None) -> bool:
    """True when the browser itself wanted this: nobody asked, it is no navigation, and no target reported it."""
    return (
        request is None
        and hop.initiator == NO_INITIATOR
        and hop.request_type not in ("main frame", "subframe")
        and hop.annotation not in _OF_THE_SITE
    )


def always_class(hop: Hop) -> str | None:
    """The class of kinds that keep it even when both saw them, because the browser treats their headers apart."""
    headers = hop.request_headers or {}
    if hop.annotation in (_REPORTING, _FEDCM, _DOWNLOAD, _BACKGROUND_FETCH):
        return _OF_THE_SITE[hop.annotation]
    if headers.get("sec-fetch-dest") == "webidentity":
        return "fedcm"
    if hop.method == "OPTIONS" and "access-control-request-method" in headers:
        return "preflight"
    if "prefetch" in headers.get("sec-purpose", "") and headers.get("sec-fetch-mode") == "navigate":
        return "speculation"
    return None


def is_favicon(hop: Hop) -> bool:
    """True for the icon that the browser fetches for its tab."""
    return hop.annotation == _FAVICON


class WireClasses:
    """Says why CDP did not report a hop.

    `popup-start` and `worker-start`: a window or worker whose first request was on its way before its target could be
    attached; measured in about one of ten visits that open one.
    """

    def __init__(self, log: NetLog, cdp: CdpRecorder) -> None:
        # The first document leaves nothing behind; each later one may.
        self._departures = [h.unix_ms for h in log.hops if h.request_type == "main frame" and h.request_headers][1:]
        self._popups = {t.url.partition("#")[0] for t in cdp.targets.values() if t.type == "page" and t.opener}
        self._worker_starts = [(t.attached_unix_ms, _origin(t.url)) for t in cdp.targets.values() if t.type in _WORKERS]
        self._departures.extend(t.detached_unix_ms for t in cdp.targets.values() if t.detached_unix_ms is not None)
        if cdp.stopped_unix_ms is not None:
            self._departures.append(cdp.stopped_unix_ms)

    def of(self, hop: Hop) -> str:
        """The class of a hop that only NetLog has."""
        headers = hop.request_headers or {}
        destination = headers.get("sec-fetch-dest", "")
        if is_own_traffic(hop, None):
            return "own-traffic"
        if hop.internal_redirect:
            return "internal-redirect"
        if hop.request_headers is None:
            return "failed" if hop.error else "cache"
        known = always_class(hop) or _OF_THE_SITE.get(hop.annotation)
        if known is not None:
            return known
        if destination in _SCRIPT_DESTINATIONS or headers.get("service-worker") == "script":
            return "worker-script"
        if destination == "report":
            return "report"
        if hop.request_type == "main frame":
            return "popup-start"
        if self._at_departure(hop) and destination in ("empty", "image", ""):
            return "unload-beacon"
        if any(o == hop.initiator and abs(hop.unix_ms - t) <= _AROUND_ATTACH_MS for t, o in self._worker_starts):
            return "worker-start"
        return UNEXPLAINED

    def target_of(self, hop: Hop) -> str:
        """The kind of target that a hop came from, as far as its headers tell."""
        if is_own_traffic(hop, None):
            return "browser"
        if hop.request_type == "main frame" and _bare(hop.url) in self._popups:
            return "popup"
        return _TARGETS_BY_DESTINATION.get((hop.request_headers or {}).get("sec-fetch-dest", ""), "page")

    def _at_departure(self, hop: Hop) -> bool:
        return any(-_BEFORE_DEPARTURE_MS <= hop.unix_ms - t <= _AFTER_DEPARTURE_MS for t in self._departures)


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


def _origin(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.partition("/")[0]


def _upgraded(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}s://{_bare(rest)}"


def _bare(url: str) -> str:
    return url.partition("#")[0][:65_536]
