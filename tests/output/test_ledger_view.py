"""The two recorders held against each other: numbers add up, every class has words, the unexplained is shown."""

from __future__ import annotations

import inspect
import re
from typing import Any

import fictional
import page
import pytest
from bs4 import Tag
from rendered import render

from crawler.bundle import account
from crawler.evidence import requests
from crawler.output import markdown
from crawler.output.browser_words import RECORDER_CLASSES
from crawler.output.ledger_view import MAX_ROWS, in_short, ledger_view


def told(**arms: Any) -> dict[str, Any]:
    return {"reconciliation": arms}


def arm(matched: int = 0, wire: Any = None, cdp: Any = None, **changes: Any) -> dict[str, Any]:
    unexplained = sum(side.get("unexplained", 0) for side in (wire or {}, cdp or {}))
    return {
        "visits": 2, "incomplete": 0, "incomplete_visits": [], "matched": matched, "wire_only": wire or {},
        "cdp_only": cdp or {}, "unexplained": unexplained,
        "unexplained_rows": [{"visit": "000-gpc-1", "request": f"GET https://x/{n}"} for n in range(unexplained)],
    } | changes  # fmt: skip


def test_the_numbers_add_up() -> None:
    both = told(
        control=arm(90, {"unload-beacon": 6, "own-traffic": 2}, {"cache": 3}),
        gpc=arm(80, {"unload-beacon": 5, "unexplained": 1}, {"unexplained": 1}, incomplete=1),
    )
    view = ledger_view(both, ())
    assert view is not None
    assert (view.listed, view.matched, view.alone, view.unexplained) == (184, 170, 18, 2)
    assert view.alone == sum(sum(c.counts.values()) for c in view.classes) == view.listed - view.matched + 4
    text = " ".join(view.sentences)
    assert "It lists 184 requests; 170 of them were seen by the second recorder" in text
    assert "DevTools saw 4 more" in text
    assert "Of the 18 that one recorder alone saw, 16 are explained below. Unexplained: 2." in text
    assert "In 1 of 4 visits the log has no end" in text
    assert in_short(both) == view.short and "16 seen by one alone and explained, 2 unexplained" in view.short
    assert "170 of them seen by both recorders, 4 more by DevTools alone; " in view.short
    assert [(c.recorder, c.name) for c in view.classes] == [
        ("network log", "unload-beacon"), ("network log", "own-traffic"), ("network log", "unexplained"),
        ("DevTools", "cache"), ("DevTools", "unexplained"),
    ]  # fmt: skip
    assert view.classes[0].counts == {"control": 6, "gpc": 5}


@pytest.mark.parametrize(
    ("account_of", "says"),
    [
        (arm(5), "all of them were seen by the second recorder, DevTools, too. No request was seen by one recorder"),
        (arm(5, {"preflight": 2}), "All 2 that one recorder alone saw are explained below. Unexplained: none."),
        (arm(5, visits=1), "The log is complete in the one visit."),
        (arm(5), "The log is complete in all 2 visits."),
    ],
)
def test_a_clean_account_says_so(account_of: dict[str, Any], says: str) -> None:
    view = ledger_view(told(control=account_of), ())
    assert view is not None and says in " ".join(view.sentences)


def test_every_class_that_a_recorder_gives_has_words() -> None:
    documented = re.search(r'wire_class: str \| None = None\n    """(.*?)"""', inspect.getsource(requests), re.S)
    assert documented
    classes = documented.group(1).partition(":")[2]
    names = {name.strip() for name in classes.replace("\n", " ").rstrip(". ").split(",")}
    assert names == set(RECORDER_CLASSES), "a class without words, or words without a class"


def test_a_class_of_tomorrow_is_shown_with_its_own_word() -> None:
    view = ledger_view(told(control=arm(1, {"teleport": 3})), ())
    assert view is not None and view.classes[0].name == "teleport" and "does not know" in view.classes[0].meaning


def test_an_older_run_is_summed_up_from_its_visits_and_one_without_any_account_says_nothing() -> None:
    manifest = fictional.manifest()
    visits = manifest.pop("visits")
    from_rows = ledger_view(manifest, visits)
    assert from_rows is not None and from_rows == ledger_view(told(**account.reconciliation(visits)), ())
    assert ledger_view({}, [{"id": "x", "arm": "gpc"}]) is None and in_short({}) == ""


@pytest.mark.parametrize("value", [None, [], "x", {"gpc": 3}, {"gpc": {"wire_only": [1], "unexplained_rows": [7]}}])
def test_a_manifest_of_another_version_breaks_nothing(value: Any) -> None:
    ledger_view({"reconciliation": value}, ())
    render(fictional.verdicts(), manifest={"reconciliation": value, "steps": value})


def test_the_report_shows_sentence_classes_and_every_unexplained_row(report: str) -> None:
    soup = page.parse(report)
    run, gaps = soup.find(id="run"), soup.find(id="gaps")
    assert isinstance(run, Tag) and isinstance(gaps, Tag)
    rows = [" ".join(row.get_text(" ").split()) for row in run.select("tbody tr")]
    assert f"unload-beacon {RECORDER_CLASSES['unload-beacon']} network log 24 24 8" in rows
    assert "cache Answered out of the browser’s cache. DevTools 48 48 16" in rows
    assert "001-gpc-1 GET https://cdn.larkspur-ledger.example/late.js?v=3" in rows
    assert "Unexplained: 1." in run.get_text() and "1 unexplained" in gaps.get_text()


def test_thousands_of_unexplained_rows_are_counted_and_few_are_shown(verdicts: dict[str, Any]) -> None:
    manifest = told(gpc=arm(9, {"unexplained": 4000}, unexplained_rows=[{"visit": "v", "request": "GET /x"}] * 200))
    html = render(verdicts, manifest=manifest)
    run = page.parse(html).find(id="run")
    assert isinstance(run, Tag)
    assert run.get_text().count("GET /x") == MAX_ROWS
    assert "4,000 requests that nobody can explain; 3,940 of them in run.json" in run.get_text()
    text = markdown.render(verdicts, {}, manifest)
    assert text.count("GET /x") == 20 and "and 3,980 more" in text


def test_the_steps_of_a_visit_stand_in_their_order(report: str) -> None:
    run = page.parse(report).find(id="run")
    assert isinstance(run, Tag)
    heading = run.find("h3", string="What was done in a visit")
    assert isinstance(heading, Tag)
    table = heading.find_next("table")
    assert isinstance(table, Tag)
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")]
    assert [row[0] for row in rows] == list(fictional.STEPS)
    assert all(row[2:] == ["24", "24", "8"] and len(row[1]) > 8 for row in rows)
