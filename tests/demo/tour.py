"""A tour of the demo world by browser: every page in a fresh context, then away, with the server's log by page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, async_playwright

from crawler.demo.exchange import Call
from crawler.demo.site_map import AUDITED
from crawler.demo.world import COMPANY_HOST, World

QUIET_S = 0.3
CAP_S = 8.0


@dataclass(slots=True)
class Seen:
    """What one page did, by the server's account and by the browser's."""

    calls: list[Call] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    """Name to domain."""
    errors: list[str] = field(default_factory=list)
    """Messages of the console and uncaught errors."""
    links: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """What the page says of an opt-out: `gpp`, `usp` and what it keeps, `groups` of the consent tool."""

    def to(self, host: str, path: str = "") -> list[Call]:
        """Calls of a host, and of a path where one is given; preflights left out."""
        return [c for c in self.calls if c.host == host and path in ("", c.path) and c.method != "OPTIONS"]

    def hosts(self) -> set[str]:
        """Hosts that were called, the company's own left out."""
        return {c.host for c in self.calls if not c.host.endswith("larkfield-software.example")}


def browser_path() -> str:
    """The headless shell or Chromium of this machine; skips the test where there is neither."""
    for name in ("chromium-headless-shell", "chromium", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no browser on PATH")


def tour(*, fixed: bool, gpc: bool, paths: Iterable[str] = AUDITED) -> tuple[dict[str, Seen], World]:
    """Visit each path, one after the other, in one browser with or without native GPC."""
    path_of_browser = browser_path()
    world = World(fixed=fixed)

    async def run() -> dict[str, Seen]:
        async with world, async_playwright() as playwright:
            flags = [
                f"--host-resolver-rules={world.host_resolver_rules}",
                f"--ignore-certificate-errors-spki-list={world.spki}",
                *(["--enable-features=GlobalPrivacyControlForce"] if gpc else []),
            ]
            browser = await playwright.chromium.launch(executable_path=path_of_browser, args=flags)
            try:
                return {path: await _visit(browser, world, path) for path in paths}
            finally:
                await browser.close()

    return asyncio.run(run()), world


_SAID = """() => {
  const said = {};
  window.__gpp?.("ping", (data) => { said.gpp = data.gppString; });
  said.kept = localStorage.getItem("usprivacy") || "";
  window.__uspapi?.("getUSPData", 1, (data) => { said.usp = data.uspString; });
  const kept = document.cookie.split("; ").find((part) => part.startsWith("OptanonConsent="));
  if (kept) said.groups = new URLSearchParams(kept).get("groups");
  return said;
}"""


async def _visit(browser: Browser, world: World, path: str) -> Seen:
    seen = Seen()
    start = len(world.log)
    context = await browser.new_context()
    page = await context.new_page()
    page.on("console", lambda message: seen.errors.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    await page.goto(f"https://{COMPANY_HOST}{path}", wait_until="load")
    await _quiet(world)
    seen.links = await page.eval_on_selector_all("a[href]", "all => all.map(a => new URL(a.href).pathname)")
    seen.said = await page.evaluate(_SAID)
    seen.cookies = {c["name"]: c["domain"].lstrip(".") for c in await context.cookies()}
    await page.goto("about:blank")
    await _quiet(world)
    await context.close()
    seen.calls = world.log[start:]
    return seen


async def _quiet(world: World) -> None:
    """Until nothing has reached the server for a while."""
    loop = asyncio.get_running_loop()
    end = loop.time() + CAP_S
    count, since = len(world.log), loop.time()
    while loop.time() - since < QUIET_S:
        assert loop.time() < end, "the page does not settle"
        await asyncio.sleep(0.05)
        if len(world.log) != count:
            count, since = len(world.log), loop.time()
