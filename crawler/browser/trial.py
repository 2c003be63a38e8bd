"""Launches a candidate once, to know that it works here, and what it is."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

TIMEOUT_S = 20.0

Candidate = tuple[Path | None, str | None]
"""A path, or a channel that Playwright resolves by itself."""

_known: dict[Candidate, str | Exception] = {}


class Unusable(Exception):
    """Why a candidate cannot be used, in one line."""


def try_browser(path: Path | None, channel: str | None) -> str:
    """The version of a browser that was launched and evaluated something on about:blank.

    Raises `Unusable` with the reason. What came out is remembered for the life of the process. May be called with or
    without a running event loop; it works in a thread of its own.
    """
    key = (path, channel)
    if key not in _known:
        try:
            with ThreadPoolExecutor(1) as pool:
                _known[key] = pool.submit(lambda: asyncio.run(_launch(path, channel))).result()
        except Unusable as error:
            _known[key] = error
    found = _known[key]
    if isinstance(found, Exception):
        raise found
    return found


def forget() -> None:
    """Forget all trials, for when the machine changed (a browser was installed)."""
    _known.clear()


async def _launch(path: Path | None, channel: str | None) -> str:
    if path is not None and not path.exists():
        raise Unusable("no such file")
    if path is not None and not shutil.which(path):
        raise Unusable("not an executable file")
    where: dict[str, Any] = {"executable_path": path} if path is not None else {"channel": channel}
    try:
        async with asyncio.timeout(TIMEOUT_S + 10), async_playwright() as playwright:
            browser = await playwright.chromium.launch(**where, headless=True, timeout=TIMEOUT_S * 1000)
            try:
                page = await browser.new_page()
                if await page.evaluate("6 * 7") != 42:
                    raise Unusable("started, but does not run JavaScript")
                return browser.version
            finally:
                await browser.close()
    except TimeoutError:
        raise Unusable(f"did not answer within {TIMEOUT_S:.0f} s") from None
    except PlaywrightError as error:
        raise Unusable(_reason(str(error))) from None


def _reason(text: str) -> str:
    """The telling line of Playwright's long message: the browser's own words where there are some."""
    if "Timeout" in text.partition("\n")[0]:
        return f"did not answer within {TIMEOUT_S:.0f} s"
    lines = [line.strip(" -║╔╗╚╝═") for line in text.splitlines()]
    own = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    own = [line for line in own if line]
    line = own[0] if own else next((line for line in lines if line), "did not start")
    return line.removeprefix("BrowserType.launch: ")[:200]
