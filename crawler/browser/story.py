"""The story of a visit: what is done on a page, in which order, and what is read from it when.

The same in every arm. It ends early when the page cannot be seen; what was gathered until then stays in `Seen`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.async_api import Error
from playwright.async_api import Page as Tab

from crawler.browser import interact
from crawler.browser.gpc import set_signal
from crawler.browser.launch import Opened
from crawler.browser.main_document import MainDocument, recorded
from crawler.browser.settle import Settling, settle
from crawler.collectors import consent_api, page_facts, storage
from crawler.collectors.devtools import isolated_world
from crawler.collectors.devtools.connection import CdpError
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Page, Step

MAX_URL_CHARS = 65_536
_LINE_S = 0.2
"""The recorder's line may tell of an answer a little later than Playwright's tells that it came to nothing."""
_PICTURE_S = 10.0
_TEXT = "(() => document.body ? document.body.innerText.slice(0, 20000) : '')()"


@dataclass(slots=True)
class Seen:
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
    stored: storage.Stored = field(default_factory=storage.Stored)
    asked: list[consent_api.Answer] = field(default_factory=list)
    """What the page's consent interfaces answered."""
    page: Page | None = None
    text: str = ""
    screenshot: bytes | None = None
    steps: list[Step] = field(default_factory=list)
    problem: tuple[str, str] | None = None
    """Reason word and a sentence."""


class Story:
    """One visit's story, told on an open browser. Raises Playwright's `Error` or `CdpError` when the browser goes."""

    def __init__(
        self, opened: Opened, recorder: CdpRecorder, key: VisitKey, seen: Seen, settling: Settling, navigation_s: float
    ) -> None:
        self._opened = opened
        self._page = opened.page
        self._recorder = recorder
        self._key = key
        self._seen = seen
        self._settling = settling
        self._navigation_s = navigation_s

    async def tell(self) -> None:
        """From the signal to the last beacon."""
        seen, settling, document = self._seen, self._settling, recorded(self._page, self._recorder)
        seen.phase = "signal"
        seen.method, seen.cdp_state = await set_signal(self._recorder.call, self._key.arm, self._opened.context)
        self._begin("load", "navigation")
        try:
            await self._go()
        except Error as error:
            seen.problem = await _navigation_problem(error, document)
        _note_answer(self._page, document, seen)
        if seen.problem is not None or self._page.url.startswith("chrome-error:"):
            return
        seen.phase = "settling"
        seen.settled = await self._settle(settling.least_s, settling.quiet_s, settling.cap_s)
        await self._interact()
        seen.phase = "reading"
        await self._read(document)
        if settling.second_view:
            await self._second_view()
        if seen.problem is None:
            await self._ask_for_consent()
        self._begin("leave", "leaving")
        with contextlib.suppress(Error):
            await self._page.goto("about:blank", timeout=5000)
        await self._settle(0.2, 0.2, 3)

    def _begin(self, step: str, phase: str | None = None) -> None:
        now = self._recorder.clock.now_ms()
        if self._seen.navigated_unix_ms is None:
            self._seen.navigated_unix_ms = now
        self._seen.phase = phase or step
        self._seen.steps.append(Step(name=step, started_ms=now - self._seen.navigated_unix_ms))

    def _note(self, detail: str) -> None:
        self._seen.steps[-1] = replace(self._seen.steps[-1], detail=detail)

    async def _settle(self, least_s: float, quiet_s: float, cap_s: float) -> str:
        return await settle(self._recorder, least_s=least_s, quiet_s=quiet_s, cap_s=cap_s)

    async def _go(self) -> None:
        """Navigate and wait for a parsed document, whichever the page leads to meanwhile. Raises Playwright's `Error`.

        Waiting for the parsed document in `goto` itself would fail for pages that lead themselves on.
        """
        until = time.monotonic() + self._navigation_s
        await self._page.goto(self._key.page_url, wait_until="commit", timeout=self._navigation_s * 1000)
        left = max(0.1, until - time.monotonic())
        await self._page.wait_for_load_state("domcontentloaded", timeout=round(left * 1000))

    async def _interact(self) -> None:
        settling, page = self._settling, self._page
        async with isolated_world.main_frame(page) as ask:
            steps: tuple[tuple[str, int, Callable[[int], Awaitable[str]]], ...] = (
                ("scroll", settling.scroll_steps, lambda most: interact.scroll(page, ask, most)),
                ("hover", settling.hover_targets, lambda most: interact.hover(page, ask, most)),
                ("focus", settling.focus_fields, lambda most: interact.focus(ask, most)),
            )
            for name, most, act in steps:
                if most:
                    self._begin(name)
                    try:
                        self._note(await act(most))
                    except (Error, TimeoutError):
                        self._note("the page did not answer")
                        break
        self._begin("wait")
        quiet_s = min(0.5, settling.quiet_s)
        self._note(await self._settle(settling.wait_s, quiet_s, settling.cap_s / 2))

    async def _read(self, document: MainDocument) -> None:
        seen, page = self._seen, self._page
        await read_jar(self._recorder, seen)
        seen.stored = await storage.read(page)
        _note_answer(page, document, seen)
        facts = await page_facts.read(page, self._key, seen.status, None)
        seen.page = replace(facts, final_url=facts.final_url[:MAX_URL_CHARS])
        answers = await isolated_world.evaluate(page, _TEXT)
        seen.text = next((a.value for a in answers if a.main and isinstance(a.value, str)), "")
        if self._key.repetition == 1:  # one picture per page and arm
            seen.screenshot = await _picture(page)
        _note_answer(page, document, seen)

    async def _second_view(self) -> None:
        """The same page again, as a visitor who comes back; without it, part of what was meant to be seen is not."""
        self._begin("second-view", "second view")
        for window in self._opened.context.pages:
            if window is not self._page:
                await window.close()
        document = recorded(self._page, self._recorder)
        try:
            await self._go()
        except Error as error:
            # A page that leads itself on just then is being viewed anew all the same.
            if "interrupted by another navigation" not in str(error):
                self._seen.problem = await _navigation_problem(error, document, "second view")
        answer = document.answer()
        if self._seen.problem is None and self._page.url.startswith("chrome-error:"):
            self._seen.problem = "unreachable", "second view: the address did not answer"
        elif self._seen.problem is None and answer is not None and answer.status >= 400:
            first = self._seen.status
            if first is None or first < 400:
                self._seen.problem = "http-error", f"second view: HTTP {answer.status}"
        if self._seen.problem is not None:
            return
        settling = self._settling
        self._note(
            await self._settle(
                min(settling.second_least_s, settling.least_s), min(0.5, settling.quiet_s), settling.cap_s / 2
            )
        )
        self._seen.stored.add(await storage.read(self._page))

    async def _ask_for_consent(self) -> None:
        """The page's consent interfaces, at the very end: what asking sets off falls into this step."""
        self._begin("consent", "asking for consent")
        tracer, now_ms = self._recorder.tracer, self._recorder.clock.now_ms
        name = consent_api.token() if tracer is None else tracer.asking
        answers = await consent_api.ask(self._page, name, now_ms)
        self._seen.asked = answers or []
        told = "the page did not answer" if answers is None else "nothing to ask"
        self._note(f"{len(answers)} asked" if answers else told)
        if answers:
            await self._settle(0.2, 0.2, 1)


