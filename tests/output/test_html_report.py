"""The report as a whole: in the right order, for everyone to read, and nothing that a site sent does any harm."""

from __future__ import annotations

import re
from typing import Any

import fictional
import page
import pytest
from bs4 import Tag
from hostile import HIDING, NASTY
from rendered import place, render

from crawler.output.visible import visible


def test_it_is_one_file_that_loads_nothing(report: str) -> None:
    page.check_self_contained(report)


def test_it_can_be_read_by_everyone(report: str) -> None:
    page.check_accessible(report)


def test_verdict_gaps_brief_findings_policy_full_findings_tables(report: str) -> None:
    order = ["Gate fails", 'class="tally"', 'class="sentences"', 'id="gaps"', 'id="index"', 'id="policy"',
             'id="findings"', 'id="vendors"', 'id="cookies"',
             'id="checks"', 'id="run"', "not legal advice", "tracking-audit audit RUN_DIR"]  # fmt: skip
    places = [place(report, what) for what in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("code", "gate", "says"),
    [
        (0, "Gate passes", "every rule passed on complete evidence"),
        (3, "Gate undecided", "something could not be judged"),
        (4, "Gate fails", "our own failure"),
        (99, "Gate fails", "not a code of this program"),
    ],
)
def test_each_exit_code_says_what_it_means(verdicts: dict[str, Any], code: int, gate: str, says: str) -> None:
    verdicts |= {"exit_code": code, "findings": []}
    html = render(verdicts)
    assert gate in html and says in html


def test_a_run_that_saw_nothing_does_not_look_good(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 3, "findings": [], "vendors": [], "cookies": [], "rules": [
        {"id": "crawl-incomplete", "outcome": "inconclusive", "why": "No page could be reached."}]}  # fmt: skip
    for claim in verdicts["claims"]:
        claim |= {"outcome": "inconclusive", "findings": []}
    html = render(verdicts)
    assert "Nothing could be judged; this run says nothing about the policy" in html
    assert "That is no clean result" in html
    assert "No page could be reached." in html
    assert "Nothing that the browser saw contradicts the policy" not in html


@pytest.mark.parametrize("value", [NASTY, HIDING, "</style></title>" + NASTY, "{{ 7 * 7 }}{% raw %}", "A" * 1_000_000])
def test_nothing_that_a_site_sends_does_harm(verdicts: dict[str, Any], value: str) -> None:
    finding = verdicts["findings"][0]
    for key in ("message", "vendor", "site", "role", "purpose", "coverage", "restriction", "arm", "rule"):
        finding[key] = value
    finding["pages"] = [value, "javascript:alert(1)"]
    finding["evidence"] = [{"stream": value, "row": 1, "url": "javascript:alert(1)//" + value, "note": value}]
    finding["waiver"] = {"owner": value, "reason": value, "until": value}
    verdicts["cookies"].append({"name": value, "domain": value, "party": value, "vendor": value, "set_by": value,
                                "setter_url": value, "lifetime_days": float("inf"),
                                "arms": {value: [1, 2]}})  # fmt: skip
    verdicts["vendors"].append({"vendor": value, "name": value, "purpose": value, "coverage": value, "party": value,
                                "arms": {value: {"visits": [1, 2], "hits": 3, "cookies": [value] * 20,
                                                 "restriction": value}}})  # fmt: skip
    verdicts["gaps"].append({"arm": value, "url": value, "reason": value, "detail": value})
    verdicts["rules"].append({"id": value, "outcome": value, "why": value})
    manifest = fictional.manifest() | {"browser": {"version": value}, "pages": [value], "files": {value: value}}
    rows = {("requests", 412): {"method": value, "status": 200, "url": value, "initiator": {"url": value, "line": 3}}}
    html = render(verdicts, manifest=manifest, evidence_rows=rows)
    page.check_self_contained(html)
    page.check_accessible(html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    html.encode("utf-8")
    assert len(html) < 900_000
    card = page.parse(html).find(id=f"finding-{finding['fingerprint']}")
    assert isinstance(card, Tag) and visible(value, 60)[:20] in card.get_text(), "shown, as text"


def test_many_of_everything_stays_a_readable_size(verdicts: dict[str, Any]) -> None:
    verdicts["vendors"] *= 500
    verdicts["cookies"] *= 1000
    verdicts["findings"][0]["evidence"] *= 1000
    html = render(verdicts)
    assert len(html) < 3_000_000
    assert "more in verdicts.json" in html


def test_empty_verdicts_still_make_a_report() -> None:
    html = render({"schema": "tracking-audit/verdicts/1", "exit_code": 4}, manifest={}, evidence_rows={})
    page.check_self_contained(html)
    assert "The audit itself failed" in html
