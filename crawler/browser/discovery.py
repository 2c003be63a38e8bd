"""Finding the pages, once: start pages, sitemaps and links, in waves, so that the list is the same tomorrow.

A wave is fetched whole before the next one is chosen from all that is known; so neither speed nor luck decides which
pages are audited.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots

from crawler.browser.fetch import Fetched, Fetcher
from crawler.browser.page_list import PageEntry, candidates, canonical, choose, in_scope

MAX_SITEMAPS = 20


@dataclass
class Discovered:
    """What discovery found."""

    pages: list[PageEntry] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    """Address and why it is not in the list: robots, not found, not HTML, outside the sites."""
    failed: dict[str, str] = field(default_factory=dict)
    """Address and error of pages that stay in the list, so that the visits try again and record a gap."""
    more: int = 0
    """Known addresses beyond the page limit."""


class DiscoverySpider(scrapy.Spider):
    """Walks the sites in waves. The result is in `found` when the crawl is over."""

    name = "discovery"

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        sites: tuple[str, ...],
        policy_url: str | None,
        max_pages: int,
        max_depth: int,
        on_page: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.found = Discovered()
        self.failure: Exception | None = None
        self._fetcher = fetcher
        self._sites = sites
        self._max_pages = max_pages
        self._max_depth = max_depth
        self._on_page = on_page
        self._seeds = self._seed_entries(policy_url)
        self._pending = 0
        self._known: dict[str, PageEntry] = {}
        self._tried: set[str] = set()
        self._final: dict[str, PageEntry] = {}
        self._sitemaps: set[str] = set()

    def _seed_entries(self, policy_url: str | None) -> list[PageEntry]:
        seeds = [PageEntry(url=canonical(site), found_by="start", depth=0) for site in self._sites]
        if policy_url and in_scope(policy_url, self._sites):
            seeds.append(PageEntry(url=canonical(policy_url), found_by="policy", depth=0))
        return seeds

    async def fetch_with_browser(self, request: Request) -> Response:
        """The download handler's entry."""
        fetched = await self._fetcher.fetch(request.url)
        if fetched.status is None:
            raise OSError(fetched.error)
        body = fetched.body
        if urlsplit(request.url).path == "/robots.txt" and fetched.status != 200:
            body = b""  # an error page is not a robots.txt
        response = Response(url=request.url, status=fetched.status, body=body)
        response.request = request
        response.meta["fetched"] = fetched
        return response

    async def start(self) -> AsyncIterator[Any]:
        """Seeds, and each site's robots.txt for the sitemaps that it names."""
        for site in sorted({f"{urlsplit(s).scheme}://{urlsplit(s).netloc}" for s in self._sites}):
            yield self._request(f"{site}/robots.txt", self._on_robots, dont_obey_robotstxt=True)
        for request in self._page_requests(self._seeds):
            yield request

    def _request(self, url: str, callback: Callable[..., Any], **meta: Any) -> Request:
        self._pending += 1
        return Request(url, callback=callback, errback=self._on_error, meta=meta, dont_filter=True)

    def _page_requests(self, entries: Iterable[PageEntry]) -> list[Request]:
        requests = []
        for entry in entries:
            if entry.url not in self._tried:
                self._tried.add(entry.url)
                requests.append(self._request(entry.url, self._on_page_response, entry=entry))
        return requests

    def _on_robots(self, response: Response) -> list[Request]:
        site = response.url.removesuffix("/robots.txt")
        named = list(sitemap_urls_from_robots(response.body, base_url=response.url))
        return self._done(self._sitemap_requests(named or [f"{site}/sitemap.xml"]))

    def _sitemap_requests(self, urls: Iterable[str]) -> list[Request]:
        requests = []
        for url in urls:
            if len(self._sitemaps) < MAX_SITEMAPS and url not in self._sitemaps and in_scope(url, self._sites):
                self._sitemaps.add(url)
                requests.append(self._request(url, self._on_sitemap, dont_obey_robotstxt=True, sitemap=True))
        return requests

    def _on_sitemap(self, response: Response) -> list[Request]:
        if response.status != 200:
            return self._done([])
        try:
            sitemap = Sitemap(response.body)
            locations = [entry["loc"] for entry in sitemap if "loc" in entry]
        except Exception:  # noqa: BLE001 - lxml's errors for what a site calls a sitemap are many
            return self._done([])
        if sitemap.type == "sitemapindex":
            return self._done(self._sitemap_requests(sorted(locations)))
        for url in candidates(locations, self._sites, ()):
            self._known.setdefault(url, PageEntry(url=url, found_by="sitemap", depth=1))
        return self._done([])

    def _on_page_response(self, response: Response) -> list[Request]:
        entry: PageEntry = response.meta["entry"]
        fetched: Fetched = response.meta["fetched"]
        reason = self._why_not_a_page(entry, fetched)
        if reason is not None:
            self.found.skipped[entry.url] = reason
        elif response.status >= 400:
            self.found.failed[entry.url] = f"HTTP {response.status}"
            self._final.setdefault(entry.url, entry)
        else:
            final = canonical(fetched.final_url)
            known = self._final.get(final)
            better = PageEntry(url=final, found_by=entry.found_by, depth=entry.depth)
            if known is None or entry.depth < known.depth:
                self._final[final] = better
            self._tried.add(final)
            if entry.depth < self._max_depth:
                for url in candidates(fetched.links, self._sites, self._tried):
                    link = PageEntry(url=url, found_by="link", depth=entry.depth + 1)
                    if self._known.get(url, link).depth >= link.depth:
                        self._known[url] = self._known.get(url, link)
        self._on_page(len(self._final))
        return self._done([])

    def _why_not_a_page(self, entry: PageEntry, fetched: Fetched) -> str | None:
        promised = entry.found_by in ("start", "policy")
        if not promised and fetched.status in (404, 410):
            return f"HTTP {fetched.status}"
        if (fetched.status or 0) < 400:
            if not fetched.final_url.startswith(("http://", "https://")):
                return None if promised else "no page"
            if not in_scope(fetched.final_url, self._sites):
                return None if promised else "leads outside the sites"
            if not promised and "html" not in fetched.content_type:
                return f"not HTML: {fetched.content_type[:60] or 'no content type'}"
        return None

    def _on_error(self, failure: Any) -> list[Request]:
        request: Request = failure.request
        entry = request.meta.get("entry")
        if entry is not None:
            if failure.check(IgnoreRequest):
                self.found.skipped[entry.url] = "robots.txt disallows it"
            elif failure.check(OSError):
                self.found.failed[entry.url] = str(failure.value)
                self._final.setdefault(entry.url, entry)
            else:
                self.failure = failure.value
        return self._done([])

    def _done(self, following: list[Request]) -> list[Request]:
        """Count one request off; when the wave is over, choose the next."""
        self._pending -= 1
        if self._pending > 0 or following:
            return following
        room = self._max_pages - len(self._final)
        waiting = {url: entry for url, entry in self._known.items() if url not in self._tried}
        depth = min((entry.depth for entry in waiting.values()), default=0)
        wave = choose((url for url, entry in waiting.items() if entry.depth == depth), room)
        if wave:
            return self._page_requests(waiting[url] for url in wave)
        self.found.more = len(waiting)
        order = {"start": 0, "policy": 1}
        self.found.pages = sorted(self._final.values(), key=lambda e: (order.get(e.found_by, 2), e.depth, e.url))[
            : self._max_pages
        ]
        return []