async def read_jar(recorder: CdpRecorder, seen: Seen) -> None:
    """The browser's cookies; the browser itself answers, so that a page that hangs does not matter."""
    with contextlib.suppress(CdpError, TimeoutError):
        seen.jar = (await recorder.call("Storage.getCookies", timeout_s=5)).get("cookies", [])


async def _picture(page: Tab) -> bytes | None:
    """The window as it stands. Playwright's own screenshot evaluates in the page as if a person had clicked there."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(_PICTURE_S):
            session = await page.context.new_cdp_session(page)
            shot = await session.send("Page.captureScreenshot", {"format": "jpeg", "quality": 60})
            return base64.b64decode(shot["data"])
    return None


def _note_answer(page: Tab, document: MainDocument, seen: Seen) -> None:
    """Where the page stands now, and what the server said to that."""
    if page.url != "about:blank":
        seen.final_url = page.url[:MAX_URL_CHARS]
    answer = document.answer()
    if answer is not None:
        seen.status, seen.headers = answer.status, answer.headers


async def _navigation_problem(error: Error, document: MainDocument, what: str = "navigation") -> tuple[str, str] | None:
    """Why there is no page; None where the answer's status tells it."""
    await asyncio.sleep(_LINE_S)
    text, answer = first_line(error), document.last
    if "ERR_HTTP_RESPONSE_CODE_FAILURE" in text and answer is not None:
        return None
    if "Timeout" in text:
        return "timeout", f"{what}: {text}"
    if "Download is starting" in text:
        return "not-html", "the address is a download"
    if "ERR_ABORTED" in text and answer is not None and answer.status in (204, 205):
        return "not-html", f"HTTP {answer.status}: an answer without a document"
    if "has been closed" in text or "crashed" in text:
        return "crash", f"{what}: {text}"
    return "unreachable", f"{what}: {text}"


def first_line(error: BaseException) -> str:
    """What an error says, in one line of at most 300 characters."""
    return (str(error).strip().split("\n")[0] or type(error).__name__)[:300]
