"""The browser's and the recorders' own words in plain ones: classes of requests, reasons of refusal, interfaces, steps.

A word that is not here is shown as it is; a newer browser may have new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

RECORDER_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "unload-beacon": "Sent while the page was being left, when DevTools no longer listens.",
        "worker-update": "What a service worker imports, fetched again by the browser to look for a newer version.",
        "worker-script": "The script of a worker, which the browser fetches by itself.",
        "worker-start": "A first request of a worker, on its way before DevTools was attached to it.",
        "frame-start": "A first request of a frame, on its way before DevTools was attached to it.",
        "popup-start": "A first request of a new window, on its way before DevTools was attached to it.",
        "fetch-later": "Handed to the browser to be sent later, at the latest when the page is gone (fetchLater).",
        "early-hint": "Fetched ahead because the server said so before its answer (103 Early Hints).",
        "sent-again": "The same request once more: after a password was asked for, or on another connection.",
        "preflight": "The browser’s question whether another host allows a request; nothing of the page goes with it.",
        "report": "A report that the site told the browser to send: of a blocked resource, of a network error.",
        "favicon": "The site’s icon, which the browser fetches for its tab.",
        "download": "A file that was downloaded instead of shown.",
        "fedcm": "Signing in through the browser (FedCM).",
        "background-fetch": "A download that a service worker handed over to the browser.",
        "speculation": "Fetched ahead by the browser, in case the visitor goes there.",
        "upgraded": "Asked for over http; the browser sent it over https, and that request is counted.",
        "internal-redirect": "The browser’s own turn from http to https; nothing was sent before it.",
        "cache": "Answered out of the browser’s cache.",
        "cache-probe": "A look into the browser’s own cache; nothing was sent.",
        "service-worker": "Answered by the site’s own service worker.",
        "blocked": "Stopped by a policy of the page or of the browser before anything was sent.",
        "failed": "No connection came about.",
        "aborted": "Given up by the page before anything was sent.",
        "pending": "Still waiting when the visit ended.",
        "own-traffic": "The browser’s own business; never charged to the site.",
        "unexplained": "Nobody can say why one recorder alone saw it.",
    }
)
"""Why one of the two recorders alone saw a request, see `Request.wire_class`."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "unknown": "the browser gives no reason",
        "unknownerror": "the browser gives no reason",
        "httponly": "a script may not touch a cookie for servers alone (HttpOnly)",
        "secureonly": "it is for https alone (Secure) and did not come over https",
        "domainmismatch": "it names another site’s domain",
        "notonpath": "it is for another path",
        "samesitestrict": "it is for its own site alone (SameSite=Strict)",
        "samesitelax": "it is for its own site, and for links that lead there (SameSite=Lax)",
        "samesiteunspecifiedtreatedaslax": "it does not say that other sites may use it (no SameSite)",
        "samesitenoneinsecure": "it is for use on all sites (SameSite=None), which takes https (Secure)",
        "userpreferences": "the browser’s settings refuse it",
        "failuretostore": "the browser could not store it",
        "noncookieablescheme": "addresses of this kind can have no cookies",
        "schemenotsupported": "addresses of this kind can have no cookies",
        "overwritesecure": "it would replace a cookie for https alone from a page without https",
        "overwritehttponly": "a script may not replace a cookie for servers alone (HttpOnly)",
        "invaliddomain": "it may not be set for that domain",
        "invalidprefix": "its name begins with __Secure- or __Host-, and it lacks what that takes",
        "invalidpartitioned": "it asks for a jar of each site’s own (Partitioned), and lacks what that takes",
        "namevaluepairexceedsmaxsize": "it is too long",
        "attributevalueexceedsmaxsize": "one of its attributes is too long",
        "domainnonascii": "its domain holds letters that a domain must not have",
        "thirdpartyblockedwithinfirstpartyset": "the browser refuses cookies of third parties",
        "thirdpartycookieblockedinfirstpartyset": "the browser refuses cookies of third parties",
        "thirdpartyphaseout": "the browser refuses cookies of third parties",
        "portmismatch": "it belongs to another port",
        "schememismatch": "it belongs to http, or to https, and not to this page",
        "shadowingdomain": "it would hide another cookie of this name",
        "disallowedcharacter": "it holds a character that a cookie must not have",
        "nocookiecontent": "it is empty",
        "nocredentials": "the request was made without credentials",
        "anonymouscontext": "the frame has no cookies (credentialless)",
        "syntaxerror": "it is written wrongly",
    }
)
"""Why a browser did not store a cookie; keys are its words without `EXCLUDE_`, in lower case, letters alone.
Source: Chromium's CookieInclusionStatus and the DevTools protocol's CookieExclusionReason, read 2026-11-27."""

