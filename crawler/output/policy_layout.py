"""The policy as it was published, cut into headings and paragraphs, with each claim's quote marked where it stands.

Quotes are found by comparing letters only: whitespace, line breaks and the many forms of quotation marks and dashes do
not count, so that a quote is found however the page was extracted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LEFT_OUT = re.compile(r"\s*\[(?:\.\.\.|…)\]\s*")
MAX_TEXT = 1_000_000
"""Characters of a policy that are laid out; no real one is longer."""
MAX_OCCURRENCES = 20
_READABLE = 320
"""Characters after which a block of a text without lines may end."""

_NUMBERED = re.compile(r"^(?:#{1,6}\s+|(?:section\s+)?\d{1,3}(?:\.\d{1,3})*[.)]\s+)\S")
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\(?[a-z0-9]{1,2}\))\s+")
_FOLDED = {ord(c): '"' for c in "“”„‟«»″"} | {ord(c): "'" for c in "‘’‚‛′`´"} | {ord(c): "-" for c in "‐‑‒–—―−"}
_FOLDED |= dict.fromkeys((0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)), "")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text and the claims whose quotes cover it; `ends` are those whose mark closes here."""

    text: str
    claims: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(slots=True)
class Block:
    """A heading, paragraph or list item; `notes` are the claims that are explained beside it."""

    kind: str
    """heading, subheading, paragraph, item."""
    segments: list[Segment]
    notes: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    """Claims quoted here whose note stands beside an earlier block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole text, and the claims whose quote is nowhere in it."""

    blocks: tuple[Block, ...]
    missing: tuple[str, ...]
    truncated: bool


def lay_out(text: str, quotes: Mapping[str, str]) -> Layout:
    """Lay out a policy; `quotes` maps claim id to quote, parts of a quote separated by ` [...] `."""
    truncated = len(text) > MAX_TEXT
    text = text[:MAX_TEXT]
    letters, where = _letters(text)
    spans: dict[str, list[tuple[int, int]]] = {}
    for claim, quote in quotes.items():
        found = _find(text, letters, where, quote)
        if found:
            spans[claim] = found
    blocks, noted = [], set[str]()
    for kind, start, end in _blocks(text):
        block = Block(kind, _segments(text, start, end, spans))
        for claim in dict.fromkeys(c for segment in block.segments for c in segment.claims):
            (block.again if claim in noted else block.notes).append(claim)
            noted.add(claim)
        blocks.append(block)
    return Layout(tuple(blocks), tuple(c for c in quotes if c not in noted), truncated)


def _letters(text: str) -> tuple[str, list[int]]:
    """The text without whitespace, folded, and for each of its characters the place it came from."""
    letters, where, known = [], [], dict[str, str]()
    for place, char in enumerate(text):
        if char not in known:
            known[char] = _folded(char)
        for letter in known[char]:
            letters.append(letter)
            where.append(place)
    return "".join(letters), where


def _folded(char: str) -> str:
    return "".join(unicodedata.normalize("NFKD", char.translate(_FOLDED)).translate(_FOLDED).split())


def _find(text: str, letters: str, where: Sequence[int], quote: str) -> list[tuple[int, int]]:
    """Every occurrence of the quote, as (start, end) in the text. Parts must follow each other."""
    parts = [part for part in (_letters(p)[0] for p in LEFT_OUT.split(quote)) if part]
    found: list[tuple[int, int]] = []
    place = 0
    while parts and len(found) < MAX_OCCURRENCES * len(parts):
        occurrence = []
        for part in parts:
            at = letters.find(part, place)
            while at >= 0 and _inside_word(text, where[at], where[at + len(part) - 1]):
                at = letters.find(part, at + 1)
            if at < 0:
                return found
            place = at + len(part)
            occurrence.append((where[at], where[place - 1] + 1))
        found += occurrence
    return found


def _inside_word(text: str, first: int, last: int) -> bool:
    """Whether a match begins or ends in the middle of a word."""
    before = first > 0 and text[first].isalnum() and text[first - 1].isalnum()
    return before or (last + 1 < len(text) and text[last].isalnum() and text[last + 1].isalnum())


def _blocks(text: str) -> Iterable[tuple[str, int, int]]:
    """Kind, start and end of each block, without surrounding whitespace and bullets."""
    if "\n" not in text:
        yield from _sentences(text)
        return
    lines, place, blank = [], 0, True
    for line in text.split("\n"):
        if line.strip():
            lines.append((place, place + len(line), blank))
        blank = not line.strip()
        place += len(line) + 1
    wrapped = "\n\n" in text and max((end - start for start, end, _ in lines), default=0) <= 120
    listed = {text[s:e].strip(" \t-*•").casefold() for s, e, _ in lines if _BULLET.match(text[s:e])}
    current: tuple[str, int, int] | None = None
    for start, end, after_blank in lines:
        kind = _kind(text[start:end], listed)
        if wrapped and current and not after_blank and kind != "item" and current[0] in ("paragraph", "item"):
            current = (current[0], current[1], end)
            continue
        if current:
            yield _trimmed(text, *current)
        current = (kind, start, end)
    if current:
        yield _trimmed(text, *current)


def _sentences(text: str) -> Iterable[tuple[str, int, int]]:
    """A text that lost its lines: blocks of whole sentences, of a length that can be read."""
    start = 0
    for end in re.finditer(r"[.!?:;][”\"')]?\s+(?=\S)", text):
        if end.start() - start >= _READABLE:
            yield _trimmed(text, "paragraph", start, end.end())
            start = end.end()
    if text[start:].strip():
        yield _trimmed(text, "paragraph", start, len(text))


def _kind(line: str, listed: set[str]) -> str:
    """A numbered line is a heading; a short line in title case without a full stop is a lesser one."""
    bare = line.strip()
    if _BULLET.match(line) and not _NUMBERED.match(bare):
        return "item"
    if len(bare) <= 140 and bare[-1] not in ".:;,!?":
        if _NUMBERED.match(bare) or bare.casefold() in listed:
            return "heading"
        words = re.findall(r"[^\W\d_]{4,}", bare)
        if words and sum(w[0].isupper() for w in words) >= 0.8 * len(words) and len(bare.split()) <= 16:
            return "subheading"
    return "paragraph"


def _trimmed(text: str, kind: str, start: int, end: int) -> tuple[str, int, int]:
    bullet = _BULLET.match(text[start:end]) if kind == "item" else re.match(r"\s*(?:#{1,6}\s+)?", text[start:end])
    start += bullet.end() if bullet else 0
    while end > start and text[end - 1].isspace():
        end -= 1
    return kind, start, end


def _segments(text: str, start: int, end: int, spans: Mapping[str, list[tuple[int, int]]]) -> list[Segment]:
    """Cut one block at every border of a quote, so that overlapping quotes share the stretch they share."""
    here = [
        (max(a, start), min(b, end), claim) for claim, found in spans.items() for a, b in found if a < end and b > start
    ]
    borders = sorted({start, end, *(p for a, b, _ in here for p in (a, b))})
    segments = []
    for a, b in pairwise(borders):
        covering = tuple(dict.fromkeys(claim for x, y, claim in here if x <= a and y >= b))
        ends = tuple(dict.fromkeys(claim for x, y, claim in here if y == b and x <= a))
        segments.append(Segment(" ".join(text[a:b].split("\n")), covering, ends))
    return segments
