"""Expectations files, held against the vendors and rules of this version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crawler.bundle import Bundle, layout
from crawler.claims import Company, InvalidExpectations
from crawler.claims.load import load
from crawler.cli.rule_pages import rule_names
from crawler.vendors import catalogue


def load_expectations(path: Path, *, policy_file: Path | None = None, key: str | None = None) -> Company:
    """Load one expectations file against the vendors and rules of this version. Raises `InvalidExpectations`."""
    vendors = catalogue().vendors
    return load(
        path,
        vendors=vendors.keys(),
        rules=rule_names(),
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


def load_all(paths: Sequence[Path], key: str | None = None) -> tuple[list[Company], list[str]]:
    """Load every file; gives the companies, and every problem of every file.

    `key` names the reports' folder; otherwise the file does.
    """
    companies, problems = [], []
    for path in paths:
        try:
            companies.append(load_expectations(path, key=key))
        except InvalidExpectations as error:
            problems += [str(problem) for problem in error.problems]
    return companies, problems
