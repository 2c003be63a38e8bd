"""A policy's text in the form in which quotes are compared: what an editor or a browser changes is folded away."""

from __future__ import annotations

import hashlib
import heapq
import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

ELISION = "[...]"
"""Stands in a quote for words that are left out."""

# Before NFKC, which would turn an accent that serves as an apostrophe into a space and a combining mark.
_EARLY = {ord(c): "'" for c in "`\u00b4"} | {ord(c): '"' for c in "\u2033\u301d\u301e\u301f"}
# Soft hyphens, zero-width and direction marks: nobody sees them, and pages are full of them.
_EARLY |= dict.fromkeys((0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)), "")
_LATE = {ord(c): "'" for c in "\u2018\u2019\u201a\u201b\u2032"}
_LATE |= {ord(c): '"' for c in "\u201c\u201d\u201e\u201f\u2033"}
_LATE |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}

_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+")
_WORD = re.compile(r"\w+")
_COMPARED = 3


def normalise(text: str) -> str:
    """The text on one line in NFKC, soft hyphens out, whitespace collapsed, curly quotes and dashes folded."""
    # A combining mark can meet a new neighbour once something between them is gone, so compose again at the end.
    folded = unicodedata.normalize("NFKC", text.translate(_EARLY)).translate(_LATE)
    return " ".join(unicodedata.normalize("NFKC", folded.translate(_EARLY)).translate(_LATE).split())


def text_sha256(text_normalised: str) -> str:
    """The hash by which an expectations file names the text that its claims quote; hexadecimal."""
    return hashlib.sha256(text_normalised.encode("utf-8", "surrogatepass")).hexdigest()


def parts_of(quote: str) -> list[str]:
    """The normalised parts of a quote between its elisions; parts without a word or sign are left out."""
    return [part.strip() for part in normalise(quote).split(ELISION) if part.strip()]


def find_quote(text_normalised: str, quote: str) -> list[tuple[int, int]] | None:
    """The spans [start, end) of the quote's parts in a normalised text, in order, as close together as they get.

    Parts begin and end at word borders. None when the quote is empty or one of its parts is missing or out of order.
    """
    whole = normalise(quote)
    if whole and (start := _find(text_normalised, whole, 0)) is not None:
        return [(start, start + len(whole))]
    parts = parts_of(quote)
    spans: list[tuple[int, int]] = []
    at = 0
    for part in parts:
        found = _find(text_normalised, part, at)
        if found is None:
            return None
        at = found + len(part)
        spans.append((found, at))
    # The first way to reach the last part is not the tightest: draw the earlier parts up to it.
    for index in range(len(spans) - 2, -1, -1):
        found = _find_last(text_normalised, parts[index], spans[index][0], spans[index + 1][0])
        spans[index] = (found, found + len(parts[index]))
    return spans or None


def nearest_sentence(text_normalised: str, part: str) -> str | None:
    """The sentence of a normalised text that is most like `part`, for a hint; None when none is like it."""
    wanted = normalise(part)[:500]
    words = set(_WORD.findall(wanted.lower()))
    if not words:
        return None
    scored: list[tuple[float, str]] = []
    for sentence, own in _sentences(text_normalised):
        if shared := len(words & own):
            scored.append((shared / len(words | own), sentence))
    # Comparing letter by letter is slow: only the few sentences that share most words are.
    best, likeness = None, 0.4
    for _, sentence in heapq.nlargest(_COMPARED, scored):
        ratio = SequenceMatcher(None, wanted, sentence[:500], autojunk=False).ratio()
        if ratio > likeness:
            best, likeness = sentence, ratio
    return best


@lru_cache(maxsize=2)
def _sentences(text: str) -> list[tuple[str, frozenset[str]]]:
    return [(one, frozenset(_WORD.findall(one.lower()))) for one in _SENTENCE_END.split(text)]


def _find(text: str, part: str, start: int) -> int | None:
    while (found := text.find(part, start)) >= 0:
        if _at_borders(text, found, found + len(part)):
            return found
        start = found + 1
    return None


def _find_last(text: str, part: str, first: int, end: int) -> int:
    while (found := text.rfind(part, first, end)) >= 0:
        if _at_borders(text, found, found + len(part)):
            return found
        end = found + len(part) - 1
    return first


def _at_borders(text: str, start: int, end: int) -> bool:
    cuts_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    cuts_after = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not (cuts_before or cuts_after)
