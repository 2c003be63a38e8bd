"""Holds requests against a filter list: which rule would block it, and which exception would let it pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.parties import etld_plus_one, host_of
from crawler.vendors.filter_rule import ALL_TYPES, FilterRule, SkippedRule, parse, tokens_of, type_bit

MAX_URL = 4_096
"""Characters of a URL that are looked at."""

_PLAIN = re.compile(r"\|\|([a-z0-9][a-z0-9.-]*)\^")
# Words of nearly every URL: a rule that has another word is not kept under one of these.
_COMMON = frozenset({"http", "https", "www", "com", "net", "org", "js", "html", "php", "api", "v1", "cdn", "static"})


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """What a list says of one request."""

    blocked: bool
    list_name: str
    list_version: str
    rule: str | None = None
    """The rule that blocks, also when an exception lifts it."""
    exception: str | None = None


class _Context:
    """What rules ask about one request."""

    __slots__ = ("chain", "lower", "method", "page_chain", "same_host", "third_party", "type", "url")

    def __init__(self, url: str, host: str, page_host: str, resource_type: str, method: str) -> None:
        self.url = url
        self.lower = url.lower()
        self.chain = _chain(host)
        self.page_chain = _chain(page_host)
        page_site = etld_plus_one(page_host) if page_host else ""
        name, dot, _ = page_site.partition(".")
        if dot:
            self.page_chain += [entity for h in self.page_chain if (entity := _entity(h, page_site, name))]
        self.third_party = etld_plus_one(host) != page_site
        self.same_host = host == page_host
        self.type = type_bit(resource_type)
        self.method = method.lower()

    def allows(self, rule: FilterRule) -> bool:
        """Whether everything but the pattern fits."""
        if not rule.types & self.type and (self.type or not (rule.exception or rule.types == ALL_TYPES)):
            return False
        if rule.third_party is not None and rule.third_party != self.third_party:
            return False
        if rule.same_host is not None and rule.same_host != self.same_host:
            return False
        if rule.include or rule.exclude:
            # The most specific domain that is named decides.
            for domain in self.page_chain:
                if domain in rule.exclude:
                    return False
                if domain in rule.include:
                    break
            else:
                if rule.include:
                    return False
        if rule.to_never and any(domain in rule.to_never for domain in self.chain):
            return False
        if rule.to_only and not any(domain in rule.to_only for domain in self.chain):
            return False
        if rule.methods and self.method not in rule.methods:
            return False
        return self.method not in rule.not_methods


class _Index:
    """Rules by host, by their rarest word, and the few that have neither."""

    def __init__(self) -> None:
        self.by_host: dict[str, list[FilterRule]] = {}
        self.by_token: dict[str, list[FilterRule]] = {}
        self.rest: list[FilterRule] = []

    def fill(self, rules: list[FilterRule]) -> None:
        words = [(rule, rule.tokens()) for rule in rules if rule.host is None]
        count = Counter(word for _, tokens in words for word in tokens)
        for rule in rules:
            if rule.host is not None:
                self.by_host.setdefault(rule.host, []).append(rule)
        for rule, tokens in words:
            if tokens:
                best = min(tokens, key=lambda t: (t in _COMMON, count[t], -len(t)))
                self.by_token.setdefault(best, []).append(rule)
            else:
                self.rest.append(rule)

    def find(self, context: _Context, tokens: Iterable[str]) -> FilterRule | None:
        for rule in self._candidates(context, tokens):
            if context.allows(rule) and rule.pattern_matches(context.url, context.lower):
                return rule
        return None

    def _candidates(self, context: _Context, tokens: Iterable[str]) -> Iterator[FilterRule]:
        for host in context.chain:
            yield from self.by_host.get(host, ())
        for token in tokens:
            yield from self.by_token.get(token, ())
        yield from self.rest


class FilterEngine:
    """A loaded list. `skipped` counts the lines that are no block of a request, by reason."""

    def __init__(self, lines: Iterable[str], list_name: str = "", list_version: str = "") -> None:
        self.list_name = list_name
        self.list_version = list_version
        self.skipped: Counter[str] = Counter()
        # Four rules of five are `||host^` and nothing else: kept as text, they cost no parsing.
        self._plain: dict[str, str] = {}
        rules: list[FilterRule] = []
        removed: set[tuple[bool, str]] = set()
        for line in lines:
            line = line.strip()
            if plain := _PLAIN.fullmatch(line):
                self._plain[plain[1].rstrip(".")] = line
                continue
            try:
                rule = parse(line)
            except SkippedRule as reason:
                self.skipped[str(reason)] += 1
                continue
            if rule is not None and rule.bad:
                removed.add((rule.exception, rule.canonical))
            elif rule is not None:
                rules.append(rule)
        if removed:
            rules = [r for r in rules if (r.exception, r.canonical or r.pattern) not in removed]
            self._plain = {h: text for h, text in self._plain.items() if (False, text) not in removed}
        self.rules = len(rules) + len(self._plain)
        self._important, self._block, self._allow = _Index(), _Index(), _Index()
        self._important.fill([r for r in rules if r.important and not r.exception])
        self._block.fill([r for r in rules if not r.important and not r.exception])
        self._allow.fill([r for r in rules if r.exception])

    def match(self, url: str, page_url: str, resource_type: str = "", method: str = "GET") -> FilterVerdict:
        """The list's verdict on a request seen from a page. Never raises on what a site sends.

        `resource_type` is a word of `evidence.Request` or of the lists; a document is taken for a frame's. When it is
        not known, only rules for all types accuse, while every exception excuses.
        """
        url = url[:MAX_URL]
        host = host_of(url)
        if not host:
            return FilterVerdict(False, self.list_name, self.list_version)
        context = _Context(url, host, host_of(page_url), resource_type, method)
        tokens = tokens_of(context.lower)
        important = self._important.find(context, tokens)
        if important is not None:
            return FilterVerdict(True, self.list_name, self.list_version, important.text)
        blocking = next((self._plain[h] for h in context.chain if h in self._plain), None)
        if blocking is None:
            rule = self._block.find(context, tokens)
            if rule is None:
                return FilterVerdict(False, self.list_name, self.list_version)
            blocking = rule.text
        allowing = self._allow.find(context, tokens)
        return FilterVerdict(
            allowing is None, self.list_name, self.list_version, blocking, allowing.text if allowing else None
        )


def _chain(host: str) -> list[str]:
    """A host and every domain above it: a.b.c, b.c, c."""
    chain = [host]
    dot = host.find(".")
    while dot >= 0:
        chain.append(host[dot + 1 :])
        dot = host.find(".", dot + 1)
    return chain


def _entity(host: str, site: str, name: str) -> str | None:
    """`www.example.co.uk` as `www.example.*`; None for what stands above the registrable domain."""
    return f"{host[: len(host) - len(site)]}{name}.*" if host.endswith(site) else None
