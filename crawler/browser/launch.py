"""Starts one browser process with a fresh profile for one visit, and leaves nothing of it behind."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import BrowserContext, Page, Playwright
from playwright.async_api import Error as PlaywrightError

from crawler.browser.chosen import HEADLESS_SHELL, Browser
from crawler.browser.command_line import command_line
from crawler.browser.driver import Driver
from crawler.browser.identity import Command, Identity
from crawler.browser.preferences import preferences, write_preferences
from crawler.browser.process import BrowserProcess, NotStarted
from crawler.browser.process_tree import alive, browser_process, end, group_of
from crawler.browser.quiet_line import QuietLine
from crawler.browser.trial import reason
from crawler.browser.user_agent import override, user_agent
from crawler.collectors.devtools.connection import CdpError
from crawler.evidence import Arm

_CLOSE_S = 15.0
"""A NetLog of 10 MB is written in well under a second; a browser that takes so long on a busy machine hangs."""
_QUIT_S = 8.0
_DRIVER_S = 10.0
"""What the driver may take to say that connecting has failed; one that takes longer hangs."""
_FORGET_S = 2.0
_SCREEN = (1920, 1080)


class LaunchFailed(Exception):
    """The browser did not start, or could not be talked to; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """How the browsers of a run are started; the same in every arm, but for what the arm itself asks for."""

    browser: Browser
    host_resolver_rules: str | None = None
    """Chromium's own syntax: `MAP pattern replacement[:port]`, `EXCLUDE pattern`, separated by commas."""
    spki_hashes: tuple[str, ...] = ()
    """Base64 SHA-256 of public keys whose certificates count as valid."""
    ignore_https_errors: bool = False
    user_agent: str | None = None
    """None: that of a person's browser of this version and platform."""
    locale: str = "en-US"
    viewport: tuple[int, int] = (1366, 768)
    """Width and height in CSS pixels."""
    netlog_mode: str = "Everything"
    """Empty: no log, so that every visit is a gap; only to measure what the log costs."""
    extra_args: tuple[str, ...] = ()
    block_third_party_cookies: bool = False
    """Only to prove that the canary notices; the headless shell cannot do it."""
    launch_timeout_s: float = 30.0
    own_identity: bool = True
    """Keep a DevTools line that gives every target its identity; False when a recorder sends `Opened.preamble`."""
    quiet: bool = False
    """Keep back what pages could notice of Playwright, which can then no longer evaluate (see `quiet_line.py`)."""


@dataclass(slots=True, kw_only=True)
class Opened:
    """A running browser. `closed_by_itself` is set once it has been closed."""

    context: BrowserContext
    page: Page
    """The first, empty window."""
    ws_url: str
    """Browser-level DevTools WebSocket."""
    pid: int
    netlog_path: Path
    """Complete only after closing; stays when the profile goes."""
    profile: Path
    command_line: tuple[str, ...]
    """As the process was really started."""
    user_agent: str
    preamble: tuple[Command, ...]
    """DevTools commands that each new target gets while paused, so that hints and user agent agree in it."""
    imitated: tuple[str, ...] = ()
    """What the arm asks for and this browser only imitates, in words; the GPC signal is `set_signal`'s to tell."""
    closed_by_itself: bool | None = None
    """False when it had died before, or had to be killed; its NetLog is then cut off."""


