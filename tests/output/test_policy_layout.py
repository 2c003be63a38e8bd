"""The policy's text, its blocks, and where quotes stand in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.output.policy_layout import Layout, lay_out

ROOT = Path(__file__).parent.parent.parent


def marked(layout: Layout, claim: str) -> list[str]:
    return [s.text for block in layout.blocks for s in block.segments if claim in s.claims]


def kinds(text: str) -> list[str]:
    return [block.kind for block in lay_out(text, {}).blocks]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We keep it “safe” – always.", 'We keep it "safe" - always.'),
        ("We  keep\nit \u00adsa\u00adfe", "We keep it safe"),
        ("We use ﬁne cafe\u0301s here", "We use fine cafés here"),
        ("It’s ours.", "It's ours."),
    ],
)
def test_quotes_are_found_however_they_are_typed(text: str, quote: str) -> None:
    layout = lay_out(text, {"A": quote})
    assert layout.missing == ()
    assert "".join("".join(marked(layout, "A")).split()) == "".join(text.split())


def test_a_quote_in_parts_leaves_out_what_it_leaves_out() -> None:
    layout = lay_out("We sell nothing, ever, to anyone at all.", {"A": "We sell nothing [...] to anyone"})
    assert marked(layout, "A") == ["We sell nothing", "to anyone"]


def test_overlapping_quotes_share_what_they_share() -> None:
    block = lay_out("one two three four", {"A": "one two three", "B": "two three four"}).blocks[0]
    assert [(s.text.strip(), s.claims, s.ends) for s in block.segments] == [
        ("one", ("A",), ()),
        ("two three", ("A", "B"), ("A",)),
        ("four", ("B",), ("B",)),
    ]
    assert block.notes == ["A", "B"]


def test_a_quote_inside_another() -> None:
    block = lay_out("We use tags and pixels here.", {"A": "We use tags and pixels here.", "B": "pixels"}).blocks[0]
    assert [s.claims for s in block.segments] == [("A",), ("A", "B"), ("A",)]


def test_a_word_is_not_found_inside_another_word() -> None:
    assert marked(lay_out("concatenate the cat", {"A": "cat"}), "A") == ["cat"]
    assert lay_out("concatenate", {"A": "cat"}).missing == ("A",)


def test_a_repeated_quote_is_noted_once() -> None:
    layout = lay_out("Click here.\nSomething else.\nClick here.", {"A": "Click here."})
    assert [(b.notes, b.again) for b in layout.blocks] == [(["A"], []), ([], []), ([], ["A"])]


def test_a_quote_over_two_paragraphs_marks_both() -> None:
    layout = lay_out("It begins here.\nIt ends here.", {"A": "begins here. It ends"})
    assert [(b.notes, b.again) for b in layout.blocks] == [(["A"], []), ([], ["A"])]


def test_a_missing_quote_is_said_to_be_missing() -> None:
    assert lay_out("Some text.", {"A": "Other text.", "B": ""}).missing == ("A", "B")


def test_headings_items_and_paragraphs() -> None:
    text = (
        "- Security\n- Contact\nWe run it.\n1. Security\nWe care.\nAuthorised Agents\n(a) first thing\n## Notes\nEnd."
    )
    assert kinds(text) == [
        "item", "item", "paragraph", "heading", "paragraph", "subheading", "item", "heading", "paragraph",
    ]  # fmt: skip


def test_lines_that_were_wrapped_are_joined() -> None:
    layout = lay_out("First part of a sentence\nand its end.\n\nAnother one,\nalso wrapped.", {})
    assert [" ".join(s.text for s in b.segments) for b in layout.blocks] == [
        "First part of a sentence and its end.",
        "Another one, also wrapped.",
    ]


def test_a_text_that_lost_its_lines_is_cut_between_sentences() -> None:
    text = " ".join(
        f"Sentence number {n} says that we keep what we promise to keep, and nothing else." for n in range(40)
    )
    blocks = lay_out(text, {"A": "Sentence number 20 says"}).blocks
    assert len(blocks) > 5 and all(b.segments[-1].text.endswith(".") for b in blocks)
    assert sum(len(b.notes) for b in blocks) == 1


def test_an_endless_text_is_cut_and_says_so() -> None:
    assert lay_out("word " * 300_000, {}).truncated


def test_all_claims_of_the_committed_expectations_are_found() -> None:
    for file in (ROOT / "expectations").glob("*.yaml"):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        text = (file.parent / data["policy"]["text"]).read_text(encoding="utf-8")
        layout = lay_out(text, {claim["id"]: claim["quote"] for claim in data["claims"]})
        assert layout.missing == (), file.name


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=5))
def test_no_text_is_lost_or_made_up(text: str, quotes: list[str]) -> None:
    layout = lay_out(text, {str(n): quote for n, quote in enumerate(quotes)})

    def letters(value: str) -> str:
        return "".join(value.split())

    shown = letters("".join(s.text for b in layout.blocks for s in b.segments))
    rest = iter(letters(text))
    assert all(char in rest for char in shown), "the shown text is the text without bullets"
    assert len(re.findall(r"\w{3}", shown)) >= len(re.findall(r"\w{3}", letters(text))) - 3 * text.count("\n") - 3
