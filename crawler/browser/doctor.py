"""`tracking-audit doctor`: finds or installs a browser, proves it on loopback, and says in one line what that means."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Mapping
from importlib import metadata

from playwright.async_api import async_playwright
from rich.console import Console
from rich.text import Text

from crawler.browser.canary import CanaryReport, run_canary
from crawler.browser.canary_rows import UNRECORDED
from crawler.browser.chosen import Attempt, Browser
from crawler.browser.find import NoBrowser, find
from crawler.browser.launch import LaunchOptions
from crawler.browser.user_agent import user_agent

GOOD, NOT_PROVEN, NO_BROWSER = 0, 3, 4
_MARKS = {True: "ok", False: "NO", None: "-"}
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

    `explicit` is what `--browser` takes. `verbose` gives every check's detail, not only those of the failures. Never
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
        return "this browser keeps third-party cookies, sends the signal everywhere, and shows no recorder."
    if report.signal == "emulated":
        return "this browser has no Global Privacy Control of its own; the imitation misses workers and last beacons."
    names = {check.name for check in report.failed}
    if any(name.startswith("third-party cookie") for name in names):
        return "this browser refuses third-party cookies; trackers would be missed."
    if any(name.endswith(UNRECORDED) for name in names):
        return "recording changes what a site does or sees in this browser; --verbose says what."
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
    """One line per check, one column per run; then what failed, with its detail."""
    runs = list(dict.fromkeys(check.run for check in report.checks))
    _line(console, "Canary", "bold")
    for number, run in enumerate(runs, 1):
        of_run = [check for check in report.checks if check.run == run]
        _line(console, f"  {number} = {run}: {sum(check.ok for check in of_run)} of {len(of_run)} hold")
    _line(console, f"  {'':<32}" + "".join(f"{number:>4}" for number in range(1, len(runs) + 1)))
    for name in dict.fromkeys(check.name for check in report.checks):
        held = {check.run: check.ok for check in report.checks if check.name == name}
        cells = "".join(f"{_MARKS[held.get(run)]:>4}" for run in runs)
        _line(console, f"  {name:<32}{cells}", "" if all(held.values()) else "red")
    for check in report.checks if verbose else report.failed:
        mark, style = ("ok", "") if check.ok else ("NO", "red")
        _line(console, f"  {mark}  {check.run}: {check.name}", style)
        _line(console, f"      {check.detail}")


def _say(console: Console) -> Callable[[str], None]:
    return lambda line: _line(console, f"  {line}", "dim")


def _line(console: Console, text: str, style: str = "") -> None:
    """Plain text, wrapped at words with its indentation kept; nothing in it is taken for markup."""
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        for part in Text(line.strip()).wrap(console, max(20, console.width - indent - 2)):
            console.print(Text(" " * indent) + part, style=style, highlight=False)
