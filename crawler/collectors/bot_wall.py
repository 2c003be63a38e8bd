"""Recognises an answer that is a bot wall instead of the site: what it shows says nothing about the site's trackers.

Signs are what each product sends with its own block page: a header, a title, its own words next to its own reference
number. A page that merely writes about bot walls is longer, answers 200, and has none of them. Facts from the
products' public block pages, read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHORT_CHARS = 2_500
"""A block page says little; an article about one says more."""
_BLOCKED = frozenset({401, 403, 405, 406, 429, 503})
_HUMAN = re.compile(
    r"(?:verify|confirm|prove|check)(?:ing)?\s+(?:that\s+)?(?:you\s+are|you.re|if\s+you\s+are)\s+(?:a\s+)?"
    r"(?:human|not\s+a\s+(?:ro)?bot)"
    r"|are you (?:a )?(?:human|robot)\s?\?|unusual traffic from your (?:computer )?network"
    r"|press (?:&|and) hold to confirm|checking your browser before|complete the security check to access",
    re.IGNORECASE,
)


def recognise(
    status: int | None, title: str, text_sample: str, headers: Mapping[str, str], urls: tuple[str, ...] = ()
) -> str | None:
    """The name of the wall that a main document shows, or None.

    `headers` are the document's response headers, `text_sample` its visible text, `urls` what the page requested.
    """
    lower = {name.lower(): value.lower() for name, value in headers.items()}
    text = text_sample[:20_000]
    short = len(text.strip()) <= _SHORT_CHARS
    blocked = status in _BLOCKED
    title = title.strip().lower()[:300]
    for name, found in (
        ("Cloudflare", _cloudflare(lower, title, text, short, blocked)),
        ("DataDome", blocked and ("x-datadome" in lower or lower.get("server") == "datadome")),
        ("HUMAN", _human(text, short, blocked, urls)),
        ("Imperva", _imperva(text, short, urls)),
        ("AWS WAF", _aws(status, lower, title, short)),
        ("Akamai", _akamai(title, text, short, blocked)),
        ("Sucuri", blocked and "sucuri" in title and "access denied" in title),
        ("CAPTCHA page", _generic(title, text, short, blocked)),
    ):
        if found:
            return name
    return None


def _cloudflare(headers: Mapping[str, str], title: str, text: str, short: bool, blocked: bool) -> bool:
    if headers.get("cf-mitigated") == "challenge":
        return True
    if not short:
        return False
    by_cloudflare = headers.get("server", "") == "cloudflare" or "cf-ray" in headers or "Ray ID" in text
    titles = title.startswith(("just a moment", "attention required! | cloudflare", "please wait... | cloudflare"))
    return by_cloudflare and titles and (blocked or "Ray ID" in text or "security" in text.lower())


def _human(text: str, short: bool, blocked: bool, urls: tuple[str, ...]) -> bool:
    words = "press & hold" in text.lower() or "reference id" in text.lower()
    host = any("captcha.px-cdn.net" in url or "captcha.px-cloud.net" in url for url in urls)
    return short and (host or blocked) and words and ("human" in text.lower() or host)


def _imperva(text: str, short: bool, urls: tuple[str, ...]) -> bool:
    return short and (
        "incapsula incident id" in text.lower()
        or ("request unsuccessful" in text.lower() and any("_incapsula_resource" in url.lower() for url in urls))
    )


def _aws(status: int | None, headers: Mapping[str, str], title: str, short: bool) -> bool:
    return short and (
        headers.get("x-amzn-waf-action") in ("challenge", "captcha")
        or (status == 405 and title == "human verification")
    )


def _akamai(title: str, text: str, short: bool, blocked: bool) -> bool:
    return short and blocked and title == "access denied" and re.search(r"Reference\s*#\d+\.", text) is not None


def _generic(title: str, text: str, short: bool, blocked: bool) -> bool:
    if not short:
        return False
    walls = ("just a moment", "human verification", "robot check", "pardon our interruption", "are you a robot?")
    if title.startswith(walls) and (blocked or _HUMAN.search(text) or "enable javascript and cookies" in text.lower()):
        return True
    return bool(_HUMAN.search(text)) and (blocked or len(text.strip()) <= 600)
