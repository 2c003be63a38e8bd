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

from playwright.async_api import Error, Playwright
from playwright.async_api import Page as Tab

from crawler.browser.gpc import set_signal
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.main_document import MainDocument
from crawler.browser.settle import Settling, scroll_through, settle
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.collectors import bot_wall, cookies, isolated_world, netlog, page_facts, requests, signal_proof, storage
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_connection import CdpError
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Cookie, Gap, Page, Reconciliation, Request, SignalProof, StorageItem, Visit
from crawler.parties import Party, party

MAX_WINDOWS = 40
"""A page that opens more is not looked at to the end."""
_MAX_URL_CHARS = 65_536
_TEXT = "(() => document.body ? document.body.innerText.slice(0, 20000) : '')()"


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
    jar: list[dict[str, Any]] | None = None
    """None when the browser could not be asked."""
    stored: list[Any] = field(default_factory=list)
    page: Page | None = None
    text: str = ""
    screenshot: bytes | None = None
    problem: tuple[str, str] | None = None
    """Reason word and a sentence."""


@dataclass(slots=True)
class _Evidence:
    """The rows of a visit."""

    requests: list[Request] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    storage: list[StorageItem] = field(default_factory=list)
    reconciliation: Reconciliation | None = None


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
        netlog_limit_bytes: int = 512 * 1024 * 1024,
        jobs: int = 1,
    ) -> None:
        self._playwright = playwright
        # The recorder's own line gives every target its identity.
        self._options = replace(options, launch_timeout_s=min(options.launch_timeout_s, deadline_s), own_identity=False)
        self._workspace = workspace
        self._sites = sites
        self._own_domains = own_domains
        self._settling = settling
        self._redactor = redactor
        self._navigation_timeout_s = navigation_timeout_s
        self._deadline_s = deadline_s
        self._netlog_limit_bytes = netlog_limit_bytes
        self._interrupted = asyncio.Event()
        self._tabs = asyncio.Semaphore(jobs)
        """So many pages at a time; starting a browser and reading its log may overlap with other visits' pages."""

    def interrupt(self) -> None:
        """End all visits that are under way, and all later ones at once; what they saw is kept, as a gap each."""
        self._interrupted.set()

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
        netlog_path = folder / "netlog.json"
        try:
            if self._interrupted.is_set():
                seen.problem = _INTERRUPTED
            else:
                browser = open_browser(self._playwright, self._options, planned.arm, folder)
                async with browser as opened, self._tabs:
                    await self._record(opened, recorder, key, seen)
        except (Error, LaunchFailed, CdpError, OSError, TimeoutError) as error:
            seen.problem = seen.problem or ("crash", f"{seen.phase}: {_first_line(error)}")
        except Exception as error:  # noqa: BLE001 - a bug of ours costs this visit, and is told as its gap
            seen.problem = ("error", f"{seen.phase}: {type(error).__name__}: {_first_line(error)}")
        key = replace(key, started_unix_ms=seen.navigated_unix_ms or key.started_unix_ms)
        evidence = _Evidence()
        try:
            # In a thread: a large log must not hold up the other visits' clocks.
            evidence = await asyncio.to_thread(self._evidence, key, seen, recorder, netlog_path)
        except Exception as error:  # noqa: BLE001 - the same
            seen.problem = ("error", f"the recording could not be read: {type(error).__name__}: {_first_line(error)}")
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, True)
        return self._recording(key, planned, seen, evidence, recorder.dropped, started, clock)

    async def _record(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: _Seen) -> None:
        """The story of a visit, raced against the deadline and against all that may end it."""
        until = time.monotonic() + self._deadline_s
        windows = asyncio.Event()
        opened.context.on("page", lambda _: windows.set() if len(opened.context.pages) > MAX_WINDOWS else None)
        await recorder.start(opened.ws_url, opened.preamble)
        megabytes = self._netlog_limit_bytes / 1e6
        story = asyncio.create_task(self._story(opened, recorder, key, seen))
        alarms = {
            asyncio.create_task(recorder.crashed.wait()): ("crash", "the page's renderer crashed"),
            asyncio.create_task(recorder.disconnected.wait()): ("crash", "the browser died"),
            asyncio.create_task(self._interrupted.wait()): _INTERRUPTED,
            asyncio.create_task(windows.wait()): ("flood", f"the page opened more than {MAX_WINDOWS} windows"),
            asyncio.create_task(_outgrown(opened.netlog_path, self._netlog_limit_bytes)): (
                "flood",
                f"the network log grew beyond {megabytes:.0f} MB",
            ),
        }
        try:
            left = max(0.0, until - time.monotonic())
            done, _ = await asyncio.wait({story, *alarms}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            rang = next((why for task, why in alarms.items() if task in done), None)
            if rang is None and story in done:
                story.result()
            else:
                reason, detail = rang or ("timeout", f"no end after {self._deadline_s:.0f} s")
                seen.problem = seen.problem or (reason, f"{seen.phase}: {detail}")
        finally:
            for task in (story, *alarms):
                task.cancel()
            await asyncio.gather(story, *alarms, return_exceptions=True)
            if not recorder.disconnected.is_set():
                await _read_jar(recorder, seen)
            await recorder.stop()

    async def _story(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: _Seen) -> None:
        settling, page = self._settling, opened.page
        document = MainDocument(page)
        seen.phase = "signal"
        seen.method, seen.cdp_state = await set_signal(recorder.call, key.arm, opened.context)
        seen.phase = "navigation"
        seen.navigated_unix_ms = time.time() * 1000
        try:
            await self._go(page, key.page_url)
        except Error as error:
            seen.problem = _navigation_problem(error, document)
        _note_answer(page, document, seen)
        if seen.problem is not None or _is_error_page(page):
            return
        seen.phase = "settling"
        seen.settled = await settle(recorder, least_s=settling.least_s, quiet_s=settling.quiet_s, cap_s=settling.cap_s)
        await scroll_through(page, settling.scroll_steps)
        quiet = min(0.5, settling.quiet_s)
        await settle(recorder, least_s=quiet, quiet_s=quiet, cap_s=settling.cap_s / 2)
        seen.phase = "reading"
        await self._read(page, recorder, key, seen, document)
        seen.phase = "leaving"
        with contextlib.suppress(Error):
            await page.goto("about:blank", timeout=5000)
        await settle(recorder, least_s=0.2, quiet_s=0.2, cap_s=3)

    async def _go(self, page: Tab, url: str) -> None:
        """Navigate and wait for a parsed document, whichever the page leads to meanwhile. Raises Playwright's `Error`.

        Waiting for the parsed document in `goto` itself would fail for pages that lead themselves on.
        """
        until = time.monotonic() + self._navigation_timeout_s
        await page.goto(url, wait_until="commit", timeout=self._navigation_timeout_s * 1000)
        left = max(0.1, until - time.monotonic())
        await page.wait_for_load_state("domcontentloaded", timeout=left * 1000)

    async def _read(self, page: Tab, recorder: CdpRecorder, key: VisitKey, seen: _Seen, document: MainDocument) -> None:
        await _read_jar(recorder, seen)
        seen.stored = await storage.read(page)
        _note_answer(page, document, seen)
        facts = await page_facts.read(page, key, seen.status, None)
        seen.page = replace(facts, final_url=facts.final_url[:_MAX_URL_CHARS])
        answers = await isolated_world.evaluate(page, _TEXT)
        seen.text = next((a.value for a in answers if a.main and isinstance(a.value, str)), "")
        if key.repetition == 1:  # one picture per page and arm
            with contextlib.suppress(Error):
                seen.screenshot = await page.screenshot(type="jpeg", quality=60, timeout=10_000)
        _note_answer(page, document, seen)

    def _evidence(self, key: VisitKey, seen: _Seen, recorder: CdpRecorder, netlog_path: Path) -> _Evidence:
        evidence = _Evidence(storage=storage.rows(seen.stored, key, self._redactor))
        if netlog_path.exists():
            log = netlog.read(netlog_path)
            secrets = storage.secrets(seen.stored)
            evidence.requests, evidence.reconciliation = requests.build(log, recorder, key, self._redactor, secrets)
            evidence.cookies = cookies.build(seen.jar or [], log, recorder, key, self._redactor, secrets)
        return evidence

    def _recording(
        self,
        key: VisitKey,
        planned: PlannedVisit,
        seen: _Seen,
        evidence: _Evidence,
        dropped: int,
        started: float,
        clock: float,
    ) -> Recording:
        proof = signal_proof.prove(
            key.arm, seen.cdp_state, seen.method, seen.page.gpc_property if seen.page else (), evidence.requests
        )
        problem = seen.problem or self._problem(seen, proof, evidence, dropped)
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
            reconciliation=evidence.reconciliation,
        )
        gap = None
        if problem is not None:
            gap = Gap(arm=key.arm, url=key.page_url, reason=problem[0], detail=_plain(problem[1]), visit=key.id)
        return Recording(visit, evidence.requests, evidence.cookies, evidence.storage, seen.page, gap, seen.screenshot)

    def _problem(self, seen: _Seen, proof: SignalProof, evidence: _Evidence, dropped: int) -> tuple[str, str] | None:
        """Why a visit that came to its end is a gap all the same, or None."""
        title = seen.page.title if seen.page else ""
        urls = tuple(request.url for request in evidence.requests[:1000])
        wall = bot_wall.recognise(seen.status, title, seen.text, seen.headers, urls)
        if wall is not None:
            return "bot-wall", f"a bot wall answered instead of the site: {wall}"
        if seen.status is not None and seen.status >= 400:
            return "http-error", f"HTTP {seen.status}"
        final = seen.final_url or ""
        if final.startswith("chrome-error:"):
            return "unreachable", "the page led to an address that did not answer"
        if final and not any(party(final, site, self._own_domains) is not Party.THIRD for site in self._sites):
            return "redirected-away", f"the page led outside the company's sites, to {final[:200]}"
        kind = seen.headers.get("content-type", "").lower()
        if kind and "html" not in kind:
            return "not-html", f"the address is no page but {kind[:100]}"
        if evidence.reconciliation is None or not evidence.reconciliation.netlog_complete:
            return "netlog-incomplete", "the browser's network log has no end: requests may be missing"
        if dropped:
            return "flood", f"{dropped} records were beyond the recorder's limits and are missing"
        if seen.page is None:
            return "error", "the page could not be read"
        if seen.jar is None:
            return "error", "the browser did not tell its cookies"
        if not proof.proven:
            return "signal-not-proven", proof.why
        return None


