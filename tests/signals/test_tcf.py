"""TC strings: published examples with their values, an encoder of our own against the decoder, and rubbish."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.signals.bits import ALPHABET
from crawler.signals.carried import Unreadable
from crawler.signals.tcf import MAX_CHARS, TcString, parse
from tests.signals.test_gpp import encode_bits

# Both with the values that two libraries' own tests give: iabtcf-java and GDPR::IAB::TCFv2, read 2026-11-27.
CORE = "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA"
SEGMENTS = f"{CORE}.IBAgAAAgAIAwgAgAAAAEAAAACA.QAagAQAgAIAwgA.cAAAAAAAITg="
LONG = "CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAAAAAAEAIAEgAA.argAC0gAAAAAAAAAAAA"


def read(text: str) -> TcString:
    parsed = parse(text)
    assert isinstance(parsed, TcString), parsed
    return parsed


def numbers(vendors: tuple[range, ...] | None) -> list[int]:
    return [number for few in vendors or () for number in few]


def test_the_published_core_string() -> None:
    found = read(CORE)
    assert (found.created_unix_ms, found.updated_unix_ms) == (1_580_058_060_000, 1_612_285_260_000)
    assert (found.cmp, found.cmp_version, found.screen, found.language) == (675, 2, 1, "EN")
    assert (found.vendor_list, found.policy, found.publisher_country) == (15, 2, "AA")
    assert (found.service_specific, found.non_standard_texts, found.purpose_one_treatment) == (False, False, True)
    assert (found.special_features, found.consents, found.interests) == ({1}, {2, 10}, {2, 9})
    assert (found.vendor_consents, found.vendor_interests, found.restrictions) == ((), (), ())
    assert (found.disclosed, found.allowed, found.publisher) == (None, None, None)


def test_the_published_segments() -> None:
    found = read(SEGMENTS)
    assert numbers(found.allowed) == [12, 23, 37, 47, 48, 53]
    assert numbers(found.disclosed) == [23, 37, 47, 48, 53, 65, 98, 129]
    assert found.publisher is not None
    assert (found.publisher.consents, found.publisher.interests) == ({1}, {24})
    assert (found.publisher.custom_consents, found.publisher.custom_interests) == ({2}, {1, 2})


def test_the_published_long_string() -> None:
    found = read(LONG)
    assert (found.created_unix_ms // 1000, found.updated_unix_ms // 1000) == (1_228_644_257, 1_326_215_413)
    assert (found.cmp, found.cmp_version, found.vendor_list, found.language) == (21, 7, 23, "EN")
    assert found.consents == {1, 3, 9, 10}
    assert found.consented(2) and found.consented(115) and not found.consented(1) and not found.consented(116)


def bitfield(numbers: list[int]) -> str:
    highest = max(numbers, default=0)
    return format(highest, "016b") + "0" + "".join("01"[n in numbers] for n in range(1, highest + 1))


def ranged(ranges: list[tuple[int, int]], highest: int | None) -> str:
    entries = "".join(f"1{first:016b}{last:016b}" if last > first else f"0{first:016b}" for first, last in ranges)
    start = "" if highest is None else format(highest, "016b") + "1"
    return start + format(len(ranges), "012b") + entries


def flags(chosen: set[int], count: int) -> str:
    return "".join("01"[n in chosen] for n in range(1, count + 1))


def letters(text: str) -> str:
    return "".join(format(ALPHABET.index(letter), "06b") for letter in text)


purposes = st.sets(st.integers(1, 24))
ranges = st.lists(
    st.tuples(st.integers(1, 400), st.integers(0, 300)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=5
)
words = st.text(string.ascii_uppercase, min_size=2, max_size=2)


@given(
    st.integers(0, 2**36 - 1), words, purposes, purposes, st.lists(st.integers(1, 300), unique=True), ranges,
    st.lists(st.tuples(st.integers(1, 24), st.integers(0, 2), ranges), max_size=3), st.none() | ranges,
)  # fmt: skip
def test_what_is_encoded_is_decoded(
    time: int,
    word: str,
    consents: set[int],
    interests: set[int],
    one_by_one: list[int],
    together: list[tuple[int, int]],
    restricted: list[tuple[int, int, list[tuple[int, int]]]],
    disclosed: list[tuple[int, int]] | None,
) -> None:
    bits = "000010" + format(time, "036b") * 2 + format(7, "012b") + format(9, "012b") + format(3, "06b")
    bits += letters(word) + format(12, "012b") + format(5, "06b") + "10" + flags({2}, 12)
    bits += flags(consents, 24) + flags(interests, 24) + "0" + letters(word) + bitfield(one_by_one)
    bits += ranged(together, 65_535) + format(len(restricted), "012b")
    bits += "".join(f"{purpose:06b}{kind:02b}{ranged(few, None)}" for purpose, kind, few in restricted)
    text = encode_bits(bits)
    if disclosed is not None:
        text += "." + encode_bits("001" + ranged(disclosed, 700))
    found = read(text)
    assert (found.created_unix_ms, found.updated_unix_ms) == (time * 100, time * 100)
    assert (found.language, found.publisher_country, found.service_specific) == (word, word, True)
    assert (found.consents, found.interests, found.special_features) == (consents, interests, {2})
    assert numbers(found.vendor_consents) == sorted(one_by_one)
    assert found.vendor_interests == tuple(range(first, last + 1) for first, last in together)
    assert [(r.purpose, r.kind, [(v[0], v[-1]) for v in r.vendors]) for r in found.restrictions] == restricted
    assert found.disclosed == (
        None if disclosed is None else tuple(range(first, last + 1) for first, last in disclosed)
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("A" * (MAX_CHARS + 1), "characters, more than"),
        ("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "its version is 1, not 2"),
        (CORE[:30], "it ends too early"),
        (CORE.replace("zT", "z\u00e4"), "is not a base64url character"),
        (CORE.replace("zT", "z\x1b"), "is not a base64url character"),
        (f"{CORE}.", "it ends too early"),
        (f"{CORE}.AAAA", "unknown type 0"),
        (f"{CORE}.IBAgAAAgAIAwgAgAAAAEAAAACA.IBAgAAAgAIAwgAgAAAAEAAAACA", "stands there twice"),
        (f"{CORE}." + encode_bits("001" + ranged([(9, 9)], 8)), "9 to 9 is no range of its vendors"),
        (f"{CORE}." + encode_bits("001" + ranged([(0, 0)], 8)), "0 to 0 is no range of its vendors"),
        (
            f"{CORE}." + encode_bits("001" + format(8, "016b") + "1" + format(1, "012b") + f"1{5:016b}{4:016b}"),
            "5 to 4",
        ),
        (CORE[:18] + "__" + CORE[20:], "not of two letters"),
    ],
)
def test_what_is_no_string_says_why(text: str, why: str) -> None:
    found = parse(text)
    assert isinstance(found, Unreadable)
    assert why in found.reason
    assert found.reason.isprintable() and len(found.reason) < 300


@given(st.text(ALPHABET + ".=", max_size=400) | st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    assert isinstance(parse("C" + text), TcString | Unreadable)


def test_a_hostile_string_costs_no_time() -> None:
    """Thousands of ranges of all vendors are kept as ranges, not written out."""
    whole = ranged([(1, 65_535)] * 4_000, 65_535)
    found = read(f"{CORE}." + encode_bits("001" + whole))
    assert found.disclosed is not None and len(found.disclosed) == 4_000
