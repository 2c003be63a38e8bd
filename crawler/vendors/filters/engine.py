"""Holds requests against a filter list: which rule would block it, and which exception would let it pass.

Nearly every request matches nothing, and that is made fast: the URL is cut into words once, in C, and when no rule
stands under its host, any of its words, its page or its type, it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crawler.parties import etld_plus_one, host_of
from crawler.vendors.filters.index import Bucket, Compiled, bucket_of, compiled
from crawler.vendors.filters.rule import BITS, NOT_KNOWN, FilterRule

MAX_URL = 4_096
"""Characters of a URL that are looked at."""

_WORDS = bytes(
    byte | 0x20 if 65 <= byte <= 90 else byte if 97 <= byte <= 122 or 48 <= byte <= 57 else 0x20 for byte in range(256)
)
"""Letters and digits in lower case; a space for every other byte."""

MAX_SHOWN = 200
"""Characters of a rule in a sentence: some name hundreds of domains."""


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """What a list says of one request."""

    blocked: bool
    list_name: str
    list_version: str
    rule: str | None = None
    """The rule that blocks, also when an exception lifts it."""
    exception: str | None = None

    def __str__(self) -> str:
        """For people: list, version, rule, and the exception that lifts it."""
        lifted = f", lifted by its exception {self.exception[:MAX_SHOWN]}" if self.exception else ""
        return f"{self.list_name} {self.list_version}: {(self.rule or '')[:MAX_SHOWN]}{lifted}"


class _Buckets(dict[bytes | str, Bucket]):
    """Rules under a key, taken apart when they are first asked for."""

    def __init__(self, texts: Mapping[str, str], *, as_bytes: bool = False) -> None:
        self.texts: dict[bytes | str, str] = {
            key.encode("ascii", "replace") if as_bytes else key: text for key, text in texts.items()
        }

    def get_all(self, key: str) -> Bucket:
        """The rules under a key, if any."""
        return self[key] if key in self.texts else ()

    def __missing__(self, key: bytes | str) -> Bucket:
        found = self[key] = bucket_of(self.texts[key])
        return found


class _Part:
    """Rules of one kind: by host, by word, by page, and those that may concern any request."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self.by_host, self.by_page = _Buckets(texts["host"]), _Buckets(texts["page"])
        self.by_word = _Buckets(texts["token"], as_bytes=True)
        self.words = frozenset(self.by_word.texts)
        self.rest = bucket_of(texts["rest"])


class _Way:
    """From a page to a host by one type of request: what is known before any URL, and the rules to ask every time."""

    __slots__ = ("bit", "domains", "host", "page_domains", "page_host", "rules", "third_party")

    def __init__(self, host: str, page_host: str, bit: int) -> None:
        self.host, self.page_host, self.bit = host, page_host, bit
        self.domains, self.page_domains = _domains(host), _domains(page_host)
        """Itself and every domain above it; of the page also as `name.*`."""
        site = etld_plus_one(page_host) if page_host else ""
        self.third_party = etld_plus_one(host) != site
        name, dot, _ = site.partition(".")
        if dot:
            self.page_domains += [entity for host in self.page_domains if (entity := _entity(host, site, name))]
        self.rules: tuple[Bucket, ...] = ()
        """Important, blocking and allowing rules that stand under host, page or type and whose options hold."""

    def fits(self, rule: FilterRule) -> bool:
        """Whether all of a rule holds that is not asked of method and URL."""
        if not rule.types & self.bit or (rule.third_party is not None and rule.third_party != self.third_party):
            return False
        if rule.same_host is not None and rule.same_host != (self.host == self.page_host):
            return False
        if rule.to_never and not rule.to_never.isdisjoint(self.domains):
            return False
        if rule.to_only and rule.to_only.isdisjoint(self.domains):
            return False
        # The most specific domain that is named decides.
        for domain in self.page_domains if rule.include or rule.exclude else ():
            if domain in rule.exclude:
                return False
            if domain in rule.include:
                return True
        return not rule.include

    def of(self, part: _Part) -> Bucket:
        """Rules of a part to ask about every URL."""
        found = [entry for domain in self.domains for entry in part.by_host.get_all(domain)]
        found += [entry for domain in self.page_domains for entry in part.by_page.get_all(domain)]
        return tuple(entry for entry in (*found, *part.rest) if self.fits(entry[2]))


