"""One network rule of a filter list in Adblock Plus syntax, with uBlock Origin's options where lists use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.vendors.filters.pattern import CostlyRegex, finder, is_regex, needle_of

TYPES = {
    name: 1 << bit
    for bit, name in enumerate(
        (
            "script", "image", "stylesheet", "xmlhttprequest", "subdocument", "font", "media", "websocket", "ping",
            "object", "other",
        )
    )
}  # fmt: skip
"""Request types and their bits."""
ALL_TYPES = sum(TYPES.values())
NOT_KNOWN = 1 << len(TYPES)
"""The bit of a request whose type is not known."""

_TYPE_ALIASES = {
    "xhr": "xmlhttprequest", "frame": "subdocument", "css": "stylesheet", "beacon": "ping", "background": "image",
    "object-subrequest": "object",
}  # fmt: skip
_OUR_TYPES = {
    "document": "subdocument", "sub_frame": "subdocument", "fetch": "xmlhttprequest", "eventsource": "xmlhttprequest",
    "preflight": "xmlhttprequest", "favicon": "image", "prefetch": "other", "manifest": "other", "csp-report": "other",
}  # fmt: skip
BITS = TYPES | {name: TYPES[target] for name, target in (_TYPE_ALIASES | _OUR_TYPES).items()}
"""Bits by our words for request types and by the lists'."""
_PARTY = {
    "third-party": True, "3p": True, "first-party": False, "1p": False,
}  # fmt: skip
# Rules that change something other than whether a request may go out.
_NOT_A_BLOCK = frozenset(
    {
        "csp", "permissions", "removeparam", "queryprune", "redirect-rule", "replace", "uritransform", "urlskip",
        "rewrite", "inline-script", "inline-font", "elemhide", "ehide", "generichide", "ghide", "genericblock",
        "specifichide", "shide", "cname", "webrtc", "header", "ipaddress", "urltransform",
    }
)  # fmt: skip
_PAGE_TYPES = frozenset({"document", "doc", "popup", "popunder"})
_COSMETIC = re.compile(r"#@?(?:[?$%]|\$\?)?#")
_OPTIONS = re.compile(r"~?[a-z0-9_-]+(?:=[^,]*)?(?:,~?[a-z0-9_-]+(?:=[^,]*)?)*", re.IGNORECASE)
_HOST_ONLY = re.compile(r"\|\|(?:([a-z0-9._-]+)|\[([0-9a-f:.]+)\])\^")
_HOST_START = re.compile(r"\|\|([a-z0-9._-]+)[/^:?]")
_SPACE = re.compile(r"\s")
_NAME = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?!(?:js|php|gif|png|jpe?g|html?|aspx?|css|json|ashx|cgi|xml|txt)$)[a-z]{2,}",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[a-z0-9]+")


class SkippedRule(ValueError):
    """A line that is no network rule, or asks for something that a recording cannot answer; the message says what."""


@dataclass(slots=True, kw_only=True)
class FilterRule:
    """A rule taken apart."""

    text: str
    """As it stands in the list."""
    exception: bool
    pattern: str
    """Without `@@` and options; in lower case unless `match_case`."""
    types: int = ALL_TYPES | NOT_KNOWN
    third_party: bool | None = None
    same_host: bool | None = None
    """strict1p, strict3p."""
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    """Page domains; `name.*` stands for any suffix."""
    to_only: frozenset[str] = frozenset()
    to_never: frozenset[str] = frozenset()
    """Request domains: `to=` and `denyallow=`."""
    methods: frozenset[str] = frozenset()
    not_methods: frozenset[str] = frozenset()
    important: bool = False
    match_case: bool = False
    bad: bool = False
    """A `badfilter`: it removes its twin, `canonical`, instead of matching."""
    canonical: str = ""
    host: str | None = None
    """Host under which the rule can be looked up."""
    needle: str = ""
    """Text in lower case that every URL that matches holds."""
    whole: bool = False
    """Host and needle say it all."""
    _find: Callable[[str], bool] | None = None

    def pattern_matches(self, url: str, lower: str) -> bool:
        """Whether the pattern is in a URL whose host fits and that holds the needle; `lower` is it in lower case."""
        if self.whole:
            return True
        if self._find is None:
            self._find = finder(self.pattern, match_case=self.match_case)
        return self._find(url if self.match_case else lower)

    def allows(self, method: str) -> bool:
        """Whether it is about this method."""
        if not (self.methods or self.not_methods):
            return True
        method = method.lower()
        return method not in self.not_methods and (not self.methods or method in self.methods)

    def tokens(self) -> list[str]:
        """Words that every URL that matches must hold as whole words, in lower case; none for a regex."""
        text = self.pattern.lower()
        if is_regex(text):
            return []
        found = []
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            # At an open edge or beside a star the word may go on in the URL.
            if start > 0 and end < len(text) and text[start - 1] != "*" and text[end] != "*":
                found.append(match[0])
        return found


