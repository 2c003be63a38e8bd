from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from crawler.browser.chosen import Browser
from crawler.browser.find import find
from crawler.browser.gpc import set_signal
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.resolver_rules import InvalidResolverRules
from crawler.collectors import netlog
from crawler.evidence import Arm
from tests.browser.loopback import Loopback, loopback

pytestmark = pytest.mark.browser

PROBE = """() => ({agent: navigator.userAgent, webdriver: navigator.webdriver, languages: navigator.languages.join(),
  brands: navigator.userAgentData ? navigator.userAgentData.brands.map(b => b.brand).join() : null,
  dnt: navigator.doNotTrack, size: [innerWidth, innerHeight]})"""
WORKER = """fetch('/from-worker').then(() => postMessage(JSON.stringify({agent: navigator.userAgent,
  brands: navigator.userAgentData.brands.map(b => b.brand).join()})))"""
STORMS = {
    "alerts": "for (let i = 0; i < 40; i++) { alert(i); confirm(i); prompt(i); }",
    "alerts without end": "setInterval(() => alert(1), 250)",
    "beforeunload": "onbeforeunload = (e) => { e.preventDefault(); e.returnValue = 'stay'; return 'stay'; }",
    "alert while leaving": "onbeforeunload = () => { alert(1); return 'stay'; }; onpagehide = () => alert(2);",
    "print": "print(); print();",
    "popups": "for (let i = 0; i < 8; i++) open('/popup?' + i);",
    "file chooser": "const i = document.createElement('input'); i.type = 'file'; i.click();",
    "permissions": "Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => {});",
}


def options(**given: Any) -> LaunchOptions:
    return LaunchOptions(**({"browser": find(None)} | given))


