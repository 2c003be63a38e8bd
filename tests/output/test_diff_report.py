"""The comparison of two runs, told three ways."""

from __future__ import annotations

import io
import json
from typing import Any

import fictional
import page
import pytest
from rich.cells import cell_len
from rich.console import Console

from crawler.comparison import Comparison, compare
from crawler.output import diff_report

EVIL = "<script>alert(1)</script>\x1b[31m\u202e[bold]x"


def later() -> dict[str, Any]:
    """The next night: one new, one changed, one not judged for a gap, one really gone."""
    b = fictional.verdicts()
    b["run"] = "2026-11-23T031000Z"
    b["findings"] = [f for f in b["findings"] if f["vendor"] not in ("hotjar", "google-recaptcha")]
    b["findings"][0]["severity"] = "high"
    b["findings"].append(
        fictional.finding("undeclared-vendor", "high", "drift", "control", message="Drift opened a chat.")
    )
    b["gaps"].append({"arm": "control", "url": fictional.PAGES[2], "reason": "bot-wall"})
    b["claims"][33]["outcome"] = "pass"
    return b


@pytest.fixture
def comparison() -> Comparison:
    return compare(
        fictional.verdicts(),
        later(),
        pages_a=fictional.PAGES,
        pages_b=fictional.PAGES[:-1],
        arms_b=["control", "gpc"],
    )


def printed(comparison: Comparison, width: int) -> str:
    out = io.StringIO()
    diff_report.terminal(comparison, Console(file=out, width=width))
    return out.getvalue()


def test_the_groups_of_the_example(comparison: Comparison) -> None:
    assert [c.finding["vendor"] for c in comparison.new] == ["drift"]
    assert [c.finding["vendor"] for c in comparison.no_longer_judged] == ["hotjar"]
    assert [c.finding["vendor"] for c in comparison.gone] == ["google-recaptcha"]
    assert [c.finding["vendor"] for c in comparison.changed] == ["tiktok-pixel"]


def test_terminal_has_all_groups_in_order_of_urgency(comparison: Comparison) -> None:
    text = printed(comparison, 100)
    parts = ["DIFF", "1 new", "Pages no longer in the list: 1", "New gaps: 1", "New: 1", "Drift", "No longer judged: 1",
             "Hotjar", "gap on", "Changed: 1", "severity: high, was critical", "Still there: 4", "Gone: 1",
             "Google reCAPTCHA", "L34: no longer contradicted (kept, was contradicted)"]  # fmt: skip
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places[2:] == sorted(places[2:])


def test_terminal_fits_sixty_columns(comparison: Comparison) -> None:
    assert max(cell_len(line) for line in printed(comparison, 60).splitlines()) <= 60


def test_html_has_every_change_and_is_self_contained(comparison: Comparison) -> None:
    html = diff_report.html(comparison)
    page.check_self_contained(html)
    page.check_accessible(html)
    for change in (*comparison.new, *comparison.gone, *comparison.changed, *comparison.still):
        assert change.fingerprint in html
    assert html.index('id="coverage"') < html.index('id="new"') < html.index('id="no_longer_judged"')
    assert html.index('id="no_longer_judged"') < html.index('id="gone"')
    assert "Not gone." in html


def test_json_is_whole_and_the_same_each_time(comparison: Comparison) -> None:
    text = diff_report.json(comparison)
    data = json.loads(text)
    assert data["schema"] == "tracking-audit/diff/1"
    assert [len(data[g]) for g in ("new", "gone", "changed", "still", "no_longer_judged")] == [1, 1, 1, 4, 1]
    assert text == diff_report.json(comparison) and text.isascii()


def test_nothing_that_a_site_sends_does_harm() -> None:
    b = later()
    for finding in b["findings"]:
        finding |= {"message": EVIL, "vendor": EVIL, "rule": EVIL, "fingerprint": EVIL + finding["fingerprint"]}
    b["gaps"][0] |= {"url": EVIL, "reason": EVIL, "arm": EVIL}
    b["claims"][0] |= {"id": EVIL}
    comparison = compare(fictional.verdicts(), b, pages_a=[EVIL], pages_b=fictional.PAGES)
    page.check_self_contained(diff_report.html(comparison))
    text = printed(comparison, 60)
    assert not set(text) & {"\x1b", "\u202e"}
    assert "[bold]x" in text


def test_two_empty_runs() -> None:
    comparison = compare({"exit_code": 0}, {"exit_code": 0})
    assert "No findings in either run" in printed(comparison, 80)
    page.check_accessible(diff_report.html(comparison))


def test_the_exit_codes_are_those_of_the_runs() -> None:
    comparison = compare({"exit_code": 1}, {"exit_code": 3})
    assert "exit codes: the later run exits 3, the earlier 1." in printed(comparison, 100)
    assert "The later run exits 3, the earlier 1" in diff_report.html(comparison)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"severity": "info"}, False),
        ({"outcome": "pass"}, False),
        ({"waiver": {"owner": "o", "until": "2027-01-31", "reason": "r", "state": "active"}}, False),
    ],
)
def test_a_remedy_names_the_product_and_is_for_what_needs_one(changes: dict[str, Any], shown: bool) -> None:
    b = later()
    b["findings"][-1] |= {"remedy": "Remove the vendor, or declare it."} | changes
    comparison = compare(fictional.verdicts(), b)
    for text in (printed(comparison, 100), diff_report.html(comparison)):
        assert ("Remove Drift, or declare it." in text) is shown
        assert "Remove the vendor" not in text
