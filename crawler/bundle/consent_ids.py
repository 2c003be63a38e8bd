"""Where a consent cookie holds what identifies: the rest of it is evidence and stays readable.

OneTrust keeps a `consentId` beside the groups, Cookiebot a `stamp`, Didomi a `user_id` in base64. Names of the tools'
fields: see `crawler/collectors/consent.py`. That a GPP string begins with `DB` (type 3, version 1 in six bits each):
IAB's GPP specification, from memory.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

PERSONAL = re.compile(
    r"(?i)^(stamp|.*(consent|user|visitor|controller|session|settings|device|subject|receipt)_?-?(id|uuid)"
    r"|id|uid|uuid|guid|.*token|.*e?mail|ip|ip_?address|identity|identities|.*hash|landingpath|utc|metadata)$"
)
"""Names of what identifies; `utc` is the moment of a choice to the millisecond."""
MAX_IDS = 50
"""Of one cookie."""
LEAST = 8
"""Shorter values are groups, flags and languages."""
_QUOTE = r"(?:\\?[\"']|%(?:25)?2[27])?"
_SPACE = r"(?:\s|\+|%20){0,3}"
_END = r"%(?:25)?(?:2[267cC]|3[bB]|7[cCdD])"
_NAMED = re.compile(
    r"(?:(?<![A-Za-z0-9_%-])|(?<=%[0-9A-Fa-f]{2}))([A-Za-z_][A-Za-z0-9_-]{0,60})"
    rf"{_QUOTE}{_SPACE}(?:[=:]|%(?:25)?3[aAdD]){_SPACE}{_QUOTE}"
    rf"(?!\[redacted:)((?:(?!{_END})[^&;,\"'{{}}|\s\\]){{{LEAST},4096}})"
)
_LOOK = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32,128})(?![0-9A-Za-z])"
)
_LEAST_DIGITS = 4
"""Of what looks like an identifier: consent strings have long runs of `A`."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,8192}={0,2}")
_GPP_NAME = re.compile(r"(?i)gpp|__gpp|iabgpp|otgpp")
_GPP = re.compile(r"DB[A-Za-z0-9_-]{1,8192}(?:~[A-Za-z0-9_.=-]{0,8192}){0,64}")


def spans(name: str, value: str) -> list[tuple[int, int]]:
    """Start and end of each part of a consent cookie's value that identifies, from left to right, never overlapping."""
    if len(value) < LEAST or value.startswith("[redacted:"):
        return []
    plain = unquote(value)
    if _GPP_NAME.match(name):
        return [] if _GPP.fullmatch(plain) else [(0, len(value))]
    if _BASE64.fullmatch(plain) and any(_found(_unpacked(plain))):
        return [(0, len(value))]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(_found(value)):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def ids(name: str, value: str) -> list[str]:
    """The identifying parts themselves, at most `MAX_IDS`. Addresses of pages are none: they stand in every request."""
    parts = (value[start:end] for start, end in spans(name, value))
    return [part for part in parts if "://" not in unquote(unquote(part)) and not part.startswith("/")][:MAX_IDS]


def _found(text: str) -> Iterator[tuple[int, int]]:
    for named in _NAMED.finditer(text):
        if PERSONAL.match(named[1]):
            yield named.span(2)
    for look in _LOOK.finditer(text):
        if sum(c.isdigit() for c in look.group()) >= _LEAST_DIGITS:
            yield look.span()


def _unpacked(text: str) -> str:
    """A JSON text in base64; empty for anything else."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return ""
    return data.decode("utf-8", "replace") if data[:1] in (b"{", b"[") else ""
