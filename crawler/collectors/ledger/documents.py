"""Which document opened a WebSocket: CDP names the window and no frame, NetLog names the origin that asked."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.collectors.addresses import origin
from crawler.collectors.devtools.records import CdpRequest
from crawler.collectors.ledger.lives import WORKERS
from crawler.collectors.netlog.records import Hop


class Documents:
    """The documents of each session by origin, as far as they asked for anything else."""

    def __init__(self, requests: Iterable[CdpRequest]) -> None:
        self._known: dict[tuple[str | None, str], list[CdpRequest]] = {}
        for request in requests:
            if request.document_url and request.frame_id and not request.brought_no_document:
                self._known.setdefault((request.session, origin(request.document_url)), []).append(request)

    def place(self, hop: Hop, request: CdpRequest) -> None:
        """Give a WebSocket of a window or frame its document; of several of one origin, the outermost."""
        if request.resource_type != "WebSocket" or request.document_url is not None or request.target in WORKERS:
            return
        known = self._known.get((request.session, hop.initiator), ())
        before = [one for one in known if one.unix_ms <= request.unix_ms] or known
        if not before:
            return
        found = min(before, key=lambda one: (one.frame_request, request.unix_ms - one.unix_ms))
        request.document_url, request.frame_id = found.document_url, found.frame_id
        request.frame_request = found.frame_request
