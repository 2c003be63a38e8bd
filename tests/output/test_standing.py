"""A sentence that is contradicted, and one that only leaves out what was seen."""

from __future__ import annotations

from typing import Any

import page
import pytest
from bs4 import Tag
from rendered import render

from crawler.output import markdown
from crawler.output.finding_view import views
from crawler.output.headline import Headline, headline
from crawler.output.standing import standings


def judged(*rules: str, outcome: str = "violation", claim: str = "violation", **more: Any) -> dict[str, Any]:
    found = [{"fingerprint": rule, "rule": rule, "outcome": outcome} for rule in rules]
    return {"findings": found, "claims": [{"id": "C", "outcome": claim, "findings": list(rules), **more}]}


def top(verdicts: dict[str, Any]) -> Headline:
    return headline(verdicts, views(verdicts, {}))


@pytest.mark.parametrize(
    ("verdicts", "stands"),
    [
        (judged("undeclared-vendor"), "incomplete"),
        (judged("undeclared-vendor", "undeclared-cookie-setter"), "incomplete"),
        (judged("undeclared-vendor", "gpc-ignored"), "violation"),
        (judged(), "violation"),
        (judged("undeclared-vendor", rules=[{"id": "gpc-ignored", "outcome": "violation"}]), "violation"),
        (judged("undeclared-vendor", rules=[{"id": "gpc-ignored", "outcome": "pass"}]), "incomplete"),
        (judged("undeclared-vendor", outcome="inconclusive", claim="inconclusive"), "inconclusive"),
        (judged("undeclared-vendor", claim="incomplete"), "error"),
    ],
)
def test_only_silence_is_called_incomplete(verdicts: dict[str, Any], stands: str) -> None:
    assert standings(verdicts) == [stands]


def test_the_headline_counts_both(verdicts: dict[str, Any]) -> None:
    assert top(verdicts).title == "5 of 47 sentences are contradicted, 2 leave out what the browser saw"
    verdicts["findings"] = [f for f in verdicts["findings"] if f["rule"] == "undeclared-vendor"]
    verdicts["claims"] = [c for c in verdicts["claims"] if c["id"] in ("L35", "L01")]
    assert top(verdicts).title == "1 of 2 sentences leaves out what the browser saw"


def test_the_report_has_another_word_sign_and_legend(report: str, verdicts: dict[str, Any]) -> None:
    soup = page.parse(report)
    note = soup.find(id="claim-L35")
    assert isinstance(note, Tag)
    text = note.get_text(" ", strip=True)
    assert "incomplete" in text and "contradicted" not in text
    assert soup.select_one('#claim-L35 use[href="#i-incomplete"]') and soup.find("symbol", id="i-incomplete")
    key = soup.select_one("ul.key")
    assert key is not None and "The browser saw something that this part of the policy leaves out." in key.get_text()
    line = next(line for line in markdown.render(verdicts).splitlines() if line.startswith("| L35"))
    assert "… incomplete" in line and "contradicted" not in line


def accept_all(verdicts: dict[str, Any]) -> None:
    for number, finding in enumerate(verdicts["findings"]):
        finding["waiver"] = {"owner": "o", "reason": "r", "until": f"2027-0{1 + number}-28", "state": "active"}
    verdicts |= {"exit_code": 0, "gaps": []}


def test_what_is_accepted_is_still_contradicted(verdicts: dict[str, Any]) -> None:
    accept_all(verdicts)
    head = top(verdicts)
    assert head.title == (
        "5 of 47 sentences are contradicted, 2 leave out what the browser saw; all of it is accepted by waivers,"
        " the first of which ends on 2027-01-28"
    )
    assert "every rule passed" not in head.exit_meaning
    html = render(verdicts, manifest={}, evidence_rows={})
    for text in (html, markdown.render(verdicts)):
        assert "accepted by waivers" in text
        assert "Nothing that the browser saw contradicts" not in text


def test_accepted_and_not_all_judged_says_both(verdicts: dict[str, Any]) -> None:
    accept_all(verdicts)
    verdicts["exit_code"] = 3
    title = top(verdicts).title
    assert "all of it is accepted by waivers" in title and "not everything could be judged" in title
    assert "No contradiction" not in title


def test_a_waived_violation_without_a_sentence_is_no_clean_run(verdicts: dict[str, Any]) -> None:
    accept_all(verdicts)
    verdicts["claims"] = []
    assert top(verdicts).title.startswith("5 violations seen; all of it is accepted by waivers")


def test_a_sentence_that_is_contradicted_without_a_finding_is_no_clean_run() -> None:
    verdicts = judged() | {"exit_code": 0}
    assert "contradicts the policy" not in top(verdicts).title and "contradicted" in top(verdicts).title
