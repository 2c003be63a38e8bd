"""From a sealed bundle to verdicts and reports: what `run`, `audit`, `report` and `diff` share. No browser."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from crawler import auditor, rules
from crawler.bundle import Bundle, layout
from crawler.claims import Company
from crawler.claims.load import load
from crawler.evidence import to_row
from crawler.findings import Severity
from crawler.output import html_report, json_report
from crawler.vendors import catalogue


def load_expectations(path: Path, *, policy_file: Path | None = None, key: str | None = None) -> Company:
    """Load one expectations file against the vendors and rules of this version. Raises `InvalidExpectations`."""
    vendors = catalogue().vendors
    return load(
        path,
        vendors=vendors.keys(),
        rules=[rule.ID for rule in rules.ALL],
        variants={name: vendor.variants for name, vendor in vendors.items() if vendor.variants},
        policy_file=policy_file,
        key=key,
    )


def company_of(bundle: Bundle, expectations: Path | None = None) -> Company:
    """What a run is held against: the given file, or the copy that stands in the run's folder."""
    if expectations is not None:
        return load_expectations(expectations)
    return load_expectations(
        bundle.run_dir / layout.EXPECTATIONS,
        policy_file=bundle.run_dir / layout.POLICY_TEXT,
        key=str(bundle.manifest.get("company_key", "company")),
    )


def judge(bundle: Bundle, company: Company, fail_on: Severity) -> dict[str, Any]:
    """The verdicts of a run under the rules of this version, on today's date (waivers end)."""
    return auditor.audit(bundle, company, fail_on=fail_on, today=datetime.now(UTC).date())


def cited_rows(bundle: Bundle, verdicts: dict[str, Any]) -> dict[tuple[str, int], dict[str, Any]]:
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


def render_html(bundle: Bundle, company: Company, verdicts: dict[str, Any]) -> str:
    """The report as one self-contained page."""
    return html_report.render(
        verdicts, bundle.manifest, company, cited_rows(bundle, verdicts), company.policy.published
    )


def write_reports(bundle: Bundle, company: Company, verdicts: dict[str, Any]) -> Path:
    """Write verdicts.json and the reports into the run's folder; returns the path of report.html."""
    (bundle.run_dir / layout.VERDICTS).write_text(json_report.dumps(verdicts), encoding="utf-8")
    report = bundle.run_dir / "report.html"
    report.write_text(render_html(bundle, company, verdicts), encoding="utf-8")
    return report


def as_json(value: Any) -> str:
    """For `--json` of small things."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return asdict(value)