INTERFACES: Mapping[str, str] = MappingProxyType(
    {
        "opt-out-signal": "reads whether the browser says that the visitor opts out",
        "consent-api": "asks what the visitor consented to",
        "field-read": "reads what stands in form fields",
        "input-listener": "listens to keys, input or the mouse on the whole page",
        "observer": "watches the page’s content for changes",
        "canvas": "draws on a canvas, or reads it back",
        "webgl": "asks about the graphics card",
        "audio": "computes sound without playing it",
        "fonts": "asks which fonts there are",
        "user-agent": "asks for details of browser and machine",
        "media-devices": "asks for cameras and microphones",
        "battery": "asks about the battery",
        "permissions": "asks which permissions were given",
        "webrtc": "opens a direct connection (WebRTC)",
        "beacon": "sends messages that outlive the page (beacons)",
    }
)
"""What a script does, by `ApiCall.kind`; in the order of a report. A fact: most of it has everyday uses, too."""

_EXACT: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("opt-out-signal", re.compile(r"globalPrivacyControl$"), "reads the Global Privacy Control property"),
    ("opt-out-signal", re.compile(r"doNotTrack$|msDoNotTrack$"), "reads the Do Not Track property"),
    ("canvas", re.compile(r"toDataURL$|toBlob$|convertToBlob$|getImageData$"), "reads the pixels of a canvas"),
    ("canvas", re.compile(r"measureText$"), "measures text on a canvas"),
    ("consent-api", re.compile(r"__gpp$"), "asks the consent tool by the GPP interface"),
    ("consent-api", re.compile(r"__uspapi$"), "asks the consent tool by the US Privacy interface"),
    ("consent-api", re.compile(r"__tcfapi$"), "asks the consent tool by the TCF interface"),
)
"""Kind, interface, and what may be said when each interface that was called is one of these."""

AREAS: Mapping[str, str] = MappingProxyType(
    {
        "local": "local storage",
        "session": "session storage",
        "indexeddb": "database (IndexedDB)",
        "cache": "cache (CacheStorage)",
    }
)

STEPS: Mapping[str, str] = MappingProxyType(
    {
        "load": "the page was loaded",
        "scroll": "it was scrolled, screen by screen",
        "hover": "the pointer rested on what can be pressed; nothing was pressed",
        "focus": "its form fields had the focus; nothing was typed or sent",
        "wait": "it was given more time",
        "second-view": "it was loaded again in the same browser, with the cookies of the first view",
        "consent": "its consent tools were asked, where it has any, what the visitor has chosen",
        "leave": "it was left",
    }
)
"""The steps of a visit, in the order in which they are made."""

_WHEN: Mapping[str, str] = MappingProxyType(
    {
        "scroll": "while scrolling",
        "hover": "while the pointer moved",
        "focus": "while fields had the focus",
        "wait": "while waiting",
        "second-view": "on the second view",
        "consent": "while its consent tools were asked",
        "leave": "while the page was left",
    }
)


def when(step: object) -> str:
    """`while scrolling`; nothing for what happened while loading, and for an unknown step its own word."""
    word = str(step or "")
    return "" if word == "load" else _WHEN.get(word, word)


def refusal(reason: object) -> str:
    """A browser's word for refusing a cookie, as a clause; its own word when it is not known."""
    word = str(reason)
    key = re.sub(r"[^a-z]", "", word.lower())
    return REFUSALS.get(key.removeprefix("exclude").removeprefix("schemeful"), word)


def does(kind: str, apis: Iterable[str]) -> str:
    """What scripts did, as exactly as the interfaces that they called allow; an unknown kind's own word."""
    said: dict[str, None] = {}
    for api in apis:
        exact = next((words for of, shape, words in _EXACT if of == kind and shape.search(api)), None)
        if exact is None:
            return INTERFACES.get(kind, kind)
        said[exact] = None
    return ", ".join(said) or INTERFACES.get(kind, kind)


def lifetime(days: object) -> str:
    """A lifetime in words, the largest unit that fits; None is a session."""
    if not isinstance(days, int | float) or isinstance(days, bool):
        return "session"
    if not abs(days) < 1e7:
        return "without end"
    for unit, length in (("year", 365.0), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440)):
        if days >= (2 * length if unit == "year" else length) * 0.999:
            exact = unit != "day" and days / length < 10
            number = f"{days / length:,.{1 if exact else 0}f}".removesuffix(".0")
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return "under a minute"
