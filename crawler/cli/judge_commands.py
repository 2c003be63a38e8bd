"""`audit`, `report`, `diff` and `check`: everything that needs no browser."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from crawler.bundle import Bundle, NotARun
from crawler.claims.load import InvalidExpectations
from crawler.cli import exits, judging, own_lists
from crawler.cli.run_command import load_all
from crawler.collectors.har import archive
from crawler.collectors.har.archive import NotAHar
from crawler.collectors.har.record import record
from crawler.findings import Severity
from crawler.output import diff_report, har, json_report, terminal
from crawler.output.words import count
from crawler.vendors.filters.lists import NotAFilterList


def audit(
    run_dir: Path,
    expectations: Path | None,
    fail_on: Severity,
    out: Path | None,
    json: bool,
    console: Console,
    filter_lists: Sequence[Path] = (),
) -> int:
    """Judge again and write the reports anew, or into `out`; returns the exit code of the verdicts.

    Other expectations and lists than the run's own need `out`: verdicts must be reproducible from the folder they
    stand in.
    """
    for name, given in (("--expectations", expectations), ("--filter-list", filter_lists)):
        if given and out is None:
            return _usage(f"{name} needs --out FOLDER: the run's own folder keeps what it was judged by", console)
    try:
        bundle = Bundle(run_dir)
        company = judging.company_of(bundle, expectations)
        lists = own_lists.of_runs([bundle], own_lists.read(filter_lists))
    except (NotARun, InvalidExpectations, NotAFilterList) as error:
        return _usage(error, console)
    verdicts = judging.judge(bundle, company, fail_on, lists)
    try:
        report_path = judging.write_reports(bundle, company, verdicts, out)
    except OSError as error:
        return _usage(f"{out or run_dir}: the reports cannot be written there: {error.strerror}", console)
    terminal.summary(verdicts, bundle.manifest, console, report_path)
    if json:
        sys.stdout.write(json_report.dumps(verdicts))
    return int(verdicts["exit_code"])


def audit_archives(
    paths: list[Path],
    expectations: Path | None,
    fail_on: Severity,
    out: Path | None,
    json: bool,
    console: Console,
    filter_lists: Sequence[Path] = (),
) -> int:
    """Make a run in `out` of HAR files, then judge it; returns the exit code of the verdicts."""
    if expectations is None or out is None:
        return _usage(
            "a HAR needs --expectations FILE, what to hold it against, and --out FOLDER, where its run is to stand",
            console,
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return _usage(f"--out {out}: is there already; name a folder that is new or empty", console)
    try:
        company = judging.load_expectations(expectations)
        lists = own_lists.read(filter_lists)
        record([archive.read(path) for path in paths], company, out)
        own_lists.keep(out, lists)
    except (NotAHar, InvalidExpectations, NotAFilterList) as error:
        return _usage(error, console)
    except OSError as error:
        return _usage(f"{out}: the run cannot be written there: {error.strerror}", console)
    return audit(out, None, fail_on, None, json, console)


def report(run_dir: Path, format_: str, fail_on: Severity, console: Console, filter_lists: Sequence[Path] = ()) -> int:
    """Write one report to standard output."""
    if format_ not in (*judging.FORMATS, "har"):
        return _usage(f"--format {format_}: choose from {', '.join(judging.FORMATS)}, har", console)
    try:
        bundle = Bundle(run_dir)
        if format_ == "har":
            sys.stdout.writelines(har.render(bundle))
            return exits.PASSED
        company = judging.company_of(bundle)
        lists = own_lists.of_runs([bundle], own_lists.read(filter_lists))
    except (NotARun, InvalidExpectations, NotAFilterList) as error:
        return _usage(error, console)
    _, make = judging.FORMATS[format_]
    sys.stdout.write(make(bundle, company, judging.judge(bundle, company, fail_on, lists)))
    return exits.PASSED


def diff(
    run_a: Path, run_b: Path, format_: str, fail_on: Severity, console: Console, filter_lists: Sequence[Path] = ()
) -> int:
    """Compare two runs under the same rules and lists; returns 1 on a new violation that gates, 3 when some is open."""
    if format_ not in ("terminal", "json", "html"):
        return _usage(f"--format {format_}: choose from terminal, json, html", console)
    try:
        bundles = Bundle(run_a), Bundle(run_b)
        companies = [judging.company_of(bundle) for bundle in bundles]
        lists = own_lists.of_runs(bundles, own_lists.read(filter_lists))
    except (NotARun, InvalidExpectations, NotAFilterList) as error:
        return _usage(error, console)
    before, after = (judging.judge(b, c, fail_on, lists) for b, c in zip(bundles, companies, strict=True))
    comparison = judging.compare_runs((bundles[0], before), (bundles[1], after))
    if format_ == "terminal":
        diff_report.terminal(comparison, console)
    else:
        sys.stdout.write(diff_report.json(comparison) if format_ == "json" else diff_report.html(comparison))
    return judging.gate_on_new(comparison, after, fail_on)


def check(paths: list[Path], console: Console) -> int:
    """Validate expectations files."""
    companies = load_all(paths, console)
    if companies is None:
        return exits.USAGE
    for company in companies:
        kinds = len({claim.kind for claim in company.claims})
        console.print(
            f"{terminal.plain(str(company.path))}: good: {count(len(company.claims), 'claim')} "
            f"of {count(kinds, 'kind')}, {count(len(company.sites), 'site')}, {count(len(company.waivers), 'waiver')}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    return exits.PASSED


def _usage(error: object, console: Console) -> int:
    console.print(terminal.plain(str(error)), highlight=False, soft_wrap=True, markup=False)
    return exits.USAGE
