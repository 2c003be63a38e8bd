"""The two visitors of the world: one that nobody records, and one that is recorded as every visit of a run is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Playwright

from crawler.browser.authority import Authority
from crawler.browser.bare import bare_browser, bare_line
from crawler.browser.find import find
from crawler.browser.launch import LaunchOptions, open_browser
from crawler.browser.neutral import Shown
from crawler.browser.resolver_rules import resolver_rules
from crawler.browser.settle import Settling
from crawler.browser.visit import Engine
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm
from tests.neutrality.world import START, World, running

STILL = Settling(
    least_s=1.0, quiet_s=1.5, cap_s=120, scroll_steps=0, hover_targets=0, focus_fields=0, wait_s=0.1, second_view=False
)
"""Nothing is done on the page: a bare visitor does nothing either."""
_RULES = "--host-resolver-rules="
_END_S = 120.0
_LATE_S = 2.0

_OF_FRAMES = ("/probe.js", "/window.js", "/frame.js")
"""Asked for by frames, too, which may not have been laid out by then."""
_LAYOUT = ("sec-ch-viewport-width", "sec-ch-viewport-height")
_LED = ("sec-fetch-site", "sec-fetch-user")
_ESTIMATED = (
    "navigator.connection.downlink",
    "navigator.connection.rtt",
    "navigator.connection.effectiveType",
    "navigator.connection",
    "navigator.cpuPerformance",
)


async def command_line(playwright: Playwright, authority: Authority, folder: Path) -> Sequence[str]:
    """How a recorded visit's browser is started."""
    options = LaunchOptions(browser=find(None), spki_hashes=(authority.spki,))
    async with open_browser(playwright, options, Arm.CONTROL, folder) as opened:
        return opened.command_line


async def bare(authority: Authority, line: Sequence[str], arm: Arm, folder: Path) -> World:
    """Visit without any DevTools line."""
    async with running(authority, leaves_by_itself=True) as world:
        rules = f"{_RULES}{resolver_rules(world.rules)}"
        own = [rules if switch.startswith(_RULES) else switch for switch in line]
        async with bare_browser(bare_line(own, arm, START), arm, folder):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(world.left.wait(), _END_S)
        return world


async def recorded(
    playwright: Playwright, authority: Authority, arm: Arm, folder: Path, settling: Settling = STILL
) -> World:
    """Visit through the engine of a run."""
    async with running(authority, leaves_by_itself=False) as world:
        options = LaunchOptions(browser=find(None), host_resolver_rules=world.rules, spki_hashes=(authority.spki,))
        engine = Engine(
            playwright,
            options,
            workspace=folder,
            sites=(START,),
            own_domains=(),
            settling=settling,
            redactor=Redactor(b"k" * 32),
            deadline_s=_END_S,
        )
        recording = await engine.visit(PlannedVisit(number=0, url=START, arm=arm, repetition=1))
        assert recording.visit.ok, recording.gap
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(world.left.wait(), _LATE_S)
        return world


_TOLD_ONCE = ("mousemove", "pointermove", "mouseover", "visual viewport resized")
"""Events that Chromium itself gives a new window up to this often, sooner or later than its page can listen."""
_FEW = {"1", "2", "3"}


def shown(world: World) -> Shown:
    """What a visit did and saw, but for what is a matter of who is first."""
    visit = Shown()
    frames_are_done = False
    for asked in world.asked:
        if asked.url.endswith(("/hold", "/tick.js")):
            continue
        report = "/report?" in asked.url
        leave_out = [] if frames_are_done else ["cookie"]  # before, frames set theirs in a race with the page
        if asked.url.endswith(_OF_FRAMES):
            leave_out += _LAYOUT
        if asked.url == START:
            leave_out += _LED  # a page led the bare visitor there
        visit.request(asked.method, asked.url, asked.headers, b"" if report else asked.body, leave_out)
        frames_are_done |= asked.url.endswith("?realm=page")
    for name, seen in world.reports.items():
        if name != "timing":
            once = [event for event in _TOLD_ONCE if str(seen.get(event)) in _FEW]
            visit.realm(name, seen, [*_ESTIMATED, *once])
    return visit
