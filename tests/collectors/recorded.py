"""Runs a story in a real browser and hands back everything that the collectors recorded of it."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from crawler.bundle.redact import Redactor
from crawler.collectors import api_calls, cookie_events, cookies, netlog, page_facts, requests, storage
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, of_scripts, values_of
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import ApiCall, Arm, Cookie, CookieEvent, Page, Reconciliation, Request, StorageItem

BROWSER = "/usr/bin/chromium-headless-shell"
Story = Callable[[BrowserPage], Awaitable[Any]]


@dataclass
class Recorded:
    log: NetLog
    cdp: CdpRecorder
    key: VisitKey
    requests: list[Request]
    reconciliation: Reconciliation
    cookies: list[Cookie]
    cookie_events: list[CookieEvent]
    storage: list[StorageItem]
    api_calls: list[ApiCall]
    page: Page
    jar: list[dict[str, Any]]
    gpc: bool | None
    redactor: Redactor
    netlog_path: Path

    def wire(self) -> list[Request]:
        return [row for row in self.requests if row.on_wire]


async def record(
    folder: Path, switches: Sequence[str], url: str, story: Story, *, arm: Arm = Arm.GPC, leave: bool = True
) -> Recorded:
    """Visit `url`, run the story, read the page, leave, close; then build all rows."""
    path = folder / "netlog.json"
    args = [
        f"--log-net-log={path}",
        "--net-log-capture-mode=Everything",
        "--disable-quic",
        "--remote-debugging-port=0",
        "--enable-features=GlobalPrivacyControlTest",
        *switches,
    ]
    recorder = CdpRecorder(Tracer() if arm is Arm.TRACE else None)
    redactor = Redactor(b"k" * 32)
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=BROWSER,
            args=args,
            ignore_default_args=["--disable-features=ThirdPartyStoragePartitioning"],
        )
        await recorder.start(await _endpoint(folder / "profile"))
        await recorder.call("Browser.setGlobalPrivacyControl", {"gpc": arm is Arm.GPC})
        page = context.pages[0]
        key = VisitKey("001-gpc-1", url, arm, 1, time.time() * 1000)
        await page.goto(url, wait_until="domcontentloaded")
        await story(page)
        facts = await page_facts.read(page, key, 200, None)
        stored = await storage.read(page)
        gpc = (await recorder.call("Browser.getGlobalPrivacyControl")).get("gpc")
        jar = (await recorder.call("Storage.getCookies"))["cookies"]
        if leave:
            await page.goto("about:blank")
            await asyncio.sleep(2)  # what was handed over at the end goes out late on a busy machine
        await recorder.stop()
        await context.close()
    log = netlog.read(path)
    secrets = storage.secrets(stored) | of_scripts(recorder.tracer)
    rows, reconciliation = requests.build(log, recorder, key, redactor, secrets)
    return Recorded(
        log=log,
        cdp=recorder,
        key=key,
        requests=rows,
        reconciliation=reconciliation,
        cookies=cookies.build(jar, log, recorder, key, redactor, secrets),
        cookie_events=cookie_events.build(jar, log, recorder, key, redactor, secrets),
        storage=storage.rows(
            stored, key, redactor, recorder.tracer, VisitSecrets(redactor, values_of(log, secrets)[1])
        ),
        api_calls=api_calls.build(log, recorder, key, redactor, secrets),
        page=facts,
        jar=jar,
        gpc=gpc,
        redactor=redactor,
        netlog_path=path,
    )


async def _endpoint(profile: Path) -> str:
    file = profile / "DevToolsActivePort"
    for _ in range(200):
        if file.exists():
            break
        await asyncio.sleep(0.05)
    port = file.read_text().splitlines()[0]
    answer = await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/json/version")
    return str(json.load(answer)["webSocketDebuggerUrl"])
