"""Proves on loopback what an audit rests on: third-party cookies are stored, the opt-out signal arrives everywhere, and
recording leaves a site as it was.

Two registrable domains are needed: with 127.0.0.1 against localhost, Chromium's third-party cookie block does not show
(measured with Chromium 156 on 2026-11-22).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from crawler.browser.bare import bare_browser, bare_line
from crawler.browser.canary_rows import (
    Check,
    browser_says,
    cookie_rows,
    end_rows,
    neutral_rows,
    person_rows,
    signal_rows,
)
from crawler.browser.canary_world import SHOP, CanaryWorld, canary_world
from crawler.browser.gpc import Signal, set_signal
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.orphans import workspace
from crawler.browser.resolver_rules import resolver_rules
from crawler.collectors.devtools.connection import CdpError
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.evidence import Arm

_VISIT_S = 90.0
_PAGE_S = 75.0
"""All the waits inside the page, one after the other."""
_LEAVING_S = 5.0
_SHOP_URL = f"https://{SHOP}/"
_RULES = "--host-resolver-rules="
_KEYS = "--ignore-certificate-errors-spki-list="

_RUNS = (("control", Arm.CONTROL, True), ("gpc", Arm.GPC, True), ("gpc, no recorder", Arm.GPC, False))


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """All checks of all runs, in order."""

    checks: tuple[Check, ...]
    signal: str
    """How the signal was set in the gpc run: native, emulated or none."""

    @property
    def proven(self) -> bool:
        """True when every check held; never for a report without checks."""
        return bool(self.checks) and all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not hold."""
        return tuple(check for check in self.checks if not check.ok)


@dataclass(slots=True)
class _Made:
    """One run of the canary."""

    world: CanaryWorld
    signal: Signal = field(default_factory=lambda: Signal("none", None))
    opened: Opened | None = None
    problem: str = ""


async def run_canary(playwright: Playwright, options: LaunchOptions) -> CanaryReport:
    """Visit the canary's shop in the control and gpc arms with the recorder on, and in gpc without it; and in control
    once more without any DevTools line at all.

    Resolver rules and certificates of `options` are replaced by the canary's. What does not work becomes a failed
    check; raises only `OSError`, when loopback cannot be listened on.
    """
    checks: list[Check] = []
    signal = "none"
    with workspace() as home:
        for run, arm, recorded in _RUNS:
            made = await _run(playwright, options, arm, home / run.replace(", ", "-"), recorded)
            checks += _rows(run, made, arm, recorded)
            if arm is Arm.GPC and recorded:
                signal = made.signal.how
            if arm is Arm.CONTROL and made.opened is not None and not made.problem:
                checks += neutral_rows(run, await _bare(made.opened, home / "bare", options.locale), made.world)
    return CanaryReport(tuple(checks), signal)


def _rows(run: str, made: _Made, arm: Arm, recorded: bool) -> list[Check]:
    if made.problem:
        return [Check(run, "visit", False, made.problem)]
    wanted, world = arm is Arm.GPC, made.world
    rows = [browser_says(run, made.signal, wanted), *signal_rows(run, world, wanted)]
    if recorded:
        rows += [*cookie_rows(run, world), *person_rows(run, world), *end_rows(run, world, made.opened)]
    return rows


async def _run(playwright: Playwright, options: LaunchOptions, arm: Arm, folder: Path, recorded: bool) -> _Made:
    """One visit, driven as the visits of a run are."""
    async with canary_world() as world:
        local = replace(
            options,
            host_resolver_rules=world.resolver_rules,
            spki_hashes=(world.spki,),
            # The recorder's line gives every target its identity.
            own_identity=False,
            quiet=True,
        )
        made = _Made(world)
        try:
            async with asyncio.timeout(_VISIT_S), open_browser(playwright, local, arm, folder) as made.opened:
                made.signal = await _visit(made.opened, arm, world, recorded)
        except (LaunchFailed, PlaywrightError, CdpError, TimeoutError) as error:
            why = str(error).strip().partition("\n")[0] or f"no end after {_VISIT_S:.0f} s"
            made.problem = why[:200]
        return made


async def _visit(opened: Opened, arm: Arm, world: CanaryWorld, recorded: bool) -> Signal:
    recorder = CdpRecorder() if recorded else None
    try:
        if recorder is not None:
            await recorder.start(opened.ws_url, opened.preamble)
            signal = await set_signal(recorder.call, arm, opened.context)
        else:
            browser = opened.context.browser
            if browser is None:
                raise LaunchFailed("Playwright gives no browser to set the signal on")
            session = await browser.new_browser_cdp_session()
            signal = await set_signal(session.send, arm, opened.context)
        await opened.page.goto(_SHOP_URL, wait_until="load", timeout=30_000)
        await world.wait_for("/leave", _PAGE_S)
        await opened.page.goto("about:blank")
        await world.wait_for("/leaving", _LEAVING_S)
        return signal
    finally:
        if recorder is not None:
            await recorder.stop()


async def _bare(recorded: Opened, folder: Path, locale: str) -> CanaryWorld | None:
    """The control visit once more, without any DevTools line; None when it did not come to its end."""
    async with canary_world(leaves_by_itself=True) as world:
        own = {_RULES: resolver_rules(world.resolver_rules), _KEYS: world.spki}
        line = [
            next((f"{name}{value}" for name, value in own.items() if switch.startswith(name)), switch)
            for switch in recorded.command_line
        ]
        try:
            async with bare_browser(bare_line(line, Arm.CONTROL, _SHOP_URL), Arm.CONTROL, folder, locale):
                left = await world.wait_for("/leaving", _VISIT_S)
        except OSError:
            return None
        return world if left else None
