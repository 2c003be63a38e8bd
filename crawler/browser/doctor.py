"""`tracking-audit doctor`: finds or installs a browser, proves it on loopback, and says in one line what that means."""

from __future__ import annotations

import asyncio
import itertools
import platform
from collections.abc import Callable, Mapping
from importlib import metadata

from playwright.async_api import async_playwright
from rich.console import Console
from rich.text import Text

from crawler.browser.canary import CanaryReport, Check, run_canary
from crawler.browser.chosen import Attempt, Browser
from crawler.browser.find import NoBrowser, find
from crawler.browser.launch import LaunchOptions
from crawler.browser.user_agent import user_agent

GOOD, NOT_PROVEN, NO_BROWSER = 0, 3, 4
_LIBRARIES = ("tracking-audit", "playwright", "scrapy")


def doctor(
    explicit: str | None,
    allow_install: bool,
    console: Console,
    *,
    environ: Mapping[str, str] | None = None,
    verbose: bool = False,
) -> int:
    """Print what was found, tried and proven; returns 0 when all holds, 3 when something does not, 4 without a browser.

    `explicit` is what `--browser` takes. `verbose` shows every check, not only their counts and the failures. Never
    raises for what a browser does.
    """
    _versions(console)
    try:
        browser = find(explicit, environ, allow_install=allow_install, say=_say(console))
    except NoBrowser as error:
        _line(console, str(error))
        _line(console, "Conclusion: no browser, so nothing can be audited.", "bold red")
        return NO_BROWSER
    _found(console, browser)
    try:
        report = asyncio.run(_canary(browser))
    except OSError as error:
        _line(console, f"The canary could not be served on loopback: {error}", "red")
        _line(console, "Conclusion: not proven.", "bold red")
        return NOT_PROVEN
    _table(console, report, verbose)
    _line(console, f"Conclusion: {conclusion(report)}", "bold green" if report.proven else "bold red")
    return GOOD if report.proven else NOT_PROVEN


def conclusion(report: CanaryReport) -> str:
    """One sentence that a person can act on."""
    if report.proven:
        return "this browser keeps third-party cookies and sends the signal everywhere it should."
    if report.signal == "emulated":
        return "this browser has no Global Privacy Control of its own; the imitation misses workers and last beacons."
    names = {check.name for check in report.failed}
    if any(name.startswith("third-party cookie") for name in names):
        return "this browser refuses third-party cookies; trackers would be missed."
    if "visit" in names:
        return "this browser did not get through the canary, so nothing is proven."
    return f"{len(report.failed)} checks failed; results of this browser would be inconclusive."


async def _canary(browser: Browser) -> CanaryReport:
    async with async_playwright() as playwright:
        return await run_canary(playwright, LaunchOptions(browser=browser))


def _versions(console: Console) -> None:
    known = []
    for name in _LIBRARIES:
        try:
            known.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            known.append(f"{name} (not installed as a package)")
    known.append(f"Python {platform.python_version()}")
    _line(console, "Versions", "bold")
    for entry in known:
        _line(console, f"  {entry}")


def _found(console: Console, browser: Browser) -> None:
    _line(console, "Browser", "bold")
    for attempt in browser.tried:
        _attempt(console, attempt)
    _line(console, f"  {browser.kind} {browser.version}")
    _line(console, f"  says: {user_agent(browser)}")


def _attempt(console: Console, attempt: Attempt) -> None:
    mark, style = ("ok", "green") if attempt.reason is None else ("--", "yellow")
    _line(console, f"  {mark}  {attempt.target} ({attempt.source})", style)
    if attempt.reason is not None:
        _line(console, f"      {attempt.reason}")


def _table(console: Console, report: CanaryReport, verbose: bool) -> None:
    for run, of_run in itertools.groupby(report.checks, key=lambda check: check.run):
        checks = list(of_run)
        held = sum(check.ok for check in checks)
        _line(console, f"Canary, {run}: {held} of {len(checks)} hold", "bold")
        for check in checks:
            if verbose or not check.ok:
                _check(console, check)


def _check(console: Console, check: Check) -> None:
    mark, style = ("ok", "green") if check.ok else ("NO", "red")
    # A long reason stands on lines of its own, so that the names stay aligned in a narrow window.
    if len(check.detail) <= 20:
        _line(console, f"  {mark}  {check.name:<33} {check.detail}", style)
    else:
        _line(console, f"  {mark}  {check.name}", style)
        _line(console, f"      {check.detail}")


def _say(console: Console) -> Callable[[str], None]:
    return lambda line: _line(console, f"  {line}", "dim")


def _line(console: Console, text: str, style: str = "") -> None:
    """Plain text, wrapped at words with its indentation kept; nothing in it is taken for markup."""
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        for part in Text(line.strip()).wrap(console, max(20, console.width - indent - 2)):
            console.print(Text(" " * indent) + part, style=style, highlight=False)
