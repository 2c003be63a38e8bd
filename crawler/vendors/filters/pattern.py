"""Patterns of filter rules: literal text, `*`, `^`, anchors, and regular expressions. Each is asked in bounded time.

A star is no `.*` of a regular expression: the pieces between stars are looked for one after the other, each from where
the last ended. The leftmost place of each leaves most room for the rest, so nothing has to be tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.vendors.filters.regex_cost import MAX_LENGTH, CostlyRegex, examine

__all__ = ["CostlyRegex", "finder", "is_regex", "needle_of"]

_SEPARATOR = r"(?:[^a-zA-Z0-9_.%-]|\Z)"
_HOST_BEGINS = r"^[a-z][a-z0-9+.-]*://(?:[^/?#@]*?\.)?"
_STARS = re.compile(r"\*+")
_WILD = re.compile(r"[*^]")


def is_regex(pattern: str) -> bool:
    """Whether a pattern is a regular expression: `/.../`."""
    return len(pattern) > 2 and pattern[0] == "/" and pattern[-1] == "/"


def needle_of(pattern: str, *, match_case: bool = False) -> tuple[str, bool]:
    """The longest text, in lower case, that every URL that matches holds, and whether to find it is all there is to it.

    Raises `CostlyRegex`, and `re.error` for a regular expression that Python cannot read.
    """
    if is_regex(pattern):
        return examine(pattern[1:-1], _flags(match_case)), False
    begins, text, ends = _anchors(pattern)
    needle = max(_WILD.split(text), key=len)
    return needle.lower(), not (begins or ends or match_case) and needle == text


def finder(pattern: str, *, match_case: bool = False) -> Callable[[str], bool]:
    """Asks a URL for the whole pattern. Unless `match_case`, both are in lower case."""
    if is_regex(pattern):
        whole = re.compile(pattern[1:-1], _flags(match_case)).search
        return lambda url: whole(url[:MAX_LENGTH]) is not None
    begins, text, ends = _anchors(pattern)
    pieces = [re.escape(piece).replace(r"\^", _SEPARATOR) for piece in _STARS.split(text)]
    pieces[0] = begins + pieces[0]
    pieces[-1] += ends
    return _in_order([re.compile(piece, re.ASCII).search for piece in pieces])


def _flags(match_case: bool) -> int:
    return re.ASCII | (0 if match_case else re.IGNORECASE)


def _anchors(pattern: str) -> tuple[str, str, str]:
    """What must stand before and behind, as regular expressions, and the text between without idle stars."""
    begins = ends = ""
    if pattern.startswith("||"):
        begins, pattern = _HOST_BEGINS, pattern[2:]
    elif pattern.startswith("|"):
        begins, pattern = "^", pattern[1:]
    if pattern.endswith("|"):
        ends, pattern = r"\Z", pattern[:-1]
    if not begins:
        pattern = pattern.lstrip("*")
    if not ends:
        pattern = pattern.rstrip("*")
    return begins, pattern, ends


def _in_order(searches: list[Callable[..., re.Match[str] | None]]) -> Callable[[str], bool]:
    if len(searches) == 1:
        only = searches[0]
        return lambda url: only(url) is not None

    def found(url: str) -> bool:
        at = 0
        for search in searches:
            match = search(url, at)
            if match is None:
                return False
            at = match.end()
        return True

    return found
