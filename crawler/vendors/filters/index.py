"""A list made ready to be searched: which rules can concern a URL at all, by its host, its words or its page.

It holds texts and numbers only, as JSON, so that it can be kept and read back in hundredths of a second; a rule is
taken apart when it is first asked for.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.vendors.filters.rule import FilterRule, SkippedRule, parse

Compiled = Mapping[str, Any]
"""`{"rules": n, "skipped": {reason: n}, "plain": hosts, "important" | "block" | "allow": {"host", "token", "page":
{key: rules}, "rest": rules}}`; several hosts and rules stand in one text, a line each."""

MAX_RULE = 8_000
"""Characters of a rule; EasyPrivacy's longest has some thousands, a list of domains."""

MAX_EVERYWHERE = 2_000
"""Rules of one kind without host, word or page: each is asked of every request."""
_EVERYWHERE = "asked of every request, and too many of these"

_PLAIN = re.compile(r"\|\|([a-z0-9](?:[a-z0-9.-]*[a-z0-9-])?)\^")
_FREQUENT = """
    https http com www js org 1 wp content gov 0 2 ver 3a 2f css net min png id v 3 plugins gtm tag s en assets
    us google x api cdn g analytics 6 fonts collect app uploads dl includes 4 pixel default 20 r p page files c
    home 5 src jquery a static v1 v2 u 10 8 9 7 logo l events url type widget 11 svg for style true pageview
    html t ga images scripts track embed access ads gif data image php event json policy
"""
_COMMON = {word: 1_000 - rank for rank, word in enumerate(_FREQUENT.split())}
"""The words that stand in most URLs (of real recordings and the catalogue's examples), the most frequent first. A rule
that has another word is not kept under one of these."""
_TOO_COMMON = 992
"""A rule whose best word is one of the first eight is asked of every URL: what stands under it would be anyway."""


def compiled(lines: Iterable[str]) -> Compiled:
    """Read a list. What is no block of a request is counted in `skipped`, by reason."""
    skipped: Counter[str] = Counter()
    # Four rules of five are `||host^` and nothing else: told by their host, they cost no parsing.
    plain: dict[str, None] = {}
    rules: dict[str, FilterRule] = {}
    removed: set[tuple[bool, str]] = set()
    for line in lines:
        line = line.strip()
        if bare := _PLAIN.fullmatch(line):
            plain[bare[1]] = None
            continue
        if len(line) > MAX_RULE and line[0] != "!":
            skipped["too long"] += 1
            continue
        try:
            rule = parse(line)
        except SkippedRule as reason:
            skipped[str(reason)] += 1
            continue
        if rule is not None and rule.bad:
            removed.add((rule.exception, rule.canonical))
        elif rule is not None:
            rules[rule.text] = rule
    if removed:
        rules = {t: r for t, r in rules.items() if (r.exception, r.canonical or r.pattern) not in removed}
        plain = {host: None for host in plain if (False, f"||{host}^") not in removed}
    kept = rules.values()
    parts = {
        "important": _part([r for r in kept if r.important and not r.exception], skipped),
        "block": _part([r for r in kept if not r.important and not r.exception], skipped),
        "allow": _part([r for r in kept if r.exception], skipped),
    }
    left = len(rules) - skipped[_EVERYWHERE]
    return {"rules": left + len(plain), "skipped": dict(+skipped), "plain": "\n".join(plain), **parts}


def _part(rules: list[FilterRule], skipped: Counter[str]) -> dict[str, Any]:
    words = {rule.text: rule.tokens() for rule in rules if rule.host is None}
    count = Counter(word for tokens in words.values() for word in tokens)
    found: dict[str, dict[str, list[str]]] = {"host": {}, "token": {}, "page": {}}
    rest: list[str] = []
    for rule in rules:
        if rule.host is not None:
            found["host"].setdefault(rule.host, []).append(rule.text)
        elif (best := _best(words[rule.text], count)) is not None:
            found["token"].setdefault(best, []).append(rule.text)
        elif rule.include:
            for domain in sorted(rule.include):
                found["page"].setdefault(domain, []).append(rule.text)
        elif len(rest) < MAX_EVERYWHERE:
            rest.append(rule.text)
        else:
            skipped[_EVERYWHERE] += 1
    parts: dict[str, Any] = {
        kind: {key: "\n".join(texts) for key, texts in by_key.items()} for kind, by_key in found.items()
    }
    return {**parts, "rest": "\n".join(rest)}


def _best(words: list[str], count: Counter[str]) -> str | None:
    """The word that fewest URLs and rules have."""

    def cost(word: str) -> tuple[int, int, int]:
        return _COMMON.get(word, 850 if len(word) < 2 else 0), count[word], -len(word)

    best = min(words, key=cost, default=None)
    return None if best is None or cost(best)[0] > _TOO_COMMON else best


Bucket = tuple[tuple[int, str, FilterRule], ...]
"""Rules that may concern a request, with the two things that tell most of them off: types and needle."""


def bucket_of(texts: str) -> Bucket:
    """The rules of one entry, taken apart. What was read before is not a rule now only where a kept file was edited."""
    found: list[tuple[int, str, FilterRule]] = []
    for text in texts.split("\n"):
        with contextlib.suppress(SkippedRule):
            rule = parse(text)
            if rule is not None:
                found.append((rule.types, rule.needle, rule))
    return tuple(found)
