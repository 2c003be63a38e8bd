"""An HTTP Archive in memory: what a file of another tool says of pages and requests, each value checked and bounded.

A HAR is written by DevTools, proxies, Playwright and others, and each leaves something out; nothing but the address of
a request is taken for granted. One whose time cannot be read was sent all the same: it keeps its place in the file, and
has the time of the request before it. Source of the format: HAR 1.2, w3c.github.io/web-performance/specs/HAR, and the
fields with an underscore that Chromium's DevTools adds, read 2026-11-27.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from crawler.collectors.addresses import without_credentials
from crawler.collectors.har import unsent
from crawler.collectors.har.json_text import loads
from crawler.evidence import Arm
from crawler.parties import host_of

MAX_BYTES = 1 << 30
MAX_ENTRIES = 500_000
MAX_URL = 65_536
_TEXT = 4_096
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
"""Dates outside are none: nothing was recorded then."""
NO_REQUEST, NO_ADDRESS = "no request", "no address"
EXPECTED_DATE = "startedDateTime as in 2026-11-01T12:00:00.000Z"
_AGAIN = (
    "export the recording again as a HAR file, whole and unedited (in a browser: the network panel of its DevTools)"
)


class NotAHar(ValueError):
    """The file is no readable HTTP Archive; the text says why, and what to do."""


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
    """Of the request before it where the file tells no date that can be read."""
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
    unsent: str | None
    """Why it never left, in the words of the evidence for it; None when it left, or may have."""
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
    unreadable: Mapping[str, int]
    """Entries that are left out, by why: `NO_REQUEST`, `NO_ADDRESS`."""
    undated: int = 0
    """Entries without a date that can be read."""
    mended: int = 0
    """Characters that are no text, such as half of a surrogate pair, and were replaced."""
    explaining: int = 0
    """Pages that are left out with their requests: visits that explain others, in an archive of our own."""


def read(path: Path) -> Har:
    """Read a file. Raises `NotAHar`; single broken entries are counted and left out."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NotAHar(f"{path}: larger than {MAX_BYTES >> 20} MiB; record fewer pages in one file")
        data, written_unix_ms = path.read_bytes(), path.stat().st_mtime * 1000
    except OSError as error:
        raise NotAHar(f"{path}: cannot be read: {error.strerror}") from error
    try:
        document, mended = loads(data)
    except ValueError as error:
        raise NotAHar(f"{path}: is not JSON, so it is no HAR: {error}; {_AGAIN}") from error
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise NotAHar(f"{path}: is no HAR: it has no log with entries; {_AGAIN}")
    explaining = _explaining(log.get("pages"))
    given = [entry for entry in log["entries"] if not _is_of(entry, explaining)]
    if len(given) > MAX_ENTRIES:
        raise NotAHar(f"{path}: has {len(given):,} entries, more than {MAX_ENTRIES:,}; record fewer pages in one file")
    unreadable = Counter[str]()
    found = list(_entries(given, unreadable))
    if not found:
        counted = ", ".join(f"{number} with {why}" for why, number in sorted(unreadable.items()))
        if counted:
            raise NotAHar(f"{path}: holds no request that can be read: {counted}; {_AGAIN}")
        if explaining:
            raise NotAHar(
                f"{path}: holds only visits that explain others (arm {Arm.TRACE}); give one with other visits"
            )
        raise NotAHar(f"{path}: holds no request; begin to record before the page is loaded, then export it again")
    pages = tuple(page for page in _pages(log.get("pages")) if page.id not in explaining)
    first_unix_ms = min((page.started_unix_ms for page in pages), default=written_unix_ms)
    return Har(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        creator=_creator(log),
        pages=pages,
        entries=tuple(sorted(_placed(found, first_unix_ms), key=lambda entry: entry.started_unix_ms)),
        unreadable=dict(sorted(unreadable.items())),
        undated=sum(started is None for _, started in found),
        mended=mended,
        explaining=len(explaining),
    )


def _placed(found: Sequence[tuple[HarEntry, float | None]], first_unix_ms: float) -> Iterator[HarEntry]:
    """Each entry with its time; one without has that of the entry before it in the file, else of the first that has."""
    last = next((started for _, started in found if started is not None), first_unix_ms)
    for entry, started in found:
        last = last if started is None else started
        yield replace(entry, started_unix_ms=last)


