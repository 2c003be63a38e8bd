"""One measured load in a process of its own: the bench's pages, bare or recorded. Prints a line of JSON.

python -m tests.bench.load HOW PORT SPKI JOBS VISITS; HOW is one of `LOADS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Error, Request, async_playwright

from crawler.browser import interact
from crawler.browser.crawl import crawl
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.find import find
from crawler.browser.launch import LaunchOptions
from crawler.browser.settle import Settling, settle
from crawler.browser.visit import Recording
from crawler.claims import Company, Policy
from crawler.collectors.devtools import isolated_world
from tests.bench.world import COMPANY, PAGES

SETTLING = Settling()
HASTY = Settling(
    least_s=0.1, quiet_s=0.1, cap_s=5, scroll_steps=0, hover_targets=0, focus_fields=0, wait_s=0.1, second_view=False
)
"""For loads that are about memory over many visits."""


class Traffic:
    """What settling needs to know, from Playwright's own events."""

    def __init__(self) -> None:
        self._open: dict[Request, float] = {}
        self.last_activity = 0.0

    def start(self, request: Request) -> None:
        """A request began."""
        self.last_activity = asyncio.get_running_loop().time()
        self._open[request] = self.last_activity

    def end(self, request: Request) -> None:
        """A request ended."""
        self.last_activity = asyncio.get_running_loop().time()
        self._open.pop(request, None)

    def in_flight(self, stale_after_s: float = 3.0) -> int:
        """Requests younger than `stale_after_s` that have not ended."""
        now = asyncio.get_running_loop().time()
        return sum(now - begun < stale_after_s for begun in self._open.values())


async def bare_visit(browser: Browser, url: str) -> None:
    """The same story as a recorded visit, in a fresh context, with nothing recorded."""
    context = await browser.new_context()
    traffic = Traffic()
    context.on("request", traffic.start)
    context.on("requestfinished", traffic.end)
    context.on("requestfailed", traffic.end)
    page = await context.new_page()
    await page.goto(url, wait_until="domcontentloaded")
    await settle(traffic, least_s=SETTLING.least_s, quiet_s=SETTLING.quiet_s, cap_s=SETTLING.cap_s)
    with contextlib.suppress(Error, TimeoutError):
        async with isolated_world.main_frame(page) as ask:
            await interact.scroll(page, ask, SETTLING.scroll_steps)
            await interact.hover(page, ask, SETTLING.hover_targets)
            await interact.focus(ask, SETTLING.focus_fields)
    await settle(traffic, least_s=SETTLING.wait_s, quiet_s=0.5, cap_s=SETTLING.cap_s / 2)
    await page.goto(url, wait_until="domcontentloaded")
    await settle(traffic, least_s=SETTLING.second_least_s, quiet_s=0.5, cap_s=SETTLING.cap_s / 2)
    await page.goto("about:blank")
    await context.close()


async def bare(port: int, spki: str, jobs: int, visits: int) -> dict[str, float]:
    """One browser, a fresh context per page."""
    urls = [f"https://{COMPANY}/p/{n % PAGES}" if n % PAGES else f"https://{COMPANY}/" for n in range(visits)]
    queue = iter(urls)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find().path,
            args=[f"--host-resolver-rules=MAP * 127.0.0.1:{port}", f"--ignore-certificate-errors-spki-list={spki}"],
        )

        async def work() -> None:
            for url in queue:
                await bare_visit(browser, url)

        begin = time.monotonic()
        await asyncio.gather(*(work() for _ in range(jobs)))
        wall_s = time.monotonic() - begin
        await browser.close()
    return {"visits": visits, "wall_s": wall_s, "discovery_s": 0.0, "bad": 0}


class _Clock:
    """An observer that notes when the visits began, and how they went."""

    def __init__(self) -> None:
        self.good = self.bad = 0
        self.visits_began = 0.0

    def discovering(self, pages: int) -> None:
        """Nothing to count yet."""

    def visiting(self, total: int, pages: int) -> None:
        """Discovery is over."""
        self.visits_began = time.monotonic()

    def visited(self, recording: Recording) -> None:
        """Count it."""
        self.good += recording.visit.ok
        self.bad += not recording.visit.ok


async def recorded(
    port: int, spki: str, jobs: int, visits: int, *, settling: Settling = SETTLING, netlog_mode: str = "Everything"
) -> dict[str, float]:
    """Crawl with everything that a run records, both compared arms."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        (folder / "bench.yaml").touch()
        company = Company(
            key="bench",
            company="Bench",
            policy=Policy(url=f"https://{COMPANY}/", read_on=date(2026, 11, 22), text_sha256="", text=""),
            sites=(f"https://{COMPANY}/",),
            own_domains=(),
            claims=(),
            attestations=(),
            waivers=(),
            path=folder / "bench.yaml",
            file_sha256="",
        )
        pages = min(PAGES, max(1, visits // 2))
        more: dict[str, Any] = {"trace": False} if "trace" in CrawlOptions.__dataclass_fields__ else {}
        options = CrawlOptions(
            launch=LaunchOptions(
                browser=find(),
                host_resolver_rules=f"MAP * 127.0.0.1:{port}",
                spki_hashes=(spki,),
                netlog_mode=netlog_mode,
            ),
            repeat=max(1, -(-visits // (2 * pages))),
            jobs=jobs,
            max_pages=pages,
            settling=settling,
            attempts=1,
            **more,
        )
        clock = _Clock()
        (folder / "run").mkdir()
        begin = time.monotonic()
        await crawl(company, options, folder / "run", clock)
        end = time.monotonic()
        return {
            "visits": clock.good + clock.bad,
            "wall_s": end - clock.visits_began,
            "discovery_s": clock.visits_began - begin,
            "bad": clock.bad,
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


LOADS = {
    "bare": bare,
    "recorded": recorded,
    "no NetLog": lambda *given: recorded(*given, netlog_mode=""),
    "hasty": lambda *given: recorded(*given, settling=HASTY),
}


if __name__ == "__main__":
    _, how, given_port, given_spki, given_jobs, given_visits = sys.argv
    print(json.dumps(asyncio.run(LOADS[how](int(given_port), given_spki, int(given_jobs), int(given_visits)))))
