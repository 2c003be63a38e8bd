"""An HTTP Archive in memory: what a file of another tool says of pages and requests, each value checked and bounded.

A HAR is written by DevTools, proxies, Playwright and others, and each leaves something out; nothing but the address and
the time of a request is taken for granted. Source of the format: HAR 1.2, w3c.github.io/web-performance/specs/HAR, and
the fields with an underscore that Chromium's DevTools adds, read 2026-11-27.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from crawler.collectors.addresses import without_credentials

MAX_BYTES = 1 << 30
MAX_ENTRIES = 500_000
MAX_URL = 65_536
_TEXT = 4_096


class NotAHar(ValueError):
    """The file is no readable HTTP Archive; the text says why."""


@dataclass(frozen=True, slots=True)
class HarPage:
    """One page load as the file names it."""

    id: str
    title: str
    started_unix_ms: float


@dataclass(frozen=True, slots=True)
class HarEntry:
    """One request with its answer. Header names are in lower case."""

    page: str | None
    method: str
    url: str
    started_unix_ms: float
    headers: Mapping[str, str]
    body: bytes
    body_bytes: int
    resource_type: str | None
    """Chromium's word for it; None when the tool does not say."""
    initiator: Mapping[str, Any]
    status: int | None
    """None when no answer came."""
    response_headers: Mapping[str, str]
    set_cookie: tuple[str, ...]
    mime: str
    redirect: str
    """Where the answer leads, as it stands there; empty when it leads nowhere."""
    error: str | None
    cached: bool
    """It never left the browser: out of a cache, or answered by a service worker."""


@dataclass(frozen=True, slots=True)
class Har:
    """A whole file; entries in the order of time."""

    path: Path
    sha256: str
    creator: str
    """The tool that wrote it, and the browser where it is told: `WebInspector 537.36`."""
    pages: tuple[HarPage, ...]
    entries: tuple[HarEntry, ...]
    unreadable: int
    """Entries that are none: no address, no time."""


def read(path: Path) -> Har:
    """Read a file. Raises `NotAHar`; single broken entries are counted and left out."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NotAHar(f"{path}: larger than {MAX_BYTES >> 20} MiB; record fewer pages in one file")
        data = path.read_bytes()
    except OSError as error:
        raise NotAHar(f"{path}: cannot be read: {error.strerror}") from error
    try:
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise NotAHar(f"{path}: is not JSON, so it is no HAR: {error}") from error
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise NotAHar(f"{path}: is no HAR: it has no log with entries")
    given = log["entries"]
    if len(given) > MAX_ENTRIES:
        raise NotAHar(f"{path}: has {len(given):,} entries, more than {MAX_ENTRIES:,}; record fewer pages in one file")
    entries = sorted(_entries(given), key=lambda entry: entry.started_unix_ms)
    if not entries:
        raise NotAHar(f"{path}: holds no request")
    return Har(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        creator=_creator(log),
        pages=tuple(_pages(log.get("pages"))),
        entries=tuple(entries),
        unreadable=len(given) - len(entries),
    )


def _creator(log: Mapping[str, Any]) -> str:
    tools = [log.get("creator"), log.get("browser")]
    named = [f"{_text(t.get('name'))} {_text(t.get('version'))}".strip() for t in tools if isinstance(t, dict)]
    return ", ".join(dict.fromkeys(name for name in named if name)) or "an unnamed tool"


def _pages(given: object) -> Iterator[HarPage]:
    for page in given if isinstance(given, list) else ():
        if isinstance(page, dict) and (started := _unix_ms(page.get("startedDateTime"))) is not None:
            yield HarPage(_text(page.get("id")), _text(page.get("title")), started)


def _entries(given: list[Any]) -> Iterator[HarEntry]:
    for entry in given:
        try:
            found = _entry(entry)
        except (KeyError, TypeError, AttributeError, ValueError):
            continue
        if found is not None:
            yield found


def _entry(entry: Mapping[str, Any]) -> HarEntry | None:
    request, response = entry["request"], entry.get("response") or {}
    started = _unix_ms(entry.get("startedDateTime"))
    url = request["url"]
    if started is None or not isinstance(url, str) or "://" not in url[:32]:
        return None
    body = _body(request.get("postData"))
    size = request.get("bodySize")
    status = response.get("status")
    headers = _headers(request.get("headers"))
    response_headers, set_cookie = _response_headers(response.get("headers"))
    content = response.get("content") or {}
    return HarEntry(
        page=_text(entry["pageref"]) if entry.get("pageref") is not None else None,
        method=_text(request.get("method") or "GET").upper()[:20],
        url=without_credentials(url.partition("#")[0][:MAX_URL]),
        started_unix_ms=started,
        headers=headers,
        body=body,
        body_bytes=max(len(body), size if isinstance(size, int) else 0),
        resource_type=_text(entry["_resourceType"]).lower() if entry.get("_resourceType") else None,
        initiator=entry["_initiator"] if isinstance(entry.get("_initiator"), dict) else {},
        status=status if isinstance(status, int) and 100 <= status <= 999 else None,
        response_headers=response_headers,
        set_cookie=set_cookie,
        mime=_text(content.get("mimeType") or "").partition(";")[0].strip().lower(),
        redirect=str(response.get("redirectURL") or "")[:MAX_URL],
        error=_text(response["_error"]) if response.get("_error") else None,
        cached=bool(entry.get("_fromCache") or response.get("_fetchedViaServiceWorker")),
    )


def _headers(given: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _pairs(given):
        # Pseudo headers of HTTP/2 repeat what stands elsewhere.
        if not name.startswith(":"):
            separator = "; " if name == "cookie" else ", "
            found[name] = f"{found[name]}{separator}{value}" if name in found else value
    return found


def _response_headers(given: object) -> tuple[dict[str, str], tuple[str, ...]]:
    lines = tuple(line for name, value in _pairs(given) if name == "set-cookie" for line in value.split("\n") if line)
    return {**_headers(given), **({"set-cookie": "\n".join(lines)} if lines else {})}, lines


def _pairs(given: object) -> Iterator[tuple[str, str]]:
    for header in given if isinstance(given, list) else ():
        if isinstance(header, dict) and isinstance(header.get("name"), str):
            yield header["name"].strip().lower()[:_TEXT], str(header.get("value") or "")[:MAX_URL]


def _body(given: object) -> bytes:
    if not isinstance(given, dict):
        return b""
    text = given.get("text")
    if isinstance(text, str) and text:
        if given.get("encoding") == "base64":
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                return text.encode("utf-8", "replace")
        return text.encode("utf-8", "replace")
    parameters = given.get("params")
    pairs = [
        (str(p.get("name") or ""), str(p.get("value") or ""))
        for p in (parameters if isinstance(parameters, list) else ())
        if isinstance(p, dict)
    ]
    return urlencode(pairs).encode() if pairs else b""


def _unix_ms(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except (ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str:
    return str(value)[:_TEXT]
