"""A run as one HTTP Archive (HAR 1.2), for the tools that read such files; written piece by piece, however large.

A page of the archive is a visit. Values are those of the evidence: what identifies a person or opens a session is
redacted. What HAR has no field for stands in fields with an underscore, as DevTools does it.
Source: w3c.github.io/web-performance/specs/HAR, read 2026-11-27.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import orjson

from crawler import __version__
from crawler.evidence import Initiator, Request, Visit

_CACHED = frozenset({"cache", "service-worker"})
_NEVER_SENT = "never sent"


class Rows(Protocol):
    """What an archive is made from; a bundle is one."""

    manifest: dict[str, Any]

    def rows(self, stream: str) -> Iterator[tuple[int, Any]]:
        """Each row of a stream with its number."""


def render(bundle: Rows) -> Iterator[str]:
    """The archive in pieces, to be written one after the other. The browser's own traffic is left out."""
    # A resumed run may hold a visit twice: the last one stands.
    visits: dict[str, Visit] = {visit.id: visit for _, visit in bundle.rows("visits")}
    browser = bundle.manifest.get("browser") or {}
    head = {
        "version": "1.2",
        "creator": {"name": "tracking-audit", "version": __version__},
        "browser": {"name": str(browser.get("kind", "")), "version": str(browser.get("version", ""))},
        "pages": [_page(visit) for visit in visits.values()],
        "comment": "Values that identify a person or open a session are redacted.",
    }
    yield '{"log":' + orjson.dumps(head).decode().removesuffix("}") + ',"entries":['
    separator = "\n"
    for _, request in bundle.rows("requests"):
        visit = visits.get(request.visit)
        if visit is not None and not request.own_traffic:
            yield separator + orjson.dumps(_entry(request, visit)).decode()
            separator = ",\n"
    yield "\n]}}\n"


def _page(visit: Visit) -> dict[str, Any]:
    return {
        "id": visit.id,
        "title": visit.page_url,
        "startedDateTime": visit.started_utc,
        "pageTimings": {},
        "_arm": str(visit.arm),
        "_repetition": visit.repetition,
    }


def _entry(request: Request, visit: Visit) -> dict[str, Any]:
    started = datetime.fromisoformat(visit.started_utc) + timedelta(milliseconds=request.sent_ms)
    entry: dict[str, Any] = {
        "pageref": visit.id,
        "startedDateTime": started.isoformat(timespec="milliseconds"),
        "time": 0,
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "unknown",
            "headers": _headers(request.headers),
            "queryString": _query(request.url),
            "cookies": [{"name": name, "value": ""} for name in request.cookies_sent],
            "headersSize": -1,
            "bodySize": request.body_bytes,
        },
        "response": {
            "status": request.status or 0,
            "statusText": "",
            "httpVersion": "unknown",
            "headers": _headers(request.response_headers),
            "cookies": [{"name": cookie.name, "value": ""} for cookie in request.set_cookie],
            "content": {
                "size": request.response_bytes or 0,
                "mimeType": request.response_headers.get("content-type", ""),
            },
            "redirectURL": request.response_headers.get("location", ""),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_resourceType": request.resource_type,
        "_initiator": _initiator(request.initiator),
        "_target": request.target,
        "_seen_by": request.seen_by,
    }
    if request.body is not None:
        mime = request.headers.get("content-type", "")
        entry["request"]["postData"] = {"mimeType": mime, "text": request.body}
        if request.body.startswith("base64:"):
            entry["request"]["postData"] |= {"text": request.body.removeprefix("base64:"), "encoding": "base64"}
    if request.wire_class is not None:
        entry["_wire_class"] = request.wire_class
    if not request.on_wire and request.wire_class in _CACHED:
        entry["_fromCache"] = request.wire_class
    if request.error is not None or (not request.on_wire and request.wire_class not in _CACHED):
        entry["response"]["_error"] = request.error or _NEVER_SENT
    return entry


def _initiator(initiator: Initiator) -> dict[str, Any]:
    """As DevTools writes it: lines and columns count from 0."""
    found: dict[str, Any] = {"type": initiator.type, "url": initiator.url, "_calls": list(initiator.stack)}
    for name, number in (("lineNumber", initiator.line), ("columnNumber", initiator.column)):
        if number is not None:
            found[name] = number - 1
    return found


def _headers(headers: Any) -> list[dict[str, str]]:
    return [
        {"name": name, "value": line}
        for name, value in headers.items()
        for line in (value.split("\n") if name == "set-cookie" else [value])
    ]


def _query(url: str) -> list[dict[str, str]]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=2_000)
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in pairs]
