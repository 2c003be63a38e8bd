"""What a visit does on a page, and that each request is told with the step that brought it about."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.browser.settle import Settling
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm, Step, step_at
from tests.browser.fault_world import SITE, FaultWorld, html, running
from tests.browser.test_visit import options

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CALL = "const call = what => new Image().src = 'https://tracker.test/pixel?' + what;"
SHY = html(
    "Shy",
    CALL
    + """
    call('at-once');
    const once = (type, what) => addEventListener(type, e => call(what + (e.isTrusted ? '' : '-faked')), {once: true});
    once('wheel', 'wheel'); once('focusin', 'field'); once('click', 'CLICKED');
    once('keydown', 'KEY');
    let moved = false;  // the browser itself moves a mouse that nobody moved to 0, 0 once the page stands
    addEventListener('mousemove', e => { if (e.clientX > 1 && !moved) { moved = true; call('mouse') } });
    new IntersectionObserver((seen, o) => { if (seen[0].isIntersecting) { call('in-view'); o.disconnect() } })
      .observe(document.querySelector('#deep'));
    document.querySelector('#menu').addEventListener('mouseover', () => call('menu'));
    document.querySelector('form').addEventListener('submit', () => call('SUBMITTED'));
    setTimeout(() => requestIdleCallback(() => call('idle')), 200);
    addEventListener('focusin', () => setTimeout(() => call('after-interest'), 300), {once: true});
    if (document.cookie.includes('been=1')) call('returning'); else document.cookie = 'been=1';
    addEventListener('pagehide', () => navigator.sendBeacon('https://tracker.test/pixel?leaving'));
    """,
    "<a id='menu' href='/plain'>Menu</a><div style='height:9000px'></div><p id='deep'>deep</p>"
    "<form action='/sent'><input name='mail'><input type='hidden'><button>Send</button></form>",
)
EXPECTED = {
    "at-once": "load",
    "idle": "load",
    "wheel": "scroll",
    "in-view": "scroll",
    "mouse": "hover",
    "menu": "hover",
    "field": "focus",
    "after-interest": "wait",
    "returning": "second-view",
}


def visit(folder: Path, pages: dict[str, str], path: str, settling: Settling) -> Recording:
    async def run() -> Recording:
        world = FaultWorld(pages=pages)
        async with running(world), async_playwright() as playwright:
            engine = Engine(
                playwright, options(world), workspace=folder, sites=(SITE,), own_domains=(), settling=settling,
                redactor=Redactor(), navigation_timeout_s=10, deadline_s=45,
            )  # fmt: skip
            return await engine.visit(PlannedVisit(number=0, url=SITE + path, arm=Arm.CONTROL, repetition=2))

    return asyncio.run(run())


def called(recording: Recording) -> dict[str, str]:
    """What the page called, and the step of the first call."""
    steps: dict[str, str] = {}
    for request in recording.requests:
        if request.url.startswith("https://tracker.test/pixel?"):
            steps.setdefault(request.url.partition("?")[2], request.step)
    return steps


def test_shy_tags_call_and_the_step_says_why(tmp_path: Path) -> None:
    recording = visit(tmp_path, {"/shy": SHY, "/plain": html("Plain")}, "/shy", Settling(least_s=0.8, quiet_s=0.5))
    assert recording.visit.ok, recording.gap
    seen = called(recording)
    assert {what: seen.get(what) for what in EXPECTED} == EXPECTED
    assert seen.keys() - EXPECTED.keys() == {"leaving"}, "nothing is pressed, typed or sent, and no event is faked"
    gone = [row.step for row in recording.requests if row.wire_class == "unload-beacon"]
    assert gone and set(gone) == {"leave"}, "also what the first view sent when the second took its place"
    steps = recording.visit.steps
    assert [s.name for s in steps] == ["load", "scroll", "hover", "focus", "wait", "second-view", "consent", "leave"]
    details = {s.name: s.detail for s in steps}
    assert details["scroll"].startswith("to the bottom, ") and details["focus"] == "1 field"
    assert details["hover"] in ("1 element", "2 elements")
    assert steps[0].started_ms == 0 and all(a.started_ms <= b.started_ms for a, b in itertools.pairwise(steps))


def test_without_the_steps_the_shy_ones_stay_silent(tmp_path: Path) -> None:
    settling = Settling(
        least_s=0.8, quiet_s=0.5, scroll_steps=0, hover_targets=0, focus_fields=0, wait_s=0.2, second_view=False
    )
    recording = visit(tmp_path, {"/shy": SHY}, "/shy", settling)
    assert recording.visit.ok, recording.gap
    assert set(called(recording)) == {"at-once", "idle", "leaving"}


def test_a_page_without_an_end_is_scrolled_so_far_and_no_farther(tmp_path: Path) -> None:
    grows = "addEventListener('scroll', () => { document.body.style.height = scrollY + 9000 + 'px' })"
    pages = {"/endless-scroll": html("Grows", grows, "<div style='height:9000px'></div>")}
    settling = Settling(least_s=0.3, quiet_s=0.3, scroll_steps=6, second_view=False)
    recording = visit(tmp_path, pages, "/endless-scroll", settling)
    assert recording.visit.ok, recording.gap
    assert next(s.detail for s in recording.visit.steps if s.name == "scroll") == "6 screens, no bottom"


def test_the_step_of_a_moment() -> None:
    steps = [Step(name="load", started_ms=0), Step(name="scroll", started_ms=100), Step(name="leave", started_ms=200)]
    assert [step_at(steps, at) for at in (-5, 0, 99, 100, 199, 200, 9e9)] == [
        "load", "load", "load", "scroll", "scroll", "leave", "leave",
    ]  # fmt: skip
    assert step_at([], 5) == ""
