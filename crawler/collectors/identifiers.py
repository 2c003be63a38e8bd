"""Finds cookie and storage values inside requests to other parties: the value's journey, not its name.

First-party values are looked for in requests to any other party, values of a third party's cookies in requests to yet
another third party.

Only values that could tell one visitor from another count: flags, words, dates, versions, addresses and consent
strings are left out, because a match of those proves nothing. Searched: the URL and the body, plain, percent-decoded,
base64-decoded, decompressed, and as MD5, SHA-1 or SHA-256 in hex.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

import orjson

from crawler.bundle.redact import CONSENT_COOKIES, Redactor
from crawler.collectors.needles import Needles
from crawler.evidence import IdentifierSent
from crawler.parties import etld_plus_one, host_of

MIN_CHARS = 8
MAX_VALUES = 1_000
MAX_PARTS = 12
"""Parts looked for per value, the whole value included."""
_MAX_VALUE_CHARS = 4_096
_MAX_HAYSTACK = 1 << 20
_MAX_BASE64_TOKENS = 200
_SEPARATORS = re.compile(r"[.|:&=,;!~*$\s\"'{}\[\]()/]+")
_GA = re.compile(r"\w{1,8}\.\d{1,4}\.(\d{5,20}\.\d{5,20})")
"""Google Analytics sends the last two fields of `_ga`, joined, as its client id."""
_HEX_DIGEST = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Fa-f])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_EPOCH = re.compile(r"1[5-9]\d{8}(?:\d{3}|\d{6})?|2[0-2]\d{8}(?:\d{3}|\d{6})?")
_DATE = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T _+]\d\d(?::?\d\d.*)?)?")
_VERSION = re.compile(r"v?\d{1,4}(?:[.-]\d{1,4}){1,5}")
_SIZE = re.compile(r"\d{2,5}x\d{2,5}(?:x\d{1,2})?")
_ACCOUNT = re.compile(r"(?:G|GT|GTM|UA|AW|DC|MC)-[A-Z0-9-]{4,20}")
"""Google's account ids: the site's, not the visitor's."""
_PLACEHOLDER = re.compile(r"(.)\1*")


def could_identify(value: str) -> bool:
    """True for a value that may tell visitors apart: long enough, not a word, time, date, version, URL or host."""
    if not MIN_CHARS <= len(value) <= _MAX_VALUE_CHARS or "://" in value or value.startswith(("/", "www.")):
        return False
    if any(pattern.fullmatch(value) for pattern in (_EPOCH, _DATE, _VERSION, _SIZE, _ACCOUNT, _PLACEHOLDER)):
        return False
    digits = sum(c.isdigit() for c in value)
    if digits == 0:
        mixed = any(c.isupper() for c in value[1:]) and any(c.islower() for c in value)
        return len(value) >= 20 and mixed and value.isalnum()
    if digits == len(value):
        return True
    # `en-US,2`, `1920x1080`, `GTM-ABC1`: one or two digits in a short value are no identity.
    return digits >= 3 or len(value) >= 16


def parts(value: str) -> Iterator[str]:
    """The value itself and the parts of it that alone could identify, most telling first, at most `MAX_PARTS`."""
    seen: set[str] = set()
    for part in _candidates(value[:_MAX_VALUE_CHARS]):
        if part not in seen and could_identify(part):
            seen.add(part)
            yield part
            if len(seen) >= MAX_PARTS:
                return


def _candidates(value: str) -> Iterator[str]:
    yield value
    decoded = unquote(value)
    if decoded != value:
        yield decoded
    if (ga := _GA.match(decoded)) is not None:
        yield ga[1]
    if decoded[:1] in "{[":
        yield from _json_strings(decoded)
    yield from _SEPARATORS.split(decoded)


def _json_strings(text: str) -> Iterator[str]:
    try:
        stack = [orjson.loads(text)]
    except ValueError:
        return
    for _ in range(200):
        if not stack:
            return
        item = stack.pop()
        if isinstance(item, Mapping):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item[:100])
        elif isinstance(item, str | int) and not isinstance(item, bool):
            yield str(item)


@dataclass(frozen=True, slots=True)
class Carried:
    """The values that one request carries; one entry per cookie and place."""

    own: tuple[IdentifierSent, ...] = ()
    """First-party ones."""
    of_others: tuple[IdentifierSent, ...] = ()
    """Of third parties' cookies, except those of the site that the request goes to."""


