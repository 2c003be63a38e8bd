"""The US Privacy string: published examples, every well-formed string, and rubbish."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals.carried import Unreadable
from crawler.signals.us_privacy import UsPrivacy, parse
from tests.signals.heard import reading_of

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
    reading = reading_of("us-privacy", f"https://ads.example/x?us_privacy={quote(text)}")
    assert reading.restriction is state
    assert reading.said


def test_two_strings_that_differ_are_unknown() -> None:
    assert (
        reading_of("us-privacy", "https://a.example/?us_privacy=1YYN&usprivacy=1YNN").restriction is Restriction.UNKNOWN
    )


def test_an_empty_or_missing_string_says_nothing() -> None:
    assert not reading_of("us-privacy", "https://a.example/?us_privacy=").said
    assert not reading_of("us-privacy", "https://a.example/").said


def test_a_bid_request_holds_it_in_json() -> None:
    body = '{"regs": {"ext": {"us_privacy": "1YYN"}}}'
    assert reading_of("us-privacy", "https://a.example/", body).restriction is Restriction.RESTRICTED
