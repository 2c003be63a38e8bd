"""Launches a candidate once, to know that it works here, and what it is."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError

from crawler.browser.driver import Driver
from crawler.browser.orphans import workspace

TIMEOUT_S = 20.0

_TELLING = re.compile(r"error while loading|FATAL|sandbox|not found|denied|cannot", re.IGNORECASE)
_EXIT = re.compile(r"process did exit: (exitCode=\d+|exitCode=null, signal=\w+)")
_CALL = re.compile(r"^BrowserType\.\w+: ")

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
        with workspace() as home:
            async with asyncio.timeout(TIMEOUT_S + 20), Driver() as driver:
                context = await driver.launch_persistent_context(
                    home / "profile",
                    **where,
                    artifacts_dir=home / "artifacts",
                    headless=True,
                    timeout=TIMEOUT_S * 1000,
                )
                try:
                    page = await context.new_page()
                    if await page.evaluate("6 * 7") != 42:
                        raise Unusable("started, but does not run JavaScript")
                    return context.browser.version if context.browser else ""
                finally:
                    await context.close()
    except TimeoutError:
        raise Unusable("did not answer in time") from None
    except OSError as error:
        raise Unusable(f"no temporary folder: {error}") from None
    except PlaywrightError as error:
        raise Unusable(reason(str(error))) from None


def reason(text: str) -> str:
    """The telling line of Playwright's long launch error: the browser's own words where there are some."""
    headline = text.strip().partition("\n")[0]
    if "Timeout" in headline:
        return "did not answer in time"
    words = telling(line.partition("[err]")[2] for line in text.splitlines() if "[err]" in line)
    if words:
        return words
    ended = _EXIT.search(text)
    if ended is not None and "has been closed" in headline:
        return f"ended right after its start, without a word ({ended.group(1)})"
    lines = [line.strip(" -║╔╗╚╝═") for line in text.splitlines()]
    line = next((line for line in lines if line), "did not start")
    return _CALL.sub("", line)[:200]


def telling(lines: Iterable[str]) -> str:
    """The line of a browser's own words that says why it did not start; empty when it said nothing."""
    said = [line.strip() for line in lines if line.strip()]
    found = [line for line in said if _TELLING.search(line)] or said[-1:]
    return found[0][:200] if found else ""
