"""Site data made safe to look at: bounded in length, and every character that hides or moves text shown as its code.

Escaping for a format (HTML, CSV, XML) is the format's own step and comes after this one.
"""

from __future__ import annotations

import re

LIMIT = 4000
"""Characters of one value that a page shows at most."""
MAX_VALUE = 1200
"""Characters of one value on a terminal."""
MAX_LINES = 200
"""Lines of one message on a terminal."""

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Controls, bidirectional marks, zero-width and filler characters, lone surrogates, tags."""

_STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(value: object, limit: int = LIMIT) -> str:
    """The value as one line of harmless text, at most `limit` characters before its codes are written out."""
    text = middle(value if isinstance(value, str) else str(value), limit)
    return _STACKED.sub(r"\1…", _HIDDEN.sub(_code, text))


def plain(text: str) -> str:
    """A message of several lines without anything that a terminal would obey."""
    return "\n".join(visible(line, MAX_VALUE) for line in text.split("\n")[:MAX_LINES])


def middle(text: str, limit: int) -> str:
    """Cut out of the middle what is too much, two thirds of the rest before the cut: hosts and endings both stay."""
    if len(text) <= limit:
        return text
    keep = max(limit - 1, 2)
    tail = keep // 3
    return f"{text[: keep - tail]}…{text[len(text) - tail :]}"


def one_line(text: str) -> str:
    """Our own sentences: whitespace collapsed, so that a wrapped source text stays one paragraph."""
    return " ".join(text.split())


def _code(match: re.Match[str]) -> str:
    char = match.group()
    if char in _NAMED:
        return _NAMED[char]
    number = ord(char)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