def parse(line: str) -> FilterRule | None:
    """Read one line of a list; None for comments and blank lines. Raises `SkippedRule` with the reason."""
    text = line.strip()
    if not text or text[0] == "!" or text.startswith(("[Adblock", "# ")) or text == "#":
        return None
    if _COSMETIC.search(text):
        raise SkippedRule("cosmetic")
    exception = text.startswith("@@")
    pattern, options = _split(text[2:] if exception else text)
    if _SPACE.search(pattern) and not is_regex(pattern):
        raise SkippedRule("text with a space")  # of a hosts file, or a sentence; no URL holds one
    if _NAME.fullmatch(pattern):
        # A bare host name, as lists of domains write it; as text it would also be found in any page's address.
        pattern = f"||{pattern}^"
    rule = FilterRule(text=text, exception=exception, pattern=pattern)
    if options:
        _apply(rule, options)
    if not rule.match_case:
        rule.pattern = rule.pattern if is_regex(pattern) else pattern.lower()
    whole = None if is_regex(pattern) else _HOST_ONLY.fullmatch(rule.pattern.lower())
    if whole:
        rule.host, rule.whole = (whole[1] or whole[2]).rstrip("."), True
        return rule
    if not is_regex(pattern) and (start := _HOST_START.match(rule.pattern.lower())):
        rule.host = start[1]
    try:
        rule.needle, rule.whole = needle_of(rule.pattern, match_case=rule.match_case)
    except CostlyRegex as error:
        raise SkippedRule("regex that may take too long") from error
    except re.error as error:
        raise SkippedRule("regex that Python cannot read") from error
    return rule


def _split(text: str) -> tuple[str, str]:
    """Pattern and options: the last dollar begins them when what follows reads like options."""
    at = text.rfind("$")
    if at < 0 or is_regex(text) or not _OPTIONS.fullmatch(text[at + 1 :]):
        return text, ""
    return text[:at], text[at + 1 :]


def _apply(rule: FilterRule, options: str) -> None:
    positive = negative = 0
    page_only = False
    canonical = []
    for option in options.split(","):
        negated = option.startswith("~")
        name, _, value = option.lstrip("~").partition("=")
        name = _TYPE_ALIASES.get(name.lower(), name.lower())
        if name != "badfilter":
            canonical.append(("~" if negated else "") + name + (f"={value}" if value else ""))
        if name in TYPES:
            if negated:
                negative |= TYPES[name]
            else:
                positive |= TYPES[name]
        elif name == "all":
            positive = ALL_TYPES
        elif name in _PAGE_TYPES:
            page_only |= not negated
        elif name in _PARTY:
            rule.third_party = _PARTY[name] != negated
        elif name in ("strict1p", "strict3p"):
            rule.same_host = (name == "strict1p") != negated
        elif not _apply_value(rule, name, value):
            raise SkippedRule(f"option {name}" if name in _NOT_A_BLOCK else "unknown option")
    if page_only and not positive:
        raise SkippedRule("page or popup only")
    rule.types = positive or ALL_TYPES & ~negative
    if rule.types == ALL_TYPES or rule.exception:
        # Of a request of a type that nobody knows, only what holds for all types accuses, and every exception excuses.
        rule.types |= NOT_KNOWN
    rule.canonical = rule.pattern + "$" + ",".join(sorted(canonical)) if canonical else rule.pattern


def _apply_value(rule: FilterRule, name: str, value: str) -> bool:
    """Options that are neither a type nor a party; False for one that is not known."""
    items = [item for item in value.lower().split("|") if item]
    yes = frozenset(item for item in items if item[0] != "~")
    no = frozenset(item[1:] for item in items if item[0] == "~")
    if any("/" in item for item in yes | no):
        raise SkippedRule("regex in an option")
    if name in ("domain", "from"):
        rule.include, rule.exclude = yes, no
    elif name == "to":
        rule.to_only, rule.to_never = yes, rule.to_never | no
    elif name == "denyallow":
        rule.to_never = rule.to_never | yes
    elif name == "method":
        rule.methods, rule.not_methods = yes, no
    elif name == "important":
        rule.important = True
    elif name == "match-case":
        rule.match_case = True
    elif name == "badfilter":
        rule.bad = True
    # A redirect is a block that answers with a dummy; `_` is padding.
    elif name not in ("redirect", "empty", "mp4") and name.strip("_"):
        return False
    return True
