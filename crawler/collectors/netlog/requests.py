"""The events of a NetLog that tell of requests: hop by hop, from the URL to the last byte of the answer."""

from __future__ import annotations

from crawler.collectors.addresses import without_credentials
from crawler.collectors.header_lines import headers_of, status_of
from crawler.collectors.netlog.events import BEGIN, END, Handler, Moment, Params, Taker
from crawler.collectors.netlog.records import NO_INITIATOR, Asker, Hop, NetLog
from crawler.collectors.netlog.response_body import ResponseBody

MAX_HOPS = 50_000
_ASKERS = {
    "SiteForCookies: {site=null; schemefully_same=true}": Asker.INSIDE_ANOTHER,
    "SiteForCookies: {site=null; schemefully_same=false}": Asker.PARTITIONED_WORKER,
}
_ONLY_FROM_CACHE = 1 << 3
"""Of `load_flags`, see Chromium's `net/base/load_flags_list.h`."""


class RequestEvents:
    """Fills the log's hops. Every sending is a hop of its own: a redirect, and a request that is sent once more."""

    def __init__(self, log: NetLog, moment: Moment, net_errors: dict[int, str]) -> None:
        self._log, self._moment, self._net_errors = log, moment, net_errors
        self._last: dict[int, Hop] = {}
        self._annotations: dict[int, int] = {}

    def hop(self, source: int) -> Hop | None:
        """The hop that a source is at."""
        return self._last.get(source)

    def handlers(self) -> dict[str, Handler]:
        """By name of the event."""
        return {
            "REQUEST_ALIVE": self._alive,
            "URL_REQUEST_START_JOB": self._start,
            "URL_REQUEST_REDIRECT_JOB": self._redirected_inside,
            "URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED": self._redirected_inside,
            "HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS": self.sent_headers,
            "HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS": self.sent_headers,
            "HTTP_TRANSACTION_READ_RESPONSE_HEADERS": self._response,
            "HTTP_CACHE_READ_INFO": self._cache_read,
            "UPLOAD_DATA_STREAM_INIT": self._upload,
            "FAILED": self._failed,
            "CANCELLED": self._cancelled,
        }

    def takers(self) -> dict[str, Taker]:
        """By name of the event."""
        return {"URL_REQUEST_JOB_FILTERED_BYTES_READ": Taker(self._last.__contains__, self._body)}

    def begin(
        self,
        url: str,
        method: str,
        *,
        initiator: str,
        request_type: str,
        flags: int,
        annotation: int,
        asker: Asker = Asker.FIRST_PARTY,
    ) -> None:
        """A source starts its first or next hop."""
        source, moment = self._moment.source, self._moment
        if len(self._log.hops) >= MAX_HOPS:
            self._log.dropped += 1
            self._last.pop(source, None)
            return
        before = self._last.get(source)
        self._add(
            Hop(
                source=source,
                position=0 if before is None else before.position + 1,
                url=without_credentials(url),
                method=method,
                initiator=initiator,
                request_type=request_type,
                annotation=annotation,
                unix_ms=moment.unix_ms,
                order=moment.order,
                flags=flags,
                asker=asker,
                cache_only=bool(flags & _ONLY_FROM_CACHE),
            )
        )

    def _add(self, hop: Hop) -> None:
        self._log.hops.append(hop)
        self._last[hop.source] = hop

    def sent_headers(self, params: Params) -> None:
        """The headers of a hop are sent; once more after a challenge, or when its connection had gone away."""
        hop = self._last.get(self._moment.source)
        if hop is None:
            return
        if hop.request_headers is not None:
            hop = self._again(hop)
        hop.request_headers = {k: v for k, v in headers_of(params["headers"]).items() if not k.startswith(":")}

    def _again(self, hop: Hop) -> Hop:
        if len(self._log.hops) >= MAX_HOPS:
            self._log.dropped += 1
            return hop
        moment = self._moment
        again = Hop(
            source=hop.source,
            position=hop.position + 1,
            url=hop.url,
            method=hop.method,
            initiator=hop.initiator,
            request_type=hop.request_type,
            annotation=hop.annotation,
            unix_ms=moment.unix_ms,
            order=moment.order,
            flags=hop.flags,
            asker=hop.asker,
            declared_body_bytes=hop.declared_body_bytes,
            sent_again=True,
        )
        self._add(again)
        return again

    def _alive(self, params: Params) -> None:
        if self._moment.phase == BEGIN:
            self._annotations[self._moment.source] = int(params.get("traffic_annotation") or 0)
        elif params.get("net_error"):
            self._failed(params)

    def _start(self, params: Params) -> None:
        if self._moment.phase != BEGIN:
            if params.get("net_error"):
                self._failed(params)
            return
        annotation = params.get("traffic_annotation") or self._annotations.get(self._moment.source, 0)
        self.begin(
            str(params["url"]),
            str(params["method"]),
            initiator=str(params.get("initiator") or NO_INITIATOR),
            request_type=str(params.get("request_type") or ""),
            flags=int(params.get("load_flags") or 0),
            annotation=int(annotation),
            asker=_ASKERS.get(str(params.get("site_for_cookies")), Asker.FIRST_PARTY),
        )

    def _redirected_inside(self, params: Params) -> None:
        if (hop := self._last.get(self._moment.source)) is not None:
            hop.internal_redirect = True

    def _response(self, params: Params) -> None:
        hop = self._last.get(self._moment.source)
        if hop is None:
            return
        lines = params["headers"]
        hop.status = status_of(lines)
        hop.response_order = self._moment.order
        hop.response_headers = headers = headers_of(lines)
        if "set-cookie" in headers:
            hop.set_cookie = tuple(headers["set-cookie"].split("\n"))

    def _cache_read(self, params: Params) -> None:
        if (hop := self._last.get(self._moment.source)) is not None:
            hop.from_cache = True

    def _upload(self, params: Params) -> None:
        hop = self._last.get(self._moment.source)
        if self._moment.phase == END and hop is not None and not params.get("is_chunked"):
            hop.declared_body_bytes = int(params.get("total_size") or 0)

    def _failed(self, params: Params) -> None:
        hop, code = self._last.get(self._moment.source), params.get("net_error")
        if hop is not None and code and hop.error is None:
            hop.error = "net::" + self._net_errors.get(int(code), f"ERR_{code}")

    def _cancelled(self, params: Params) -> None:
        """Given up by who asked, or because its window closed; without a reason in the log."""
        hop = self._last.get(self._moment.source)
        if hop is not None and hop.error is None and hop.status is None and not params.get("net_error"):
            hop.error = "net::ERR_ABORTED"
        self._failed(params)

    def _body(self, source: int, data: bytes) -> None:
        hop = self._last[source]
        if hop.response is None:
            hop.response = ResponseBody()
        hop.response.feed(data)
