"""The GPP string: the strings of the specification, an encoder of our own against the decoder, and rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals.bits import ALPHABET
from crawler.signals.carried import Unreadable
from crawler.signals.gpp import MAX_CHARS, GppString, parse
from crawler.signals.gpp_sections import LAYOUTS, NAMES, OPT_OUT_FIELDS
from tests.signals.heard import reading_of

NOT_OPTED_OUT = "DBABLA~BVQqAAAAAgA.QA"
OPTED_OUT = "DBABLA~BVQVAAAAAgA.YA"
SEEN_AND_IGNORED = "DBABLA~BVQqAAAAAgA.YA"
CALIFORNIA = "DBABBg~BUUAAABA.YA"


def encode_bits(bits: str) -> str:
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def encode_fibonacci(number: int) -> str:
    steps = [1, 2]
    while steps[-1] <= number:
        steps.append(steps[-1] + steps[-2])
    digits = []
    for step in reversed(steps[:-1]):
        digits.append("1" if step <= number else "0")
        number -= step if step <= number else 0
    return "".join(digits).lstrip("0")[::-1] + "1"


def encode_header(numbers: list[int]) -> str:
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    bits, last = "000011" + "000001" + format(len(ranges), "012b"), 0
    for numbers_in_a_row in ranges:
        first, final = numbers_in_a_row[0], numbers_in_a_row[-1]
        bits += ("1" if final > first else "0") + encode_fibonacci(first - last)
        bits += encode_fibonacci(final - first) if final > first else ""
        last = final
    return encode_bits(bits)


def encode_section(number: int, values: dict[str, int], gpc: bool | None, version: int = 1) -> str:
    core = format(version, "06b") + "".join(format(values.get(name, 0), "02b") for name in LAYOUTS[number].fields)
    return encode_bits(core) + ("" if gpc is None else "." + encode_bits("01" + str(int(gpc))))


def sections_of(text: str) -> GppString:
    parsed = parse(text)
    assert isinstance(parsed, GppString), parsed
    return parsed


@pytest.mark.parametrize(
    ("header", "bodies", "numbers"),
    [("DBABM", "x", [2]), ("DBACNY", "x~1YNN", [2, 6]), ("DBABjw", "x~1YNN", [5, 6])],
)
def test_headers_of_the_specification(header: str, bodies: str, numbers: list[int]) -> None:
    assert [section.number for section in sections_of(f"{header}~{bodies}").sections] == numbers


@pytest.mark.parametrize(
    ("text", "name", "values", "gpc", "state"),
    [
        (NOT_OPTED_OUT, "usnat", [2, 2, 2], False, Restriction.UNRESTRICTED),
        (OPTED_OUT, "usnat", [1, 1, 1], True, Restriction.RESTRICTED),
        (SEEN_AND_IGNORED, "usnat", [2, 2, 2], True, Restriction.UNRESTRICTED),
        (CALIFORNIA, "usca", [1, 1], True, Restriction.RESTRICTED),
    ],
)
def test_real_strings(text: str, name: str, values: list[int], gpc: bool, state: Restriction) -> None:
    (section,) = sections_of(text).sections
    assert (section.name, list(section.fields.values()), section.gpc) == (name, values, gpc)
    assert section.restriction is state
    assert reading_of("gpp", f"https://a.example/?gpp={text}").restriction is state


def test_a_recorded_signal_beside_no_opt_out_is_told() -> None:
    evidence = reading_of("gpp", f"https://a.example/?gpp={SEEN_AND_IGNORED}").evidence
    assert "Gpc=1" in evidence
    assert "SaleOptOut=2" in evidence


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20, unique=True).map(sorted))
def test_any_header_survives_the_round_trip(numbers: list[int]) -> None:
    parsed = sections_of("~".join([encode_header(numbers), *["x"] * len(numbers)]))
    assert [section.number for section in parsed.sections] == numbers


@given(
    st.sampled_from(sorted(LAYOUTS)),
    st.dictionaries(st.sampled_from(OPT_OUT_FIELDS), st.integers(0, 2)),
    st.none() | st.booleans(),
)
def test_any_us_section_survives_the_round_trip(number: int, values: dict[str, int], gpc: bool | None) -> None:
    text = f"{encode_header([number])}~{encode_section(number, values, gpc)}"
    (section,) = sections_of(text).sections
    expected = {name: values.get(name, 0) for name in OPT_OUT_FIELDS if name in LAYOUTS[number].fields}
    seen = gpc if LAYOUTS[number].gpc else None
    assert (dict(section.fields), section.gpc, section.problem) == (expected, seen, None)


@given(st.sampled_from(sorted(LAYOUTS)), st.text(alphabet=ALPHABET, min_size=4, max_size=12))
def test_what_is_decoded_of_any_core_encodes_to_the_same_bits(number: int, body: str) -> None:
    (section,) = sections_of(f"{encode_header([number])}~{body}").sections
    layout = LAYOUTS[number]
    if section.problem is not None:
        return
    bits = "".join(format(ALPHABET.index(char), "06b") for char in body)
    for at, name in enumerate(layout.fields):
        if name in OPT_OUT_FIELDS:
            assert format(section.fields[name], "02b") == bits[6 + 2 * at : 8 + 2 * at]


LIBRARY = (
    ("usnat", 1, 1, True, "DBABLA~CUQVAAAAAABA.YA"),
    ("usnat", 2, 2, False, "DBABLA~CUQqAAAAAABA.QA"),
    ("usnat", 1, 2, None, "DBABLA~CUQaAAAAAABA"),
    ("usca", 1, 1, True, "DBABBg~BQUAAABA.YA"),
    ("usca", 2, 2, False, "DBABBg~BQoAAABA.QA"),
    ("usca", 1, 2, None, "DBABBg~BQYAAABA"),
    ("usva", 1, 1, True, "DBABRg~BVUAABA"),
    ("usva", 2, 2, False, "DBABRg~BVoAABA"),
    ("usva", 1, 2, None, "DBABRg~BVYAABA"),
    ("usco", 1, 1, True, "DBABJg~BVUAAEA.YA"),
    ("usco", 2, 2, False, "DBABJg~BVoAAEA.QA"),
    ("usco", 1, 2, None, "DBABJg~BVYAAEA"),
    ("usut", 1, 1, True, "DBABFg~BVFAAAQA"),
    ("usut", 2, 2, False, "DBABFg~BVKAAAQA"),
    ("usut", 1, 2, None, "DBABFg~BVGAAAQA"),
    ("usct", 1, 1, True, "DBABVg~BVUAAAEA.YA"),
    ("usct", 2, 2, False, "DBABVg~BVoAAAEA.QA"),
    ("usct", 1, 2, None, "DBABVg~BVYAAAEA"),
    ("usfl", 1, 1, True, "DBABAw~BVUAAABA"),
    ("usfl", 2, 2, False, "DBABAw~BVoAAABA"),
    ("usfl", 1, 2, None, "DBABAw~BVYAAABA"),
    ("usmt", 1, 1, True, "DBABQw~BVUAAABA.YA"),
    ("usmt", 2, 2, False, "DBABQw~BVoAAABA.QA"),
    ("usmt", 1, 2, None, "DBABQw~BVYAAABA"),
    ("usor", 1, 1, True, "DBABIw~BVUAAAABAA.YA"),
    ("usor", 2, 2, False, "DBABIw~BVoAAAABAA.QA"),
    ("usor", 1, 2, None, "DBABIw~BVYAAAABAA"),
    ("ustx", 1, 1, True, "DBABEw~BVUAAAQA.YA"),
    ("ustx", 2, 2, False, "DBABEw~BVoAAAQA.QA"),
    ("ustx", 1, 2, None, "DBABEw~BVYAAAQA"),
    ("usde", 1, 1, True, "DBABUw~BVUAAAABAA.YA"),
    ("usde", 2, 2, False, "DBABUw~BVoAAAABAA.QA"),
    ("usde", 1, 2, None, "DBABUw~BVYAAAABAA"),
    ("usia", 1, 1, True, "DBABCw~BVFAAAQA.YA"),
    ("usia", 2, 2, False, "DBABCw~BVKAAAQA.QA"),
    ("usia", 1, 2, None, "DBABCw~BVGAAAQA"),
    ("usne", 1, 1, True, "DBABSw~BVUAAAQA.YA"),
    ("usne", 2, 2, False, "DBABSw~BVoAAAQA.QA"),
    ("usne", 1, 2, None, "DBABSw~BVYAAAQA"),
    ("usnh", 1, 1, True, "DBABKw~BVUAAABA.YA"),
    ("usnh", 2, 2, False, "DBABKw~BVoAAABA.QA"),
    ("usnh", 1, 2, None, "DBABKw~BVYAAABA"),
    ("usnj", 1, 1, True, "DBABAYA~BVUAAAAAQA.YA"),
    ("usnj", 2, 2, False, "DBABAYA~BVoAAAAAQA.QA"),
    ("usnj", 1, 2, None, "DBABAYA~BVYAAAAAQA"),
    ("ustn", 1, 1, True, "DBABQYA~BVUAAAQA.YA"),
    ("ustn", 2, 2, False, "DBABQYA~BVoAAAQA.QA"),
    ("ustn", 1, 2, None, "DBABQYA~BVYAAAQA"),
    ("usmn", 1, 1, True, "DBABIYA~BVUAAAQA.YA"),
    ("usmn", 2, 2, False, "DBABIYA~BVoAAAQA.QA"),
    ("usmn", 1, 2, None, "DBABIYA~BVYAAAQA"),
    ("usmd", 1, 1, True, "DBABEYA~BRVQ.YA"),
    ("usmd", 2, 2, False, "DBABEYA~BRWg.QA"),
    ("usmd", 1, 2, None, "DBABEYA~BRVg"),
    ("usin", 1, 1, True, "DBABUYA~BRVQ.AAA"),
    ("usin", 2, 2, False, "DBABUYA~BRWg.AAA"),
    ("usin", 1, 2, None, "DBABUYA~BRVg.AAA"),
    ("usky", 1, 1, True, "DBABCYA~BRVQ.AAA"),
    ("usky", 2, 2, False, "DBABCYA~BRWg.AAA"),
    ("usky", 1, 2, None, "DBABCYA~BRVg.AAA"),
    ("usri", 1, 1, True, "DBABSYA~BRVQ.AAA"),
    ("usri", 2, 2, False, "DBABSYA~BRWg.AAA"),
    ("usri", 1, 2, None, "DBABSYA~BRVg.AAA"),
)
"""Section, SaleOptOut, TargetedAdvertisingOptOut (of usca SharingOptOut), Gpc or no such sub-section, and the string
that IAB's own library writes for it (npm, @iabgpp/cmpapi 3.2.0, run on 2026-11-28)."""
NO_SIGNAL = ("usva", "usut", "usfl", "usin", "usky", "usri")
"""Sections for which the library writes no GPC sub-section."""


