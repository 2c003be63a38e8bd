"""Facts of the page itself, read after settling: links, consent banners, opt-outs, the signal's property, reCAPTCHA."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from playwright.async_api import Page as BrowserPage

from crawler.collectors.devtools import isolated_world
from crawler.collectors.devtools.isolated_world import FrameAnswer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Page

MAX_LINKS = 2_000
BANNERS: tuple[tuple[str, str], ...] = (
    ("OneTrust", "#onetrust-banner-sdk, #onetrust-pc-sdk, #onetrust-consent-sdk"),
    ("Cookiebot", "#CybotCookiebotDialog, script[src*='consent.cookiebot.com']"),
    ("Osano", ".osano-cm-window, .osano-cm-dialog"),
    ("TrustArc", "#truste-consent-track, .truste_popframe, #consent_blackbar"),
    ("Ketch", "#lanyard_root, #ketch-banner, #ketch-modal"),
    ("Usercentrics", "#usercentrics-root, #usercentrics-cmp-ui"),
    ("HubSpot", "#hs-eu-cookie-confirmation"),
    ("Didomi", "#didomi-host"),
    ("Transcend", "#transcend-consent-manager"),
)
"""Product and the elements that show it; facts of vendor-side rules read 2026-11-22."""
_OPT_OUT = re.compile(
    r"do not (?:sell|share)|don.t sell|(?:your|california|my) privacy choices|\bopt[- ]?out\b"
    r"|limit the use of my sensitive",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"privacy (?:policy|notice|statement)|\bprivacy\b|cookie (?:policy|notice)|datenschutz", re.IGNORECASE
)


@cache
def _script() -> str:
    source = resources.files("crawler.collectors").joinpath("js", "page_facts.js").read_text(encoding="utf-8")
    return source.replace("SELECTORS", json.dumps(BANNERS), 1)


async def read(
    page: BrowserPage, visit: VisitKey, status: int | None, screenshot: str | None, timeout_s: float = 3
) -> Page:
    """The page's facts; what a hanging or hostile page does not tell stays empty. Does not raise for the page."""
    return page_from(await isolated_world.evaluate(page, _script(), timeout_s), page.url, visit, status, screenshot)


def page_from(
    answers: list[FrameAnswer], final_url: str, visit: VisitKey, status: int | None, screenshot: str | None
) -> Page:
    """The row that the frames' answers make."""
    facts = [(a, a.value) for a in answers if isinstance(a.value, dict)]
    main: dict[str, Any] = next((value for answer, value in facts if answer.main), {})
    links = [(str(url), str(text)) for url, text in _list(main, "links")[:MAX_LINKS]]
    buttons = [str(text) for text in _list(main, "buttons")]
    opt_outs = [f"{text} -> {url}" for url, text in links if _OPT_OUT.search(text)]
    opt_outs += [f"{text} -> {final_url}" for text in buttons if _OPT_OUT.search(text)]
    return Page(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        final_url=final_url,
        status=status,
        title=str(main.get("title") or ""),
        language=main.get("language"),
        links=_distinct(url.partition("#")[0] for url, _ in links),
        forms=int(main.get("forms") or 0),
        banners=_distinct(str(name) for _, value in facts for name in _list(value, "found")),
        opt_out_links=_distinct(opt_outs)[:50],
        policy_links=_distinct(url for url, text in links if _POLICY.search(text))[:50],
        gpc_property=tuple(f"{answer.url[:2048]}={value.get('gpc')}" for answer, value in facts),
        recaptcha=_distinct(str(fact) for _, value in facts for fact in _list(value, "recaptcha")),
        screenshot=screenshot,
    )


def _list(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _distinct(items: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
