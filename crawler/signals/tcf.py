"""The TC string of the Transparency and Consent Framework, version 2: what a visitor in Europe agreed to.

It is no opt-out of the United States and decides nothing there; it is read to be shown, and to be held against what
else a page says. A core segment, then optional segments joined by `.`, each with a type of its own: vendors that were
disclosed, vendors that a publisher allowed, and the publisher's own purposes.
Source: github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework, TCFv2/IAB Tech Lab - Consent
string and vendor list formats v2.md, read 2026-11-27.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.signals.bits import ALPHABET, Bits
from crawler.signals.carried import Unreadable, shown

MAX_CHARS = 32_768
"""The longest string that means anything names 65,535 vendors bit by bit, twice."""
_VERSION = 2
_PURPOSES = 24
_SPECIAL_FEATURES = 12
_LETTERS = 26
_DISCLOSED, _ALLOWED, _PUBLISHER = 1, 2, 3
_SEGMENTS = {_DISCLOSED: "disclosed vendors", _ALLOWED: "allowed vendors", _PUBLISHER: "publisher's purposes"}

Vendors = tuple[range, ...]
"""Numbers of vendors in IAB's list, as ranges in the string's order."""


@dataclass(frozen=True, slots=True)
class PublisherRestriction:
    """What the publisher forbids some vendors: `kind` 0 the purpose at all, 1 without consent, 2 without interest."""

    purpose: int
    kind: int
    vendors: Vendors


@dataclass(frozen=True, slots=True)
class PublisherPurposes:
    """Purposes of the site itself; `custom` are those that it made up."""

    consents: frozenset[int]
    interests: frozenset[int]
    custom_consents: frozenset[int]
    custom_interests: frozenset[int]


@dataclass(frozen=True, slots=True)
class TcString:
    """A decoded string. Times in Unix milliseconds, to the tenth of a second that the format has."""

    created_unix_ms: int
    updated_unix_ms: int
    cmp: int
    """Number of the consent platform in IAB's list."""
    cmp_version: int
    screen: int
    language: str
    vendor_list: int
    policy: int
    service_specific: bool
    non_standard_texts: bool
    special_features: frozenset[int]
    consents: frozenset[int]
    """Purposes, 1 to 24, that were agreed to."""
    interests: frozenset[int]
    """Purposes for which a legitimate interest was told and not objected to."""
    purpose_one_treatment: bool
    publisher_country: str
    vendor_consents: Vendors
    vendor_interests: Vendors
    restrictions: tuple[PublisherRestriction, ...]
    disclosed: Vendors | None = None
    allowed: Vendors | None = None
    publisher: PublisherPurposes | None = None

    def consented(self, vendor: int) -> bool:
        """True when that vendor of IAB's list has the visitor's consent."""
        return any(vendor in numbers for numbers in self.vendor_consents)


def parse(text: str) -> TcString | Unreadable:
    """Decode a string. Never raises: what is not whole, or not of version 2, is `Unreadable`."""
    if not text:
        return Unreadable("the TC string is empty")
    if len(text) > MAX_CHARS:
        return Unreadable(f"the TC string has {len(text)} characters, more than {MAX_CHARS}")
    core, *others = text.split(".")
    try:
        return _core(Bits(core), _segments(others))
    except ValueError as error:
        return Unreadable(f"the TC string '{shown(text)}' cannot be decoded: {error}")


def _core(bits: Bits, segments: dict[int, Bits]) -> TcString:
    version = bits.number(6)
    if version != _VERSION:
        raise ValueError(f"its version is {version}, not {_VERSION}")
    publisher = segments.get(_PUBLISHER)
    return TcString(
        created_unix_ms=bits.number(36) * 100,
        updated_unix_ms=bits.number(36) * 100,
        cmp=bits.number(12),
        cmp_version=bits.number(12),
        screen=bits.number(6),
        language=_letters(bits),
        vendor_list=bits.number(12),
        policy=bits.number(6),
        service_specific=bits.bit(),
        non_standard_texts=bits.bit(),
        special_features=bits.flags(_SPECIAL_FEATURES),
        consents=bits.flags(_PURPOSES),
        interests=bits.flags(_PURPOSES),
        purpose_one_treatment=bits.bit(),
        publisher_country=_letters(bits),
        vendor_consents=_vendors(bits),
        vendor_interests=_vendors(bits),
        restrictions=tuple(
            PublisherRestriction(bits.number(6), bits.number(2), _ranges(bits, None)) for _ in range(bits.number(12))
        ),
        disclosed=_vendors(segments[_DISCLOSED]) if _DISCLOSED in segments else None,
        allowed=_vendors(segments[_ALLOWED]) if _ALLOWED in segments else None,
        publisher=None if publisher is None else _publisher(publisher),
    )


def _segments(texts: list[str]) -> dict[int, Bits]:
    found: dict[int, Bits] = {}
    for text in texts:
        bits = Bits(text)
        kind = bits.number(3)
        if kind not in _SEGMENTS:
            raise ValueError(f"a segment has the unknown type {kind}")
        if kind in found:
            raise ValueError(f"the segment of {_SEGMENTS[kind]} stands there twice")
        found[kind] = bits
    return found


def _letters(bits: Bits) -> str:
    numbers = (bits.number(6), bits.number(6))
    if max(numbers) >= _LETTERS:
        raise ValueError("a language or country is not of two letters")
    return "".join(ALPHABET[number] for number in numbers)


def _vendors(bits: Bits) -> Vendors:
    highest = bits.number(16)
    if bits.bit():
        return _ranges(bits, highest)
    return tuple(range(number, number + 1) for number in sorted(bits.flags(highest)))


def _ranges(bits: Bits, highest: int | None) -> Vendors:
    return tuple(_range(bits, highest) for _ in range(bits.number(12)))


def _range(bits: Bits, highest: int | None) -> range:
    several = bits.bit()
    first = bits.number(16)
    last = bits.number(16) if several else first
    if not 1 <= first <= last or (highest is not None and last > highest):
        raise ValueError(f"{first} to {last} is no range of its vendors")
    return range(first, last + 1)


def _publisher(bits: Bits) -> PublisherPurposes:
    consents, interests = bits.flags(_PURPOSES), bits.flags(_PURPOSES)
    custom = bits.number(6)
    return PublisherPurposes(consents, interests, bits.flags(custom), bits.flags(custom))