def _creator(log: Mapping[str, Any]) -> str:
    tools = [log.get("creator"), log.get("browser")]
    named = [f"{_text(t.get('name'))} {_text(t.get('version'))}".strip() for t in tools if isinstance(t, dict)]
    return ", ".join(dict.fromkeys(name for name in named if name)) or "an unnamed tool"


def _pages(given: object) -> Iterator[HarPage]:
    for page in given if isinstance(given, list) else ():
        if isinstance(page, dict) and (started := _unix_ms(page.get("startedDateTime"))) is not None:
            yield HarPage(_text(page.get("id")), _text(page.get("title")), started)


def _explaining(given: object) -> frozenset[str]:
    """Names of the pages that our own archives mark as visits of the arm that explains and is never compared."""
    pages = given if isinstance(given, list) else ()
    return frozenset(_text(p.get("id")) for p in pages if isinstance(p, dict) and p.get("_arm") == Arm.TRACE)


def _is_of(entry: object, pages: frozenset[str]) -> bool:
    return isinstance(entry, dict) and entry.get("pageref") is not None and _text(entry["pageref"]) in pages


def _entries(given: list[Any], unreadable: Counter[str]) -> Iterator[tuple[HarEntry, float | None]]:
    """Each entry, and its time where it can be read; counts those that are left out."""
    for entry in given:
        request = entry.get("request") if isinstance(entry, dict) else None
        if not isinstance(request, dict):
            unreadable[NO_REQUEST] += 1
        elif not _is_address(request.get("url")):
            unreadable[NO_ADDRESS] += 1
        else:
            yield _entry(entry, request), _unix_ms(entry.get("startedDateTime"))


def _is_address(url: object) -> bool:
    # An address without a host (`data:`, `https://[`) went to nobody.
    return isinstance(url, str) and "://" in url[:32] and bool(host_of(url[:MAX_URL]))


def _entry(entry: Mapping[str, Any], request: Mapping[str, Any]) -> HarEntry:
    response = _object(entry.get("response"))
    content = _object(response.get("content"))
    body = _body(request.get("postData"))
    size, status = request.get("bodySize"), response.get("status")
    status = status if isinstance(status, int) and 100 <= status <= 999 else None
    error = _text(unsent.error_of(entry, response)) or None
    response_headers, set_cookie = _response_headers(response.get("headers"))
    return HarEntry(
        page=_text(entry["pageref"]) if entry.get("pageref") is not None else None,
        method=(_text(request.get("method")) or "GET").upper()[:20],
        url=without_credentials(request["url"].partition("#")[0][:MAX_URL]),
        started_unix_ms=0.0,
        headers=_headers(request.get("headers")),
        body=body,
        body_bytes=max(len(body), size if isinstance(size, int) else 0),
        resource_type=_text(entry.get("_resourceType")).lower() or None,
        initiator=_object(entry.get("_initiator")),
        status=status,
        response_headers=response_headers,
        set_cookie=set_cookie,
        mime=_text(content.get("mimeType")).partition(";")[0].strip().lower(),
        redirect=_text(response.get("redirectURL"), MAX_URL),
        error=error,
        unsent=unsent.unsent_class(entry, status, error),
        cached=bool(entry.get("_fromCache") or response.get("_fetchedViaServiceWorker")),
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


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
            yield header["name"].strip().lower()[:_TEXT], _text(header.get("value"), MAX_URL)


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
        (_text(p.get("name"), MAX_URL), _text(p.get("value"), MAX_URL))
        for p in (parameters if isinstance(parameters, list) else ())
        if isinstance(p, dict)
    ]
    return urlencode(pairs).encode() if pairs else b""


def _unix_ms(text: object) -> float | None:
    """A date of the file; one without a time zone is taken for UTC, so that it reads alike on every machine."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text[:64])
    except ValueError:
        return None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000


def _text(value: object, most: int = _TEXT) -> str:
    """A word of the file, at most so many characters; empty for what is none."""
    return str(value)[:most] if isinstance(value, str | int | float) and value is not False else ""