def processes(folder: Path) -> list[int]:
    """Every process of the machine that names the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(str(folder) in argument for argument in process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def drive(
    folder: Path, use: Callable[[Opened], Awaitable[Any]], arm: Arm = Arm.CONTROL, **given: Any
) -> tuple[Opened, Any]:
    """Open a browser, use it, close it."""

    async def run() -> tuple[Opened, Any]:
        async with async_playwright() as playwright:
            async with open_browser(playwright, options(**given), arm, folder) as opened:
                result = await use(opened)
            return opened, result

    return asyncio.run(run())


def visit(
    folder: Path, pages: dict[str, tuple[str, str]], use: Callable[[Opened, Loopback], Awaitable[Any]], **given: Any
) -> Any:
    """The same against a server on loopback."""

    async def run() -> Any:
        async with loopback(pages) as world, async_playwright() as playwright:
            local = options(host_resolver_rules=world.rules, spki_hashes=(world.spki,), **given)
            async with open_browser(playwright, local, Arm.CONTROL, folder) as opened:
                return await use(opened, world)

    return asyncio.run(run())


def test_leaves_nothing_but_a_complete_netlog(tmp_path: Path) -> None:
    async def use(opened: Opened) -> tuple[list[int], bool]:
        return processes(tmp_path), opened.profile.exists()

    opened, (during, profile) = drive(tmp_path, use)
    assert opened.pid in during and profile
    assert opened.closed_by_itself is True
    assert processes(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["netlog.json"]
    assert netlog.read(opened.netlog_path).complete


def test_a_page_that_hangs_does_not_cost_the_log_its_end(tmp_path: Path) -> None:
    async def use(opened: Opened) -> None:
        with contextlib.suppress(PlaywrightError):
            await opened.page.goto("data:text/html,<script>while (true);</script>", timeout=1000)

    opened, _ = drive(tmp_path, use)
    assert opened.closed_by_itself is True
    assert netlog.read(opened.netlog_path).complete


def test_what_is_told_of_the_process_is_true(tmp_path: Path) -> None:
    async def use(opened: Opened) -> list[str]:
        assert opened.ws_url.startswith("ws://127.0.0.1:")
        return psutil.Process(opened.pid).cmdline()

    opened, line = drive(tmp_path, use)
    assert tuple(line) == opened.command_line
    assert f"--user-data-dir={opened.profile}" in line
    assert f"--log-net-log={opened.netlog_path}" in line


def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    async def run() -> list[tuple[str, bool | None]]:
        async with async_playwright() as playwright:
            first = open_browser(playwright, options(), Arm.CONTROL, tmp_path / "a")
            second = open_browser(playwright, options(), Arm.GPC, tmp_path / "b")
            async with first as a, second as b:
                assert a.pid != b.pid
                found = []
                for opened, arm in ((a, Arm.CONTROL), (b, Arm.GPC)):
                    assert opened.context.browser is not None
                    session = await opened.context.browser.new_browser_cdp_session()
                    await set_signal(session.send, arm)
                    found.append((opened.ws_url, await opened.page.evaluate("navigator.globalPrivacyControl")))
                return found

    (url_a, control), (url_b, gpc) = asyncio.run(run())
    assert url_a != url_b
    assert (control, gpc) == (False, True)


def test_looks_like_a_persons_browser_everywhere(tmp_path: Path) -> None:
    async def use(opened: Opened, world: Loopback) -> tuple[dict[str, Any], dict[str, Any]]:
        await opened.page.goto("https://a.example/")
        page = await opened.page.evaluate(PROBE)
        worker = await opened.page.evaluate("new Promise(d => { new Worker('/w.js').onmessage = e => d(e.data); })")
        sent = world.headers("/")
        assert sent["user-agent"] == page["agent"]
        assert sent["accept-language"] == "en-US,en;q=0.9"
        assert "Chromium" in sent["sec-ch-ua"]
        assert not [1 for _, headers in world.came if "Headless" in str(headers)]
        return page, json.loads(worker)

    pages = {"/": ("text/html", "<!doctype html>"), "/w.js": ("text/javascript", WORKER)}
    page, worker = visit(tmp_path, pages, use, viewport=(1111, 666))
    assert page["webdriver"] is False
    assert page["languages"] == "en-US,en"
    assert page["size"] == [1111, 666]
    assert "Chromium" in page["brands"]
    for seen in (page, worker):
        assert "Headless" not in str(seen)
        assert (seen["agent"], seen["brands"]) == (page["agent"], page["brands"])


def test_without_its_identity_line_the_switches_alone_hide_the_word(tmp_path: Path) -> None:
    async def use(opened: Opened, world: Loopback) -> str:
        await opened.page.goto("https://a.example/")
        return str(world.headers("/"))

    pages = {"/": ("text/html", "<!doctype html>")}
    assert "Headless" not in visit(tmp_path, pages, use, own_identity=False)


def test_locale_and_user_agent_are_settable(tmp_path: Path) -> None:
    async def use(opened: Opened, world: Loopback) -> tuple[dict[str, str], dict[str, Any]]:
        await opened.page.goto("https://a.example/")
        return world.headers("/"), await opened.page.evaluate(PROBE)

    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
    pages = {"/": ("text/html", "<!doctype html>")}
    headers, page = visit(tmp_path, pages, use, locale="de-CH", user_agent=agent)
    assert headers["user-agent"] == page["agent"] == agent
    assert headers["accept-language"].startswith("de-CH,de")
    assert page["languages"] == "de-CH,de"
    assert '"Chromium";v="120"' in headers["sec-ch-ua"]


def test_do_not_track(tmp_path: Path) -> None:
    async def run() -> tuple[str | None, Any]:
        pages = {"/": ("text/html", "<!doctype html>")}
        async with loopback(pages) as world, async_playwright() as playwright:
            local = options(host_resolver_rules=world.rules, spki_hashes=(world.spki,))
            async with open_browser(playwright, local, Arm.DNT, tmp_path) as opened:
                await opened.page.goto("https://a.example/")
                return world.headers("/").get("dnt"), await opened.page.evaluate("navigator.doNotTrack")

    assert asyncio.run(run()) == ("1", "1")


def test_a_certificate_nobody_knows_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    async def attempt(folder: Path, **given: Any) -> bool:
        pages = {
            "/": ("text/html", "<!doctype html><script>ready = navigator.serviceWorker.register('/sw.js')</script>"),
            "/sw.js": ("text/javascript", "1"),
        }
        async with loopback(pages) as world, async_playwright() as playwright:
            local = options(host_resolver_rules=world.rules, **given)
            async with open_browser(playwright, local, Arm.CONTROL, folder) as opened:
                try:
                    await opened.page.goto("https://a.example/")
                except PlaywrightError:
                    return False
                await opened.page.evaluate("ready.then(() => navigator.serviceWorker.ready).then(() => 1)")
                return True

    assert asyncio.run(attempt(tmp_path / "a")) is False
    assert asyncio.run(attempt(tmp_path / "b", ignore_https_errors=True)) is True


@pytest.mark.parametrize("storm", STORMS)
def test_no_page_can_block_a_visit_or_its_end(tmp_path: Path, storm: str) -> None:
    async def use(opened: Opened, world: Loopback) -> float:
        await opened.page.goto("https://a.example/", timeout=20_000)
        await opened.page.mouse.click(5, 5)
        await opened.page.goto("https://a.example/next", timeout=20_000)
        assert ("/next", world.headers("/next")) in world.came
        await opened.page.goto("https://a.example/", timeout=20_000)
        return time.monotonic()

    body = f"<!doctype html><body>text<script>{STORMS[storm]}</script>"
    begun = visit(tmp_path, {"/": ("text/html", body)}, use)
    assert time.monotonic() - begun < 15
    assert processes(tmp_path) == []


@pytest.mark.parametrize("code", ["setTimeout(() => { while (true); }, 50)", "setInterval(() => alert(1), 1)"])
def test_a_page_that_never_yields_is_closed_all_the_same(tmp_path: Path, code: str) -> None:
    async def use(opened: Opened, world: Loopback) -> float:
        await opened.page.goto("https://a.example/")
        await asyncio.sleep(0.3)
        return time.monotonic()

    begun = visit(tmp_path, {"/": ("text/html", f"<!doctype html><script>{code}</script>")}, use)
    assert time.monotonic() - begun < 20
    assert processes(tmp_path) == []


def test_downloads_are_refused(tmp_path: Path) -> None:
    async def use(opened: Opened, world: Loopback) -> tuple[str, list[Path]]:
        session = await opened.context.new_cdp_session(opened.page)
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def progress(event: dict[str, Any]) -> None:
            if event["state"] != "inProgress" and not ended.done():
                ended.set_result(event["state"])

        session.on("Page.downloadProgress", progress)
        await session.send("Page.enable")
        await opened.page.goto("https://a.example/")
        await opened.page.evaluate("void document.querySelector('a').click()")
        return await asyncio.wait_for(ended, 20), list(tmp_path.rglob("*x.bin*"))

    pages = {"/": ("text/html", "<!doctype html><a href=/download download>x</a>")}
    assert visit(tmp_path, pages, use) == ("canceled", [])


def test_a_killed_browser_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    async def use(opened: Opened) -> None:
        os.kill(opened.pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(opened.pid)], timeout=5)

    opened, _ = drive(tmp_path, use)
    assert opened.closed_by_itself is False
    assert not opened.profile.exists()
    assert processes(tmp_path) == []


def test_a_browser_that_does_not_answer_is_killed(tmp_path: Path) -> None:
    async def use(opened: Opened) -> None:
        os.kill(opened.pid, signal.SIGSTOP)

    begun = time.monotonic()
    opened, _ = drive(tmp_path, use)
    assert opened.closed_by_itself is False
    assert processes(tmp_path) == []
    assert time.monotonic() - begun < 40


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.2])
def test_a_cancelled_launch_leaves_nothing(tmp_path: Path, after_s: float) -> None:
    async def run() -> None:
        async with async_playwright() as playwright:

            async def visit() -> None:
                async with open_browser(playwright, options(), Arm.CONTROL, tmp_path):
                    await asyncio.sleep(30)

            task = asyncio.create_task(visit())
            await asyncio.sleep(after_s)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert processes(tmp_path) == []

    asyncio.run(run())
    assert not (tmp_path / "profile").exists()


def test_an_error_of_the_visit_comes_through(tmp_path: Path) -> None:
    async def use(opened: Opened) -> None:
        raise KeyError("of the visit")

    with pytest.raises(KeyError, match="of the visit"):
        drive(tmp_path, use)
    assert processes(tmp_path) == []


def test_a_browser_that_cannot_start_says_why(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho 'error while loading shared libraries: libx.so' >&2\nexit 1\n")
    program.chmod(0o755)
    broken = Browser(program, None, "chromium", "156.0.0.0", "test")

    async def use(opened: Opened) -> None:
        raise AssertionError("was opened")

    with pytest.raises(LaunchFailed, match="error while loading shared libraries"):
        drive(tmp_path / "visit", use, browser=broken)
    assert not (tmp_path / "visit/profile").exists()


def test_what_cannot_be_done_is_refused_before_the_start(tmp_path: Path) -> None:
    async def use(opened: Opened) -> None:
        raise AssertionError("was opened")

    with pytest.raises(InvalidResolverRules):
        drive(tmp_path / "a", use, host_resolver_rules="nonsense")
    shell = Browser(Path("/x"), None, "headless-shell", "156.0.0.0", "test")
    with pytest.raises(LaunchFailed, match="cannot refuse all cookies"):
        drive(tmp_path / "b", use, Arm.NO_COOKIES, browser=shell)
    assert not list(tmp_path.iterdir())
