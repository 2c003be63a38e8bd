"""Finding the pages, once: start pages, sitemaps and links, in waves, so that the list is the same tomorrow.

A wave is fetched whole before the next one is chosen from all that is known; so neither speed nor luck decides which
pages are audited.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.sitemap import Sitemap

from crawler.browser.fetch import Fetched, Fetcher
from crawler.browser.frontier import Frontier
from crawler.browser.page_list import RANK, PageEntry, candidates, canonical, in_scope, rank
from crawler.browser.steady_fetch import SteadyFetcher

SITEMAPS_PER_SITE = 5
SITEMAPS_PER_INDEX = 20
"""Limits per parent, not in all, so that it does not matter which answer comes first."""
LOCATIONS_PER_SITEMAP = 50_000
"""As the sitemaps.org protocol has it (read 2026-11-22)."""
TRIES_PER_PAGE = 5
"""Addresses that are tried at most for each page of the limit: a site may list a million dead ones."""
_ATTEMPTS = 2


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
    custom_settings = {"URLLENGTH_LIMIT": 0}  # noqa: RUF012 - Scrapy's shape; its limit drops a request in silence

    def __init__(
        self,
        *,
        fetcher: Fetcher | SteadyFetcher,
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
        self._frontier = Frontier()
        self._final: dict[str, PageEntry] = {}
        self._sitemaps: set[str] = set()
        self._max_tries = max_pages * TRIES_PER_PAGE + 20
        self._aborted = False

    def _seed_entries(self, policy_url: str | None) -> list[PageEntry]:
        seeds = [PageEntry(url=canonical(site), found_by="start", depth=0) for site in self._sites]
        if policy_url and in_scope(policy_url, self._sites):
            seeds.append(PageEntry(url=canonical(policy_url), found_by="policy", depth=0))
        return seeds

    def abort(self) -> None:
        """End what is under way; the crawl then ends by itself."""
        self._aborted = True
        self._fetcher.stop()

    def closed(self, reason: str) -> None:
        """Scrapy's last word. A request that never came back would leave the list short without a sign."""
        if self._pending and not self._aborted:
            self.failure = self.failure or RuntimeError(f"{self._pending} requests were lost ({reason})")

    async def fetch_with_browser(self, request: Request) -> Response:
        """The download handler's entry."""
        fetch = self._fetcher.page if "entry" in request.meta else self._fetcher.resource
        fetched = await fetch(request.url)
        for _ in range(1, _ATTEMPTS):
            if fetched.status is not None and fetched.status < 500:
                break
            fetched = await fetch(request.url)
        if fetched.status is None:
            raise OSError(fetched.error)
        body = b"" if fetched.status != 200 else fetched.body  # an error page is no robots.txt
        response = Response(url=request.url, status=fetched.status, body=body)
        response.request = request
        response.meta["fetched"] = fetched
        return response

    async def start(self) -> AsyncIterator[Any]:
        """Seeds, and each site's robots.txt for the sitemaps that it names."""
        for site in sorted({f"{urlsplit(s).scheme}://{urlsplit(s).netloc}" for s in self._sites}):
            yield self._request(f"{site}/robots.txt", self._on_robots, dont_obey_robotstxt=True)
        for request in self._page_requests(seed for seed in self._seeds if self._frontier.done_with(seed.url)):
            yield request

    def _request(self, url: str, callback: Callable[..., Any], **meta: Any) -> Request:
        self._pending += 1
        return Request(url, callback=callback, errback=self._on_error, meta=meta, dont_filter=True)

    def _page_requests(self, entries: Iterable[PageEntry]) -> list[Request]:
        return [self._request(entry.url, self._on_page_response, entry=entry) for entry in entries]

    def _on_robots(self, response: Response) -> list[Request]:
        site = response.url.removesuffix("/robots.txt")
        if response.status not in (200, 404):
            # RFC 9309 2.3.1.4 (read 2026-11-22) would have a crawler stay away; see decisions/0005-robots.md.
            self.found.skipped[response.url] = f"HTTP {response.status}: taken as allowing everything"
        named = [url for url in sorted(_named_sitemaps(response)) if in_scope(url, self._sites)]
        wanted = named or [f"{site}/sitemap.xml"]
        return self._done(self._sitemap_requests(wanted[:SITEMAPS_PER_SITE], nested=False))

    def _sitemap_requests(self, urls: Iterable[str], *, nested: bool) -> list[Request]:
        requests = []
        for url in urls:
            if url not in self._sitemaps:
                self._sitemaps.add(url)
                meta = {"dont_obey_robotstxt": True, "nested": nested}
                requests.append(self._request(url, self._on_sitemap, **meta))
        return requests

    def _on_sitemap(self, response: Response) -> list[Request]:
        if response.status != 200:
            return self._done([])
        try:
            sitemap = Sitemap(response.body)
            entries = islice(sitemap, LOCATIONS_PER_SITEMAP)
            locations = [entry["loc"] for entry in entries if isinstance(entry.get("loc"), str)]
        except Exception:  # noqa: BLE001 - lxml's errors for what a site calls a sitemap are many
            return self._done([])
        if sitemap.type == "sitemapindex":
            nested = [] if response.meta["nested"] else sorted({url for url in locations if in_scope(url, self._sites)})
            return self._done(self._sitemap_requests(nested[:SITEMAPS_PER_INDEX], nested=True))
        self._learn(locations, "sitemap", 1)
        return self._done([])

    def _learn(self, urls: Iterable[str], found_by: str, depth: int) -> None:
        for url in candidates(urls, self._sites, ()):
            self._frontier.learn(PageEntry(url=url, found_by=found_by, depth=depth))

    def _on_page_response(self, response: Response) -> list[Request]:
        entry: PageEntry = response.meta["entry"]
        fetched: Fetched = response.meta["fetched"]
        reason = self._why_not_a_page(entry, fetched)
        if reason is not None:
            self.found.skipped[entry.url] = reason
        elif response.status >= 400:
            self.found.failed[entry.url] = f"HTTP {response.status}"
            self._keep(entry)
        elif not in_scope(fetched.final_url, self._sites):
            self._keep(entry)  # a start page that leads away: the visits tell it
        else:
            final = canonical(fetched.final_url)
            if all(in_scope(hop, self._sites) for hop in fetched.hops):
                self._keep(replace(entry, url=final))
                self._frontier.done_with(final)
            else:
                self._keep(entry)  # it leads through another site and back: visited as linked, to see what that does
            if entry.depth < self._max_depth:
                self._learn(fetched.links, "link", entry.depth + 1)
        self._on_page(len(self._final))
        return self._done([])

    def _keep(self, entry: PageEntry) -> None:
        self._final[entry.url] = min(self._final.get(entry.url, entry), entry, key=rank)

    def _why_not_a_page(self, entry: PageEntry, fetched: Fetched) -> str | None:
        promised = entry.found_by in ("start", "policy")
        if not promised and fetched.status in (404, 410):
            return f"HTTP {fetched.status}"
        if (fetched.status or 0) < 400:
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
                self._keep(entry)
            else:
                self.failure = self.failure or failure.value
        return self._done([])

    def _done(self, following: list[Request]) -> list[Request]:
        """Count one request off; when the wave is over, choose the next."""
        self._pending -= 1
        if self._pending > 0 or following:
            return following
        room = min(self._max_pages - len(self._final), self._max_tries - self._frontier.tried)
        if wave := self._frontier.take(room):
            return self._page_requests(wave)
        self.found.more = len(self._frontier)
        self.found.pages = sorted(self._final.values(), key=_place)[: self._max_pages]
        return []


def _named_sitemaps(robots: Response) -> set[str]:
    """Scrapy's own reading of these lines raises for a broken address and loses the others."""
    named = set()
    for line in robots.body.splitlines()[:10_000]:
        key, _, value = line.decode("utf-8", "replace").partition(":")
        if key.strip().lower() == "sitemap":
            with contextlib.suppress(ValueError):
                named.add(urljoin(robots.url, value.partition("#")[0].strip()))
    return named


def _place(entry: PageEntry) -> tuple[int, int, str]:
    """Start pages, then the policy, then all others by depth and address."""
    return min(RANK[entry.found_by], 2), entry.depth, entry.url
