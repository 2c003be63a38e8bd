"""Fetching for discovery: robots.txt, sitemaps and pages, all through a browser in the control arm."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import zlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from crawler.browser import main_document
from crawler.collectors.devtools import isolated_world

MAX_BODY_BYTES = 50 * 1024 * 1024
"""A sitemap may have 50 MB (sitemaps.org protocol, read 2026-11-22)."""
_LOAD_S = 10.0
"""Longest wait for images and the like: links are there long before."""
_LINKS = """(() => {
    const links = [], all = document.querySelectorAll("a[href], area[href]");
    for (let i = 0; i < all.length && links.length < 5000; i++) {
        const href = all[i].href;
        if (typeof href === "string" && href.length <= 2048) links.push(href);
    }
    return links;
})()"""
_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back. `status` is None when nothing did; then `error` says why."""

    status: int | None
    final_url: str
    content_type: str = ""
    body: bytes = b""
    """Of a resource: its bytes, unpacked. Empty for a page."""
    links: tuple[str, ...] = ()
    """Of a page: absolute addresses of its links, as scripts left them."""
    hops: tuple[str, ...] = ()
    """Of a page: the addresses that led to it by redirects, itself left out."""
    error: str | None = None


class Fetcher:
    """Fetches with one browser context; every fetch has its own tab and a deadline."""

    def __init__(self, context: BrowserContext, *, timeout_s: float, linger_s: float) -> None:
        self._context = context
        self._timeout_s = timeout_s
        self._linger_s = linger_s
        self._stopped = asyncio.Event()
        self._popups: set[asyncio.Future[None]] = set()

    def stop(self) -> None:
        """End what is under way, and answer every later fetch with an error."""
        self._stopped.set()

    async def page(self, url: str) -> Fetched:
        """Visit a page for its links. Never raises for what a site does."""
        return await self._bounded(url, self._page)

    async def resource(self, url: str) -> Fetched:
        """Load a file that is no page (robots.txt, a sitemap), whatever type it is served as. Never raises."""
        return await self._bounded(url, self._resource)

    async def _bounded(self, url: str, fetch: Any) -> Fetched:
        if self._stopped.is_set():
            return Fetched(status=None, final_url=url, error="stopped")
        work = asyncio.ensure_future(self._in_a_tab(fetch, url))
        stop = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({work, stop}, timeout=self._timeout_s + 15, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            return Fetched(
                status=None, final_url=url, error="stopped" if self._stopped.is_set() else "it took too long"
            )
        except (Error, TimeoutError) as error:
            text = str(error).strip().split("\n")[0] or type(error).__name__
            return Fetched(status=None, final_url=url, error=text[:300])
        finally:
            work.cancel()
            stop.cancel()
            await asyncio.gather(work, stop, return_exceptions=True)

    async def _in_a_tab(self, fetch: Any, url: str) -> Fetched:
        page = await self._context.new_page()
        page.on("popup", self._close_popup)
        try:
            coroutine: Coroutine[Any, Any, Fetched] = fetch(page, url)
            return await coroutine
        finally:
            await _closed(page)

    def _close_popup(self, popup: Page) -> None:
        """Windows that a page opens say nothing about its links, and a thousand of them would fill the browser."""
        closing = asyncio.ensure_future(_closed(popup))
        self._popups.add(closing)
        closing.add_done_callback(self._popups.discard)

    async def _page(self, page: Page, url: str) -> Fetched:
        document = main_document.heard(page)
        try:
            await page.goto(url, wait_until="commit", timeout=self._timeout_s * 1000)
            await page.wait_for_load_state("domcontentloaded", timeout=self._timeout_s * 1000)
        except Error:
            # An error without a body, a download and "no content" fail in `goto`, but the server has answered.
            answer = document.last
            if answer is None or (answer.status < 400 and page.url != "about:blank"):
                raise
            kind = answer.content_type or "no document"
            return Fetched(status=answer.status, final_url=answer.url, content_type=kind)
        with contextlib.suppress(Error):
            await page.wait_for_load_state("load", timeout=min(_LOAD_S, self._timeout_s) * 1000)
        await asyncio.sleep(self._linger_s)
        answer = document.answer()
        if answer is None:
            raise Error("no answer")
        links: list[str] = []
        if "html" in answer.content_type:
            frames = await isolated_world.evaluate(page, _LINKS)
            found = next((frame.value for frame in frames if frame.main), None)
            if not isinstance(found, list):
                raise Error("the page does not let its links be read")
            links = [link for link in found if isinstance(link, str)]
        # Not the address that is shown: a script can write anything there, another thing each time.
        return Fetched(
            status=answer.status,
            final_url=answer.url,
            content_type=answer.content_type,
            links=tuple(links),
            hops=tuple(document.hops),
        )

    async def _resource(self, page: Page, url: str) -> Fetched:
        """The browser's own loader: it takes every type as bytes, where a navigation would render or download it."""
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        async with asyncio.timeout(self._timeout_s):
            answer = await session.send(
                "Network.loadNetworkResource",
                {
                    "frameId": tree["frameTree"]["frame"]["id"],
                    "url": url,
                    "options": {"disableCache": False, "includeCredentials": True},
                },
            )
            resource = answer["resource"]
            status = resource.get("httpStatusCode")
            if "stream" not in resource:
                return Fetched(
                    status=None if status is None else int(status),
                    final_url=url,
                    error=None if status else str(resource.get("netErrorName") or "no answer"),
                )
            data = bytearray()
            while len(data) <= MAX_BODY_BYTES:
                piece = await session.send("IO.read", {"handle": resource["stream"], "size": _PIECE_BYTES})
                text = str(piece["data"])
                data += base64.b64decode(text) if piece.get("base64Encoded") else text.encode("utf-8", "replace")
                if piece["eof"]:
                    break
        return Fetched(status=int(status or 200), final_url=url, body=unpacked(bytes(data)))


async def _closed(page: Page) -> None:
    with contextlib.suppress(Error, TimeoutError):
        await asyncio.wait_for(page.close(), 5)


def unpacked(data: bytes) -> bytes:
    """The content of a gzip file, or the data itself; at most `MAX_BODY_BYTES`, and nothing for a broken file."""
    if not data.startswith(b"\x1f\x8b"):
        return data[:MAX_BODY_BYTES]
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(31).decompress(data, MAX_BODY_BYTES)
    return b""
