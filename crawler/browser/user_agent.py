"""What the browser says it is: the user agent and client hints of a person's browser of the same version and platform.

Measured with Chromium 156 on Linux (2026-11-22): without this, the headless shell says `HeadlessChrome` in the user
agent and in `sec-ch-ua`, and sends no `accept-language`; full Chromium says it in the user agent only. The switch
`--user-agent` reaches every request and every kind of worker, but leaves the brands and empties the high-entropy
hints; the DevTools override repairs those, target by target.
"""

from __future__ import annotations

import platform as machine
import re
import sys
from typing import Any

from crawler.browser.chosen import CHROME, EDGE, Browser
from crawler.browser.preferences import languages

_PLATFORMS = {
    "linux": ("X11; Linux x86_64", "Linux"),
    "darwin": ("Macintosh; Intel Mac OS X 10_15_7", "macOS"),
    "win32": ("Windows NT 10.0; Win64; x64", "Windows"),
}
"""Frozen by Chromium's user agent reduction: every person's browser of the platform sends exactly these."""

_BRANDS = {CHROME: "Google Chrome", EDGE: "Microsoft Edge"}

# Chromium's own scheme for the made-up brand, by major version (components/embedder_support/user_agent_utils.cc);
# for 156 it gives what the browser itself sends.
_GREASE_MARKS = " (:-./);=?_"
_GREASE_VERSIONS = ("8", "99", "24")
_ORDERS = {2: ((0, 1), (1, 0)), 3: ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))}

_CHROME_VERSION = re.compile(r"\bChrome/(\d+)((?:\.\d+)*)")


def user_agent(browser: Browser, platform: str = sys.platform) -> str:
    """The reduced user agent of the browser's real version, without the word Headless.

    Raises `ValueError` when the browser gave no version number.
    """
    system, _ = _PLATFORMS.get(platform, _PLATFORMS["linux"])
    chrome = f"Chrome/{browser.major}.0.0.0"
    product = f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) {chrome} Safari/537.36"
    return f"{product} Edg/{browser.major}.0.0.0" if browser.kind == EDGE else product


def override(browser: Browser, agent: str, locale: str, platform: str = sys.platform) -> dict[str, Any]:
    """Parameters of `Emulation.setUserAgentOverride` that make hints, languages and user agent agree.

    A user agent that is not a Chromium's gets empty brands.
    """
    return {
        "userAgent": agent,
        "acceptLanguage": ",".join(languages(locale)),
        "userAgentMetadata": _metadata(browser, agent, platform),
    }


def brands(browser: Browser, version: str) -> list[dict[str, str]]:
    """The brand list that a browser with this version sends, in its order; `version` is a major or a full one."""
    major = int(version.partition(".")[0])
    mark, next_mark = (_GREASE_MARKS[(major + i) % len(_GREASE_MARKS)] for i in (0, 1))
    made_up = {"brand": f"Not{mark}A{next_mark}Brand", "version": _GREASE_VERSIONS[major % 3]}
    if "." in version:
        made_up["version"] += ".0.0.0"
    entries = [made_up, {"brand": "Chromium", "version": version}]
    if browser.kind in _BRANDS:
        entries.append({"brand": _BRANDS[browser.kind], "version": version})
    orders = _ORDERS[len(entries)]
    placed: dict[int, dict[str, str]] = dict(zip(orders[major % len(orders)], entries, strict=True))
    return [placed[i] for i in range(len(entries))]


def _metadata(browser: Browser, agent: str, platform: str) -> dict[str, Any]:
    _, name = _PLATFORMS.get(platform, _PLATFORMS["linux"])
    found = _CHROME_VERSION.search(agent)
    claimed = found.group(1) if found else ""
    full = browser.version if claimed == str(browser.major) else f"{claimed}.0.0.0"
    return {
        "brands": brands(browser, claimed) if claimed else [],
        "fullVersionList": brands(browser, full) if claimed else [],
        "platform": name,
        # On Linux, Chromium itself leaves the system's version empty.
        "platformVersion": machine.mac_ver()[0] if platform == "darwin" else "15.0.0" if platform == "win32" else "",
        "architecture": "arm" if machine.machine().lower() in ("arm64", "aarch64") else "x86",
        "bitness": "64",
        "model": "",
        "mobile": False,
        "wow64": False,
    }
