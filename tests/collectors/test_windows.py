"""Windows that a page opens: held by two clients, moved to other processes, and never lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage

from tests.collectors.recorded import record
from tests.collectors.world import running

pytestmark = pytest.mark.browser

SITE = "https://site.test"
LINK = "Object.assign(document.createElement('a'), {href: url, target: '_blank', rel: '%s'})"
WAYS = {
    "opened": "window.open(url)",
    "opened-then-moved": "window.open('about:blank').location = url",
    "opened-noopener": "window.open(url, '_blank', 'noopener')",
    "link-opener": f"const a = {LINK % 'opener'}; document.head.append(a); a.click()",
    "link-noopener": f"const a = {LINK % 'noopener'}; document.head.append(a); a.click()",
}


@pytest.mark.parametrize(
    ("way", "host"),
    [*((way, "http://plain.site.test") for way in WAYS), ("opened", "https://ads.test"), ("opened", SITE)],
)
def test_every_window_is_recorded_and_the_page_lives(tmp_path: Path, way: str, host: str) -> None:
    urls = [f"{host}/window/{n}" for n in range(6)]
    text = f"<script>for (const url of {urls!r}) {{ {WAYS[way]} }}</script>"

    async def run() -> None:
        async with running({"site.test/": text}) as world:

            async def story(_: BrowserPage) -> None:
                for _ in range(300):
                    if {row.url for row in world.received} >= set(urls):
                        break
                    await asyncio.sleep(0.1)
                await world.quiet()

            recorded = await asyncio.wait_for(record(tmp_path, world.switches, f"{SITE}/", story), 60)
            assert not recorded.cdp.crashed.is_set()
            assert not recorded.reconciliation.unexplained
            asked = {row.url: (row.target, row.wire_class) for row in recorded.wire() if row.url in urls}
            assert set(asked) == set(urls)
            # Playwright may let a window go before it is listened to; then the ledger knows of it.
            assert set(asked.values()) <= {("popup", None), ("popup", "popup-start")}

    asyncio.run(run())
