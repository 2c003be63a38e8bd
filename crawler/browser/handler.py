"""Where Scrapy meets the browser: Scrapy schedules, the spider's browser fetches, whatever the request."""

from __future__ import annotations

from typing import Any, Protocol, cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response


class FetchingSpider(Protocol):
    """A spider that brings its own browser."""

    async def fetch_with_browser(self, request: Request) -> Response:
        """The answer to a request; raises `OSError` when nothing answered."""


class BrowserDownloadHandler(BaseDownloadHandler):
    """Hands each request to the spider that owns the browser. No other HTTP client runs in this program."""

    async def download_request(self, request: Request) -> Response:
        """Fetch through the spider's browser."""
        return await cast(FetchingSpider, self.crawler.spider).fetch_with_browser(request)


def scrapy_settings(jobs: int, **more: Any) -> dict[str, Any]:
    """Settings common to both spiders: no reactor, no second HTTP client, no retries or redirects of Scrapy's own."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": BrowserDownloadHandler, "https": BrowserDownloadHandler},
        "CONCURRENT_REQUESTS": jobs,
        "CONCURRENT_REQUESTS_PER_DOMAIN": jobs,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 3600,  # the browser's own deadlines are shorter
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPCACHE_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "ROBOTSTXT_USER_AGENT": "tracking-audit",
        **more,
    }
