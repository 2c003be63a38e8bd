"""When documents and workers began and ended, as far as CDP saw: what explains requests that it did not see.

A document that leaves sends its last beacons when nobody listens any more; a window or worker may send its first requests
before anybody does, because another line of the driver lets it go first. Times of CDP's targets are those at which we
were told, which can be late, never early; so what both recorders saw of the target bounds the time instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.collectors.addresses import bare, origin
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_records import CdpRequest
from crawler.collectors.netlog_records import Hop, NetLog

WORKERS = {"worker": "worker", "shared_worker": "shared-worker", "service_worker": "service-worker"}
_LATE_MS = 3_000
"""A request may begin in the network stack, and a target may be told of, so much later than it was made."""
_SLACK_MS = 1_000


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

    def covers(self, asker: str, unix_ms: float) -> bool:
        """Did this one ask, then?"""
        return asker == self.origin and self.from_ms <= unix_ms <= self.to_ms


def starts(log: NetLog, cdp: CdpRecorder, main_session: str | None) -> list[Life]:
    """The time before CDP's first word of each window, frame and worker, the first page excepted."""
    fetched: dict[str, float] = {}
    for hop in log.hops:
        fetched.setdefault(bare(hop.url), hop.unix_ms)
    first: dict[str | None, CdpRequest] = {}
    for request in cdp.requests:
        first.setdefault(request.session, request)
    lives = []
    for session, target in cdp.targets.items():
        if session == main_session:
            continue
        told = first.get(session)
        url = (told.document_url if told else None) or target.url
        lives.append(
            Life(
                origin=origin(url),
                target=target_word(target.type, session, main_session),
                url=url,
                from_ms=fetched.get(bare(target.url), target.attached_unix_ms - _LATE_MS) - 1,
                to_ms=(told.unix_ms if told else target.attached_unix_ms) + _SLACK_MS,
            )
        )
    return lives


def ends(cdp: CdpRecorder, main_session: str | None) -> list[Life]:
    """The time from CDP's last word of each document until it was surely gone."""
    documents: dict[tuple[str | None, str], list[CdpRequest]] = {}
    for request in cdp.requests:
        if request.loader and request.document_url:
            documents.setdefault((request.session, request.loader), []).append(request)
    following = _following(documents)
    lives = []
    for (session, loader), requests in documents.items():
        target = cdp.targets.get(session or "")
        if target is None or target.type in WORKERS:
            continue
        url = requests[-1].document_url or ""
        frame = "frame" if requests[-1].frame_request else target_word(target.type, session, main_session)
        over = [
            moment
            for moment in (following.get((session, loader)), target.detached_unix_ms, cdp.stopped_unix_ms)
            if moment is not None
        ]
        last = max(request.unix_ms for request in requests)
        lives.append(Life(origin(url), frame, url, last - _SLACK_MS, max(min(over, default=last), last) + _LATE_MS))
    return lives


def _following(documents: dict[tuple[str | None, str], list[CdpRequest]]) -> dict[tuple[str | None, str], float]:
    """When the next document of the same frame had taken a document's place: when that one asked for more."""
    by_frame: dict[tuple[str | None, str | None], list[tuple[float, float, str]]] = {}
    for (session, loader), requests in documents.items():
        times = sorted(request.unix_ms for request in requests)
        frame = requests[0].frame_id
        by_frame.setdefault((session, frame), []).append((times[0], times[min(1, len(times) - 1)], loader))
    found = {}
    for (session, _), entries in by_frame.items():
        entries.sort()
        for (_, _, loader), (_, settled, _) in zip(entries, entries[1:], strict=False):
            found[session, loader] = settled
    return found


def target_word(kind: str, session: str | None, main_session: str | None) -> str:
    """CDP's kind of a target in the words of the evidence; every page but the one under audit is a popup."""
    if kind == "page":
        return "page" if session == main_session else "popup"
    if kind == "iframe":
        return "frame"
    return WORKERS.get(kind, "worklet" if "worklet" in kind else "browser")


def asker(hop: Hop) -> str:
    """The origin that asked; of a sandboxed document, which has none, that of its address."""
    if hop.initiator != "null":
        return hop.initiator
    return origin((hop.request_headers or {}).get("referer", ""))


def find(lives: list[Life], hop: Hop) -> Life | None:
    """The life that explains a hop, the nearest end of it first."""
    asked = asker(hop)
    covering: Iterator[Life] = (life for life in lives if life.covers(asked, hop.unix_ms))
    return min(covering, key=lambda life: life.to_ms - life.from_ms, default=None)
