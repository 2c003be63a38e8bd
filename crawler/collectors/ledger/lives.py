"""When documents and workers began and ended, as far as CDP saw: what explains requests that it did not see.

A document that leaves sends its last beacons when nobody listens any more; a window or worker may send its first
requests before anybody does, because the driver's own line lets it go first. When a target came and went we are told
late, the more so the busier the machine; so what both recorders saw of the target bounds the time instead.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.collectors.addresses import bare, origin
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CdpRequest, Target
from crawler.collectors.netlog.records import Hop, NetLog

WORKERS = {"worker": "worker", "shared_worker": "shared-worker", "service_worker": "service-worker"}
_LATE_MS = 3_000
"""So much later than it was made may a request begin in the network stack, or a target be told of."""
_SLACK_MS = 1_000
_NEAREST = ("page", "popup", "frame")
"""Of documents of one origin, who is taken to have asked."""


@dataclass(frozen=True, slots=True)
class Life:
    """A stretch of time in which a document or worker sent requests that CDP may not have told of."""

    origin: str
    target: str
    """As in `Request.target`."""
    url: str
    """Of the document or the script."""
    from_ms: float
    to_ms: float
    word_ms: float
    """CDP's first word of it, or its last."""
    seen_to_go: bool = False
    """Something else took its place, or its target went, while we listened."""

    def covers(self, asker: str, unix_ms: float) -> bool:
        """Did this one ask, then?"""
        return asker == self.origin and self.from_ms <= unix_ms <= self.to_ms

    def outlasts_the_start_of(self, other: Life) -> bool:
        """Of one that ended: was it still there when the other began?"""
        return self.to_ms - _LATE_MS >= other.from_ms


def starts(log: NetLog, cdp: CdpRecorder, main_session: str | None) -> list[Life]:
    """The time before CDP's first word of each window, frame and worker, the first page excepted."""
    fetched: dict[str, list[float]] = {}
    for hop in log.hops:
        fetched.setdefault(bare(hop.url), []).append(hop.unix_ms)
    # A service worker is attached twice; both sessions are one target.
    sessions: dict[str, list[tuple[str, Target]]] = {}
    for session, target in cdp.targets.items():
        # Worklets ask for nothing but their modules, which are known by what they are for.
        if session != main_session and "worklet" not in target.type:
            sessions.setdefault(target.id, []).append((session, target))
    first: dict[str | None, CdpRequest] = {}
    asked: dict[str | None, CdpRequest] = {}
    for request in cdp.requests:
        first.setdefault(request.session, request)
        if request.resource_type not in ("Document", "Prefetch"):
            asked.setdefault(request.session, request)
    lives = []
    before: dict[str, float] = {}
    earliest = [min(attached, key=lambda pair: pair[1].attached_unix_ms) for attached in sessions.values()]
    for session, target in sorted(earliest, key=lambda pair: pair[1].attached_unix_ms):
        attached = sessions[target.id]
        told = min((first[s] for s, _ in attached if s in first), key=lambda r: r.unix_ms, default=None)
        url = (told.document_url if told else None) or target.url
        begun = _last_before(fetched.get(bare(target.url), ()), target.attached_unix_ms)
        from_ms = target.attached_unix_ms - _LATE_MS if begun is None else begun
        if told is not None and told.resource_type == "Document":
            from_ms = min(told.unix_ms, target.attached_unix_ms)  # so it is told from the navigation on
        elif target.type in WORKERS and begun is not None and begun <= before.get(target.url, 0):
            from_ms = target.attached_unix_ms  # that was fetched for another one of its address; its own came later
        before[target.url] = target.attached_unix_ms
        # The browser process tells of the navigation; that the new document is heard, only its own requests tell.
        told = min((asked[s] for s, _ in attached if s in asked), key=lambda r: r.unix_ms, default=told)
        word = told.unix_ms if told else target.attached_unix_ms
        lives.append(
            Life(
                origin=origin(url),
                target=target_word(target.type, session, main_session),
                url=url,
                from_ms=from_ms,
                to_ms=word + _SLACK_MS,
                word_ms=word,
            )
        )
    return lives


