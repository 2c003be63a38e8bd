"""Proves on loopback what an audit rests on: third-party cookies are stored, and the opt-out signal arrives everywhere.

Two registrable domains are needed: with 127.0.0.1 against localhost, Chromium's third-party cookie block does not show
(measured with Chromium 156 on 2026-11-22).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from crawler.browser.canary_world import COOKIES, SHOP, TRACKER, CanaryWorld, canary_world
from crawler.browser.gpc import UNREACHED_BY_EMULATION, Signal, set_signal
from crawler.browser.launch import LaunchFailed, LaunchOptions, Opened, open_browser
from crawler.browser.orphans import workspace
from crawler.collectors import netlog
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.cdp_connection import CdpError
from crawler.evidence import Arm

_VISIT_S = 90.0
_LEAVING_S = 5.0

_RUNS = (("control", Arm.CONTROL, True), ("gpc", Arm.GPC, True), ("gpc, no recorder", Arm.GPC, False))
# Name, path that shows the header, key of the page's answer that shows the property.
_PLACES = (
    ("document", "/", "document"),
    ("cross-site frame", "/frame", "frame"),
    ("cross-site image", "/pixel", None),
    ("worker script", "/worker.js", None),
    ("worker", "/from-worker", "worker"),
    ("shared worker script", "/shared-worker.js", None),
    ("shared worker", "/from-shared-worker", "shared"),
    ("service worker script", "/sw.js", None),
    ("service worker", "/from-service-worker", "service"),
    ("beacon while leaving", "/leaving", None),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was to be proven."""

    run: str
    """Which of the canary's runs: control, gpc, `gpc, no recorder`."""
    name: str
    ok: bool
    detail: str


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


async def run_canary(playwright: Playwright, options: LaunchOptions) -> CanaryReport:
    """Visit the canary's shop in the control and gpc arms with the recorder on, and once in gpc without it.

    Resolver rules and certificates of `options` are replaced by the canary's. What does not work becomes a failed
    check; raises only `OSError`, when loopback cannot be listened on.
    """
    checks: list[Check] = []
    signal = "none"
    with workspace() as home:
        for run, arm, recorded in _RUNS:
            found, rows = await _served(playwright, options, arm, home / run.replace(", ", "-"), run, recorded)
            checks += rows
            if arm is Arm.GPC and recorded:
                signal = found.how
    return CanaryReport(tuple(checks), signal)


async def _served(
    playwright: Playwright, options: LaunchOptions, arm: Arm, folder: Path, run: str, recorded: bool
) -> tuple[Signal, list[Check]]:
    async with canary_world() as world:
        local = replace(
            options,
            host_resolver_rules=world.resolver_rules,
            spki_hashes=(world.spki,),
            own_identity=options.own_identity and recorded,
        )
        return await _run(playwright, local, arm, folder, world, run, recorded)


async def _run(
    playwright: Playwright, options: LaunchOptions, arm: Arm, folder: Path, world: CanaryWorld, run: str, recorded: bool
) -> tuple[Signal, list[Check]]:
    signal, answers, opened = Signal("none", None), dict[str, Any](), None
    try:
        async with asyncio.timeout(_VISIT_S), open_browser(playwright, options, arm, folder) as opened:
            signal, answers = await _visit(opened, arm, world, recorded)
    except (LaunchFailed, PlaywrightError, CdpError, TimeoutError) as error:
        why = str(error).strip().partition("\n")[0] or f"no end after {_VISIT_S:.0f} s"
        return signal, [Check(run, "visit", False, why[:200])]
    wanted = arm is Arm.GPC
    rows = [_browser_says(run, signal, wanted), *_signal_rows(run, world, answers, wanted)]
    if recorded:
        rows += [*_cookie_rows(run, world), *_person_rows(run, world, answers), *_end_rows(run, world, opened)]
    return signal, rows


