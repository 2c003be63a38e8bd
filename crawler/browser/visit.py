"""One visit: a fresh browser process, a page, everything recorded, nothing left behind.

The engine never raises for what a site does. A visit that could not be seen comes back as a recording with a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import shutil
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Error, Playwright

from crawler.browser import kept_log
from crawler.browser.driver import Driver
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.name_servers import NameServers
from crawler.browser.resolver_rules import is_mapped, resolver_rules
from crawler.browser.settle import Settling
from crawler.browser.story import Seen, Story, first_line, read_jar
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.collectors import (
    api_calls,
    bot_wall,
    consent,
    cookie_events,
    cookies,
    host_names,
    messages,
    netlog,
    requests,
    signal_proof,
    storage,
)
from crawler.collectors.devtools.connection import CdpError
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.secrets_of_visit import VisitSecrets, of_scripts, values_of
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import (
    ApiCall,
    Arm,
    ConsentState,
    Cookie,
    CookieEvent,
    Gap,
    HostName,
    Message,
    Page,
    Reconciliation,
    Request,
    SignalProof,
    Step,
    StorageItem,
    Visit,
    step_at,
)
from crawler.parties import Party, etld_plus_one, host_of, party

MAX_WINDOWS = 40
"""A page that opens more is not looked at to the end."""
MAX_DOCUMENTS = 20
"""As many as Chromium follows redirects of a server; a page that leads itself on more often comes to no end either."""


@dataclass(slots=True)
class Recording:
    """What one visit brought."""

    visit: Visit
    requests: list[Request] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    cookie_events: list[CookieEvent] = field(default_factory=list)
    storage: list[StorageItem] = field(default_factory=list)
    api_calls: list[ApiCall] = field(default_factory=list)
    host_names: list[HostName] = field(default_factory=list)
    consent: list[ConsentState] = field(default_factory=list)
    page: Page | None = None
    gap: Gap | None = None
    screenshot: bytes | None = None


@dataclass(slots=True)
class _Evidence:
    """The rows of a visit."""

    requests: list[Request] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    cookie_events: list[CookieEvent] = field(default_factory=list)
    storage: list[StorageItem] = field(default_factory=list)
    api_calls: list[ApiCall] = field(default_factory=list)
    host_names: list[HostName] = field(default_factory=list)
    consent: list[ConsentState] = field(default_factory=list)
    reconciliation: Reconciliation | None = None
    flaw: str = "there is none"
    """Of the network log."""


class Engine:
    """Makes visits. One engine serves a whole run; each visit has its own process and profile."""

    def __init__(
        self,
        playwright: Playwright | Driver,
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
        keep_netlog: Path | None = None,
        jobs: int = 1,
        name_servers: NameServers | None = None,
    ) -> None:
        """`keep_netlog` is a folder for the browser's own log of each visit, which is not redacted."""
        self._playwright = playwright
        # The recorder's own line gives every target its identity.
        self._options = replace(
            options, launch_timeout_s=min(options.launch_timeout_s, deadline_s), own_identity=False, quiet=True
        )
        self._workspace = workspace
        self._sites = sites
        self._own_domains = own_domains
        self._own = (*own_domains, *(etld_plus_one(host_of(site)) for site in sites))
        self._settling = settling
        self._redactor = redactor
        self._navigation_timeout_s = navigation_timeout_s
        self._deadline_s = deadline_s
        self._netlog_limit_bytes = netlog_limit_bytes
        self._keep_netlog = keep_netlog
        self._name_servers = name_servers or NameServers()
        self._interrupted = asyncio.Event()
        self._tabs = asyncio.Semaphore(jobs)
        """So many pages at a time; starting a browser and reading its log may overlap with other visits' pages."""

    def interrupt(self) -> None:
        """End all visits that are under way, and all later ones at once; what they saw is kept, as a gap each."""
        self._interrupted.set()

    async def visit(self, planned: PlannedVisit) -> Recording:
        """Make one visit. Raises only `asyncio.CancelledError`, after the browser is gone."""
        started = datetime.now(UTC)
        clock = time.monotonic()
        recorder = CdpRecorder(Tracer() if planned.arm is Arm.TRACE else None)
        key = VisitKey(
            id=planned.id,
            page_url=planned.url,
            arm=planned.arm,
            repetition=planned.repetition,
            started_unix_ms=recorder.clock.now_ms(),
            own_domains=self._own_domains,
        )
        folder = self._workspace / f"{planned.id}.{planned.attempt}"
        seen = Seen()
        netlog_path = folder / "netlog.json"
        try:
            if self._interrupted.is_set():
                seen.problem = _INTERRUPTED
            else:
                folder.mkdir(parents=True)
                steering = Driver() if planned.apart else contextlib.nullcontext(self._playwright)
                async with (
                    steering as playwright,
                    open_browser(playwright, self._options, planned.arm, folder) as opened,
                    self._tabs,
                ):
                    await self._record(opened, recorder, key, seen)
        except (Error, LaunchFailed, CdpError, OSError, TimeoutError) as error:
            seen.problem = seen.problem or ("crash", f"{seen.phase}: {first_line(error)}")
        except Exception as error:  # noqa: BLE001 - a bug of ours costs this visit, and is told as its gap
            seen.problem = ("error", f"{seen.phase}: {type(error).__name__}: {first_line(error)}")
        key = replace(key, started_unix_ms=seen.navigated_unix_ms or key.started_unix_ms)
        evidence = _Evidence()
        try:
            # In a thread: a large log must not hold up the other visits' clocks.
            evidence = await asyncio.to_thread(self._evidence, key, seen, recorder, netlog_path)
            if not self._interrupted.is_set():
                given = self._name_servers.given
                chains = await self._name_servers.chains(host_names.asked(evidence.host_names, given=given))
                evidence.host_names = host_names.answered(evidence.host_names, chains, given=given)
            if self._keep_netlog is not None and netlog_path.exists():
                await asyncio.to_thread(kept_log.keep, netlog_path, self._keep_netlog, key.id)
        except Exception as error:  # noqa: BLE001 - the same
            seen.problem = (
                "error",
                f"the recording could not be read or kept: {type(error).__name__}: {first_line(error)}",
            )
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, True)
        return self._recording(key, planned, seen, evidence, recorder.dropped, started, clock)

    async def _record(self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: Seen) -> None:
        """The story of a visit, raced against the deadline and against all that may end it."""
        until = time.monotonic() + self._deadline_s
        windows = asyncio.Event()
        opened.context.on("page", lambda _: windows.set() if len(opened.context.pages) > MAX_WINDOWS else None)
        await recorder.start(opened.ws_url, opened.preamble)
        megabytes = self._netlog_limit_bytes / 1e6
        telling = Story(opened, recorder, key, seen, self._settling, self._navigation_timeout_s)
        story = asyncio.create_task(telling.tell())
        alarms = {
            asyncio.create_task(recorder.crashed.wait()): ("crash", "the page's renderer crashed"),
            asyncio.create_task(recorder.disconnected.wait()): ("crash", "the browser died"),
            asyncio.create_task(self._interrupted.wait()): _INTERRUPTED,
            asyncio.create_task(_led_on(recorder)): (
                "flood",
                f"the page led itself on more than {MAX_DOCUMENTS} times",
            ),
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
                await read_jar(recorder, seen)
            await recorder.stop()

    def _evidence(self, key: VisitKey, seen: Seen, recorder: CdpRecorder, netlog_path: Path) -> _Evidence:
        redactor, tracer = self._redactor, recorder.tracer
        states = consent.rows(key, cookies=consent.cookies_of(seen.jar), stored=seen.stored, answers=seen.asked)
        states = [replace(s, step="" if s.at_ms is None else step_at(seen.steps, s.at_ms)) for s in states]
        if not netlog_path.exists():
            return _Evidence(storage=storage.rows(seen.stored, key, redactor, tracer), consent=states)
        log = netlog.read(netlog_path, recorder.clock.offset_ms)
        log.must_cover(min((r.begun_unix_ms for r in recorder.requests if r.begun_unix_ms), default=math.inf))
        secrets = storage.secrets(seen.stored) | of_scripts(tracer)
        hidden = VisitSecrets(redactor, values_of(log, secrets)[1])
        jar, steps = seen.jar or [], seen.steps
        evidence = _Evidence(storage=storage.rows(seen.stored, key, redactor, tracer, hidden), flaw=log.flaw)
        evidence.consent = states
        rows, evidence.reconciliation = requests.build(log, recorder, key, redactor, secrets)
        evidence.requests = [replace(r, step=_step_of(r, steps)) for r in rows]
        rules = resolver_rules(self._options.host_resolver_rules)
        evidence.host_names = host_names.build(rows, log, key, self._own, lambda h: is_mapped(h, rules))
        said = messages.build(log, key, redactor, secrets)
        evidence.messages = [replace(m, step=step_at(steps, m.sent_ms)) for m in said]
        evidence.cookies = cookies.build(jar, log, recorder, key, redactor, secrets)
        events = cookie_events.build(jar, log, recorder, key, redactor, secrets)
        evidence.cookie_events = [replace(e, step=step_at(steps, e.at_ms)) for e in events]
        calls = api_calls.build(log, recorder, key, redactor, secrets)
        evidence.api_calls = [replace(c, step=step_at(steps, c.first_ms)) for c in calls]
        return evidence

    def _recording(
        self,
        key: VisitKey,
        planned: PlannedVisit,
        seen: Seen,
        evidence: _Evidence,
        dropped: int,
        started: datetime,
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
            started_utc=started.isoformat(timespec="milliseconds"),
            duration_ms=round((time.monotonic() - clock) * 1000, 1),
            settled=seen.settled,
            steps=tuple(seen.steps),
            signal=proof,
            reconciliation=evidence.reconciliation,
        )
        gap = None
        if problem is not None:
            gap = Gap(arm=key.arm, url=key.page_url, reason=problem[0], detail=_plain(problem[1]), visit=key.id)
        return Recording(
            visit=visit,
            requests=evidence.requests,
            messages=evidence.messages,
            cookies=evidence.cookies,
            cookie_events=evidence.cookie_events,
            storage=evidence.storage,
            api_calls=evidence.api_calls,
            host_names=evidence.host_names,
            consent=evidence.consent,
            page=seen.page,
            gap=gap,
            screenshot=seen.screenshot,
        )

    def _problem(self, seen: Seen, proof: SignalProof, evidence: _Evidence, dropped: int) -> tuple[str, str] | None:
        """Why a visit that came to its end is a gap all the same, or None."""
        title = seen.page.title if seen.page else ""
        urls = tuple(request.url for request in evidence.requests[:1000])
        links = len(seen.page.links) if seen.page else 0
        wall = bot_wall.recognise(seen.status, title, seen.text, seen.headers, urls, links)
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
        if evidence.flaw:
            return "netlog-incomplete", f"the browser's network log is not complete ({evidence.flaw})"
        if _is_empty(seen, evidence.requests):
            return "empty", f"HTTP {seen.status}: the page has no content at all"
        if dropped:
            return "flood", f"{dropped} records were beyond the recorder's limits and are missing"
        if seen.page is None:
            return "error", "the page could not be read"
        if seen.jar is None:
            return "error", "the browser did not tell its cookies"
        if not proof.proven:
            return "signal-not-proven", proof.why
        return None


def _is_empty(seen: Seen, requests: list[Request]) -> bool:
    """Whether the server answered with a document of no bytes: nothing was seen, which is no sign of a good page.

    Asked of a complete network log only: a body that it does not hold had no bytes then.
    """
    if seen.text.strip() or (seen.page is not None and seen.page.title):
        return False
    documents = [r for r in requests if r.resource_type == "document" and r.target == "page" and r.on_wire]
    return any(r.status == 200 for r in documents) and not any(r.response_bytes for r in documents)


def _step_of(request: Request, steps: list[Step]) -> str:
    """The step in which it was sent; what a document sends when it goes is of leaving, also before a second view."""
    return "leave" if request.wire_class == "unload-beacon" else step_at(steps, request.sent_ms)


_INTERRUPTED = ("interrupted", "the run was stopped")


async def _outgrown(path: Path, limit_bytes: int) -> None:
    """Return when the file is larger than that."""
    while True:
        with contextlib.suppress(OSError):
            if path.stat().st_size > limit_bytes:
                return
        await asyncio.sleep(0.25)


async def _led_on(recorder: CdpRecorder) -> None:
    """Return when a window has had more documents than that."""
    while True:
        if max(recorder.records.documents.values(), default=0) > MAX_DOCUMENTS:
            return
        await asyncio.sleep(0.25)


def _plain(text: str) -> str:
    """A site's words within ours: one line that can be printed."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