@contextlib.asynccontextmanager
async def open_browser(
    playwright: Playwright | Driver, options: LaunchOptions, arm: Arm, folder: Path
) -> AsyncIterator[Opened]:
    """Start a browser with a fresh profile below `folder`; on leaving, close it, end its processes, delete the profile.

    The NetLog stays in `folder`. Raises `LaunchFailed`, `InvalidResolverRules`, or `ValueError` for an extra switch
    that is not the caller's to set. Closing never raises.
    """
    if arm is Arm.NO_COOKIES and options.browser.kind == HEADLESS_SHELL:
        raise LaunchFailed("the headless shell cannot refuse all cookies; use full Chromium or Chrome for this arm")
    profile, netlog = folder / "profile", folder / "netlog.json"
    agent = options.user_agent or user_agent(options.browser)
    switches = command_line(
        netlog=netlog,
        netlog_mode=options.netlog_mode,
        user_agent=agent,
        locale=options.locale,
        host_resolver_rules=options.host_resolver_rules,
        spki_hashes=options.spki_hashes,
        ignore_https_errors=options.ignore_https_errors,
        viewport=options.viewport,
        screen=(max(options.viewport[0], _SCREEN[0]), max(options.viewport[1], _SCREEN[1])),
        blank_hints=options.browser.kind == HEADLESS_SHELL,
        extra=options.extra_args,
    )
    write_preferences(
        profile,
        preferences(arm, options.locale, block_third_party_cookies=options.block_third_party_cookies),
    )
    process = BrowserProcess(profile)
    lines = contextlib.AsyncExitStack()
    known: list[tuple[psutil.Process, int | None]] = []
    opened: Opened | None = None
    started = False
    try:
        main = await process.start(_program(options.browser), switches, options.launch_timeout_s)
        known.append((main, group_of(main)))
        connecting = _connect(playwright, process.ws_url, lines, options, profile.with_name("artifacts"))
        context = await asyncio.wait_for(connecting, options.launch_timeout_s + _DRIVER_S)
        opened = Opened(
            context=context,
            page=context.pages[0] if context.pages else await context.new_page(),
            ws_url=process.ws_url,
            pid=main.pid,
            netlog_path=netlog,
            profile=profile,
            command_line=tuple(main.cmdline()),
            user_agent=agent,
            preamble=(("Emulation.setUserAgentOverride", override(options.browser, agent, options.locale)),),
            imitated=await _imitate(context, options, arm),
        )
        if options.own_identity:
            await lines.enter_async_context(Identity(opened.ws_url, opened.preamble))
        started = True
        yield opened
    except (PlaywrightError, psutil.Error, CdpError, TimeoutError, NotStarted) as error:
        if started:
            raise
        raise LaunchFailed(f"the browser did not start: {reason(str(error))}") from error
    finally:
        await _finish(_close(process, known, lines, profile, opened))


def _program(browser: Browser) -> Path:
    if browser.path is None:
        raise LaunchFailed(f"it is not known where the channel {browser.channel} lies; name the program with --browser")
    return browser.path


async def _connect(
    playwright: Playwright | Driver,
    ws_url: str,
    lines: contextlib.AsyncExitStack,
    options: LaunchOptions,
    artifacts: Path,
) -> BrowserContext:
    """Playwright's view of a browser that runs already, without the emulation that it puts on by default."""
    if options.quiet:
        ws_url = (await lines.enter_async_context(QuietLine(ws_url))).url
    browser = await playwright.chromium.connect_over_cdp(
        ws_url,
        no_defaults=True,
        timeout=options.launch_timeout_s * 1000,
        # Playwright would make a folder of its own, and leave it when its driver dies.
        artifacts_dir=artifacts,
    )
    lines.push_async_callback(_disconnect, browser)
    # Held for as long as the line to the browser stands.
    session = await browser.new_browser_cdp_session()
    await session.send("Browser.setDownloadBehavior", {"behavior": "deny"})
    return browser.contexts[0]


async def _imitate(context: BrowserContext, options: LaunchOptions, arm: Arm) -> tuple[str, ...]:
    """What full browsers do by a preference, and the headless shell does not."""
    if arm is not Arm.DNT or options.browser.kind != HEADLESS_SHELL:
        return ()
    await context.set_extra_http_headers({"DNT": "1"})
    await context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get() { return '1'; }, configurable: true });"
    )
    return ("Do Not Track, by an extra header and a property; not in shared and service workers",)


async def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Bring `work` to its end even if the waiting task is cancelled meanwhile, then let the cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def _close(
    process: BrowserProcess,
    known: list[tuple[psutil.Process, int | None]],
    lines: contextlib.AsyncExitStack,
    profile: Path,
    opened: Opened | None,
) -> None:
    """Close, wait, kill, delete; every step is tried whatever the one before came to. Never raises."""
    main, group = known[0] if known else (await asyncio.to_thread(browser_process, profile), None)
    ran = main is not None and alive(main)
    answered = await process.quit(_QUIT_S)
    left = await end(profile, main, group, _CLOSE_S if answered else 0.5)
    await lines.aclose()
    process.forget()
    await asyncio.to_thread(shutil.rmtree, profile.with_name("artifacts"), True)
    await asyncio.to_thread(shutil.rmtree, profile, True)
    if profile.exists():
        # A helper that was just killed may have written its last file after the sweep.
        await asyncio.sleep(0.2)
        await asyncio.to_thread(shutil.rmtree, profile, True)
    if opened is not None:
        opened.closed_by_itself = ran and left and answered


async def _disconnect(browser: PlaywrightBrowser) -> None:
    """Let Playwright forget a browser that is gone; a driver that is gone, too, or hangs is not waited for."""
    with contextlib.suppress(Exception):
        await asyncio.wait_for(browser.close(), _FORGET_S)
