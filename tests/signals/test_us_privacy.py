"""The US Privacy string: published examples, every well-formed string, and rubbish."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals.carried import Unreadable
from crawler.signals.parameters import read
from crawler.signals.us_privacy import UsPrivacy, decode, parse

LETTERS = st.sampled_from("YN-")


@given(LETTERS, LETTERS, LETTERS)
def test_every_well_formed_string_survives_the_round_trip(notice: str, opted_out: str, lspa: str) -> None:
    parsed = parse(f"1{notice}{opted_out}{lspa}")
    assert parsed == UsPrivacy(notice, opted_out, lspa)
    assert str(parsed) == f"1{notice}{opted_out}{lspa}"


@given(st.text(max_size=300))
def test_no_other_text_is_readable(text: str) -> None:
    parsed = parse(text)
    assert isinstance(parsed, Unreadable) or str(parsed) == text


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("1YYN", Restriction.RESTRICTED),
        ("1YYY", Restriction.RESTRICTED),
        ("1YNN", Restriction.UNRESTRICTED),
        ("1-Y-", Restriction.RESTRICTED),
        ("1---", Restriction.UNKNOWN),
        ("2YYN", Restriction.UNKNOWN),
        ("1YY", Restriction.UNKNOWN),
        ("1yyn", Restriction.UNKNOWN),
        ("${US_PRIVACY}", Restriction.UNKNOWN),
        ("1YYN\n", Restriction.UNKNOWN),
    ],
)
def test_the_third_character_decides(text: str, state: Restriction) -> None:
    reading = decode(read(f"https://ads.example/x?us_privacy={quote(text)}", None))
    assert reading.restriction is state
    assert reading.said


def test_two_strings_that_differ_are_unknown() -> None:
    assert decode(read("https://a.example/?us_privacy=1YYN&usprivacy=1YNN", None)).restriction is Restriction.UNKNOWN


def test_an_empty_or_missing_string_says_nothing() -> None:
    assert not decode(read("https://a.example/?us_privacy=", None)).said
    assert not decode(read("https://a.example/", None)).said


def test_a_bid_request_holds_it_in_json() -> None:
    body = '{"regs": {"ext": {"us_privacy": "1YYN"}}}'
    assert decode(read("https://a.example/", body)).restriction is Restriction.RESTRICTED
