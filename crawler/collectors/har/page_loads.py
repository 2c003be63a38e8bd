"""The page loads of an archive: which requests belong to which, and what page it was."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.collectors.har.archive import Har, HarEntry

MAX_REDIRECTS = 20


@dataclass(frozen=True, slots=True)
class PageLoad:
    """One load with its requests in the order of time; never without any."""

    url: str
    """What was asked for first."""
    final_url: str
    """What answered in the end."""
    status: int | None
    entries: tuple[HarEntry, ...]

    @property
    def started_unix_ms(self) -> float:
        """When its first request began."""
        return self.entries[0].started_unix_ms


def page_loads(har: Har) -> list[PageLoad]:
    """All loads in the order of time. A request that names no page belongs to the load that was going on."""
    starts = sorted((page.started_unix_ms, page.id) for page in har.pages)
    known = {page.id for page in har.pages}
    groups: dict[str, list[HarEntry]] = {}
    for entry in har.entries:
        name = entry.page if entry.page in known else None
        if name is None and starts:
            at = bisect.bisect_right(starts, (entry.started_unix_ms, "\U0010ffff"))
            name = starts[max(at - 1, 0)][1]
        groups.setdefault(name or "", []).append(entry)
    return sorted((_load(entries) for entries in groups.values()), key=lambda load: load.started_unix_ms)


def _load(entries: list[HarEntry]) -> PageLoad:
    main = next((entry for entry in entries if is_document(entry)), entries[0])
    chain = list(_chain(main, entries))
    return PageLoad(url=main.url, final_url=chain[-1].url, status=chain[-1].status, entries=tuple(entries))


def _chain(main: HarEntry, entries: list[HarEntry]) -> Iterator[HarEntry]:
    """The document and what it was redirected to."""
    yield main
    for _ in range(MAX_REDIRECTS):
        target = leads_to(main)
        if not target:
            return
        following = next(
            (e for e in entries if e.url == target and e.started_unix_ms >= main.started_unix_ms and e is not main),
            None,
        )
        if following is None:
            return
        main = following
        yield main


def leads_to(entry: HarEntry) -> str:
    """Where the answer sent the browser; empty when nowhere, or when that is no address."""
    try:
        return urljoin(entry.url, entry.redirect).partition("#")[0] if entry.redirect else ""
    except ValueError:
        return ""


def is_document(entry: HarEntry) -> bool:
    """Was it a page, or what leads to one?"""
    if entry.resource_type is not None:
        return entry.resource_type == "document"
    if (destination := entry.headers.get("sec-fetch-dest")) is not None:
        return destination == "document"
    return entry.mime in ("text/html", "application/xhtml+xml") or bool(entry.redirect)
