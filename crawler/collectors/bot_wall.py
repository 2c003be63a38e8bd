"""Recognises an answer that is a bot wall instead of the site: what it shows says nothing about the site's trackers.

Signs are what each product sends with its own page: a header, a title, its own words, the address of its puzzle on a
page that says next to nothing else. Many answer 200. A page that writes about bot walls is longer; one that has a
CAPTCHA in a form has the rest of a page around it. Facts from the products' documentation (Cloudflare: `cf-mitigated`;
AWS WAF: `x-amzn-waf-action`, 202 and 405), and from public collections of their pages, read 2026-11-22 and 2026-11-27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SHORT_CHARS = 2_500
"""A block page says little; an article about one says more."""
_SILENT_CHARS = 300
"""A page that lets a script do the challenge says next to nothing."""
_ASIDE_CHARS, _FEW_LINKS = 600, 5
"""A page of the site that asks in a form whether one is human says more than that, and leads to other pages."""
_BLOCKED = frozenset({401, 403, 405, 406, 429, 503})
_HUMAN = re.compile(
    r"(?:verify|confirm|prove|check)(?:ing)?\s+(?:that\s+)?(?:you\s+are|you.re|if\s+you\s+are)\s+(?:a\s+)?"
    r"(?:human|not\s+a\s+(?:ro)?bot)"
    r"|are you (?:a )?(?:human|robot)\s?\?|unusual traffic from your (?:computer )?network"
    r"|press (?:&|and) hold to confirm|checking your browser before|complete the security check to access"
)
_PUZZLES = ("hcaptcha.com/", "google.com/recaptcha/", "recaptcha.net/", "challenges.cloudflare.com/", "arkoselabs.com/")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A main document; all text in lower case."""

    blocked: bool
    """The status is one that walls answer with."""
    headers: Mapping[str, str]
    title: str
    text: str
    urls: tuple[str, ...]
    links: int

    @property
    def short(self) -> bool:
        return len(self.text) <= _SHORT_CHARS

    @property
    def silent(self) -> bool:
        return len(self.text) <= _SILENT_CHARS

    def asked_for(self, *parts: str) -> bool:
        """Whether the page called an address that has one of these in it."""
        return any(part in url for url in self.urls for part in parts)


def recognise(
    status: int | None,
    title: str,
    text_sample: str,
    headers: Mapping[str, str],
    urls: tuple[str, ...] = (),
    links: int = 0,
) -> str | None:
    """The name of the wall that a main document shows, or None.

    `headers` are the document's response headers, `text_sample` its visible text, `urls` what the page requested,
    `links` how many links it has.
    """
    answer = _Answer(
        blocked=status in _BLOCKED,
        headers={name.lower(): value.lower() for name, value in headers.items()},
        title=title.strip().lower()[:300],
        text=text_sample[:20_000].strip().lower(),
        urls=tuple(url[:2_048].lower() for url in urls),
        links=links,
    )
    return next((name for name, shows in _WALLS if shows(answer)), None)


def _cloudflare(a: _Answer) -> bool:
    if a.headers.get("cf-mitigated") == "challenge":
        return True
    if not a.short:
        return False
    by_cloudflare = a.headers.get("server", "") == "cloudflare" or "cf-ray" in a.headers or "ray id" in a.text
    titles = a.title.startswith(("just a moment", "attention required! | cloudflare", "please wait... | cloudflare"))
    if "used cloudflare to restrict access" in a.title:
        return a.blocked
    return by_cloudflare and titles and (a.blocked or "ray id" in a.text or "security" in a.text)


def _datadome(a: _Answer) -> bool:
    if a.blocked and ("x-datadome" in a.headers or a.headers.get("server") == "datadome"):
        return True
    return a.short and a.asked_for(".captcha-delivery.com/")


def _human(a: _Answer) -> bool:
    puzzle = a.asked_for("captcha.px-cdn.net/", "captcha.px-cloud.net/")
    words = "press & hold" in a.text or "reference id" in a.text or a.title.startswith("access to this page has been")
    reason = puzzle or "human" in a.text or "automation tools" in a.text
    return a.short and (puzzle or a.blocked) and words and reason


def _imperva(a: _Answer) -> bool:
    if a.short and ("incapsula incident id" in a.text or a.title == "pardon our interruption"):
        return True
    # Pages that it lets through load scripts from there, too, with other parameters.
    return a.silent and a.asked_for("_incapsula_resource?swudnsai=", "&incident_id=")


def _aws(a: _Answer) -> bool:
    asked = a.headers.get("x-amzn-waf-action") in ("challenge", "captcha")
    return a.short and (asked or (a.blocked and a.title == "human verification"))


def _akamai(a: _Answer) -> bool:
    denied = a.title == "access denied" and re.search(r"reference\s*#\d+\.", a.text) is not None
    return (a.short and denied) or (a.silent and a.asked_for("/_sec/cp_challenge/"))


def _kasada(a: _Answer) -> bool:
    named = any(name.startswith("x-kpsdk") for name in a.headers)
    return a.silent and (named or a.blocked) and (named or a.asked_for("/ips.js"))


def _sucuri(a: _Answer) -> bool:
    if a.short and a.title.startswith("sucuri website firewall"):
        return True
    by_sucuri = "sucuri" in a.headers.get("server", "") or "x-sucuri-id" in a.headers
    return by_sucuri and a.silent and a.title.startswith("you are being redirected")


def _vercel(a: _Answer) -> bool:
    return a.headers.get("x-vercel-mitigated") in ("challenge", "deny")


def _f5(a: _Answer) -> bool:
    return a.short and a.title == "request rejected" and "the requested url was rejected" in a.text


def _generic(a: _Answer) -> bool:
    if not a.short:
        return False
    if a.blocked and a.asked_for(*_PUZZLES):
        return True
    asks = _HUMAN.search(a.text) is not None
    walls = ("just a moment", "human verification", "robot check", "pardon our interruption", "are you a robot?")
    if a.title.startswith(walls) and (a.blocked or asks or "enable javascript and cookies" in a.text):
        return True
    return asks and (a.blocked or (len(a.text) <= _ASIDE_CHARS and a.links <= _FEW_LINKS))


_WALLS: tuple[tuple[str, Callable[[_Answer], bool]], ...] = (
    ("Cloudflare", _cloudflare),
    ("DataDome", _datadome),
    ("HUMAN", _human),
    ("Imperva", _imperva),
    ("AWS WAF", _aws),
    ("Akamai", _akamai),
    ("Kasada", _kasada),
    ("Sucuri", _sucuri),
    ("Vercel", _vercel),
    ("F5", _f5),
    ("CAPTCHA page", _generic),
)