async def _visit(opened: Opened, arm: Arm, world: CanaryWorld, recorded: bool) -> tuple[Signal, dict[str, Any]]:
    recorder = CdpRecorder() if recorded else None
    try:
        if recorder is not None:
            await recorder.start(opened.ws_url)
            signal = await set_signal(recorder.call, arm, opened.context)
        else:
            browser = opened.context.browser
            if browser is None:
                raise LaunchFailed("Playwright gives no browser to set the signal on")
            session = await browser.new_browser_cdp_session()
            signal = await set_signal(session.send, arm, opened.context)
        await opened.page.goto(f"https://{SHOP}/", wait_until="load", timeout=30_000)
        answers = await _asked(opened)
        await opened.page.goto("about:blank")
        await world.wait_for("/leaving", _LEAVING_S)
        return signal, answers
    finally:
        if recorder is not None:
            await recorder.stop()


async def _asked(opened: Opened) -> dict[str, Any]:
    """What the shop's page says of itself, in its own words."""
    session = await opened.context.new_cdp_session(opened.page)
    wanted = {"expression": "prove()", "awaitPromise": True, "returnByValue": True}
    answer = await session.send("Runtime.evaluate", wanted)
    value: dict[str, Any] = answer["result"].get("value") or {}
    return value


def _browser_says(run: str, signal: Signal, wanted: bool) -> Check:
    if signal.how == "native":
        return Check(
            run, "signal, asked of browser", signal.state is wanted, f"native, {'on' if signal.state else 'off'}"
        )
    if not wanted:
        return Check(run, "signal, asked of browser", True, "this browser has no signal of its own")
    detail = f"{signal.how}; does not reach {', '.join(UNREACHED_BY_EMULATION)}"
    return Check(run, "signal, asked of browser", False, detail)


def _signal_rows(run: str, world: CanaryWorld, answers: dict[str, Any], wanted: bool) -> Iterator[Check]:
    for name, path, key in _PLACES:
        requests = world.at(path)
        sent = sum(request.gpc for request in requests)
        header = bool(requests) and sent == (len(requests) if wanted else 0)
        yield Check(
            run, f"{name}: header", header, f"sent by {sent} of {len(requests)}" if requests else "no request came"
        )
        if key is not None:
            value = str(answers.get(key, "no answer"))[:100]
            yield Check(run, f"{name}: property", value in (("true",) if wanted else ("false", "undefined")), value)
    if not wanted:
        others = sum(request.gpc for request in world.arrived)
        yield Check(run, "header anywhere", others == 0, f"sent by {others} of {len(world.arrived)}")


def _cookie_rows(run: str, world: CanaryWorld) -> Iterator[Check]:
    came_back = frozenset().union(*(request.cookies for request in world.at("/again")))
    for path, name in COOKIES.items():
        what = path.strip("/")
        asked = bool(world.at(path))
        detail = "stored, sent back" if name in came_back else "not sent back" if asked else "no request came"
        yield Check(run, f"third-party cookie of {what}", name in came_back, detail)


def _person_rows(run: str, world: CanaryWorld, answers: dict[str, Any]) -> Iterator[Check]:
    telling = [r for r in world.arrived if "headless" in f"{r.agent} {r.hints}".lower()]
    yield Check(run, "no Headless in any request", not telling, f"in {len(telling)} of {len(world.arrived)}")
    own = f"{answers.get('agent', '')} {answers.get('brands', '')}"
    yield Check(run, "no Headless in the page", "headless" not in own.lower(), str(answers.get("brands", ""))[:100])
    agents = {request.agent for request in world.arrived}
    yield Check(run, "one user agent for all", len(agents) == 1, f"{len(agents)} seen")
    value = str(answers.get("webdriver"))
    yield Check(run, "navigator.webdriver", value == "false", value)


def _end_rows(run: str, world: CanaryWorld, opened: Opened | None) -> Iterator[Check]:
    if opened is None:
        return
    gone = not psutil.pid_exists(opened.pid) and not opened.profile.exists()
    tidy = bool(opened.closed_by_itself) and gone
    yield Check(run, "closed, nothing left", tidy, "gone" if tidy else "had to be killed" if gone else "still there")
    log = netlog.read(opened.netlog_path)
    sent = {hop.url.partition("#")[0] for hop in log.hops if hop.request_headers is not None}
    wanted = {f"https://{request.host}{request.path}" for request in world.arrived if request.host in (SHOP, TRACKER)}
    missed = wanted - sent
    ok = log.complete and bool(wanted) and not missed
    yield Check(
        run,
        "NetLog has every request",
        ok,
        f"{len(wanted - missed)} of {len(wanted)}" + ("" if log.complete else ", cut off"),
    )
