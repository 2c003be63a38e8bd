"""`audit`, `report` and `diff`: everything that judges and needs no browser. `given` has read what they were given."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from crawler.bundle import Bundle
from crawler.cli import exits, judging, own_lists
from crawler.cli.companies import company_of
from crawler.cli.given import Recorded, Recordings
from crawler.cli.saying import wrong
from crawler.collectors.har.archive import NotAHar
from crawler.collectors.har.record import record
from crawler.findings import Severity
from crawler.output import diff_report, har, json_report, terminal


def audit(recorded: Recorded, fail_on: Severity, out: Path | None, json: bool, console: Console) -> int:
    """Judge again and write the reports anew, or into `out`; returns the exit code of the verdicts."""
    bundle, company = recorded.bundle, recorded.company
    verdicts = judging.judge(bundle, company, fail_on, recorded.lists)
    try:
        report_path = judging.write_reports(bundle, company, verdicts, out)
    except OSError as error:
        return wrong(f"{out or bundle.run_dir}: the reports cannot be written there: {error.strerror}")
    terminal.summary(verdicts, bundle.manifest, console, report_path)
    if json:
        sys.stdout.write(json_report.dumps(verdicts))
    return int(verdicts["exit_code"])


def audit_archives(recordings: Recordings, fail_on: Severity, json: bool, console: Console) -> int:
    """Make a run of HAR files, then judge it; returns the exit code of the verdicts."""
    out = recordings.out
    try:
        record(recordings.hars, recordings.company, out)
        own_lists.keep(out, recordings.lists)
    except NotAHar as error:
        return wrong(error)
    except OSError as error:
        return wrong(f"{out}: the run cannot be written there: {error.strerror}")
    bundle = Bundle(out)
    return audit(Recorded(bundle, company_of(bundle), own_lists.of_runs([bundle])), fail_on, None, json, console)


def report(recorded: Recorded, format_: str, fail_on: Severity) -> int:
    """Write one report to standard output."""
    if format_ not in judging.FORMATS:
        return wrong(f"--format {format_}: choose from {', '.join(judging.FORMATS)}, har")
    _, make = judging.FORMATS[format_]
    verdicts = judging.judge(recorded.bundle, recorded.company, fail_on, recorded.lists)
    sys.stdout.write(make(recorded.bundle, recorded.company, verdicts))
    return exits.PASSED


def report_har(run_dir: Path) -> int:
    """Write the run as a HAR to standard output; nothing is judged for it."""
    sys.stdout.writelines(har.render(Bundle(run_dir)))
    return exits.PASSED


def diff(a: Recorded, b: Recorded, format_: str, fail_on: Severity, console: Console) -> int:
    """Compare two runs under the same rules and lists; returns 1 on a new violation that gates, 3 when some is open."""
    before, after = (judging.judge(one.bundle, one.company, fail_on, one.lists) for one in (a, b))
    comparison = judging.compare_runs((a.bundle, before), (b.bundle, after))
    if format_ == "terminal":
        diff_report.terminal(comparison, console)
    else:
        sys.stdout.write(diff_report.json(comparison) if format_ == "json" else diff_report.html(comparison))
    return judging.gate_on_new(comparison, after, fail_on)