class IdentifierIndex:
    """The values of one visit, prepared once and then looked for in many requests."""

    def __init__(
        self,
        secrets: Mapping[str, tuple[str, str]],
        redactor: Redactor,
        public: Iterable[str] = (),
        others: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        """`secrets` and `others` map a value to the name and domain of its cookie; a part contained in a `public` text
        (the page's URL) is no secret. What stands in a first-party cookie too is told as that cookie's alone."""
        self._redactor = redactor
        self._plain: dict[str, IdentifierSent] = {}
        self._digests: dict[str, IdentifierSent] = {}
        self._of_others: set[tuple[str, str]] = set()
        """Name and domain of every cookie of a third party."""
        known = " ".join(public)
        self._add(secrets, known)
        own = {(item.name, item.domain) for item in self._plain.values()}
        self._add(others or {}, known)
        self._of_others = {(item.name, item.domain) for item in self._plain.values()} - own
        self._rank = {part: rank for rank, part in enumerate(self._plain)}
        self._needles = Needles(self._plain)

    def _add(self, secrets: Mapping[str, tuple[str, str]], known: str) -> None:
        for value, (name, domain) in list(secrets.items())[:MAX_VALUES]:
            if CONSENT_COOKIES.match(name):
                continue
            for part in parts(value):
                if part in self._plain or part in known:
                    continue
                hashed = self._redactor.hash(part)
                found = IdentifierSent(name=name[:1024], domain=domain[:1024], where="", value_hash=hashed)
                self._plain[part] = found
                for form in {part, part.lower()}:
                    data = form.encode("utf-8", "replace")
                    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
                        self._digests.setdefault(digest(data, usedforsecurity=False).hexdigest(), found)

    def find(self, url: str, body: bytes) -> Carried:
        """What of this visit's values a request carries."""
        found: dict[tuple[str, str, str], IdentifierSent] = {}
        for where, text in (("url", url), ("body", _decode(body))):
            for item in self._search(text[:_MAX_HAYSTACK]):
                found.setdefault((item.name, item.domain, where), replace(item, where=where))
        if not found:
            return Carried()
        site = etld_plus_one(host_of(url))
        own = tuple(item for item in found.values() if (item.name, item.domain) not in self._of_others)
        of_others = tuple(
            item
            for item in found.values()
            if (item.name, item.domain) in self._of_others and etld_plus_one(item.domain) != site
        )
        return Carried(own, of_others)

    def _search(self, text: str) -> Iterator[IdentifierSent]:
        if not text or not self._plain:
            return
        haystack = "\n".join(_readings(text))
        # The most telling part of a cookie first, as they were put in.
        for part in sorted(self._needles.within(haystack), key=self._rank.__getitem__):
            yield self._plain[part]
        for digest in _HEX_DIGEST.findall(haystack):
            if digest.lower() in self._digests:
                yield self._digests[digest.lower()]


def _readings(text: str) -> Iterator[str]:
    yield text
    for _ in range(2):
        decoded = unquote(text) if "%" in text else text
        if decoded == text:
            break
        text = decoded
        yield text
    for token in _BASE64.findall(text)[:_MAX_BASE64_TOKENS]:
        try:
            data = base64.urlsafe_b64decode(token.replace("+", "-").replace("/", "_") + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            continue
        plain = data.decode("latin-1")
        if sum(c.isprintable() for c in plain[:64]) > 0.8 * min(len(plain), 64):
            yield plain


def _decode(body: bytes) -> str:
    return inflated(body).decode("utf-8", "replace")


def inflated(body: bytes) -> bytes:
    """A gzip or zlib body decompressed, at most 1 MiB; any other as it is."""
    if body[:2] == b"\x1f\x8b" or body[:1] == b"\x78":
        try:
            return zlib.decompressobj(47).decompress(body, _MAX_HAYSTACK)
        except zlib.error:
            pass
    return body


def find(
    secrets: Mapping[str, tuple[str, str]], url: str, body: bytes, redactor: Redactor
) -> tuple[IdentifierSent, ...]:
    """First-party values in a single request, as `IdentifierIndex.find` finds them."""
    return IdentifierIndex(secrets, redactor).find(url, body).own
