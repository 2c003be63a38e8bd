"""One visit: a fresh browser process, a page, everything recorded, nothing left behind.

The engine never raises for what a site does. A visit that could not be seen comes back as a recording with a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Playwright, Response

from crawler.browser.gpc import set_signal
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.settle import Settling, scroll_through, settle
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.collectors import bot_wall, cookies, netlog, page_facts, requests, signal_proof, storage
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_connection import CdpError
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Cookie, Gap, Page, Reconciliation, Request, SignalProof, StorageItem, Visit
from crawler.parties import Party, party


@dataclass(slots=True)
class Recording:
    """What one visit brought."""

    visit: Visit
    requests: list[Request] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    storage: list[StorageItem] = field(default_factory=list)
    page: Page | None = None
    gap: Gap | None = None
    screenshot: bytes | None = None


@dataclass(slots=True)
class _Seen:
    """What the story of a visit has gathered so far; kept outside it, so that a crash does not lose it."""

    phase: str = "launch"
    status: int | None = None
    final_url: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    settled: str = "none"
    navigated_unix_ms: float | None = None
    method: str = "none"
    cdp_state: bool | None = None
    jar: list[dict[str, Any]] = field(default_factory=list)
    stored: list[Any] = field(default_factory=list)
    page: Page | None = None
    text: str = ""
    screenshot: bytes | None = None
    problem: tuple[str, str] | None = None
    """Reason word and a sentence."""


class Engine:
    """Makes visits. One engine serves a whole run; each visit has its own process and profile."""

    def __init__(
        self,
        playwright: Playwright,
        options: LaunchOptions,
        *,
        workspace: Path,
        sites: tuple[str, ...],
        own_domains: tuple[str, ...],
        settling: Settling,
        redactor: Redactor,
        navigation_timeout_s: float = 30.0,
        deadline_s: float = 90.0,
    ) -> None:
        self._playwright = playwright
        self._options = options
        self._workspace = workspace
        self._sites = sites
        self._own_domains = own_domains
        self._settling = settling
        self._redactor = redactor
        self._navigation_timeout_s = navigation_timeout_s
        self._deadline_s = deadline_s

    async def visit(self, planned: PlannedVisit) -> Recording:
        """Make one visit. Raises only `asyncio.CancelledError`, after the browser is gone."""
        started = time.time()
        clock = time.monotonic()
        key = VisitKey(
            id=planned.id,
            page_url=planned.url,
            arm=planned.arm,
            repetition=planned.repetition,
            started_unix_ms=started * 1000,
            own_domains=self._own_domains,
        )
        folder = self._workspace / f"{planned.id}.{planned.attempt}"
        folder.mkdir(parents=True)
        seen = _Seen()
        recorder = CdpRecorder()
        netlog_path: Path | None = None
        try:
            async with open_browser(self._playwright, self._options, planned.arm, folder) as opened:
                netlog_path = opened.netlog_path
                await self._record(opened, recorder, key, seen)
        except (Error, LaunchFailed, CdpError, OSError, TimeoutError) as error:
            seen.problem = seen.problem or ("crash", f"{seen.phase}: {_first_line(error)}")
        try:
            return await self._assemble(key, planned, seen, recorder, netlog_path, started, clock)
        except Exception as error:  # noqa: BLE001 - what a site sent must cost its own visit only, even if it is our bug
            seen.problem = ("error", f"the recording could not be read: {type(error).__name__}: {_first_line(error)}")
            return await self._assemble(key, planned, seen, recorder, None, started, clock)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, True)

    async def _record(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: _Seen) -> None:
        """The story of a visit, raced against a crash and the deadline."""
        await recorder.start(opened.ws_url)
        try:
            story = asyncio.create_task(self._story(opened, recorder, key, seen))
            ends = {
                story,
                asyncio.create_task(recorder.crashed.wait()),
                asyncio.create_task(recorder.disconnected.wait()),
            }
            try:
                await asyncio.wait(ends, timeout=self._deadline_s, return_when=asyncio.FIRST_COMPLETED)
                if story.done():
                    story.result()
                elif recorder.crashed.is_set():
                    seen.problem = ("crash", f"{seen.phase}: the page's renderer crashed")
                elif recorder.disconnected.is_set():
                    seen.problem = ("crash", f"{seen.phase}: the browser died")
                else:
                    seen.problem = ("timeout", f"{seen.phase}: no end after {self._deadline_s:.0f} s")
            finally:
                for task in ends:
                    task.cancel()
                await asyncio.gather(*ends, return_exceptions=True)
        finally:
            await recorder.stop()

    async def _story(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: _Seen) -> None:
        settling = self._settling
        seen.phase = "signal"
        seen.method, seen.cdp_state = await set_signal(recorder.call, key.arm, opened.context)
        seen.phase = "navigation"
        seen.navigated_unix_ms = time.time() * 1000
        try:
            response = await opened.page.goto(
                key.page_url, wait_until="domcontentloaded", timeout=self._navigation_timeout_s * 1000
            )
        except Error as error:
            seen.problem = _navigation_problem(error)
            return
        await self._answer(response, opened, seen)
        seen.phase = "settling"
        seen.settled = await settle(recorder, least_s=settling.least_s, quiet_s=settling.quiet_s, cap_s=settling.cap_s)
        await scroll_through(opened.page, settling.scroll_steps)
        quiet = min(0.5, settling.quiet_s)
        await settle(recorder, least_s=quiet, quiet_s=quiet, cap_s=settling.cap_s / 2)
        seen.phase = "reading"
        await self._read(opened, recorder, key, seen)
        seen.phase = "leaving"
        with contextlib.suppress(Error):
            await opened.page.goto("about:blank", timeout=5000)
        await settle(recorder, least_s=0.2, quiet_s=0.2, cap_s=3)
        with contextlib.suppress(CdpError, TimeoutError):
            seen.jar = (await recorder.call("Storage.getCookies")).get("cookies", seen.jar)

    async def _answer(self, response: Response | None, opened: Opened, seen: _Seen) -> None:
        seen.final_url = opened.page.url
        if response is None:
            seen.problem = ("not-html", "the address gave no document")
            return
        seen.status = response.status
        seen.headers = await response.all_headers()

    async def _read(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: _Seen) -> None:
        page = opened.page
        seen.final_url = page.url
        seen.jar = (await recorder.call("Storage.getCookies")).get("cookies", [])
        seen.stored = await storage.read(page)
        seen.page = await page_facts.read(page, key, seen.status, None)
        with contextlib.suppress(Error):
            seen.text = (
                await page.evaluate("() => document.body ? document.body.innerText.slice(0, 20000) : ''")
            ) or ""
        if key.repetition == 1:  # one picture per page and arm
            with contextlib.suppress(Error):
                seen.screenshot = await page.screenshot(type="jpeg", quality=60, timeout=10_000)

    async def _assemble(
        self,
        key: VisitKey,
        planned: PlannedVisit,
        seen: _Seen,
        recorder: CdpRecorder,
        netlog_path: Path | None,
        started: float,
        clock: float,
    ) -> Recording:
        key = replace(key, started_unix_ms=seen.navigated_unix_ms or key.started_unix_ms)
        rows: list[Request] = []
        jar: list[Cookie] = []
        reconciliation: Reconciliation | None = None
        if netlog_path is not None and netlog_path.exists():
            log = await asyncio.to_thread(netlog.read, netlog_path)
            secrets = storage.secrets(seen.stored)
            rows, reconciliation = requests.build(log, recorder, key, self._redactor, secrets)
            jar = cookies.build(seen.jar, log, recorder, key, self._redactor, secrets)
        stored = storage.rows(seen.stored, key, self._redactor)
        proof = signal_proof.prove(
            key.arm, seen.cdp_state, seen.method, seen.page.gpc_property if seen.page else (), rows
        )
        problem = seen.problem or self._problem(seen, proof, reconciliation, recorder.dropped)
        visit = Visit(
            id=key.id,
            page_url=key.page_url,
            arm=key.arm,
            repetition=key.repetition,
            attempts=planned.attempt,
            ok=problem is None,
            reason=problem[0] if problem else None,
            status=seen.status,
            final_url=seen.final_url,
            started_utc=datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds"),
            duration_ms=round((time.monotonic() - clock) * 1000, 1),
            settled=seen.settled,
            signal=proof,
            reconciliation=reconciliation,
        )
        gap = (
            Gap(arm=key.arm, url=key.page_url, reason=problem[0], detail=problem[1], visit=key.id) if problem else None
        )
        return Recording(visit, rows, jar, stored, seen.page, gap, seen.screenshot)

    def _problem(
        self, seen: _Seen, proof: SignalProof, reconciliation: Reconciliation | None, dropped: int
    ) -> tuple[str, str] | None:
        """Why a visit that came to its end is a gap all the same, or None."""
        title = seen.page.title if seen.page else ""
        wall = bot_wall.recognise(seen.status, title, seen.text, seen.headers)
        if wall is not None:
            return "bot-wall", f"a bot wall answered instead of the site: {wall}"
        if seen.status is not None and seen.status >= 400:
            return "http-error", f"HTTP {seen.status}"
        if seen.final_url and not any(
            party(seen.final_url, site, self._own_domains) is not Party.THIRD for site in self._sites
        ):
            return "redirected-away", f"the page led outside the company's sites, to {seen.final_url[:200]}"
        if reconciliation is None or not reconciliation.netlog_complete:
            return "netlog-incomplete", "the browser's network log has no end: requests may be missing"
        if dropped:
            return "flood", f"{dropped} records were beyond the recorder's limits and are missing"
        if seen.page is None:
            return "error", "the page could not be read"
        if not proof.proven:
            return "signal-not-proven", proof.why
        return None


def _navigation_problem(error: Error) -> tuple[str, str]:
    text = _first_line(error)
    if "Timeout" in text:
        return "timeout", f"navigation: {text}"
    if "Download is starting" in text:
        return "not-html", "the address is a download"
    return "unreachable", f"navigation: {text}"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().split("\n")[0] or type(error).__name__)[:300]
