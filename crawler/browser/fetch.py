"""Fetching for discovery: robots.txt, sitemaps and pages, all through a browser in the control arm."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page, Response

MAX_BODY_BYTES = 50 * 1024 * 1024
"""A sitemap may have 50 MB (sitemaps.org protocol, read 2026-11-22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back. `status` is None when nothing did; then `error` says why."""

    status: int | None
    final_url: str
    content_type: str
    body: bytes
    """The response's bytes; for an HTML page the document as scripts left it."""
    links: tuple[str, ...]
    """Of an HTML page: absolute addresses of its links."""
    error: str | None


class Fetcher:
    """Fetches with one browser context; every fetch has its own tab and a deadline."""

    def __init__(self, context: BrowserContext, *, timeout_s: float, linger_s: float) -> None:
        self._context = context
        self._timeout_s = timeout_s
        self._linger_s = linger_s

    async def fetch(self, url: str) -> Fetched:
        """Fetch one address. Never raises for what a site does."""
        page = None
        try:
            async with asyncio.timeout(self._timeout_s + 15):
                page = await self._context.new_page()
                if urlsplit(url).path.endswith(".gz"):
                    return await self._fetch_bytes(page, url)
                response = await page.goto(url, wait_until="domcontentloaded", timeout=self._timeout_s * 1000)
                return await self._read(page, response, url)
        except (Error, TimeoutError) as error:
            return _failed(url, error)
        finally:
            if page is not None:
                with contextlib.suppress(Error, TimeoutError):
                    await asyncio.wait_for(page.close(), 5)

    async def _read(self, page: Page, response: Response | None, url: str) -> Fetched:
        if response is None:
            return _failed(url, Error("no response"))
        content_type = response.headers.get("content-type", "")
        links: tuple[str, ...] = ()
        if "html" in content_type:
            with contextlib.suppress(Error):
                await page.wait_for_load_state("load", timeout=self._timeout_s * 1000)
            await asyncio.sleep(self._linger_s)
            body = (await page.content()).encode("utf-8", "replace")
            found = await page.evaluate(
                "() => Array.from(document.querySelectorAll('a[href], area[href]'), a => a.href)"
                ".filter(h => typeof h === 'string').slice(0, 5000)"
            )
            links = tuple(link for link in found if isinstance(link, str)) if isinstance(found, list) else ()
        else:
            body = await response.body()
        return Fetched(
            status=response.status,
            final_url=page.url,
            content_type=content_type,
            body=body[:MAX_BODY_BYTES],
            links=links,
            error=None,
        )

    async def _fetch_bytes(self, page: Page, url: str) -> Fetched:
        """A compressed file would be a download; so a document of the same origin asks for it."""
        parts = urlsplit(url)
        await page.goto(f"{parts.scheme}://{parts.netloc}/robots.txt", timeout=self._timeout_s * 1000)
        answer = await page.evaluate(
            """async (url) => {
                const response = await fetch(url);
                const bytes = new Uint8Array(await response.arrayBuffer());
                let text = "";
                for (let i = 0; i < bytes.length; i += 32768)
                    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
                return [response.status, btoa(text)];
            }""",
            url,
        )
        return Fetched(
            status=int(answer[0]),
            final_url=url,
            content_type="application/xml",
            body=_unpack(base64.b64decode(answer[1])),
            links=(),
            error=None,
        )


def _unpack(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data[:MAX_BODY_BYTES]
    with contextlib.suppress(EOFError, zlib.error, gzip.BadGzipFile):
        return zlib.decompressobj(31).decompress(data, MAX_BODY_BYTES)
    return b""


def _failed(url: str, error: Exception) -> Fetched:
    text = str(error).split("\n")[0] or type(error).__name__
    return Fetched(status=None, final_url=url, content_type="", body=b"", links=(), error=text)