@pytest.mark.parametrize(("name", "sale", "advertising", "gpc", "text"), LIBRARY)
def test_strings_of_the_library_of_iab(name: str, sale: int, advertising: int, gpc: bool | None, text: str) -> None:
    (section,) = sections_of(text).sections
    assert (section.name, section.problem) == (name, None)
    wanted = {"SaleOptOut": sale} | {field: advertising for field in OPT_OUT_FIELDS[1:] if field in section.fields}
    assert dict(section.fields) == wanted
    assert section.gpc is (None if name in NO_SIGNAL else gpc)
    sure = {(1, 1): Restriction.RESTRICTED, (2, 2): Restriction.UNRESTRICTED}
    expected = sure.get((sale, advertising), Restriction.UNKNOWN)
    assert section.restriction is (expected if LAYOUTS[section.number].confirmed else Restriction.UNKNOWN)


def test_a_section_with_a_header_of_its_own_is_told_and_not_misread() -> None:
    (section,) = sections_of("DBABEYA~YBA.BRVQ.YA").sections
    assert section.problem == "it has a header of its own, which is not decoded"
    assert section.restriction is Restriction.UNKNOWN


def test_sensitive_data_are_not_taken_for_the_signal() -> None:
    (section,) = sections_of("DBABUYA~BRVQ.ZAA").sections
    assert (section.name, section.gpc) == ("usin", None)


