"""What the browser says it is: the user agent of a person's browser of the same version and platform."""

from __future__ import annotations

import sys

from crawler.browser.chosen import EDGE, Browser

_PLATFORMS = {
    "linux": "X11; Linux x86_64",
    "darwin": "Macintosh; Intel Mac OS X 10_15_7",
    "win32": "Windows NT 10.0; Win64; x64",
}
"""Frozen by Chromium's user agent reduction: every person's browser of the platform sends exactly these."""


def user_agent(browser: Browser, platform: str = sys.platform) -> str:
    """The reduced user agent of the browser's real version, without the word Headless.

    Raises `ValueError` when the browser gave no version number.
    """
    system = _PLATFORMS.get(platform, _PLATFORMS["linux"])
    chrome = f"Chrome/{browser.major}.0.0.0"
    product = f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) {chrome} Safari/537.36"
    return f"{product} Edg/{browser.major}.0.0.0" if browser.kind == EDGE else product
