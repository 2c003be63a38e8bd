"""From a sealed bundle to verdicts and reports: what `run`, `audit`, `report` and `diff` share. No browser.

It loads all rules and outputs, which takes a second: commands import it once nothing is wrong with what was given.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import auditor, rules
from crawler.bundle import Bundle, layout
from crawler.claims import Company
from crawler.cli import exits
from crawler.comparison import Comparison, compare
from crawler.evidence import to_row
from crawler.findings import Severity
from crawler.output import csv_tables, html_report, json_report, junit, markdown, sarif
from crawler.vendors.filters.lists import BUNDLED, FilterLists

Verdicts = dict[str, Any]
"""The content of verdicts.json."""


def judge(bundle: Bundle, company: Company, fail_on: Severity, lists: FilterLists = BUNDLED) -> Verdicts:
    """The verdicts of a run under the rules of this version, on today's date (waivers end)."""
    return auditor.audit(bundle, company, fail_on=fail_on, today=datetime.now(UTC).date(), lists=lists)


def cited_rows(bundle: Bundle, verdicts: Verdicts) -> dict[tuple[str, int], dict[str, Any]]:
    """The evidence rows that the findings point at, by stream and row number, and all of the visits."""
    wanted: dict[str, set[int]] = {"visits": set(range(len(bundle.manifest.get("visits", ()))))}
    for finding in verdicts["findings"]:
        for reference in finding["evidence"]:
            wanted.setdefault(reference["stream"], set()).add(reference["row"])
    return {
        (stream, number): to_row(row)
        for stream, numbers in wanted.items()
        for number, row in bundle.rows(stream)
        if number in numbers
    }


def render_html(bundle: Bundle, company: Company, verdicts: Verdicts) -> str:
    """The report as one self-contained page."""
    return html_report.render(
        verdicts, bundle.manifest, company, cited_rows(bundle, verdicts), company.policy.published
    )


def _markdown(bundle: Bundle, company: Company, verdicts: Verdicts) -> str:
    return markdown.render(verdicts, cited_rows(bundle, verdicts), bundle.manifest)


def _sarif(bundle: Bundle, company: Company, verdicts: Verdicts) -> str:
    return sarif.render(verdicts, company, {rule.ID: inspect.getdoc(rule) or "" for rule in rules.ALL})


FORMATS: Mapping[str, tuple[str, Callable[[Bundle, Company, Verdicts], str]]] = {
    "html": ("report.html", render_html),
    "json": (layout.VERDICTS, lambda bundle, company, verdicts: json_report.dumps(verdicts)),
    "md": ("report.md", _markdown),
    "junit": ("junit.xml", lambda bundle, company, verdicts: junit.render(verdicts)),
    "sarif": ("results.sarif", _sarif),
    "csv": ("findings.csv", lambda bundle, company, verdicts: csv_tables.findings(verdicts)),
    "vendors-csv": ("vendors.csv", lambda bundle, company, verdicts: csv_tables.vendors(verdicts)),
    "cookies-csv": ("cookies.csv", lambda bundle, company, verdicts: csv_tables.cookies(verdicts)),
}
"""Name of each format, its file in the run's folder, and what writes it."""


def write_reports(bundle: Bundle, company: Company, verdicts: Verdicts, out: Path | None = None) -> Path:
    """Write verdicts.json and every report into the run's folder, or into `out`; returns the path of report.html."""
    folder = out or bundle.run_dir
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FORMATS.values():
        (folder / name).write_text(make(bundle, company, verdicts), encoding="utf-8")
    return folder / FORMATS["html"][0]


def gate_on_new(comparison: Comparison, after: Verdicts, fail_on: Severity) -> int:
    """The exit code when only new and worsened findings count: what was accepted by being there does not."""
    if after["exit_code"] == exits.FAILURE:
        return exits.FAILURE
    if comparison.gating(fail_on):
        return exits.VIOLATION
    return exits.PASSED if after["all_judged"] else exits.INCONCLUSIVE


def compare_runs(a: tuple[Bundle, Verdicts], b: tuple[Bundle, Verdicts]) -> Comparison:
    """Two judged runs against each other, with the page lists and arms of their manifests."""
    pages = [[page["url"] for page in bundle.manifest.get("pages", ())] for bundle in (a[0], b[0])]
    return compare(a[1], b[1], pages_a=pages[0], pages_b=pages[1], arms_b=b[0].manifest.get("arms"))
