"""Which pages are audited: scope, canonical addresses, and how a page was found. Pure; no browser."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_CAMPAIGN = re.compile(r"(?i)^(utm_\w+|gclid|fbclid|msclkid|dclid|mc_[ce]id|_hs\w+|hsctatracking)$")
_NOT_A_PAGE = re.compile(
    r"(?i)\.(pdf|zip|gz|tgz|rar|7z|exe|dmg|msi|apk|docx?|xlsx?|pptx?|csv|ics|vcf|rss|atom|xml|json|txt|js|css|map"
    r"|png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|mp[34]|m4[av]|webm|mov|avi|wav|ogg|woff2?|ttf|otf|eot)$"
)
_MAX_URL_CHARS = 2048
RANK = {"start": 0, "policy": 1, "sitemap": 2, "link": 3}
"""The ways in which a page is found, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """One page of the list."""

    url: str
    found_by: str
    """start, policy, link, sitemap."""
    depth: int
    """Clicks from a start page; 0 for start and policy, 1 for what a sitemap lists."""


def canonical(url: str) -> str:
    """The address without fragment, campaign parameters and default port; host in lower case, never without a path.

    Raises `ValueError` for what is no http(s) address with a host.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    default_port = {"http": 80, "https": 443}[parts.scheme.lower()]
    netloc = host if parts.port in (None, default_port) else f"{host}:{parts.port}"
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _CAMPAIGN.match(k)])
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", query, ""))


def in_scope(url: str, sites: Iterable[str]) -> bool:
    """Whether an http(s) URL belongs to one of the sites: the site's host without `www.`, and hosts below it."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https"):
        return False  # a sitemap's `file://` would have Scrapy read a file of ours
    for site in sites:
        base = (urlsplit(site).hostname or "").lower().removeprefix("www.")
        if base and (host == base or host.endswith("." + base)):
            return True
    return False


def looks_like_a_page(url: str) -> bool:
    """False for endless addresses and those that end like a file; what the server says later decides all others."""
    return len(url) <= _MAX_URL_CHARS and not _NOT_A_PAGE.search(urlsplit(url).path)


def candidates(links: Iterable[str], sites: Collection[str], seen: Collection[str]) -> list[str]:
    """The canonical in-scope page addresses among `links` that are not in `seen`, sorted, each once."""
    found = set()
    for link in links:
        try:
            url = canonical(link)
        except ValueError:
            continue
        if url not in seen and looks_like_a_page(url) and in_scope(url, sites):
            found.add(url)
    return sorted(found)


def rank(entry: PageEntry) -> tuple[int, int]:
    """Which of several ways to an address counts: the least."""
    return entry.depth, RANK[entry.found_by]