def ends(cdp: CdpRecorder, main_session: str | None) -> list[Life]:
    """The time from CDP's last word of each document until it was surely gone."""
    documents: dict[tuple[str | None, str], list[CdpRequest]] = {}
    for request in cdp.requests:
        if request.loader and request.document_url and not request.brought_no_document:
            documents.setdefault((request.session, request.loader), []).append(request)
    following = _following(documents)
    replaced = _replaced(documents, following)
    lives = []
    for (session, loader), requests in documents.items():
        target = cdp.targets.get(session or "")
        if target is None or target.type in WORKERS:
            continue
        url = requests[-1].document_url or ""
        frame = "frame" if requests[-1].frame_request else target_word(target.type, session, main_session)
        last = max(request.unix_ms for request in requests)
        moments = [following.get((session, loader)), target.detached_unix_ms]
        if frame == "frame":  # goes with the page that it is in
            moments.append(next((moment for moment in replaced.get(session, ()) if moment > last), None))
        told = [moment for moment in moments if moment is not None]
        stopped = [] if cdp.stopped_unix_ms is None else [cdp.stopped_unix_ms]
        gone = max(last, min(told + stopped, default=last))
        lives.append(Life(origin(url), frame, url, last - _SLACK_MS, gone + _LATE_MS, last, bool(told)))
    return lives


def _replaced(
    documents: dict[tuple[str | None, str], list[CdpRequest]], following: dict[tuple[str | None, str], float]
) -> dict[str | None, list[float]]:
    """When the documents of each window itself, not of its frames, were replaced; in the order of time."""
    found: dict[str | None, list[float]] = {}
    for (session, loader), moment in following.items():
        if not documents[session, loader][0].frame_request:
            found.setdefault(session, []).append(moment)
    return {session: sorted(moments) for session, moments in found.items()}


def _following(documents: dict[tuple[str | None, str], list[CdpRequest]]) -> dict[tuple[str | None, str], float]:
    """When the next document of the same frame had surely taken a document's place: when that one asked for more."""
    by_frame: dict[tuple[str | None, str | None], list[tuple[float, float, str]]] = {}
    for (session, loader), requests in documents.items():
        first, *more = sorted(request.unix_ms for request in requests)
        by_frame.setdefault((session, requests[0].frame_id), []).append((first, more[0] if more else first, loader))
    found = {}
    for (session, _), entries in by_frame.items():
        entries.sort()
        for (_, _, loader), (_, settled, _) in itertools.pairwise(entries):
            found[session, loader] = settled
    return found


def target_word(kind: str, session: str | None, main_session: str | None) -> str:
    """CDP's kind of a target in the words of the evidence; every page but the one under audit is a popup."""
    if kind == "page":
        return "page" if session == main_session else "popup"
    if kind == "iframe":
        return "frame"
    return WORKERS.get(kind, "worklet" if "worklet" in kind else "browser")


def nearest(lives: Iterable[Life], hop: Hop) -> Life | None:
    """The life that explains a hop; of several documents of one origin, the outermost."""
    asked = _asker(hop)
    covering = [life for life in lives if life.covers(asked, hop.unix_ms)]
    return min(covering, key=lambda life: (_rank(life), abs(hop.unix_ms - life.word_ms)), default=None)


def _rank(life: Life) -> int:
    return _NEAREST.index(life.target) if life.target in _NEAREST else len(_NEAREST)


def _asker(hop: Hop) -> str:
    """The origin that asked; of a sandboxed document, which has none, that of its address."""
    if hop.initiator != "null":
        return hop.initiator
    return origin((hop.request_headers or {}).get("referer", ""))


def _last_before(moments: Iterable[float], unix_ms: float) -> float | None:
    ordered = sorted(moments)
    at = bisect.bisect_right(ordered, unix_ms)
    return ordered[at - 1] if at else None