def test_a_choice_that_is_half_made_is_unknown() -> None:
    half = encode_section(7, {"SaleOptOut": 1, "TargetedAdvertisingOptOut": 2}, None)
    assert sections_of(f"DBABLA~{half}").state() is Restriction.UNKNOWN


def test_an_unconfirmed_layout_neither_accuses_nor_clears() -> None:
    for value in (1, 2):
        body = encode_section(24, {"SaleOptOut": value, "TargetedAdvertisingOptOut": value}, None)
        assert sections_of(f"{encode_header([24])}~{body}").state() is Restriction.UNKNOWN


def test_only_applicable_sections_count() -> None:
    both = f"{encode_header([7, 8])}~{NOT_OPTED_OUT.split('~')[1]}~{CALIFORNIA.split('~')[1]}"
    url = f"https://a.example/?gpp={both}"
    assert reading_of("gpp", url).restriction is Restriction.UNKNOWN
    assert reading_of("gpp", f"{url}&gpp_sid=8").restriction is Restriction.RESTRICTED
    assert reading_of("gpp", f"{url}&gpp_sid=7").restriction is Restriction.UNRESTRICTED
    assert reading_of("gpp", f"{url}&gpp_sid=7_8").restriction is Restriction.UNKNOWN
    assert reading_of("gpp", f"{url}&gpp_sid=-1").restriction is Restriction.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "D",
        "DBABLA",
        "DBABLA~",
        "DBABLA~B",
        "DBABLA~BVQVAAAAAgA.YA~extra",
        "CPXxRfAPXxRfAAfKABENB",
        "DBABLA~BVQ\N{LATIN SMALL LETTER E WITH ACUTE}",
        "${GPP_STRING_123}",
        "D" * (MAX_CHARS + 1),
        "DBABLA~D" + "A" * 12,
        "DB__" + "_" * 500,
    ],
)
def test_what_cannot_be_decoded_is_never_an_opt_out(text: str) -> None:
    parsed = parse(text)
    if isinstance(parsed, Unreadable):
        assert parsed.reason
    else:
        assert parsed.state() is Restriction.UNKNOWN
        assert all(section.problem for section in parsed.sections)


def test_the_undefined_value_is_a_problem() -> None:
    body = encode_section(8, {"SaleOptOut": 3, "SharingOptOut": 1}, None)
    (section,) = sections_of(f"DBABBg~{body}").sections
    assert section.problem is not None
    assert section.restriction is Restriction.UNKNOWN


@given(st.text(max_size=200) | st.text(alphabet=ALPHABET + "~.", max_size=400).map(lambda tail: "DBA" + tail))
def test_it_never_raises(text: str) -> None:
    assert isinstance(parse(text), GppString | Unreadable)


def test_every_layout_is_named() -> None:
    assert set(LAYOUTS) < set(NAMES)
    assert set(NAMES) == {2, 5, 6, *range(7, 28)}