class FilterEngine:
    """A loaded list. `skipped` counts the lines that are no block of a request, by reason."""

    def __init__(
        self,
        lines: Iterable[str] = (),
        list_name: str = "",
        list_version: str = "",
        *,
        index: Compiled | None = None,
    ) -> None:
        index = compiled(lines) if index is None else index
        self.list_name = list_name
        self.list_version = list_version
        self.rules: int = index["rules"]
        self.skipped: Mapping[str, int] = index["skipped"]
        self._plain = frozenset(index["plain"].split("\n"))
        self._parts = (_Part(index["important"]), _Part(index["block"]), _Part(index["allow"]))
        self._verdict = lru_cache(maxsize=16_384)(self._new_verdict)
        self._nothing = self._verdict(None, None)
        self._way = lru_cache(maxsize=16_384)(self._new_way)

    def match(self, url: str, page_url: str, resource_type: str = "", method: str = "GET") -> FilterVerdict:
        """The list's verdict on a request seen from a page. Never raises on what a site sends.

        `resource_type` is a word of `evidence.Request` or of the lists; a document is taken for a frame's. When it is
        not known, only rules for all types accuse, while every exception excuses.
        """
        if len(url) > MAX_URL:
            url = url[:MAX_URL]
        end = url.find("/", url.find("//") + 2)
        way, plain = self._way(url if end < 0 else url[:end], page_url, resource_type)
        if way is None:
            return self._nothing
        lower = url.lower()
        words = lower.encode("ascii", "replace").translate(_WORDS).split()
        asked = (url, lower, words, way, method)
        important, block, allow = self._parts
        always = way.rules
        if always[0] or important.words:
            rule = _first(important, always[0], asked)
            if rule is not None:
                return self._verdict(rule.text, None)
        blocking = plain
        if blocking is None:
            rule = _first(block, always[1], asked)
            if rule is None:
                return self._nothing
            blocking = rule.text
        rule = _first(allow, always[2], asked)
        return self._verdict(blocking, rule.text if rule else None)

    def _new_verdict(self, rule: str | None, exception: str | None) -> FilterVerdict:
        blocked = rule is not None and exception is None
        return FilterVerdict(blocked, self.list_name, self.list_version, rule, exception)

    def _new_way(self, address: str, page_url: str, resource_type: str) -> tuple[_Way | None, str | None]:
        """`address` is a URL up to its path. With it the rule `||host^` that names the host or a domain above it."""
        host = host_of(address)
        if not host:
            return None, None
        way = _Way(host, host_of(page_url), BITS.get(resource_type, NOT_KNOWN))
        way.rules = tuple(way.of(part) for part in self._parts)
        return way, next((f"||{domain}^" for domain in way.domains if domain in self._plain), None)


_Asked = tuple[str, str, list[bytes], _Way, str]
"""One request: URL, the same in lower case, its words, the way it takes, its method."""


def _first(part: _Part, always: Bucket, asked: _Asked) -> FilterRule | None:
    """The first rule that fits. Words go by the alphabet, so that the same rule is named in every run."""
    url, lower, words, way, method = asked
    for _, needle, rule in always:
        if needle in lower and rule.pattern_matches(url, lower) and rule.allows(method):
            return rule
    found = part.words.intersection(words)
    if found:
        bit = way.bit
        for word in found if len(found) == 1 else sorted(found):
            for types, needle, rule in part.by_word[word]:
                if types & bit and needle in lower and _holds(rule, url, lower, way, method):
                    return rule
    return None


def _holds(rule: FilterRule, url: str, lower: str, way: _Way, method: str) -> bool:
    return way.fits(rule) and rule.pattern_matches(url, lower) and rule.allows(method)


def _domains(host: str) -> list[str]:
    """A host and every domain above it: a.b.c, b.c, c."""
    found = [host]
    dot = host.find(".")
    while dot >= 0:
        found.append(host[dot + 1 :])
        dot = host.find(".", dot + 1)
    return found


def _entity(host: str, site: str, name: str) -> str | None:
    """`www.example.co.uk` as `www.example.*`; None for what stands above the registrable domain."""
    return f"{host[: len(host) - len(site)]}{name}.*" if host.endswith(site) else None
