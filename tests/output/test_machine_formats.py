"""CSV, JUnit, SARIF and Markdown: whole, valid, and safe whatever a site sent."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import fictional
import pytest

from crawler.bundle import account
from crawler.output import csv_tables, gate, junit, markdown, sarif

EVIL = '=HYPERLINK("https://evil.example")<script>|`**\x00\x1b[31m\u202e\ud800 ]]> -->'


@pytest.fixture
def evil(verdicts: dict[str, Any]) -> dict[str, Any]:
    for finding in verdicts["findings"]:
        finding |= {
            "message": EVIL,
            "vendor": EVIL,
            "vendor_name": EVIL,
            "remedy": EVIL,
            "pages": [EVIL, "javascript:x"],
        }
        finding["evidence"] = [{"stream": "requests", "row": 1, "url": EVIL, "note": EVIL}]
    verdicts["vendors"][0] |= {"vendor": EVIL, "name": EVIL}
    verdicts["vendors"][0]["arms"]["gpc"]["cookies"] = [EVIL]
    verdicts["gaps"][0] |= {"url": EVIL, "reason": EVIL}
    verdicts["claims"][0] |= {"id": EVIL, "why": EVIL}
    verdicts["company"] = EVIL
    return verdicts


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_every_finding_and_vendor(verdicts: dict[str, Any]) -> None:
    found = rows(csv_tables.findings(verdicts))
    assert [r["trigger"] for r in found if r["trigger"]] == ["First called after scrolling."]
    assert [r["fingerprint"] for r in found] == [f["fingerprint"] for f in verdicts["findings"]]
    assert found[0]["claims"] == "L14 L40 L25 L41" and found[0]["visits"] == "control 24 of 24; gpc 24 of 24"
    assert found[0]["evidence"] == "requests:412 requests:977 cookies:31"
    listed = rows(csv_tables.vendors(verdicts))
    assert len(listed) == len(verdicts["vendors"])
    assert (listed[3]["gpc visits"], listed[3]["gpc hits"]) == ("6 of 24", "12")


def test_csv_says_what_a_vendor_got(verdicts: dict[str, Any]) -> None:
    user_data = [{"kind": "email", "form": "hashed", "parameter": "=ud[em]", "basis": "documented"}]
    ids = ["a", "b", "c", "d"]
    sends = {"client_ids": ids, "page_data": ["dl"], "user_data": user_data, "encodings": [], "undecodable_bytes": 4096}
    verdicts["vendors"][0]["sends"] = {"control": sends, "gpc": {}}
    row = rows(csv_tables.vendors(verdicts))[0]
    assert (
        row["control sends"]
        == "email hashed (=ud[em]); browser ids (a, b, c and 1 more); page data (dl); 4,096 bytes unread"
    )
    assert row["gpc sends"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_no_cell_is_a_formula(verdicts: dict[str, Any], start: str) -> None:
    verdicts["findings"][0]["message"] = f"{start}cmd|' /C calc'!A0"
    verdicts["vendors"][0]["name"] = f"{start}1+1"
    for text in (csv_tables.findings(verdicts), csv_tables.vendors(verdicts)):
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_what_fails_is_what_the_exit_code_says(verdicts: dict[str, Any]) -> None:
    limit = gate.fail_on(verdicts)
    failing = [f["vendor"] for f in verdicts["findings"] if gate.fails(f, limit)]
    assert failing == ["tiktok-pixel", "meta-pixel", "hotjar"]


def test_junit_counts_and_reasons(verdicts: dict[str, Any]) -> None:
    root = ET.fromstring(junit.render(verdicts))
    suites = {s.get("name"): s for s in root}
    assert suites["tracking-audit.gate"].get("failures") == "1"
    rule = {c.get("name"): c for c in suites["tracking-audit.rules"].findall("testcase")}
    assert len(rule) == len(verdicts["rules"])
    failure = rule["gpc-ignored"].find("failure")
    assert failure is not None and failure.text and "TikTok Pixel" in failure.text and "requests:412" in failure.text
    assert rule["declared-variant-differs"].find("failure") is None, "a low finding does not fail a gate at high"
    assert rule["crawl-incomplete"].find("skipped") is not None
    assert len(suites["tracking-audit.claims"].findall("testcase")) == 47


@pytest.mark.parametrize(("code", "tag"), [(0, None), (1, "failure"), (3, "error"), (4, "error"), (None, "error")])
def test_junit_is_never_greener_than_the_exit_code(verdicts: dict[str, Any], code: int | None, tag: str | None) -> None:
    verdicts |= {"exit_code": code, "findings": []}
    case = ET.fromstring(junit.render(verdicts)).find("testsuite/testcase")
    assert case is not None
    assert [child.tag for child in case] == ([tag] if tag else [])


def test_what_was_not_judged_is_an_error_when_it_decides(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 3, "findings": []}
    root = ET.fromstring(junit.render(verdicts))
    assert root.find("testsuite/testcase[@name='crawl-incomplete']/error") is not None


def test_sarif_has_each_finding_at_its_sentence(verdicts: dict[str, Any]) -> None:
    company = fictional.company()
    data = json.loads(sarif.render(verdicts, company, {"gpc-ignored": "A vendor receives data under GPC."}))
    (run,) = data["runs"]
    assert data["version"] == "2.1.0"
    results = run["results"]
    first = results[0]
    assert first["ruleId"] == "gpc-ignored" and first["level"] == "error" and first["kind"] == "fail"
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "gpc-ignored"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "expectations/larkspur-ledger.example.yaml"
    assert place["region"]["startLine"] == company.claim("L14").line
    assert {r["partialFingerprints"]["trackingAudit/v1"] for r in results} == {
        f["fingerprint"] for f in verdicts["findings"]
    }
    assert [len(r.get("suppressions", [])) for r in results] == [0, 0, 0, 0, 0, 0, 1]
    assert all(r["level"] == "none" for r in results if r["kind"] != "fail"), "the format asks for it"
    assert run["invocations"][0]["exitCode"] == 1
    assert "opt-out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_markdown_tells_gate_gaps_findings_sentences_in_order(verdicts: dict[str, Any]) -> None:
    text = markdown.render(verdicts, fictional.evidence_rows())
    parts = ["**Gate fails** (exit code 1", "## What could not be seen", "## Contradictions", "TikTok Pixel",
             "**What to do:**", "requests:412", "## Sentences", "L47"]  # fmt: skip
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert text.count("\n| L") == 47


def test_markdown_tells_what_happened_and_what_was_not_visited(verdicts: dict[str, Any]) -> None:
    verdicts["gaps"] = [{"arm": "all", "url": "", "reason": "damaged", "detail": "visits: row 3 is cut off"}]
    text = markdown.render(verdicts, {}, {"pages_beyond_limit": 12, "max_pages": 30})
    assert "12 more pages are known and were not visited" in text
    assert "| damaged | visits: row 3 is cut off |" in text
    assert "not visited" not in markdown.render(verdicts)


def test_markdown_says_after_what_a_vendor_showed_and_whether_the_recording_is_whole(verdicts: dict[str, Any]) -> None:
    manifest = fictional.manifest()
    manifest["reconciliation"] = account.reconciliation(manifest["visits"])
    text = markdown.render(verdicts, fictional.evidence_rows(), manifest).replace("\\", "")
    assert text.count("- **When:** First called after scrolling.") == text.count("**When:**") == 1
    assert "the recorder starts (while scrolling)" in text
    assert "The recording was checked, too: 3,419 requests" in text and "1 unexplained" in text
    assert "- 001-gpc-1: `GET https://cdn.larkspur-ledger.example/late.js?v=3`" in text


def test_markdown_of_a_site_stays_text(evil: dict[str, Any]) -> None:
    evil["findings"][0]["message"] = "![x](https://evil.example/p.png) [a](https://evil.example) www.evil.example @all"
    text = markdown.render(evil)
    outside = "".join(part for n, part in enumerate(text.split("`")) if n % 2 == 0)
    assert "![x]" not in outside and "](" not in outside and "<script" not in outside
    assert "https://" not in outside and "www." not in outside and "@" not in outside
    assert not set(text) & set("\x00\x1b\u202e\ud800")


def test_hostile_values_leave_every_format_valid(evil: dict[str, Any]) -> None:
    ET.fromstring(junit.render(evil)).find("testsuite")
    data = json.loads(sarif.render(evil, fictional.company()))
    pages = data["runs"][0]["results"][0]["relatedLocations"]
    assert {p["physicalLocation"]["artifactLocation"]["uri"] for p in pages} == {"about:blank"}
    for text in (csv_tables.findings(evil), csv_tables.vendors(evil), junit.render(evil), markdown.render(evil)):
        text.encode("utf-8")
        assert not set(text) & set("\x00\x1b\u202e\ud800")


def test_empty_verdicts_make_empty_outputs_that_do_not_pass() -> None:
    nothing: dict[str, Any] = {}
    assert rows(csv_tables.findings(nothing)) == rows(csv_tables.vendors(nothing)) == []
    case = ET.fromstring(junit.render(nothing)).find("testsuite/testcase/error")
    assert case is not None
    assert json.loads(sarif.render(nothing, fictional.company()))["runs"][0]["invocations"][0]["exitCode"] == 4
    assert "Gate fails" in markdown.render(nothing)