_INTERRUPTED = ("interrupted", "the run was stopped")


async def _outgrown(path: Path, limit_bytes: int) -> None:
    """Return when the file is larger than that."""
    while True:
        with contextlib.suppress(OSError):
            if path.stat().st_size > limit_bytes:
                return
        await asyncio.sleep(0.25)


async def _read_jar(recorder: CdpRecorder, seen: _Seen) -> None:
    """The browser's cookies; the browser itself answers, so that a page that hangs does not matter."""
    with contextlib.suppress(CdpError, TimeoutError):
        seen.jar = (await recorder.call("Storage.getCookies", timeout_s=5)).get("cookies", [])


def _note_answer(page: Tab, document: MainDocument, seen: _Seen) -> None:
    """Where the page stands now, and what the server said to that."""
    if page.url != "about:blank":
        seen.final_url = page.url[:_MAX_URL_CHARS]
    answer = document.answer()
    if answer is not None:
        seen.status, seen.headers = answer.status, answer.headers


def _is_error_page(page: Tab) -> bool:
    return page.url.startswith("chrome-error:")


def _navigation_problem(error: Error, document: MainDocument) -> tuple[str, str] | None:
    """Why there is no page; None where the answer's status tells it."""
    text, answer = _first_line(error), document.last
    if "ERR_HTTP_RESPONSE_CODE_FAILURE" in text and answer is not None:
        return None
    if "Timeout" in text:
        return "timeout", f"navigation: {text}"
    if "Download is starting" in text:
        return "not-html", "the address is a download"
    if "ERR_ABORTED" in text and answer is not None and answer.status in (204, 205):
        return "not-html", f"HTTP {answer.status}: an answer without a document"
    if "has been closed" in text or "crashed" in text:
        return "crash", f"navigation: {text}"
    return "unreachable", f"navigation: {text}"


def _plain(text: str) -> str:
    """A site's words within ours: one line that can be printed."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().split("\n")[0] or type(error).__name__)[:300]
