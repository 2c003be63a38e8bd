"""How the run was made, what it checked, and what it did not see: what stands beside policy and findings."""

from __future__ import annotations

from typing import Any

import fictional
import page
from bs4 import Tag
from rendered import render


def test_a_gap_of_both_arms_is_one_row(verdicts: dict[str, Any]) -> None:
    verdicts["gaps"] = [verdicts["gaps"][0] | {"arm": arm} for arm in ("gpc", "control")]
    gaps = page.parse(render(verdicts)).find(id="gaps")
    assert isinstance(gaps, Tag)
    rows = gaps.select("table:first-of-type tbody tr")
    assert len(rows) == 1 and "without a signal, with GPC" in rows[0].get_text(" ", strip=True)
    assert "2 gaps in the evidence; equal ones share a row" in gaps.get_text(" ", strip=True)
    assert "2 visits" not in rows[0].get_text(" ", strip=True)


def test_pages_beyond_the_limit_are_not_kept_quiet(verdicts: dict[str, Any]) -> None:
    clean = verdicts | {"gaps": [], "rules": []}
    manifest = fictional.manifest() | {"visits": [], "max_pages": 8}
    assert "Nothing is missing" in render(clean, manifest=manifest | {"pages_beyond_limit": 0})
    for more, says in ((1, "1 more page is known and was not visited"), (4, "4 more pages are known and were not")):
        html = render(clean, manifest=manifest | {"pages_beyond_limit": more})
        gaps = page.parse(html).find(id="gaps")
        assert isinstance(gaps, Tag) and says in gaps.get_text() and "(limit 8)." in gaps.get_text()
        assert "Nothing is missing" not in html


def test_what_passed_is_listed_too(report: str) -> None:
    checks = page.parse(report).find(id="checks")
    assert isinstance(checks, Tag)
    for rule in fictional.verdicts()["rules"]:
        assert rule["id"] in checks.get_text() and rule["why"] in checks.get_text()


def test_waivers_and_attestations_are_listed_with_their_state(report: str) -> None:
    checks = page.parse(report).find(id="checks")
    assert isinstance(checks, Tag)
    text = checks.get_text(" ", strip=True)
    assert "microsoft-uet used 2027-01-31 privacy team" in text
    assert "Data processing terms are signed. legal 2026-10-01 expired" in text


def test_proofs_come_from_the_visit_rows(verdicts: dict[str, Any]) -> None:
    manifest = fictional.manifest()
    rows = {("visits", n): row for n, row in enumerate(manifest.pop("visits"))}
    rows["visits", 0] = rows["visits", 0] | {"signal": {"proven": False, "why": "The property said undefined."}}
    run = page.parse(render(verdicts, manifest=manifest, evidence_rows=rows)).find(id="run")
    assert isinstance(run, Tag)
    assert "23 of 24" in run.get_text() and "001-control-1: The property said undefined." in run.get_text()


def test_how_the_run_was_made(report: str) -> None:
    run = page.parse(report).find(id="run")
    assert isinstance(run, Tag)
    text = run.get_text(" ", strip=True)
    for part in ("156.0.8078.79", "third-party cookies allowed", "native", "24 of 24", "unload-beacon",
                 "0.1.0", "ab" * 32, *fictional.PAGES):  # fmt: skip
        assert part in text, part
