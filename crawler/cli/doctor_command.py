"""`doctor`: is there a browser, and does it do what an audit needs?"""

from __future__ import annotations

from rich.console import Console

from crawler.browser import doctor as checks
from crawler.browser.find import NoBrowser, find
from crawler.cli import exits
from crawler.cli.saying import failed


def doctor(explicit: str | None, allow_install: bool, browser_only: bool, console: Console) -> int:
    """Find or install a browser; unless `browser_only`, prove it on the canary. 0 good, 3 unproven, 4 no browser."""
    if not browser_only:
        return checks.doctor(explicit, allow_install, console)
    try:
        browser = find(explicit, allow_install=allow_install, say=lambda line: console.print(line, markup=False))
    except NoBrowser as error:
        return failed(error)
    console.print(f"browser: {browser.kind} {browser.version} ({browser.found_by})", highlight=False)
    return exits.PASSED
