"""Playwright's driver, a Node.js inside its package: whether it runs on this machine, and one that is started anew."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import playwright
from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

LIBRARIES = ("libatomic1",)
"""Debian packages that Node.js needs and a minimal system lacks (seen on Debian 12, 2026-11-22)."""

_ANSWER_S = 20.0
"""A driver that passes a busy page's events on may be slow; one that takes longer to make an empty object hangs."""
_START_S, _STOP_S = 60.0, 5.0


def problem(environ: Mapping[str, str] | None = None) -> str | None:
    """Why the driver does not run, in one line; None when it does."""
    environ = os.environ if environ is None else environ
    name = "node.exe" if os.name == "nt" else "node"
    node = environ.get("PLAYWRIGHT_NODEJS_PATH") or str(Path(playwright.__file__).parent / "driver" / name)
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, errors="replace", timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:200]
    if done.returncode != 0:
        return (done.stderr or done.stdout).strip().partition("\n")[0][:200] or f"exit code {done.returncode}"
    return None


class Driver:
    """Stands in for `Playwright` where browsers are launched, and starts the process anew when it died or hangs.

    Use it as an async context manager. Entering and launching raise Playwright's `Error` when no driver can be had;
    leaving ends the process within seconds, whatever state it is in.
    """

    def __init__(self) -> None:
        self._manager = async_playwright()
        self._playwright: Playwright | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._living()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    @property
    def chromium(self) -> Self:
        """What launches."""
        return self

    async def launch_persistent_context(self, profile: Path, **options: Any) -> BrowserContext:
        """As Playwright's own, with a driver that lives. Raises `Error`."""
        living = await self._living()
        return await living.chromium.launch_persistent_context(profile, **options)

    async def connect_over_cdp(self, ws_url: str, **options: Any) -> Browser:
        """The same for a browser that runs already. Raises `Error`."""
        living = await self._living()
        return await living.chromium.connect_over_cdp(ws_url, **options)

    async def _living(self) -> Playwright:
        async with self._starting:
            if self._playwright is not None and await _answers(self._playwright):
                return self._playwright
            await self._stop()
            self._manager = async_playwright()
            try:
                self._playwright = await asyncio.wait_for(self._manager.start(), _START_S)
            except Exception as error:
                raise Error(f"Playwright's driver did not start: {str(error) or type(error).__name__}") from error
            return self._playwright

    async def _stop(self) -> None:
        """End the process; one that does not go when told to is killed. Never raises."""
        self._playwright = None
        client = self._manager._client
        if client is None:
            return
        stopping = asyncio.ensure_future(self._manager.__aexit__())
        await asyncio.wait({stopping}, timeout=_STOP_S)
        if not stopping.done():
            with contextlib.suppress(ProcessLookupError, AttributeError):
                client._transport._proc.kill()
            await asyncio.wait({stopping}, timeout=_STOP_S)
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        if (broken := client._transport.on_error_future).done():
            broken.exception()  # or asyncio says on standard error that nobody asked


async def _answers(living: Playwright) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_S):
            await (await living.request.new_context()).dispose()
    except (Error, TimeoutError):
        return False
    return True
