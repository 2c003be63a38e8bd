from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.browser.find import find
from crawler.browser.identity import Identity
from crawler.browser.launch import LaunchOptions, open_browser
from crawler.collectors.devtools.connection import CdpError
from crawler.evidence import Arm
from tests.browser.loopback import loopback

AGENT = "Mozilla/5.0 (Test) Chrome/99.0.0.0"
PAGES = {
    "/": ("text/html", "<!doctype html><body><iframe src='https://b.example/frame'></iframe>"),
    "/frame": ("text/html", "<!doctype html>"),
    "/popup": ("text/html", "<!doctype html>"),
    "/w.js": ("text/javascript", "fetch('/from-worker').then(() => postMessage(navigator.userAgent))"),
}


def test_an_address_where_nobody_listens_is_an_error() -> None:
    async def run() -> None:
        async with Identity("ws://127.0.0.1:9/devtools/browser/x", ()):
            raise AssertionError("entered")

    with pytest.raises(CdpError):
        asyncio.run(run())


@pytest.mark.browser
def test_first_requests_of_every_kind_of_target_carry_it(tmp_path: Path) -> None:
    async def run() -> dict[str, str]:
        async with loopback(PAGES, ("a.example", "b.example")) as world, async_playwright() as playwright:
            options = LaunchOptions(
                browser=find(None), host_resolver_rules=world.rules, spki_hashes=(world.spki,), own_identity=False
            )
            commands = (("Emulation.setUserAgentOverride", {"userAgent": AGENT}),)
            async with (
                open_browser(playwright, options, Arm.CONTROL, tmp_path) as opened,
                Identity(opened.ws_url, commands),
            ):
                await opened.page.goto("https://a.example/")
                await opened.page.evaluate("new Promise(d => { new Worker('/w.js').onmessage = e => d(e.data); })")
                async with opened.context.expect_page() as coming:
                    await opened.page.evaluate("void open('https://b.example/popup')")
                await (await coming.value).wait_for_load_state()
            return {path: headers["user-agent"] for path, headers in world.came}

    seen = asyncio.run(run())
    assert {path: seen[path] for path in ("/", "/frame", "/w.js", "/from-worker", "/popup")} == dict.fromkeys(
        ("/", "/frame", "/w.js", "/from-worker", "/popup"), AGENT
    )


@pytest.mark.browser
def test_a_refused_command_and_a_dead_browser_raise_nothing_later(tmp_path: Path) -> None:
    async def run() -> str:
        async with async_playwright() as playwright:
            options = LaunchOptions(browser=find(None), own_identity=False)
            async with open_browser(playwright, options, Arm.CONTROL, tmp_path) as opened:
                with pytest.raises(CdpError):
                    await Identity(opened.ws_url, (("No.suchCommand", {}),)).__aenter__()
                identity = Identity(opened.ws_url, ())
                await identity.__aenter__()
                await opened.context.close()
                await identity.__aexit__(None, None, None)
                return "through"

    assert asyncio.run(run()) == "through"
