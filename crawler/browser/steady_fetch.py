"""Fetching for discovery that goes on when a page takes the browser, or the driver, down with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import BrowserContext, Error, Playwright

from crawler.browser.driver import Driver
from crawler.browser.fetch import Fetched, Fetcher
from crawler.browser.launch import LaunchFailed, LaunchOptions, open_browser
from crawler.evidence import Arm

_ANSWER_S = 10.0

Fetch = Callable[[Fetcher], Awaitable[Fetched]]


class SteadyFetcher:
    """Fetches as `Fetcher` does, over one browser for all; a lost one is replaced.

    What was under way when the browser was lost is fetched again with a driver and a browser of its own, so that only
    the page that ends browsers fails. Entering raises `LaunchFailed`; from then on nothing raises.
    """

    def __init__(
        self,
        playwright: Playwright | Driver,
        options: LaunchOptions,
        folder: Path,
        *,
        timeout_s: float,
        linger_s: float,
    ) -> None:
        self._playwright = playwright
        self._options = options
        self._folder = folder
        self._timeout_s = timeout_s
        self._linger_s = linger_s
        self._opening = asyncio.Lock()
        self._shared: tuple[Fetcher, BrowserContext] | None = None
        self._closing = contextlib.AsyncExitStack()
        self._living: set[Fetcher] = set()
        self._suspects: set[str] = set()
        """Addresses during whose fetch a browser was lost."""
        self._opened = 0
        self._stopped = False

    async def __aenter__(self) -> Self:
        await self._shared_one()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def stop(self) -> None:
        """End what is under way, and answer every later fetch with an error."""
        self._stopped = True
        for fetcher in self._living:
            fetcher.stop()

    async def page(self, url: str) -> Fetched:
        """Visit a page for its links."""
        return await self._fetch(url, lambda fetcher: fetcher.page(url))

    async def resource(self, url: str) -> Fetched:
        """Load a file that is no page."""
        return await self._fetch(url, lambda fetcher: fetcher.resource(url))

    async def _fetch(self, url: str, fetch: Fetch) -> Fetched:
        try:
            if url not in self._suspects:
                fetcher, context = await self._shared_one()
                fetched = await fetch(fetcher)
                if fetched.status is not None or self._stopped or await _answers(context):
                    return fetched
                self._suspects.add(url)
                if self._shared is not None and self._shared[0] is fetcher:
                    self._shared = None
            async with Driver() as own, self._browser(own) as (fetcher, _):
                return await fetch(fetcher)
        except (Error, LaunchFailed) as error:
            return Fetched(status=None, final_url=url, error=str(error)[:300])

    async def _shared_one(self) -> tuple[Fetcher, BrowserContext]:
        async with self._opening:
            if self._shared is None:
                await self._closing.aclose()
                self._shared = await self._closing.enter_async_context(self._browser(self._playwright))
            return self._shared

    @contextlib.asynccontextmanager
    async def _browser(self, playwright: Playwright | Driver) -> AsyncIterator[tuple[Fetcher, BrowserContext]]:
        self._opened += 1
        home = self._folder / str(self._opened)
        home.mkdir()
        async with open_browser(playwright, self._options, Arm.CONTROL, home) as opened:
            fetcher = Fetcher(opened.context, timeout_s=self._timeout_s, linger_s=self._linger_s)
            if self._stopped:
                fetcher.stop()
            self._living.add(fetcher)
            try:
                yield fetcher, opened.context
            finally:
                self._living.discard(fetcher)


async def _answers(context: BrowserContext) -> bool:
    """Whether the browser itself still answers, whatever its pages do."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            await context.cookies("https://answers.invalid/")
    except (Error, TimeoutError):
        return False
    return True
