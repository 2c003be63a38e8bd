"""The GPP string: the strings of the specification, an encoder of our own against the decoder, and rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals.bits import ALPHABET
from crawler.signals.carried import Unreadable
from crawler.signals.gpp import MAX_CHARS, GppString, decode, parse
from crawler.signals.gpp_sections import LAYOUTS, NAMES, OPT_OUT_FIELDS
from tests.parsing.taken_apart import taken_apart

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
    assert decode(taken_apart(f"https://a.example/?gpp={text}")).restriction is state


def test_a_recorded_signal_beside_no_opt_out_is_told() -> None:
    evidence = decode(taken_apart(f"https://a.example/?gpp={SEEN_AND_IGNORED}")).evidence
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
    assert (dict(section.fields), section.gpc, section.problem) == (expected, gpc, None)


def test_a_choice_that_is_half_made_is_unknown() -> None:
    half = encode_section(7, {"SaleOptOut": 1, "TargetedAdvertisingOptOut": 2}, None)
    assert sections_of(f"DBABLA~{half}").state() is Restriction.UNKNOWN


def test_an_unconfirmed_layout_never_accuses() -> None:
    body = encode_section(19, {"SaleOptOut": 2, "TargetedAdvertisingOptOut": 2}, None)
    assert sections_of(f"{encode_header([19])}~{body}").state() is Restriction.UNKNOWN


def test_only_applicable_sections_count() -> None:
    both = f"{encode_header([7, 8])}~{NOT_OPTED_OUT.split('~')[1]}~{CALIFORNIA.split('~')[1]}"
    url = f"https://a.example/?gpp={both}"
    assert decode(taken_apart(url)).restriction is Restriction.UNKNOWN
    assert decode(taken_apart(f"{url}&gpp_sid=8")).restriction is Restriction.RESTRICTED
    assert decode(taken_apart(f"{url}&gpp_sid=7")).restriction is Restriction.UNRESTRICTED
    assert decode(taken_apart(f"{url}&gpp_sid=7_8")).restriction is Restriction.UNKNOWN
    assert decode(taken_apart(f"{url}&gpp_sid=-1")).restriction is Restriction.UNKNOWN


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
