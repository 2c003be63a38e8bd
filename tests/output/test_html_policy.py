"""The policy in the report: its whole text, each quote marked once, and the notes beside the sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import fictional
import page
from bs4 import Tag
from hostile import HIDING, NASTY
from rendered import place, render

from crawler.output import words
from crawler.output.standing import standings


def test_every_claim_has_its_note_once_and_its_outcome_in_words(report: str) -> None:
    soup = page.parse(report)
    for claim, stands in zip(fictional.CLAIMS, standings(fictional.verdicts()), strict=True):
        notes = soup.find_all(id=f"claim-{claim['id']}")
        assert len(notes) == 1
        text = notes[0].get_text(" ", strip=True)
        assert words.OUTCOME_WORDS[stands] in text
        assert claim["why"] in text
        assert stands in notes[0]["class"]


def test_every_quote_is_marked_in_the_text_with_sign_and_word(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    for claim, stands in zip(fictional.CLAIMS, standings(fictional.verdicts()), strict=True):
        refs = policy.find_all("a", class_="ref", href=f"#claim-{claim['id']}")
        assert refs, claim["id"]
        for ref in refs:
            assert ref.svg is not None
            assert words.OUTCOME_WORDS[stands] in ref.get_text()
            mark = ref.find_previous_sibling("mark")
            assert mark is not None and stands in mark["class"]


def test_the_whole_policy_is_there_word_for_word(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    for extra in policy.find_all(class_=["ref", "notes"]):
        extra.decompose()

    def letters(text: str) -> str:
        return re.sub(r"[\s\-]", "", text)

    assert letters(policy.get_text()) == letters(fictional.POLICY)


def test_a_sentence_that_stands_twice_is_marked_twice_and_explained_once(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    assert len(policy.find_all("a", class_="ref", href="#claim-L05")) == 2
    assert "The same sentence again: see L05" in policy.get_text(" ", strip=True).replace("  ", " ")


def test_another_part_of_a_claim_is_not_called_the_same_sentence(verdicts: dict[str, Any]) -> None:
    verdicts["claims"] = [verdicts["claims"][0] | {"id": "D20", "quote": "We keep it [...] We erase it"}]
    text = "We keep it safe.\nWe erase it later.\nAnd now:\nWe keep it safe.\nWe erase it later.\n"
    policy = page.parse(render(verdicts, policy_text=text)).find(class_="policy")
    assert isinstance(policy, Tag)
    said = [" ".join(p.get_text(" ", strip=True).split()) for p in policy.find_all(class_="again")]
    assert ["Part of the same claim: see D20" in line for line in said] == [True, False, False]
    assert ["The same sentence again: see D20" in line for line in said] == [False, True, True]


def test_findings_stand_beside_the_sentence(report: str) -> None:
    note = page.parse(report).find(id="claim-L14")
    assert isinstance(note, Tag)
    text = note.get_text(" ", strip=True)
    assert "TikTok Pixel" in text and "Meta Pixel" in text and "Criteo" in text
    assert "requests:412" in text and "24 of 24 visits" in text


def test_a_note_tells_two_findings_and_names_the_others(report: str, verdicts: dict[str, Any]) -> None:
    note = page.parse(report).find(id="claim-L14")
    assert isinstance(note, Tag)
    assert [told.a.get_text() for told in note.find_all(class_="told") if told.a] == ["TikTok Pixel", "Meta Pixel"]
    third = note.select_one(".listed li a")
    criteo = next(f for f in verdicts["findings"] if f["vendor"] == "criteo")
    assert third is not None and third["href"] == f"#finding-{criteo['fingerprint']}"
    assert criteo["message"] not in note.get_text()


def test_a_note_without_findings_that_nobody_can_check_is_one_line_that_opens(report: str) -> None:
    soup = page.parse(report)
    for claim in fictional.CLAIMS:
        note = soup.find(id=f"claim-{claim['id']}")
        assert isinstance(note, Tag)
        assert len(note.select(":scope > .line")) == (claim["outcome"] == "not-checkable")


def test_a_remark_is_there_to_be_opened(verdicts: dict[str, Any]) -> None:
    for claim in verdicts["claims"]:
        claim["note"] = f"Read so: {claim['id']}."
    soup = page.parse(render(verdicts))
    for claim in verdicts["claims"]:
        note = soup.find(id=f"claim-{claim['id']}")
        assert isinstance(note, Tag) and note.details is not None and not note.details.has_attr("open")
        assert claim["note"] in note.details.get_text()


def test_a_quote_that_stands_beside_is_not_told_twice(verdicts: dict[str, Any]) -> None:
    quote = verdicts["claims"][13]["quote"]
    message = f'TikTok Pixel went on. The policy says (section 6): "{quote}"'
    verdicts["findings"][0]["message"] = message
    verdicts["claims"][13]["why"] = f"{message} And more."
    note = page.parse(render(verdicts)).find(id="claim-L14")
    assert isinstance(note, Tag)
    text = note.get_text(" ", strip=True)
    assert quote not in text and text.count("TikTok Pixel went on.") == 1 and "And more." in text


def test_an_unknown_outcome_is_an_error_never_a_pass(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][0]["outcome"] = "splendid"
    note = page.parse(render(verdicts)).find(id="claim-L01")
    assert isinstance(note, Tag) and "check failed" in note.get_text()


def test_hostile_policy_text_is_only_text(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][0]["quote"] = NASTY
    html = render(verdicts, policy_text=f"1. Title {HIDING}\n{NASTY} and more.\n" + fictional.POLICY)
    page.check_self_contained(html)
    note = page.parse(html).find("a", class_="ref", href="#claim-L01")
    assert note is not None


def test_a_quote_that_is_not_in_the_text_is_still_told(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][13]["quote"] = "We have never written this."
    html = render(verdicts)
    heading = place(html, "Claims whose sentence was not found in the text above")
    assert heading < place(html, "never written this.</mark>") < place(html, 'id="findings"')
    page.check_accessible(html)


def test_without_any_policy_text_the_claims_are_told_one_by_one(verdicts: dict[str, Any]) -> None:
    company = fictional.company()
    company = replace(company, policy=replace(company.policy, text=""))
    html = render(verdicts, company=company, policy_text="")
    assert "The text of the policy is not at hand" in html
    assert len(page.parse(html).find_all("section", class_="note")) == 47
