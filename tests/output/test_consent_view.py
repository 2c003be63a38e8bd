"""What pages said of the opt-out: by source and arm, in words, bounded, and harmless in every output."""

from __future__ import annotations

from typing import Any

import page
import pytest
from bs4 import Tag
from rendered import render

from crawler import rules
from crawler.output import markdown
from crawler.output.consent_view import MAX_SAID, MAX_SOURCES, RULES, TOOLS, source_count, source_views
from crawler.signals.consent import DECODERS

EVIL = "<script>|`**\x00\x1b[31m\u202e\ud800 \"'><img src=x onerror=alert(1)>"


def rows(html: str) -> list[str]:
    found = page.parsed(html).find(id="consent")
    assert isinstance(found, Tag)
    return [" ".join(row.get_text(" ").split()) for row in found.select("tbody tr")]


def test_every_tool_has_a_name() -> None:
    assert set(TOOLS) == set(DECODERS)


def test_what_counts_comes_first_and_each_arm_tells_its_own(report: str) -> None:
    told = rows(report)
    names = ["US Privacy string", "Global Privacy Platform", "OneTrust", "Google consent mode", "TCF (Europe)"]
    assert [next(n for n in names if row.startswith(n)) for row in told] == names
    assert "asked __uspapi getUSPData Not opted out , 24 of 24 visits" in told[0]
    assert "Opted out , 24 of 24 visits 1YYN: opted out of sale" in told[0]
    assert "Opted out , 22 of 24 visits" in told[1] and "Says nothing of it , 2 of 24 visits" in told[1]
    assert "saw the signal" in told[1] and "saw no signal" in told[1]
    assert "contradicts itself: isGpcEnabled=1, and its group C0004 for targeting is on" in told[2]
    assert "Advertising on , 24 of 24 visits" in told[3], "a switch for advertising is no word on an opt-out"
    assert "only shown" in told[3] and "only shown" in told[4] and "only shown" not in told[2]
    assert "it was asked and did not answer" in told[4]


def test_findings_that_rest_on_it_are_linked(verdicts: dict[str, Any]) -> None:
    assert set(RULES) <= {rule.ID for rule in rules.ALL}
    assert "What was found in it" not in render(verdicts)
    first = verdicts["findings"][0]
    first["rule"], first["arm"], first["vendor"] = RULES[0], "gpc", ""
    found = page.parse(render(verdicts)).find(id="consent")
    assert isinstance(found, Tag)
    link = found.find("a")
    assert isinstance(link, Tag) and link["href"] == f"#finding-{first['fingerprint']}"
    assert "What was found in it: opt-out-strings-contradict (the site itself, with GPC)." in found.get_text()


def test_a_site_without_consent_tools_has_no_section(verdicts: dict[str, Any]) -> None:
    for nothing in ([], None, 7):
        verdicts["consent"] = nothing
        html = render(verdicts)
        assert page.parsed(html).find(id="consent") is None and "#consent" not in html
        assert "## Consent state" not in markdown.render(verdicts)


def test_markdown_has_a_row_for_each_source(verdicts: dict[str, Any]) -> None:
    text = markdown.render(verdicts)
    [line] = [line for line in text.splitlines() if "OptanonConsent" in line]
    assert "contradicts itself" in line and line.count(" | ") == 3
    assert "US Privacy string, `__uspapi getUSPData`" in text and "(only shown)" in text


def test_more_than_one_site_is_told_apart(verdicts: dict[str, Any]) -> None:
    verdicts["consent"] += [row | {"site": "other.example"} for row in verdicts["consent"]]
    assert len([row for row in rows(render(verdicts)) if "other.example" in row]) == 5


def test_it_stays_bounded(verdicts: dict[str, Any]) -> None:
    first = verdicts["consent"][0]
    verdicts["consent"] = [first | {"name": f"n{n}", "words": f"w{m}"} for n in range(500) for m in range(20)]
    views = source_views(verdicts)
    assert len(views) == MAX_SOURCES and source_count(verdicts) == 500
    assert all(len(said) == MAX_SAID for view in views for said in view.arms.values())
    verdicts["not_listed"] = {"consent": 9}
    html = render(verdicts)
    assert "300 more in verdicts.json" in html and "9 rows of the evidence" in html
    assert len(html) < 1_500_000 and len(markdown.render(verdicts)) < 200_000


@pytest.mark.parametrize(
    "value", [EVIL, "</style></table>" + EVIL, "{{ 7 * 7 }}", "A" * 100_000, None, 7, [1], {"a": 1}]
)
def test_nothing_that_a_site_says_does_harm(verdicts: dict[str, Any], value: Any) -> None:
    keys = ("source", "where", "name", "says", "words", "contradiction", "saw_gpc", "visits", "counts")
    verdicts["consent"] = [row | {key: value} for row in verdicts["consent"] for key in keys]
    html = render(verdicts)
    page.check_self_contained(html)
    page.check_accessible(html)
    outside = "".join(part for n, part in enumerate(markdown.render(verdicts).split("`")) if n % 2 == 0)
    assert "<script" not in outside and not set(outside) & set("\x00\x1b\u202e\ud800")
