from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import websockets
from playwright.async_api import async_playwright

from crawler.browser.find import find
from crawler.browser.launch import LaunchOptions, open_browser
from crawler.browser.quiet_line import QuietLine
from crawler.collectors.devtools import isolated_world
from crawler.evidence import Arm
from tests.browser.loopback import loopback

pytestmark = pytest.mark.browser

# A page that lets itself be told when somebody listens to its console.
PAGE = """<!doctype html><title>Bait</title><body style="height:5000px"><iframe src="/frame"></iframe><script>
let calls = 0;
Error.prepareStackTrace = () => { calls++; return "x"; };
for (const name of ["debug", "log", "dir", "error"]) console[name](new Error("bait"));
Error.prepareStackTrace = undefined;
addEventListener("wheel", () => { document.title = "wheel"; }, { once: true });
fetch("/calls?" + calls);
</script>"""


def visit(folder: Path, *, quiet: bool) -> tuple[str, list[Any]]:
    """What the page found out, and what can be read from it all the same."""

    async def run() -> tuple[str, list[Any]]:
        pages = {"/": ("text/html", PAGE), "/frame": ("text/html", "<!doctype html><title>Frame</title>")}
        async with loopback(pages) as world, async_playwright() as playwright:
            options = LaunchOptions(
                browser=find(None), host_resolver_rules=world.rules, spki_hashes=(world.spki,), quiet=quiet
            )
            async with open_browser(playwright, options, Arm.CONTROL, folder) as opened:
                await opened.page.goto("https://a.example/")
                await opened.page.mouse.move(50, 50)
                await opened.page.mouse.wheel(0, 300)
                titles: list[Any] = []
                for _ in range(100):
                    titles = [answer.value for answer in await isolated_world.evaluate(opened.page, "document.title")]
                    if titles[0] == "wheel":
                        break
                    await asyncio.sleep(0.05)
                other = await opened.context.new_page()
                await other.goto("https://a.example/frame")
                await other.close()
        return next(path for path in world.queries if path.startswith("/calls")), titles

    return asyncio.run(run())


def test_no_page_can_tell_that_somebody_listens(tmp_path: Path) -> None:
    found, titles = visit(tmp_path, quiet=True)
    assert found == "/calls?0"
    assert titles == ["wheel", "Frame"], "the mouse, the frames and reading work as ever"


def test_without_it_they_can(tmp_path: Path) -> None:
    found, titles = visit(tmp_path, quiet=False)
    assert found == "/calls?4", "the bait is no bait any more: nothing is shown by the other test"
    assert titles == ["wheel", "Frame"]


def test_nobody_else_gets_on_the_line() -> None:
    async def run() -> None:
        async with QuietLine("ws://127.0.0.1:9/devtools/browser/none") as line:
            place, _, path = line.url.rpartition("/")
            assert len(path) > 20
            for url, headers in (
                (f"{place}/devtools/browser", {}),
                (place, {}),
                (line.url, {"Origin": "https://www.shop.test"}),
            ):
                with pytest.raises(websockets.InvalidStatus) as refused:
                    await websockets.connect(url, additional_headers=headers, proxy=None)
                assert refused.value.response.status_code in (403, 404)

    asyncio.run(run())
