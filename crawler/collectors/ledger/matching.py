"""Pairs the two recorders' accounts of the same request.

The key is method and URL. Where a URL was asked for more than once, everything both recorders tell decides: the moment
at which the network stack began (CDP tells it once there is an answer), the connection,
the body, the origin that asked, the redirect that led there; so that no request gets another one's initiator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from crawler.collectors.addresses import bare, origin
from crawler.collectors.devtools.records import MAX_BODY_CHARS, CdpRequest
from crawler.collectors.netlog.records import NO_INITIATOR, Hop, NetLog

_MAX_PAIRS = 40_000
"""Of one URL; beyond, it is a flood, and each hop is weighed against a few requests only."""
_NEIGHBOURS, _PASSED_OVER = 64, 16
"""How many those are, and after how many hops that preferred a later one a request makes room."""
_SAME_MOMENT_MS = 3.0


@dataclass(slots=True)
class Joined:
    """The rows of both recorders, matched where they tell of the same request."""

    matched: list[tuple[Hop, CdpRequest]] = field(default_factory=list)
    wire_only: list[Hop] = field(default_factory=list)
    cdp_only: list[CdpRequest] = field(default_factory=list)
    causes: dict[int, CdpRequest] = field(default_factory=dict)
    """By id of a hop that only NetLog has: the request that it sent once more, or that it was the preflight of."""


def join(log: NetLog, requests: Iterable[CdpRequest]) -> Joined:
    """Match all hops and requests; each is in exactly one of the lists."""
    hops: dict[tuple[str, str], list[Hop]] = {}
    pool: dict[tuple[str, str], list[CdpRequest]] = {}
    before: dict[tuple[int, int], Hop] = {}
    for hop in log.hops:
        before[hop.source, hop.position] = hop
        if not hop.sent_again:
            hops.setdefault((hop.method, bare(hop.url)), []).append(hop)
    for request in sorted(requests, key=lambda r: r.unix_ms):
        pool.setdefault((request.method, bare(request.url)), []).append(request)
    joined = Joined()
    partner: dict[int, CdpRequest] = {}
    for key, same in hops.items():
        rest = pool.get(key, [])
        for hop, request in _pairs(same, rest, before):
            partner[id(hop)] = request
        taken = {id(partner[id(hop)]) for hop in same if id(hop) in partner}
        pool[key] = [request for request in rest if id(request) not in taken]
    for hop in log.hops:
        if (found := partner.get(id(hop))) is not None:
            joined.matched.append((hop, found))
            continue
        joined.wire_only.append(hop)
        if hop.sent_again:
            first = before.get((hop.source, hop.position - 1))
            if first is not None and (cause := partner.get(id(first)) or joined.causes.get(id(first))):
                joined.causes[id(hop)] = cause
    joined.cdp_only = [request for rest in pool.values() for request in rest]
    _add_preflights(joined)
    return joined


def _add_preflights(joined: Joined) -> None:
    """Whose preflights they are that CDP does not report: those of shared workers."""
    preflights = [hop for hop in joined.wire_only if hop.method == "OPTIONS"]
    if not preflights:
        return
    every = [request for _, request in joined.matched] + joined.cdp_only
    reported = {request.preflight_for for request in every}
    alone: dict[tuple[str, str], list[CdpRequest]] = {}
    for request in every:
        if request.request_id not in reported:
            alone.setdefault((request.method, bare(request.url)), []).append(request)
    for hop in preflights:
        wanted = (hop.request_headers or {}).get("access-control-request-method", "")
        asking = [r for r in alone.get((wanted, bare(hop.url)), ()) if not _other_origin(hop, r)]
        if asking:
            joined.causes[id(hop)] = min(asking, key=lambda r: abs(r.unix_ms - hop.unix_ms))


def _pairs(
    hops: Sequence[Hop], requests: Sequence[CdpRequest], before: dict[tuple[int, int], Hop]
) -> list[tuple[Hop, CdpRequest]]:
    """The best pairs first, each hop and request once."""
    if len(hops) == len(requests) == 1:
        return [(hops[0], requests[0])]
    if len(hops) * len(requests) > _MAX_PAIRS:
        return list(_in_passing(hops, requests, before))
    scored = []
    for at, hop in enumerate(hops):
        led_from = before.get((hop.source, hop.position - 1))
        for number, request in enumerate(requests):
            scored.append((_distance(hop, request, led_from), at, number))
    scored.sort()
    free_hops, free_requests = set(range(len(hops))), set(range(len(requests)))
    pairs = []
    for _, at, number in scored:
        if at in free_hops and number in free_requests:
            free_hops.discard(at)
            free_requests.discard(number)
            pairs.append((hops[at], requests[number]))
    return pairs


def _in_passing(
    hops: Sequence[Hop], requests: Sequence[CdpRequest], before: dict[tuple[int, int], Hop]
) -> Iterator[tuple[Hop, CdpRequest]]:
    """Of a flood: each hop in turn takes the best of the next free requests, in time and memory that do not explode."""
    coming = iter(requests)
    free: list[tuple[int, CdpRequest]] = []
    """Each with how often it was passed over."""
    for hop in hops:
        free += [(0, request) for request in islice(coming, _NEIGHBOURS - len(free))]
        if not free:
            return
        led_from = before.get((hop.source, hop.position - 1))
        distances = [_distance(hop, request, led_from) for _, request in free]
        best = distances.index(min(distances))
        yield hop, free[best][1]
        earlier = [(passed + 1, request) for passed, request in free[:best] if passed < _PASSED_OVER]
        free = [*earlier, *free[best + 1 :]]


def _distance(hop: Hop, request: CdpRequest, led_from: Hop | None) -> tuple[int, float]:
    """How little the two tell of the same: contradictions, then milliseconds."""
    sent = hop.request_headers is not None
    against = 0
    if sent:
        # What truly went out comes before what a cache or a worker answered, or what was stopped.
        against += 8 * request.from_cache + 16 * request.from_service_worker + 16 * (request.blocked is not None)
    elif not (hop.from_cache and request.from_cache):
        against += 4
    if request.begun_unix_ms is not None:
        apart = abs(request.begun_unix_ms - hop.unix_ms)
        against += 8 * (apart > _SAME_MOMENT_MS)
    else:
        apart = abs(request.unix_ms - hop.unix_ms)
    against += 8 * _other_body(hop, request)
    against += 4 * (_from(led_from.url if led_from else None) != _from(request.redirected_from))
    against += 2 * _other_origin(hop, request)
    return against, apart


def _other_body(hop: Hop, request: CdpRequest) -> bool:
    if hop.body is None or request.body is None or hop.body.total > MAX_BODY_CHARS:
        return False
    return hop.body.kept != request.body.encode("utf-8", "replace")


def _from(url: str | None) -> str | None:
    return None if url is None else bare(url)


def _other_origin(hop: Hop, request: CdpRequest) -> bool:
    if hop.initiator == NO_INITIATOR or request.document_url is None or request.resource_type == "Document":
        return False
    asked = origin(request.document_url)
    # A sandboxed document has an origin of its own, which nobody names.
    return hop.initiator not in (asked, "null") and asked.startswith("http")
