"""Requests made from the rules of a filter list: some that each rule should match, and near misses of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.vendors.filters.pattern import is_regex
from crawler.vendors.filters.rule import TYPES, FilterRule, SkippedRule, parse

PAGE = "https://www.shop.example/basket"
_TAILS = ("", "x", "/x.js", "?a=1", "&b=2", ".png", "/")
_BEFORE_HOST = ("", "", "www.", "a.b.", "not", "my-", "x.test/", "x.test/?u=")
_BEFORE_TEXT = ("t.test", "t.test/", "t.test/a", "www.t.test/?q=", "t")
_SEPARATORS = ("/", "?", "&", "=", ":8443/", "", "_x")
_GOOD = re.compile(r"(?:https?|wss?)://[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?::[0-9]+)?(?:[/?][!-~]*)?")
"""What a browser sends: other URLs are for other tests."""
_WORDS = ("x", "abc", "a1b2", "page-1", "v2.0", "Some_Text", "%2F")


@dataclass(frozen=True, slots=True)
class Made:
    """One request, and the rule that it was made from."""

    url: str
    page: str
    type: str
    rule: str


def made(lines: Iterable[str], seed: int, number: int) -> Iterator[Made]:
    """Up to `number` requests of randomly chosen rules: as the rule wants it, or wrong in one respect."""
    rules = [rule for line in lines if (rule := _parsed(line)) is not None and not is_regex(rule.pattern)]
    chance = random.Random(seed)
    for _ in range(number):
        rule = chance.choice(rules)
        url = _url(rule, chance)
        page = _page(rule, url, chance)
        kinds = [name for name, bit in TYPES.items() if rule.types & bit]
        kind = chance.choice(kinds) if chance.random() < 0.85 else chance.choice(list(TYPES))
        if _GOOD.fullmatch(url):
            yield Made(url, page, kind, rule.text)


def _parsed(line: str) -> FilterRule | None:
    try:
        return parse(line)
    except SkippedRule:
        return None


def _url(rule: FilterRule, chance: random.Random) -> str:
    pattern = rule.pattern
    text = "".join(_piece(character, chance) for character in pattern.strip("|"))
    if chance.random() < 0.15 and text:  # a near miss: one character another
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice("xz.-/") + text[at + 1 :]
    tail = "" if pattern.endswith("|") or chance.random() < 0.3 else chance.choice(_TAILS)
    if pattern.startswith("||"):
        url = f"https://{chance.choice(_BEFORE_HOST)}{text}{tail}"
    elif pattern.startswith("|"):
        url = text + tail
    elif text.startswith("://"):
        url = f"https{text}{tail}"
    else:
        url = f"https://{chance.choice(_BEFORE_TEXT)}{text}{tail}"
    if chance.random() < 0.05:
        scheme, _, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        url = f"{scheme}://{host}{slash}{path.upper()}"
    return url


def _piece(character: str, chance: random.Random) -> str:
    if character == "*":
        return chance.choice(("", *_WORDS))
    return chance.choice(_SEPARATORS) if character == "^" else character


def _page(rule: FilterRule, url: str, chance: random.Random) -> str:
    throw = chance.random()
    if throw < 0.1:
        host = url.partition("://")[2].partition("/")[0].partition("?")[0]
        return f"https://{host}/" if host else PAGE
    named = sorted(rule.include or rule.exclude)
    if named and throw < 0.9:
        return f"https://{chance.choice(('', 'www.'))}{chance.choice(named).replace('.*', '.com')}/"
    return PAGE
