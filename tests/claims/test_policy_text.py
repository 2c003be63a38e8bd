"""Quotes are found whatever an editor or a browser did to quotation marks, dashes and spaces, and only whole words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.claims.policy_text import find_quote, nearest_sentence, normalise, text_sha256

TYPOGRAPHY = (
    "ab \u00a0\u2009\n\t\u00ad\u200b\u2060\ufeff'\u2018\u2019`\u00b4\"\u201c\u201d\u2033"
    "-\u2010\u2013\u2014\u2212.\u2026[]e\u0301\ufb01\u00a8"
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("\u201cWe\u201d don\u2019t \u2013 ever", '"We" don\'t - ever'),
        ("a\u00a0b \n\t c", "a b c"),
        ("co\u00adoperate zero\u200bwidth", "cooperate zerowidth"),
        ("\ufb01ne \u2026", "fine ..."),
        ("caf" + "e\u0301", "caf\u00e9"),
        ("it\u00b4s it`s", "it's it's"),
        ("", ""),
    ],
)
def test_normalise(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.one_of(st.text(), st.text(alphabet=TYPOGRAPHY)))
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.one_of(st.text(), st.text(alphabet=TYPOGRAPHY)), st.data())
def test_a_part_of_the_text_between_word_borders_is_found(text: str, data: st.DataObject) -> None:
    words = normalise(text).split(" ")
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    part = " ".join(words[first : last + 1])
    # What a cut leaves must be normal by itself, which a leading combining mark is not.
    assume(part and normalise(part) == part)
    spans = find_quote(normalise(text), part)
    assert spans is not None
    assert all(0 <= start < end <= len(normalise(text)) for start, end in spans)
    assert [normalise(text)[start:end] for start, end in spans] == [part]


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=3), min_size=4, max_size=40), st.data())
def test_parts_with_something_left_out_are_found_in_order(words: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(words)), min_size=4, max_size=4)))
    parts = [" ".join(words[cuts[0] : cuts[1]]), " ".join(words[cuts[2] : cuts[3]])]
    text = " ".join(words)
    spans = find_quote(text, " [...] ".join(parts))
    assert spans is not None
    assert [text[start:end] for start, end in spans] == parts
    assert spans[0][1] <= spans[1][0]


def test_parts_lie_as_close_together_as_they_get() -> None:
    text = "We share. We keep. We share data."
    assert find_quote(text, "We [...] data") == [(19, 21), (28, 32)]


def test_a_quote_must_not_cut_words_nor_swap_parts() -> None:
    text = normalise("We use Metadata. We do not sell.")
    assert find_quote(text, "Meta") is None
    assert find_quote(text, "data") is None
    assert find_quote(text, "not sell [...] We use") is None
    assert find_quote(text, "We use [...] We use") is None
    assert find_quote(text, "we use") is None, "letters count as they are"


def test_an_elision_may_be_written_as_one_character_and_stand_at_the_ends() -> None:
    assert find_quote("a b c d", "[\u2026] b [\u2026] d [...]") == [(2, 3), (6, 7)]


def test_nothing_is_never_found() -> None:
    assert find_quote("a b", "") is None
    assert find_quote("a b", " [...] ") is None
    assert find_quote("", "a") is None


def test_the_nearest_sentence_is_a_hint_and_no_more() -> None:
    text = normalise("We sell nothing. We use Google Analytics to count visits. Contact us.")
    assert nearest_sentence(text, "We use Google Analytics for counting") == "We use Google Analytics to count visits."
    assert nearest_sentence(text, "Quantum chromodynamics") is None
    assert nearest_sentence(text, "!?") is None


def test_the_hash_is_that_of_the_normalised_text() -> None:
    assert text_sha256("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
